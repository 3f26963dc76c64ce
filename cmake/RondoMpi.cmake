# Communicators over MPI, built by the compiler wrapper of each MPI that there is: Debian's
# mpicc.openmpi and mpicc.mpich become plugins/communicators/openmpi.so and mpich.so, another mpicc
# becomes mpi.so. Nothing else is linked with MPI, and without one nothing is built.
#
#     -DRONDO_MPICC=/opt/mpi/bin/mpicc    this one, as mpi.so
#     -DRONDO_MPI=OFF                     none

option(RONDO_MPI "Build communicators over the MPIs that are found" ON)
set(RONDO_MPICC "" CACHE FILEPATH "Compiler wrapper of an MPI that is not found by itself")

# One plugin of one precision.
function(rondo_add_mpi_module name compiler precision)
  rondo_precision_suffix(${precision} suffix)
  set(folder plugins)
  set(number "")
  if(precision STREQUAL "double")
    set(folder plugins-double)
    set(number -DRONDO_DOUBLE)
  endif()
  set(file ${PROJECT_BINARY_DIR}/${folder}/communicators/${name}.so)
  set(source ${PROJECT_SOURCE_DIR}/plugins/communicators/mpi.c)
  set(headers ${PROJECT_SOURCE_DIR}/framework/include)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/${folder}/communicators)
  # The wrappers ask these variables which compiler they wrap.
  add_custom_command(OUTPUT ${file}
    COMMAND ${CMAKE_COMMAND} -E env OMPI_CC=${CMAKE_C_COMPILER} MPICH_CC=${CMAKE_C_COMPILER}
            ${compiler} -std=c11 -D_XOPEN_SOURCE=700 -O2 -Wall -Wextra -fvisibility=hidden -fPIC
            -shared -DRONDO_MPI_NAME=${name} ${number} -I${headers} ${source} -o ${file}
    DEPENDS ${source} ${headers}/rondo/communicator.h ${headers}/rondo/plugin.h
    COMMENT "Building the communicator ${name}${suffix}" VERBATIM)
  add_custom_target(rondo_communicator_${name}${suffix} ALL DEPENDS ${file})
  install(FILES ${file} DESTINATION ${CMAKE_INSTALL_LIBDIR}/rondo/${folder}/communicators COMPONENT ${name})
endfunction()

function(rondo_add_mpi name compiler)
  get_property(precisions GLOBAL PROPERTY RONDO_PRECISIONS)
  foreach(precision IN LISTS precisions)
    rondo_add_mpi_module(${name} ${compiler} ${precision})
  endforeach()
  add_dependencies(rondo_program rondo_communicator_${name})
  message(STATUS "communicator ${name}: ${compiler}")
endfunction()

function(rondo_add_communicators)
  if(NOT RONDO_MPI)
    return()
  endif()
  find_program(RONDO_MPICC_OPENMPI mpicc.openmpi)
  find_program(RONDO_MPICC_MPICH mpicc.mpich)
  find_program(RONDO_MPICC_OTHER mpicc)
  if(RONDO_MPICC_OPENMPI)
    rondo_add_mpi(openmpi ${RONDO_MPICC_OPENMPI})
  endif()
  if(RONDO_MPICC_MPICH)
    rondo_add_mpi(mpich ${RONDO_MPICC_MPICH})
  endif()
  if(RONDO_MPICC)
    rondo_add_mpi(mpi ${RONDO_MPICC})
  elseif(RONDO_MPICC_OTHER AND NOT RONDO_MPICC_OPENMPI AND NOT RONDO_MPICC_MPICH)
    rondo_add_mpi(mpi ${RONDO_MPICC_OTHER})
  endif()
endfunction()
