# One source, two precisions: float trains, double checks gradients and is built with RONDO_DOUBLE (on
# where tests are). Each layer of the framework is a library of its own, linked downwards only.

set(RONDO_LAYERS base threads statistics plugin config data model store session infer evaluate api train analyze bench
    sweep compare command)

# Asked for explicitly, because results depend on them: no contraction of a*b+c that one compiler
# does and another does not; no fast math (isfinite must work). errno and traps are never used.
set(RONDO_COMPILE_OPTIONS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wmissing-prototypes -fvisibility=hidden
    -ffp-contract=off -fno-math-errno -fno-trapping-math -fopenmp-simd)
if(RONDO_WERROR)
  list(APPEND RONDO_COMPILE_OPTIONS -Werror)
endif()
if(RONDO_SANITIZE)
  # gcc takes the branches of its own checks for null pointers that reach snprintf.
  list(APPEND RONDO_COMPILE_OPTIONS -fsanitize=${RONDO_SANITIZE} -fno-omit-frame-pointer
       -fno-sanitize-recover=all $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>)
  add_link_options(-fsanitize=${RONDO_SANITIZE})
endif()

# Single precision ("float") has plain target names; "double" adds _double.
function(rondo_precision_suffix precision out)
  if(precision STREQUAL "double")
    set(${out} "_double" PARENT_SCOPE)
  else()
    set(${out} "" PARENT_SCOPE)
  endif()
endfunction()

function(rondo_target_options target precision)
  target_compile_options(${target} PRIVATE ${RONDO_COMPILE_OPTIONS})
  if(precision STREQUAL "double")
    target_compile_definitions(${target} PRIVATE RONDO_DOUBLE)
  else()
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON) # for librondo, of the same objects
  endif()
endfunction()

function(rondo_add_precision precision)
  rondo_precision_suffix(${precision} suffix)
  set(below "")
  foreach(layer IN LISTS RONDO_LAYERS)
    file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/framework/${layer}/*.c
                                        ${PROJECT_SOURCE_DIR}/framework/${layer}/*/*.c)
    if(NOT sources)
      continue()
    endif()
    set(target rondo_${layer}${suffix})
    add_library(${target} STATIC ${sources})
    rondo_target_options(${target} ${precision})
    target_compile_definitions(${target} PRIVATE _XOPEN_SOURCE=700)
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/framework
                                                ${PROJECT_SOURCE_DIR}/framework/include
                                                ${PROJECT_BINARY_DIR}/include)
    target_link_libraries(${target} PUBLIC ${below})
    if(layer STREQUAL "base")
      target_include_directories(${target} SYSTEM PRIVATE ${BLIS_INCLUDE_DIR})
      target_compile_definitions(${target} PRIVATE ${RONDO_BLIS_CONTEXT})
      target_link_libraries(${target} PRIVATE PkgConfig::HDF5 ZLIB::ZLIB OpenMP::OpenMP_C ${BLIS_LIBRARY}
                                      PUBLIC m Threads::Threads)
      # Without optimisation gcc's gather is a macro that converts its mask.
      set_source_files_properties(${PROJECT_SOURCE_DIR}/framework/base/product_bfloat16_pack.c PROPERTIES
                                  COMPILE_OPTIONS $<$<C_COMPILER_ID:GNU>:-Wno-sign-conversion>)
    elseif(layer STREQUAL "plugin")
      target_compile_definitions(${target} PRIVATE
        RONDO_INSTALLED_PLUGINS="${CMAKE_INSTALL_FULL_LIBDIR}/rondo/plugins")
      target_link_libraries(${target} PUBLIC ${CMAKE_DL_LIBS})
    elseif(layer STREQUAL "config")
      target_link_libraries(${target} PRIVATE PkgConfig::YAML)
    elseif(layer STREQUAL "data")
      target_link_libraries(${target} PRIVATE PkgConfig::UTF8PROC)
    elseif(layer STREQUAL "store")
      target_link_libraries(${target} PRIVATE rondo_event_messages)
    endif()
    set(below ${target})
  endforeach()
  set(program rondo${suffix})
  add_executable(${program} ${PROJECT_SOURCE_DIR}/framework/main.c)
  rondo_target_options(${program} ${precision})
  target_link_libraries(${program} PRIVATE ${below})
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  rondo_add_kit(${precision})
endfunction()

# The conformance kit, beside the program, which starts it: no layer, because it is a host of its own.
function(rondo_add_kit precision)
  rondo_precision_suffix(${precision} suffix)
  set(kit rondo_kit${suffix})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/framework/kit/*.c)
  add_executable(${kit} ${sources})
  rondo_target_options(${kit} ${precision})
  target_compile_definitions(${kit} PRIVATE _XOPEN_SOURCE=700)
  target_link_libraries(${kit} PRIVATE rondo_plugin${suffix})
  set_target_properties(${kit} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
                                          EXPORT_NAME kit${suffix})
endfunction()

# The property RONDO_PRECISIONS says to whoever adds plugins, here or in another project, which there are.
function(rondo_add_framework)
  set(precisions float)
  if(RONDO_DOUBLE)
    list(APPEND precisions double)
  endif()
  foreach(precision IN LISTS precisions)
    rondo_add_precision(${precision})
  endforeach()
  set_property(GLOBAL PROPERTY RONDO_PRECISIONS ${precisions})
endfunction()
