# One new file in plugins/cells is the only edit: a copy of the tree is configured, then the file is
# put there, then the plugins are built without configuring by hand.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(tree ${FOLDER}/tree)
file(COPY ${SOURCE}/CMakeLists.txt ${SOURCE}/cmake ${SOURCE}/framework ${SOURCE}/plugins
     DESTINATION ${tree} FOLLOW_SYMLINK_CHAIN)
file(MAKE_DIRECTORY ${tree}/tests)
file(COPY ${SOURCE}/tests/CMakeLists.txt DESTINATION ${tree}/tests)

set(double OFF)
if(KIT_DOUBLE)
  set(double ON)
endif()
run(${CMAKE_COMMAND} -S ${tree} -B ${FOLDER}/build -DCMAKE_C_COMPILER=${COMPILER} -DRONDO_DOUBLE=${double})
configure_file(${SOURCE}/plugins/cells/TEMPLATE.c.txt ${tree}/plugins/cells/mycell.c COPYONLY)
run(${CMAKE_COMMAND} --build ${FOLDER}/build --target rondo_plugins)
check_plugin(${FOLDER}/build cells/mycell.so ${KIT} "${KIT_DOUBLE}")
