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

# Both flavours of a plugin below `folder` pass their kit.
function(check_plugin folder file kit kit_double)
  run(${kit} ${folder}/plugins/${file})
  run(${kit_double} ${folder}/plugins-double/${file})
endfunction()

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
