# A machine without a C++ compiler: everything is configured, tests included, and one line says what is
# left out.
file(REMOVE_RECURSE ${FOLDER})
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env CXX=/nonexistent/c++
          ${CMAKE_COMMAND} -S ${SOURCE} -B ${FOLDER} -DCMAKE_C_COMPILER=${COMPILER} -DRONDO_TESTS=ON
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result STREQUAL "0")
  message(FATAL_ERROR "a C++ compiler is needed:\n${output}")
endif()
if(NOT output MATCHES "-- no C\\+\\+ compiler: ")
  message(FATAL_ERROR "no line says that tests are left out:\n${output}")
endif()
file(GLOB found ${FOLDER}/CMakeFiles/*/CMakeCXXCompiler.cmake)
if(found)
  message(FATAL_ERROR "C++ is enabled: ${found}")
endif()
