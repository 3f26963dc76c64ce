# Plugins: one line builds one, in rondo's tree and outside it.
#
#     rondo_add_plugin(cell mycell mycell.c)
#
# makes ${PROJECT_BINARY_DIR}/plugins/cells/mycell.so (target rondo_cell_mycell) and, where rondo has its
# build in double precision (RONDO_DOUBLE), ${PROJECT_BINARY_DIR}/plugins-double/cells/mycell.so (target
# rondo_cell_mycell_double). Kinds: cell, loss, optimizer, schedule. Outside the tree, `find_package(rondo)` or
# `add_subdirectory(rondo)` gives this function; so all that it needs is in functions and properties,
# which the other project sees, and not in variables, which it does not.

# The folder that plugins of a kind lie in; a kind that does not exist is an error.
function(rondo_plugin_folder kind out)
  if(kind STREQUAL "cell")
    set(${out} cells PARENT_SCOPE)
  elseif(kind STREQUAL "loss")
    set(${out} losses PARENT_SCOPE)
  elseif(kind STREQUAL "optimizer")
    set(${out} optimizers PARENT_SCOPE)
  elseif(kind STREQUAL "schedule")
    set(${out} schedules PARENT_SCOPE)
  else()
    message(FATAL_ERROR "rondo_add_plugin: kind '${kind}' is none of cell, loss, optimizer, schedule")
  endif()
endfunction()

# Results depend on some of these: no contraction of a*b+c, so that every vector width gives the
# same bits; no fast math, so that NaN stays visible and flush-to-zero is not switched on.
# gcc 12 takes the address of a function with target_clones for that of a local variable. clang
# cannot vectorise calls of libm in double precision, and would say so.
function(rondo_plugin_options target)
  set(dangling $<AND:$<C_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<C_COMPILER_VERSION>,12>>)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -fvisibility=hidden
    -ffp-contract=off -fno-math-errno -fno-trapping-math -fopenmp-simd
    $<$<NOT:$<CONFIG:Debug>>:-O3>
    $<$<C_COMPILER_ID:Clang,AppleClang>:-Wno-pass-failed>
    $<${dangling}:-Wno-dangling-pointer>)
  if(RONDO_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(RONDO_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${RONDO_SANITIZE} -fno-omit-frame-pointer
                                             -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${RONDO_SANITIZE})
  endif()
  # One exported symbol a plugin; clang would export the resolvers of target_clones too.
  target_link_options(${target} PRIVATE
    -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin_symbols.map)
  # clang leaves a sanitizer's functions to the program; everything else must be found.
  if(NOT (RONDO_SANITIZE AND CMAKE_C_COMPILER_ID MATCHES Clang))
    target_link_options(${target} PRIVATE -Wl,--no-undefined)
  endif()
endfunction()

# One module of one precision, written to <folder>/<file>.so; file and target name may differ.
function(rondo_add_plugin_module target precision source folder file)
  add_library(${target} MODULE ${source})
  set_target_properties(${target} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME ${file} LIBRARY_OUTPUT_DIRECTORY ${folder}
    C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF)
  rondo_plugin_options(${target})
  if(precision STREQUAL "double")
    target_compile_definitions(${target} PRIVATE RONDO_DOUBLE)
  endif()
  target_link_libraries(${target} PRIVATE rondo::headers m)
endfunction()

function(rondo_add_plugin kind name source)
  rondo_plugin_folder(${kind} folder)
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "rondo_add_plugin: name '${name}' is not of the form [a-z][a-z0-9_]*")
  endif()
  get_property(precisions GLOBAL PROPERTY RONDO_PRECISIONS)
  rondo_add_plugin_module(rondo_${kind}_${name} float ${source}
                          ${PROJECT_BINARY_DIR}/plugins/${folder} ${name})
  if(double IN_LIST precisions)
    rondo_add_plugin_module(rondo_${kind}_${name}_double double ${source}
                            ${PROJECT_BINARY_DIR}/plugins-double/${folder} ${name})
  endif()
endfunction()

# In the tree: every plugins/<kind folder>/NAME.c is a plugin. The property RONDO_PLUGINS lists them
# as kind/name, for tests and installation.
function(rondo_add_plugins)
  add_library(rondo_headers INTERFACE)
  add_library(rondo::headers ALIAS rondo_headers)
  set_target_properties(rondo_headers PROPERTIES EXPORT_NAME headers)
  target_include_directories(rondo_headers INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/framework/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  add_custom_target(rondo_plugins)
  add_custom_target(rondo_program) # what training takes: no tests, nothing in double precision
  add_dependencies(rondo_program rondo rondo_kit)
  foreach(kind IN ITEMS cell loss optimizer schedule)
    rondo_plugin_folder(${kind} folder)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/plugins/${folder}/*.c)
    foreach(source IN LISTS sources)
      get_filename_component(name ${source} NAME_WE)
      rondo_add_plugin(${kind} ${name} ${source})
      add_dependencies(rondo_program rondo_${kind}_${name})
      add_dependencies(rondo_plugins rondo_${kind}_${name})
      if(TARGET rondo_${kind}_${name}_double)
        add_dependencies(rondo_plugins rondo_${kind}_${name}_double)
      endif()
      set_property(GLOBAL APPEND PROPERTY RONDO_PLUGINS ${kind}/${name})
    endforeach()
  endforeach()
endfunction()
