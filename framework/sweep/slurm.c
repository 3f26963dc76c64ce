#include "sweep/slurm.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

extern char **environ;

enum { MOST_ID = 256 };

/* Behind the options and the two variables `worker` (the command) and `folder`. */
static const char body[] =
    "\n"
    "\"${worker[@]}\" --threads \"${SLURM_CPUS_PER_TASK:-1}\" &\n"
    "process=$!\n"
    "ended=\n"
    "# USR1, because a second TERM would kill the worker: where Slurm ends the job, it gets one "
    "itself.\n"
    "trap 'kill -USR1 \"$process\" 2>/dev/null' USR1\n"
    "trap 'ended=yes; kill -USR1 \"$process\" 2>/dev/null' TERM\n"
    "# Not by `wait`: where a trapped signal interrupts it as the worker ends, bash loses the "
    "status.\n"
    "while kill -0 \"$process\" 2>/dev/null; do\n"
    "    sleep 0.5\n"
    "done\n"
    "# A warning that comes late must not end scontrol, which gets ignored signals from here.\n"
    "trap '' USR1\n"
    "wait \"$process\"\n"
    "status=$?\n"
    "echo \"worker ended: status $status, job ${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}, "
    "restart "
    "${SLURM_RESTART_COUNT:-0}\"\n"
    "# Stopped with work left: back into the queue. One task of an array has the array's own "
    "number as\n"
    "# SLURM_JOB_ID, which would put all of them back. Where Slurm ended the job (scancel, "
    "requeue, a\n"
    "# node that fails) it decides itself.\n"
    "if [ \"$status\" = 3 ] && [ -z \"$ended\" ]; then\n"
    "    exec scontrol requeue \"${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}\"\n"
    "fi\n"
    "exit \"$status\"\n";

/* For a shell: in single quotes. */
static void add_quoted(rondo_text *text, const char *word)
{
    rondo_text_add(text, "'");
    for (; *word; word++)
        rondo_text_add(text, *word == '\'' ? "'\\''" : "%c", *word);
    rondo_text_add(text, "'");
}

/* For a line of #SBATCH: in double quotes where it is not plain. */
static void add_option(rondo_text *text, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@%+[]";
    if (*word && word[strspn(word, plain)] == '\0') {
        rondo_text_add(text, "%s", word);
        return;
    }
    rondo_text_add(text, "\"");
    for (; *word; word++)
        rondo_text_add(text, strchr("\"\\", *word) ? "\\%c" : "%c", *word);
    rondo_text_add(text, "\"");
}

/* "%" stands for something in names of logs. */
static void add_log_option(const char *folder, rondo_text *script)
{
    rondo_text option = {0};
    rondo_text_add(&option, "--output=");
    for (; *folder; folder++)
        rondo_text_add(&option, *folder == '%' ? "%%%%" : "%c", *folder);
    rondo_text_add(&option, "/slurm/%%A_%%a.log");
    rondo_text_add(script, "#SBATCH ");
    add_option(script, rondo_text_get(&option));
    rondo_text_add(script, "\n");
    script->failed |= option.failed;
    rondo_text_finish(&option);
}

static void add_options(const rondo_slurm_job *job, const char *current_folder, rondo_text *script)
{
    rondo_text option = {0};
    rondo_text_add(script, "#SBATCH --array=0-%lld\n#SBATCH --cpus-per-task=1\n",
                   (long long)job->array - 1);
    rondo_text_add(script, "#SBATCH --signal=B:USR1@120\n#SBATCH --requeue\n"
                           "#SBATCH --open-mode=append\n#SBATCH ");
    rondo_text_add(&option, "--job-name=%s", job->name);
    add_option(script, rondo_text_get(&option));
    option.length = 0;
    rondo_text_add(script, "\n#SBATCH ");
    rondo_text_add(&option, "--chdir=%s", current_folder);
    add_option(script, rondo_text_get(&option));
    rondo_text_add(script, "\n");
    add_log_option(job->folder, script);
    if (job->option_count > 0) rondo_text_add(script, "#SBATCH");
    for (int64_t i = 0; i < job->option_count; i++) {
        rondo_text_add(script, " ");
        add_option(script, job->options[i]);
    }
    if (job->option_count > 0) rondo_text_add(script, "\n");
    script->failed |= option.failed;
    rondo_text_finish(&option);
}

static rondo_status check_word(const char *word, rondo_error *error)
{
    if (!strpbrk(word, "\r\n")) return RONDO_OK;
    return rondo_error_set(error, RONDO_USAGE, "\"%s\": a line break cannot stand in sweep.sbatch",
                           word);
}

