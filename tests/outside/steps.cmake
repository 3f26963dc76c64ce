# What the tests of this folder have in common.

# Runs a command; any failure ends the test with its output.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output
                  ERROR_VARIABLE output)
  if(NOT result STREQUAL "0")
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\n${output}")
  endif()
endfunction()

# A copy of the tree, ${FOLDER}/tree, configured in ${FOLDER}/build with the other arguments.
function(configure_copy)
  set(tree ${FOLDER}/tree)
  file(COPY ${SOURCE}/CMakeLists.txt ${SOURCE}/cmake ${SOURCE}/framework ${SOURCE}/plugins
       DESTINATION ${tree} FOLLOW_SYMLINK_CHAIN)
  file(MAKE_DIRECTORY ${tree}/tests)
  file(COPY ${SOURCE}/tests/CMakeLists.txt DESTINATION ${tree}/tests)
  run(${CMAKE_COMMAND} -S ${tree} -B ${FOLDER}/build -DCMAKE_C_COMPILER=${COMPILER} ${ARGN})
endfunction()

# The program of the copy, to which a file of this folder, and any that follow, were added below `place`; it
# is built without configuring by hand.
function(build_with file place)
  configure_copy(-DRONDO_TESTS=OFF -DRONDO_DOUBLE=OFF)
  foreach(added ${file} ${ARGN})
    file(COPY ${CMAKE_CURRENT_LIST_DIR}/${added} DESTINATION ${FOLDER}/tree/${place})
  endforeach()
  run(${CMAKE_COMMAND} --build ${FOLDER}/build --target rondo --target rondo_plugins --parallel 2)
endfunction()

# `rondo ARGUMENTS` in ${FOLDER}, the program being ${PROGRAM}, ends with this status, and what it says
# on both streams holds each of the expressions. ${PLUGINS} are arguments of every command, or nothing.
function(rondo status arguments)
  separate_arguments(words UNIX_COMMAND "${arguments}")
  execute_process(COMMAND ${PROGRAM} ${words} ${PLUGINS} WORKING_DIRECTORY ${FOLDER}
                  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result STREQUAL status)
    message(FATAL_ERROR "rondo ${arguments}: status ${result}, expected ${status}\n${output}")
  endif()
  foreach(expression IN LISTS ARGN)
    if(NOT output MATCHES "${expression}")
      message(FATAL_ERROR "rondo ${arguments}: no ${expression} in\n${output}")
    endif()
  endforeach()
endfunction()

# A plugin below `folder` passes its kit, in every precision that there is.
function(check_plugin folder file kit kit_double)
  run(${kit} ${folder}/plugins/${file})
  if(KIT_DOUBLE)
    run(${kit_double} ${folder}/plugins-double/${file})
  elseif(EXISTS ${folder}/plugins-double)
    message(FATAL_ERROR "${folder}/plugins-double: rondo was not built in double precision")
  endif()
endfunction()

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
