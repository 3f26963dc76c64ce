# Installation and the CMake package. The same package lies in the build tree, so that
# -Drondo_DIR=<build folder> works without installing.
include(CMakePackageConfigHelpers)

set(RONDO_PACKAGE_FOLDER ${CMAKE_INSTALL_LIBDIR}/cmake/rondo)

function(rondo_install_plugins)
  get_property(plugins GLOBAL PROPERTY RONDO_PLUGINS)
  foreach(plugin IN LISTS plugins)
    get_filename_component(kind ${plugin} DIRECTORY)
    get_filename_component(name ${plugin} NAME)
    rondo_plugin_folder(${kind} folder)
    install(TARGETS rondo_${kind}_${name}
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/rondo/plugins/${folder} COMPONENT plugins)
    if(TARGET rondo_${kind}_${name}_double)
      install(TARGETS rondo_${kind}_${name}_double
              LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/rondo/plugins-double/${folder} COMPONENT plugins)
    endif()
  endforeach()
endfunction()

# An installation may be moved as a whole: the program also looks beside itself.
function(rondo_install_path)
  file(RELATIVE_PATH path ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR}/rondo/plugins)
  foreach(target IN ITEMS rondo_plugin rondo_plugin_double)
    if(TARGET ${target})
      target_compile_definitions(${target} PRIVATE RONDO_PLUGINS_FROM_PROGRAM="${path}")
    endif()
  endforeach()
endfunction()

# Manual pages are written when they are installed, from what the program says; without help2man there
# are none.
function(rondo_install_manual)
  find_program(HELP2MAN help2man)
  if(NOT HELP2MAN OR CMAKE_CROSSCOMPILING)
    return()
  endif()
  set(pages ${PROJECT_BINARY_DIR}/man)
  install(CODE "execute_process(COMMAND ${PROJECT_SOURCE_DIR}/tools/manual $<TARGET_FILE:rondo> ${pages}
                                COMMAND_ERROR_IS_FATAL ANY)")
  install(DIRECTORY ${pages}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endfunction()

function(rondo_install_documents)
  install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
  foreach(package IN ITEMS plugins:rondo-plugins library:librondo${RONDO_LIBRARY_SOVERSION} development:librondo-dev)
    string(REPLACE ":" ";" package ${package}) # of a component of its own
    list(GET package 0 component)
    list(GET package 1 name)
    install(FILES LICENSE RENAME copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name} COMPONENT ${component})
  endforeach()
  install(FILES tools/completion/rondo.bash RENAME rondo
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES tools/completion/_rondo DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
endfunction()

# Called last, when every target exists.
function(rondo_install)
  rondo_install_path()
  foreach(program IN ITEMS rondo rondo_double)
    if(TARGET ${program})
      install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
  endforeach()
  rondo_install_plugins()
  rondo_install_manual()
  rondo_install_documents()
  install(DIRECTORY framework/include/rondo DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
          REGEX "/(rondo|error)[.]h$" EXCLUDE) # librondo's
  rondo_install_library()
  install(TARGETS rondo_headers EXPORT rondoTargets)
  foreach(kit IN ITEMS rondo_kit rondo_kit_double)
    if(TARGET ${kit})
      install(TARGETS ${kit} EXPORT rondoTargets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
  endforeach()
  install(EXPORT rondoTargets NAMESPACE rondo:: DESTINATION ${RONDO_PACKAGE_FOLDER})
  export(EXPORT rondoTargets NAMESPACE rondo:: FILE ${PROJECT_BINARY_DIR}/rondoTargets.cmake)
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/rondoConfigVersion.cmake
                                   COMPATIBILITY SameMinorVersion)
  get_property(RONDO_PRECISIONS GLOBAL PROPERTY RONDO_PRECISIONS)
  rondo_library_dependencies(RONDO_STATIC_LIBRARIES)
  configure_file(cmake/rondoConfig.cmake.in ${PROJECT_BINARY_DIR}/rondoConfig.cmake @ONLY)
  foreach(file IN ITEMS RondoPlugin.cmake plugin_symbols.map)
    configure_file(cmake/${file} ${PROJECT_BINARY_DIR}/${file} COPYONLY)
  endforeach()
  install(FILES ${PROJECT_BINARY_DIR}/rondoConfig.cmake ${PROJECT_BINARY_DIR}/rondoConfigVersion.cmake
                cmake/RondoPlugin.cmake cmake/plugin_symbols.map DESTINATION ${RONDO_PACKAGE_FOLDER})
endfunction()
