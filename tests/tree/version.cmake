# The program gives the version of the CMake project, and nothing else.
execute_process(COMMAND ${PROGRAM} --version OUTPUT_VARIABLE output RESULT_VARIABLE result)
if(NOT result STREQUAL "0" OR NOT output STREQUAL "rondo ${VERSION}\n")
  message(FATAL_ERROR "expected rondo ${VERSION}, got (${result}): ${output}")
endif()
