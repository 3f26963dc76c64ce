# lstm.c under another name, in a project of its own, against an installation.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${FOLDER}/prefix)

# The program finds the plugins installed with it, wherever the installation lies.
execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=RONDO_PLUGINS ${FOLDER}/prefix/bin/rondo list
                OUTPUT_VARIABLE output)
if(NOT output MATCHES "lstm")
  message(FATAL_ERROR "the installed program lists no lstm:\n${output}")
endif()

file(READ ${SOURCE}/plugins/cells/lstm.c text)
string(REPLACE "rondo_plugin_lstm" "rondo_plugin_mylstm" text "${text}")
string(REPLACE ".name = \"lstm\"" ".name = \"mylstm\"" text "${text}")
file(WRITE ${FOLDER}/project/mylstm.c "${text}")
file(WRITE ${FOLDER}/project/CMakeLists.txt "cmake_minimum_required(VERSION 3.22)
project(outside LANGUAGES C)
find_package(rondo ${VERSION} EXACT REQUIRED)
rondo_add_plugin(cell mylstm mylstm.c)
")

run(${CMAKE_COMMAND} -S ${FOLDER}/project -B ${FOLDER}/build -DCMAKE_C_COMPILER=${COMPILER}
    -DCMAKE_PREFIX_PATH=${FOLDER}/prefix)
run(${CMAKE_COMMAND} --build ${FOLDER}/build)
check_plugin(${FOLDER}/build cells/mylstm.so ${FOLDER}/prefix/bin/rondo_kit
             ${FOLDER}/prefix/bin/rondo_kit_double)
