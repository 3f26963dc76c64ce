# The messages of event files (framework/store/events.proto): C made by protobuf-c at build time, as a
# library of its own, because both precisions use it and its warnings are not ours.
pkg_check_modules(PROTOBUF_C REQUIRED IMPORTED_TARGET libprotobuf-c)
find_program(PROTOC_C protoc-c REQUIRED)

set(generated ${PROJECT_BINARY_DIR}/generated)
set(store ${PROJECT_SOURCE_DIR}/framework/store)
file(MAKE_DIRECTORY ${generated})
add_custom_command(
  OUTPUT ${generated}/events.pb-c.c ${generated}/events.pb-c.h
  COMMAND ${PROTOC_C} --proto_path=${store} --c_out=${generated} events.proto
  DEPENDS ${store}/events.proto VERBATIM)
add_library(rondo_event_messages STATIC ${generated}/events.pb-c.c ${generated}/events.pb-c.h)
target_include_directories(rondo_event_messages SYSTEM PUBLIC ${generated})
target_link_libraries(rondo_event_messages PUBLIC PkgConfig::PROTOBUF_C)
target_compile_options(rondo_event_messages PRIVATE -fvisibility=hidden)
