#include "plugin/launch.h"

#include <stdbool.h>
#include <stdlib.h>

/* A whole number of 0 or more, or -1. */
static int64_t number_of(const char *variable)
{
    const char *text = getenv(variable);
    char *end;
    if (!text || *text < '0' || *text > '9') return -1;
    long long value = strtoll(text, &end, 10);
    return *end == '\0' ? (int64_t)value : -1;
}

/* False where the variables are not set. */
static bool read(const char *rank, const char *size, rondo_launch *launch)
{
    launch->rank = number_of(rank);
    launch->size = number_of(size);
    return launch->size >= 1 && launch->rank >= 0 && launch->rank < launch->size;
}

rondo_launch rondo_launch_find(void)
{
    rondo_launch launch;
    launch = (rondo_launch){.by = "mpirun (Open MPI)", .communicators = {"openmpi", "mpi"}};
    if (read("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", &launch)) return launch;
    launch = (rondo_launch){.by = "mpirun", .communicators = {"mpich", "mpi"}};
    if (read("PMI_RANK", "PMI_SIZE", &launch)) return launch;
    launch = (rondo_launch){.by = "srun", .communicators = {"mpich", "mpi", "openmpi"}};
    if (getenv("PMIX_RANK"))
        launch = (rondo_launch){.by = "srun", .communicators = {"openmpi", "mpi", "mpich"}};
    if (read("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", &launch)) return launch;
    return (rondo_launch){.size = 1};
}
