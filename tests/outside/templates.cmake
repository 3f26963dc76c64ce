# Every template builds as it stands, against the build folder's package, and passes the kit.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

foreach(kind IN ITEMS cell loss optimizer schedule)
  string(REGEX REPLACE "ss$" "sse" folder ${kind})
  configure_file(${SOURCE}/plugins/${folder}s/TEMPLATE.c.txt ${FOLDER}/project/my${kind}.c COPYONLY)
endforeach()
file(WRITE ${FOLDER}/project/CMakeLists.txt "cmake_minimum_required(VERSION 3.22)
project(outside LANGUAGES C)
find_package(rondo REQUIRED)
set(RONDO_WERROR ON)
rondo_add_plugin(cell mycell mycell.c)
rondo_add_plugin(loss myloss myloss.c)
rondo_add_plugin(optimizer myoptimizer myoptimizer.c)
rondo_add_plugin(schedule myschedule myschedule.c)
")

run(${CMAKE_COMMAND} -S ${FOLDER}/project -B ${FOLDER}/build -DCMAKE_C_COMPILER=${COMPILER}
    -Drondo_DIR=${BUILD})
run(${CMAKE_COMMAND} --build ${FOLDER}/build)
check_plugin(${FOLDER}/build cells/mycell.so ${KIT} "${KIT_DOUBLE}")
check_plugin(${FOLDER}/build losses/myloss.so ${KIT} "${KIT_DOUBLE}")
check_plugin(${FOLDER}/build optimizers/myoptimizer.so ${KIT} "${KIT_DOUBLE}")
check_plugin(${FOLDER}/build schedules/myschedule.so ${KIT} "${KIT_DOUBLE}")
