# Debian packages: tools/package. Included last, since they take what there is to install.
#
#   rondo            the program, and what plugins are built with
#   rondo-plugins    cells, losses, optimizers and schedules, which the program and the library load
#   librondo0        the shared library
#   librondo-dev     what programs are built with: rondo.h, librondo.a, rondo.pc; the CMake package is rondo's
#   rondo-openmpi .. communicators, each one of its own, so that nobody gets an MPI who has no use for it
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rondo)
set(CPACK_PACKAGE_VENDOR "the rondo authors")
set(CPACK_PACKAGE_CONTACT "the rondo authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "trains and compares recurrent networks")
set(CPACK_PACKAGE_DESCRIPTION
    "rondo reads YAML experiments, trains RNN, GRU, LSTM and many other recurrent cells on all processors,
writes HDF5 checkpoints and metrics, runs sweeps on one machine or a cluster, and says which variants differ
and how certain that is. Cells, losses, optimizers and schedules are plugins of one C file each.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_RONDO_PACKAGE_NAME rondo)
set(CPACK_DEBIAN_RONDO_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_DEBIAN_RONDO_PACKAGE_SUGGESTS "cmake, gcc")
set(CPACK_DEBIAN_RONDO_PACKAGE_DEPENDS "rondo-plugins (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_PLUGINS_PACKAGE_NAME rondo-plugins)
set(CPACK_DEBIAN_PLUGINS_DESCRIPTION "cells, losses, optimizers and schedules of rondo, which trains recurrent networks")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME librondo${RONDO_LIBRARY_SOVERSION})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "rondo-plugins (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_LIBRARY_DESCRIPTION "uses recurrent networks that rondo trained: the shared library")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME librondo-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS # those of rondo.pc, too
    "rondo (= ${PROJECT_VERSION}), librondo${RONDO_LIBRARY_SOVERSION} (= ${PROJECT_VERSION}), libblis-dev, \
libhdf5-dev, libyaml-dev, libutf8proc-dev, zlib1g-dev")
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "uses recurrent networks that rondo trained: what programs are built with")
get_cmake_property(CPACK_COMPONENTS_ALL COMPONENTS)
set(communicators ${CPACK_COMPONENTS_ALL})
list(REMOVE_ITEM communicators rondo plugins library development)
foreach(name IN LISTS communicators)
  string(TOUPPER ${name} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME rondo-${name})
  set(CPACK_DEBIAN_${upper}_PACKAGE_DEPENDS "rondo (= ${PROJECT_VERSION})")
  set(CPACK_DEBIAN_${upper}_DESCRIPTION "trains recurrent networks by several processes, which ${name} connects")
endforeach()
include(CPack)
