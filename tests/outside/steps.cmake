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

# A plugin below `folder` passes its kit, in every flavour that there is.
function(check_plugin folder file kit kit_double)
  run(${kit} ${folder}/plugins/${file})
  if(KIT_DOUBLE)
    run(${kit_double} ${folder}/plugins-double/${file})
  elseif(EXISTS ${folder}/plugins-double)
    message(FATAL_ERROR "${folder}/plugins-double: rondo has no double flavour")
  endif()
endfunction()

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
