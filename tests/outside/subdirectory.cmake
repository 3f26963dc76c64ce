# Another project has rondo as a subdirectory: it gets the program and the function for plugins, but
# neither tests nor double precision, unless it asks for them.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

configure_file(${SOURCE}/plugins/cells/TEMPLATE.c.txt ${FOLDER}/project/mycell.c COPYONLY)
file(WRITE ${FOLDER}/project/CMakeLists.txt "cmake_minimum_required(VERSION 3.22)
project(outer VERSION 7.8.9 LANGUAGES C)
enable_testing()
add_subdirectory(${SOURCE} inner)
rondo_add_plugin(cell mycell mycell.c)
")

# No optimization: what is built is not measured.
set(configure ${CMAKE_COMMAND} -S ${FOLDER}/project -DCMAKE_C_COMPILER=${COMPILER} -DCMAKE_BUILD_TYPE=Debug)
run(${configure} -B ${FOLDER}/build)
run(${CMAKE_COMMAND} --build ${FOLDER}/build --parallel 2)
set(plugin ${FOLDER}/build/plugins/cells/mycell.so)
run(${KIT} ${plugin})
if(EXISTS ${FOLDER}/build/inner/rondo_double OR EXISTS ${FOLDER}/build/inner/tests)
  message(FATAL_ERROR "tests or double precision were built, and nobody asked for them")
endif()

# The program finds its own plugins beside itself, and the other project's where it is told.
execute_process(COMMAND ${CMAKE_COMMAND} -E env RONDO_PLUGINS=${FOLDER}/build/plugins
                        ${FOLDER}/build/inner/rondo list OUTPUT_VARIABLE output)
if(NOT output MATCHES "lstm" OR NOT output MATCHES "mycell")
  message(FATAL_ERROR "lstm and mycell are not both listed:\n${output}")
endif()
execute_process(COMMAND ${FOLDER}/build/inner/rondo --version OUTPUT_VARIABLE output)
if(NOT output STREQUAL "rondo ${VERSION}\n")
  message(FATAL_ERROR "expected rondo ${VERSION}, got ${output}")
endif()

# Both can be asked for, and find their files.
run(${configure} -B ${FOLDER}/tested -DRONDO_TESTS=ON)
if(NOT EXISTS ${FOLDER}/tested/inner/tests/tree/CTestTestfile.cmake)
  message(FATAL_ERROR "RONDO_TESTS=ON brought no tests")
endif()
