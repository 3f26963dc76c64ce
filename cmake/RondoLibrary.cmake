# librondo: framework/api, and what it needs of the layers below it, as librondo.so (rondo_shared) and as librondo.a
# (rondo_static), made of the objects that the program is made of. What is public has RONDO_API in
# framework/include/rondo/rondo.h; everything else is hidden.

# Raised when programs that were linked with an earlier librondo.so would not work any more (tests/abi).
set(RONDO_LIBRARY_SOVERSION 0)

# What librondo.a is linked with, besides what has a pkg-config file.
function(rondo_library_dependencies out)
  get_filename_component(blis ${BLIS_LIBRARY} NAME_WE)
  string(REGEX REPLACE "^lib" "" blis ${blis})
  set(libraries ${blis} ${OpenMP_C_LIB_NAMES} m ${CMAKE_DL_LIBS} pthread)
  list(REMOVE_DUPLICATES libraries)
  set(${out} ${libraries} PARENT_SCOPE)
endfunction()

function(rondo_library_includes target)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/framework/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endfunction()

# What it is linked with, rondoConfig.cmake adds. The objects of the layers up to the api; but not those that write event files, which nothing of them needs and
# which would need protobuf-c.
function(rondo_add_static_library)
  set(objects "")
  foreach(layer IN LISTS RONDO_LAYERS)
    list(APPEND objects "$<FILTER:$<TARGET_OBJECTS:rondo_${layer}>,EXCLUDE,/store/events[.]c>")
    if(layer STREQUAL "api")
      break()
    endif()
  endforeach()
  add_library(rondo_static STATIC ${objects})
  rondo_library_includes(rondo_static)
  set_target_properties(rondo_static PROPERTIES
    OUTPUT_NAME rondo ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR} LINKER_LANGUAGE C)
endfunction()

function(rondo_add_shared_library)
  add_library(rondo_shared SHARED $<TARGET_OBJECTS:rondo_api>)
  add_library(rondo::rondo ALIAS rondo_shared)
  rondo_library_includes(rondo_shared)
  set_target_properties(rondo_shared PROPERTIES
    OUTPUT_NAME rondo EXPORT_NAME rondo LINKER_LANGUAGE C LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
    VERSION ${PROJECT_VERSION} SOVERSION ${RONDO_LIBRARY_SOVERSION})
  target_link_libraries(rondo_shared PRIVATE rondo_evaluate)
  target_link_options(rondo_shared PRIVATE LINKER:--as-needed)
  # clang leaves a sanitizer's functions to the program; everything else must be found.
  if(NOT (RONDO_SANITIZE AND CMAKE_C_COMPILER_ID MATCHES Clang))
    target_link_options(rondo_shared PRIVATE LINKER:--no-undefined)
  endif()
endfunction()

function(rondo_add_library)
  rondo_add_shared_library()
  rondo_add_static_library()
endfunction()

# Packages (cmake/RondoPackage.cmake): librondo0 has the library, librondo-dev what programs are built with.
function(rondo_install_library)
  install(TARGETS rondo_shared EXPORT rondoLibraryTargets
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development)
  install(TARGETS rondo_static EXPORT rondoLibraryTargets
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  install(FILES framework/include/rondo/rondo.h framework/include/rondo/error.h
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/rondo COMPONENT development)
  install(EXPORT rondoLibraryTargets NAMESPACE rondo:: DESTINATION ${RONDO_PACKAGE_FOLDER} COMPONENT development)
  export(EXPORT rondoLibraryTargets NAMESPACE rondo:: FILE ${PROJECT_BINARY_DIR}/rondoLibraryTargets.cmake)
  rondo_library_dependencies(libraries)
  list(TRANSFORM libraries PREPEND -l OUTPUT_VARIABLE private)
  get_filename_component(folder ${BLIS_LIBRARY} DIRECTORY)
  if(NOT folder IN_LIST CMAKE_C_IMPLICIT_LINK_DIRECTORIES)
    list(PREPEND private -L${folder})
  endif()
  list(JOIN private " " RONDO_LIBS_PRIVATE)
  # Relative, so that an installation may be moved as a whole.
  file(RELATIVE_PATH RONDO_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
  configure_file(cmake/rondo.pc.in ${PROJECT_BINARY_DIR}/rondo.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/rondo.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endfunction()
