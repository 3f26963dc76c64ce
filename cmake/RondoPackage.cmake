# The Debian package: tools/package. Included last, since it takes what there is to install.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rondo)
set(CPACK_PACKAGE_VENDOR "the rondo authors")
set(CPACK_PACKAGE_CONTACT "the rondo authors")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "trains and compares recurrent networks")
set(CPACK_PACKAGE_DESCRIPTION
    "rondo reads YAML experiments, trains RNN, GRU, LSTM and many other recurrent cells on all processors,
writes HDF5 checkpoints and metrics, runs sweeps on one machine or a cluster, and says which variants differ
and how certain that is. Cells, losses, optimizers and schedules are plugins of one C file each.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS gcc)
include(CPack)
