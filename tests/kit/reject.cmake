# Runs the kit on a plugin that breaks the contract: it must fail (exit status 1) and give the
# reason. Without a reason, the plugin must conform.
#     cmake -DKIT=... -DPLUGIN=... -DREASON=... -P reject.cmake
execute_process(COMMAND ${KIT} --seconds 2 --alone ${PLUGIN} RESULT_VARIABLE result OUTPUT_VARIABLE output
                ERROR_VARIABLE output)
if(REASON STREQUAL "")
  if(NOT result STREQUAL "0")
    message(FATAL_ERROR "a sound plugin was rejected (${result}):\n${output}")
  endif()
  return()
endif()
if(NOT result STREQUAL "1")
  message(FATAL_ERROR "exit status ${result}, expected 1:\n${output}")
endif()
string(FIND "${output}" "${REASON}" place)
if(place EQUAL -1)
  message(FATAL_ERROR "expected the reason\n  ${REASON}\nin\n${output}")
endif()
