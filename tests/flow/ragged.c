/* ragged FILE: writes an HDF5 file as standard input describes it, an item a line:
 *
 *     attribute NAME TEXT | version NUMBER
 *     int PATH COUNT, real PATH ROWS COLUMNS (then as many numbers, apart by blanks or line ends)
 *     text PATH COUNT (then as many lines)
 *
 * So tests in Python need no HDF5 library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hdf5.h"

enum { WORD = 256 };

static rondo_error error;

static void fail(const char *what)
{
    fprintf(stderr, "ragged: %s: %s\n", what, error.text);
    exit(1);
}

static void need(bool is_right, const char *what)
{
    if (!is_right) fail(what);
}

static void write_ints(rondo_hdf5 *file, const char *path)
{
    long long count, value;
    need(scanf("%lld", &count) == 1, path);
    int64_t *values = malloc((size_t)count * sizeof *values + 1);
    for (int64_t i = 0; values && i < count; i++) {
        need(scanf("%lld", &value) == 1, path);
        values[i] = value;
    }
    const int64_t extent[1] = {count};
    need(values && !rondo_hdf5_write(file, path, RONDO_HDF5_INT64, 1, extent, values, &error),
         path);
    free(values);
}

static void write_reals(rondo_hdf5 *file, const char *path)
{
    long long rows, columns;
    need(scanf("%lld %lld", &rows, &columns) == 2, path);
    double *values = malloc((size_t)(rows * columns) * sizeof *values + 1);
    for (int64_t i = 0; values && i < rows * columns; i++)
        need(scanf("%lf", &values[i]) == 1, path);
    const int64_t extent[2] = {rows, columns};
    need(values && !rondo_hdf5_write(file, path, RONDO_HDF5_FLOAT64, 2, extent, values, &error),
         path);
    free(values);
}

static void write_texts(rondo_hdf5 *file, const char *path)
{
    long long count;
    need(scanf("%lld ", &count) == 1, path);
    char **texts = calloc((size_t)count + 1, sizeof *texts);
    for (int64_t i = 0; texts && i < count; i++) {
        char line[WORD];
        need(fgets(line, sizeof line, stdin) != NULL, path);
        line[strcspn(line, "\n")] = '\0';
        texts[i] = malloc(sizeof line);
        if (texts[i]) memcpy(texts[i], line, sizeof line);
    }
    need(texts && !rondo_hdf5_write_texts(file, path, count, (const char *const *)texts, &error),
         path);
    for (int64_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

int main(int argc, char **argv)
{
    rondo_hdf5 *file = NULL;
    char kind[WORD], path[WORD], text[WORD];
    need(argc == 2 && !rondo_hdf5_create(argv[1], &file, &error), "usage: ragged FILE");
    while (scanf("%255s", kind) == 1) {
        need(scanf("%255s", path) == 1, kind);
        if (strcmp(kind, "attribute") == 0)
            need(scanf(" %255[^\n]", text) == 1 &&
                     !rondo_hdf5_set_text(file, "/", path, text, &error),
                 path);
        else if (strcmp(kind, "version") == 0)
            need(!rondo_hdf5_set_integer(file, "/", "version", atoll(path), &error), path);
        else if (strcmp(kind, "int") == 0)
            write_ints(file, path);
        else if (strcmp(kind, "real") == 0)
            write_reals(file, path);
        else
            write_texts(file, path);
    }
    need(!rondo_hdf5_close(file, &error), argv[1]);
    return 0;
}
