# lstm.c under another name, in a project of its own, against an installation.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${FOLDER}/prefix)

# The program finds the plugins installed with it, wherever the installation lies.
execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=RONDO_PLUGINS ${FOLDER}/prefix/bin/rondo list
                OUTPUT_VARIABLE output)
if(NOT output MATCHES "lstm")
  message(FATAL_ERROR "the installed program lists no lstm:\n${output}")
endif()

# Completion has verbs, options and names from the program itself.
function(check_completion expected)
  list(LENGTH ARGN count)
  math(EXPR last "${count} - 1")
  list(JOIN ARGN "' '" words)
  set(script "source '${FOLDER}/prefix/share/bash-completion/completions/rondo'
COMP_WORDS=('${words}') COMP_CWORD=${last}
_rondo rondo \"\${COMP_WORDS[COMP_CWORD]}\" \"\${COMP_WORDS[COMP_CWORD-1]}\"
echo \"\${COMPREPLY[*]}\"")
  execute_process(COMMAND ${CMAKE_COMMAND} -E env "PATH=${FOLDER}/prefix/bin:$ENV{PATH}" bash -c "${script}"
                  OUTPUT_VARIABLE output OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT output STREQUAL expected)
    message(FATAL_ERROR "completion of '${words}': '${output}', not '${expected}'")
  endif()
endfunction()

find_program(BASH bash)
if(BASH)
  check_completion("train translate" rondo tra)
  check_completion("--resume" rondo train --res)
  check_completion("test" rondo evaluate run --split te)
  check_completion("min_gru min_lstm" rondo describe cell min_)
endif()

# Manual pages are there where help2man is.
find_program(HELP2MAN help2man)
if(HELP2MAN)
  file(READ ${FOLDER}/prefix/share/man/man1/rondo-train.1 page)
  if(NOT page MATCHES "\n[.]TP\n[^\n]*resume" OR NOT page MATCHES "\n[.]B rondo\n[^\n]*train")
    message(FATAL_ERROR "the manual page of train:\n${page}")
  endif()
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
run(${FOLDER}/prefix/bin/rondo check ${FOLDER}/build/plugins/cells/mylstm.so)
