/* The batch script: what Slurm and the shell get of words that are not plain. That it does what it
 * should under a real Slurm shows tests/cluster. */
#include "check.h"

#include "base/scratch.h"
#include "sweep/slurm.h"

static const char *const worker[] = {"sweep", "it's a sweep.yaml", "--worker"};
static const char *const options[] = {"--time", "60", "--comment=a \"b\" \\c"};

static rondo_slurm_job job(void)
{
    return (rondo_slurm_job){.folder = "sweeps/50 %",
                             .name = "cells",
                             .program = "/opt/ron do/rondo",
                             .worker_count = 3,
                             .worker = worker,
                             .array = 4,
                             .option_count = 3,
                             .options = options};
}

static void test_script(void)
{
    static const char head[] = "#SBATCH --array=0-3\n"
                               "#SBATCH --cpus-per-task=1\n"
                               "#SBATCH --signal=B:USR1@120\n"
                               "#SBATCH --requeue\n"
                               "#SBATCH --open-mode=append\n"
                               "#SBATCH --job-name=cells\n"
                               "#SBATCH --chdir=/home/me\n"
                               "#SBATCH \"--output=sweeps/50 %%/slurm/%A_%a.log\"\n"
                               "#SBATCH --time 60 \"--comment=a \\\"b\\\" \\\\c\"\n"
                               "\n"
                               "worker=('/opt/ron do/rondo' 'sweep' 'it'\\''s a sweep.yaml' "
                               "'--worker')\n";
    rondo_error error = {0};
    rondo_text script = {0};
    const rondo_slurm_job it = job();
    CHECK_INTEGER(rondo_slurm_script(&it, "/home/me", &script, &error), RONDO_OK);
    CHECK(strncmp(script.data, "#!/bin/bash\n# ", 14) == 0);
    CHECK_CONTAINS(script.data, head);
    CHECK_CONTAINS(script.data,
                   "scontrol requeue \"${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}\"\n");
    CHECK(!strstr(script.data, "sacct"));
    rondo_text_finish(&script);
}

static void check_refused(const rondo_slurm_job *it, const char *current)
{
    rondo_error error = {0};
    rondo_text script = {0};
    CHECK_INTEGER(rondo_slurm_script(it, current, &script, &error), RONDO_USAGE);
    CHECK_CONTAINS(error.text, "a line break cannot stand in sweep.sbatch");
    rondo_text_finish(&script);
}

static void test_line_breaks(void)
{
    static const char *const bad[] = {"--comment=a\nrm -rf x"};
    rondo_slurm_job it = job();
    check_refused(&it, "/home/\nme");
    it.folder = "sweeps\n#SBATCH --array=0-9999";
    check_refused(&it, "/home/me");
    it = job();
    it.options = bad;
    it.option_count = 1;
    check_refused(&it, "/home/me");
    it = job();
    it.worker = bad;
    it.worker_count = 1;
    check_refused(&it, "/home/me");
}

/* A program called sbatch that does what `text` says; "" takes it away. */
static void plant_sbatch(const char *text)
{
    unlink("slurm_test/sbatch");
    if (!*text) return;
    scratch_write("slurm_test/sbatch", text, strlen(text));
    chmod("slurm_test/sbatch", 0755);
}

static void check_submit(rondo_status expected, const char *number, const char *message)
{
    rondo_error error = {0};
    rondo_text id = {0};
    const rondo_slurm_job it = {
        .folder = "slurm_test/sweep", .name = "cells", .program = "/bin/true", .array = 1};
    CHECK_INTEGER(rondo_slurm_write(&it, &error), RONDO_OK);
    CHECK_INTEGER(rondo_slurm_submit(&it, &id, &error), expected);
    CHECK_TEXT(rondo_text_get(&id), number);
    CHECK_TEXT(error.text, message);
    rondo_text_finish(&id);
}

static void test_submit(void)
{
    scratch_folder("slurm_test");
    mkdir("slurm_test/sweep", 0777);
    setenv("PATH", "slurm_test", 1);
    check_submit(RONDO_FAILED, "",
                 "sbatch: there is none here; slurm_test/sweep/sweep.sbatch is written: submit it "
                 "with sbatch on a machine with Slurm");
    plant_sbatch("#!/bin/sh\n[ \"$1\" = --parsable ] && [ -s \"$2\" ] && [ -d "
                 "slurm_test/sweep/slurm ] && echo '4711;main'\n");
    check_submit(RONDO_OK, "4711", "");
    plant_sbatch("#!/bin/sh\nexit 1\n");
    check_submit(RONDO_FAILED, "",
                 "sbatch rejected slurm_test/sweep/sweep.sbatch; its message is above");
    plant_sbatch("");
}

int main(void)
{
    RUN(test_script);
    RUN(test_line_breaks);
    RUN(test_submit);
    return check_end();
}