static rondo_status check_words(const rondo_slurm_job *job, const char *current_folder,
                                rondo_error *error)
{
    rondo_status status = check_word(current_folder, error);
    if (!status) status = check_word(job->folder, error);
    if (!status) status = check_word(job->name, error);
    if (!status) status = check_word(job->program, error);
    for (int64_t i = 0; i < job->worker_count && !status; i++)
        status = check_word(job->worker[i], error);
    for (int64_t i = 0; i < job->option_count && !status; i++)
        status = check_word(job->options[i], error);
    return status;
}

rondo_status rondo_slurm_script(const rondo_slurm_job *job, const char *current_folder,
                                rondo_text *script, rondo_error *error)
{
    rondo_status status = check_words(job, current_folder, error);
    if (status) return status;
    rondo_text_add(
        script,
        "#!/bin/bash\n"
        "# Workers of a sweep, written by rondo sweep --slurm. They take runs until none is left; "
        "more of them,\n# or the same again, do no harm: sbatch this file.\n");
    add_options(job, current_folder, script);
    rondo_text_add(script, "\nworker=(");
    add_quoted(script, job->program);
    for (int64_t i = 0; i < job->worker_count; i++) {
        rondo_text_add(script, " ");
        add_quoted(script, job->worker[i]);
    }
    rondo_text_add(script, ")\n%s", body);
    return script->failed ? rondo_error_set(error, RONDO_FAILED, "not enough memory: sweep.sbatch")
                          : RONDO_OK;
}

rondo_status rondo_slurm_write(const rondo_slurm_job *job, rondo_error *error)
{
    char current[PATH_MAX];
    rondo_text script = {0};
    if (!getcwd(current, sizeof current))
        return rondo_error_set(error, RONDO_FAILED, "the current folder: %s", strerror(errno));
    char *path = rondo_file_join(job->folder, "sweep.sbatch");
    char *logs = rondo_file_join(job->folder, "slurm");
    rondo_status status = rondo_slurm_script(job, current, &script, error);
    if (!status && (!path || !logs))
        status = rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", job->folder);
    if (!status) status = rondo_file_make_folder(logs, error);
    if (!status) status = rondo_file_write(path, script.data, script.length, error);
    free(path);
    free(logs);
    rondo_text_finish(&script);
    return status;
}

/* Starts `sbatch --parsable PATH` with its stdout in a pipe. Returns an errno. */
static int start_sbatch(char *path, pid_t *process, int *output)
{
    char name[] = "sbatch", parsable[] = "--parsable";
    char *const arguments[] = {name, parsable, path, NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    if (pipe(ends) != 0) return errno;
    int failure = posix_spawn_file_actions_init(&actions);
    if (!failure) {
        failure = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        if (!failure) failure = posix_spawn_file_actions_addclose(&actions, ends[0]);
        if (!failure) failure = posix_spawn_file_actions_addclose(&actions, ends[1]);
        if (!failure) failure = posix_spawnp(process, name, &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (failure)
        close(ends[0]);
    else
        *output = ends[0];
    return failure;
}

/* "17" or "17;cluster", the first line. */
static void read_id(int output, rondo_text *id)
{
    char bytes[MOST_ID];
    ssize_t count;
    while ((count = read(output, bytes, sizeof bytes)) != 0) {
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) break;
        rondo_text_add_bytes(id, bytes, (size_t)count);
    }
    if (id->data) id->length = strcspn(id->data, ";\n");
    if (id->data) id->data[id->length] = '\0';
}

rondo_status rondo_slurm_submit(const rondo_slurm_job *job, rondo_text *id, rondo_error *error)
{
    int output = -1, ended = 0;
    pid_t process = 0;
    char *path = rondo_file_join(job->folder, "sweep.sbatch");
    if (!path) return rondo_error_set(error, RONDO_FAILED, "%s: not enough memory", job->folder);
    int failure = start_sbatch(path, &process, &output);
    rondo_status status = RONDO_OK;
    if (failure) {
        status = rondo_error_set(
            error, RONDO_FAILED,
            "sbatch: %s; %s is written: submit it with sbatch on a machine with Slurm",
            failure == ENOENT ? "there is none here" : strerror(failure), path);
    } else {
        read_id(output, id);
        close(output);
        while (waitpid(process, &ended, 0) < 0 && errno == EINTR)
            continue;
        if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0 || id->length == 0)
            status = rondo_error_set(error, RONDO_FAILED,
                                     "sbatch rejected %s; its message is above", path);
    }
    free(path);
    return status;
}
