#include "command/data_hint.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { MOST_BYTES = 1 << 20 }; /* of a config */

/* Whether a path, there or not, is in the folder, whose links are resolved. */
static bool lies_within(const char *folder, const char *path)
{
    size_t length = strlen(folder);
    char *at = rondo_text_copy(path), *real = NULL, *slash;
    while (at && !(real = realpath(at, NULL)) && (slash = strrchr(at, '/')) && slash > at)
        *slash = '\0';
    bool within =
        real && strncmp(real, folder, length) == 0 && (real[length] == '/' || real[length] == '\0');
    free(real);
    free(at);
    return within;
}

/* Data elsewhere (--set data.path) would not be brought. */
static bool is_beside(const char *config, const rondo_data_config *data)
{
    const char *const paths[] = {data->path, data->split.train.path, data->split.valid.path,
                                 data->split.test.path};
    char *folder = rondo_file_folder(config), *real = folder ? realpath(folder, NULL) : NULL;
    bool beside = false;
    for (size_t i = 0; real && i < sizeof paths / sizeof paths[0]; i++)
        beside = beside || (paths[i] && lies_within(real, paths[i]));
    free(real);
    free(folder);
    return beside;
}

/* Whether the head has a line as datasets/get reads it. */
static bool says_whose(const char *config)
{
    char *text = NULL;
    size_t size = 0;
    rondo_error ignored = {0};
    if (rondo_file_read(config, MOST_BYTES, &text, &size, &ignored)) return false;
    bool found = strstr(text, "\n# sha256 of ") != NULL;
    free(text);
    return found;
}

static bool has_program(const char *config)
{
    char *folder = rondo_file_folder(config);
    char *program = folder ? rondo_file_join(folder, "../datasets/get") : NULL;
    bool found = program && rondo_file_exists(program);
    free(program);
    free(folder);
    return found;
}

void rondo_data_hint(const char *config, const rondo_experiment *experiment, rondo_text *hint)
{
    const char *slash = strrchr(config, '/');
    const char *name = slash ? slash + 1 : config, *dot = strrchr(name, '.');
    const char *vectors = experiment->model.input.pretrained;
    if (!is_beside(config, &experiment->data) || !has_program(config) || !says_whose(config))
        return;
    if (vectors && !rondo_file_exists(vectors)) return; /* not of the data */
    rondo_text_add(hint, "; datasets/get %.*s downloads it", dot ? (int)(dot - name) : 0, name);
}

rondo_status rondo_data_hint_add(const rondo_text *hint, rondo_error *error)
{
    static const char missing[] = "No such file";
    size_t length = strlen(error->text);
    bool is_one_line = !strchr(error->text, '\n');
    bool is_of_a_file = strstr(error->text, missing) || strstr(error->text, "no such file");
    if (hint->length == 0 || !is_one_line || !is_of_a_file) return error->status;
    if (length + hint->length < sizeof error->text)
        memcpy(error->text + length, hint->data, hint->length + 1);
    return error->status;
}

rondo_status rondo_data_hint_start(const char *config, rondo_experiment *experiment, int threads,
                                   rondo_session *session, rondo_error *error)
{
    rondo_text hint = {0};
    rondo_data_hint(config, experiment, &hint);
    rondo_status status = rondo_session_start(experiment, threads, session, error);
    if (status) rondo_data_hint_add(&hint, error);
    rondo_text_finish(&hint);
    return status;
}
