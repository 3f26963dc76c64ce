#include "kit/step.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kit/reference.h"

enum { MOST_UNITS = 1024, NAME = 128 };

/* The key of a part: "W forget_gate", "initial cell". */
static void key_of(const kit_part *part, char key[NAME])
{
    static const char *const words[] = {
        [KIT_INPUT_WEIGHT] = "W ",
        [KIT_RECURRENT_WEIGHT] = "U ",
        [KIT_PROJECTION] = "W_p ",
        [KIT_BIAS] = "b ",
        [KIT_RECURRENT_BIAS] = "b_recurrent ",
        [KIT_UNIT_PARAMETER] = "parameter ",
        [KIT_INPUT] = "",
        [KIT_INITIAL] = "initial ",
    };
    snprintf(key, NAME, "%s%s", words[part->role], part->name);
}

static void print_numbers(const char *key, const rondo_real *values, int64_t count)
{
    printf("%s =", key);
    for (int64_t i = 0; i < count; i++)
        printf(sizeof(rondo_real) == sizeof(double) ? " %.17g" : " %.9g", (double)values[i]);
    printf("\n");
}

void kit_step_write(const rondo_cell *cell, const void *config)
{
    const kit_shape shape = {.rows = 1, .input = 2, .hidden = 3, .lengths = {1}};
    kit_problem problem;
    kit_problem_start(&problem, cell, config, &shape, 300);
    printf("# one step of %s; W [units, inputs], U [units, units], a row after the other\n"
           "inputs = %lld\nunits = %lld\n",
           cell->head.name, (long long)problem.shape.input, (long long)problem.shape.hidden);
    for (int64_t p = 0; p < problem.part_count; p++) {
        char key[NAME];
        key_of(&problem.parts[p], key);
        print_numbers(key, problem.values + problem.parts[p].start, problem.parts[p].count);
    }
    kit_problem_finish(&problem);
}

/* --- reading --- */

typedef struct step_file {
    const char *path;
    char *text; /* lines end with \0 */
    int64_t size;
} step_file;

static bool read_file(step_file *f, const char *path)
{
    size_t room = 1 << 16, size = 0;
    bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "r");
    *f = (step_file){.path = is_input ? "standard input" : path};
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    f->text = kit_allocate((int64_t)room, 1);
    while ((size += fread(f->text + size, 1, room - 1 - size, file)) == room - 1) {
        f->text = realloc(f->text, room *= 2);
        if (!f->text) exit(2);
    }
    f->text[size] = '\0';
    f->size = (int64_t)size;
    if (!is_input) fclose(file);
    for (size_t i = 0; i < size; i++)
        if (f->text[i] == '\n') f->text[i] = '\0';
    return true;
}

/* The values of a line behind its "=", numbers with blanks, commas and brackets between them; -1 and a
 * message where something else stands there. */
static int64_t numbers_of(const char *text, double *values, int64_t most)
{
    int64_t count = 0;
    while (*text) {
        char *end;
        if (isspace((unsigned char)*text) || strchr(",[]()", *text)) {
            text++;
            continue;
        }
        double value = strtod(text, &end);
        if (end == text) return -1;
        if (count < most) values[count] = value;
        count++;
        text = end;
    }
    return count;
}

static bool wrong(const step_file *f, int64_t line, const char *key, const char *what)
{
    fprintf(stderr, "%s:%lld: %s: %s\n", f->path, (long long)line, key, what);
    return false;
}

/* Calls `use` with key and text of every line that has some. */
typedef bool (*use_line)(void *context, const step_file *f, int64_t line, const char *key,
                         const char *text);

static bool for_lines(const step_file *f, use_line use, void *context)
{
    int64_t line = 1;
    for (const char *at = f->text; at <= f->text + f->size; at += strlen(at) + 1, line++) {
        char key[NAME] = "";
        const char *start = at + strspn(at, " \t\r"), *sign = strchr(start, '=');
        if (*start == '\0' || *start == '#') continue;
        size_t length = sign ? (size_t)(sign - start) : 0;
        while (length > 0 && isspace((unsigned char)start[length - 1]))
            length--;
        if (length == 0 || length >= sizeof key) return wrong(f, line, start, "no key = numbers");
        memcpy(key, start, length);
        if (!use(context, f, line, key, sign + 1)) return false;
    }
    return true;
}

static bool read_sizes(void *context, const step_file *f, int64_t line, const char *key,
                       const char *text)
{
    kit_shape *shape = context;
    int64_t *size = strcmp(key, "units") == 0    ? &shape->hidden
                    : strcmp(key, "inputs") == 0 ? &shape->input
                                                 : NULL;
    double value = 0;
    if (!size) return true;
    if (numbers_of(text, &value, 1) != 1 || value < 1 || value > MOST_UNITS || value != (int)value)
        return wrong(f, line, key, "must be a whole number in [1, 1024]");
    *size = (int64_t)value;
    return true;
}

static bool unknown_key(const kit_problem *problem, const step_file *f, int64_t line,
                        const char *key)
{
    rondo_text text = {0};
    rondo_text_add(&text, "no such number; there are: inputs, units");
    for (int64_t p = 0; p < problem->part_count; p++) {
        char name[NAME];
        key_of(&problem->parts[p], name);
        rondo_text_add(&text, ", %s", name);
    }
    wrong(f, line, key, rondo_text_get(&text));
    rondo_text_finish(&text);
    return false;
}

static bool read_values(void *context, const step_file *f, int64_t line, const char *key,
                        const char *text)
{
    kit_problem *problem = context;
    const kit_part *found = NULL;
    if (strcmp(key, "units") == 0 || strcmp(key, "inputs") == 0) return true;
    for (int64_t p = 0; p < problem->part_count && !found; p++) {
        char name[NAME];
        key_of(&problem->parts[p], name);
        if (strcmp(name, key) == 0) found = &problem->parts[p];
    }
    if (!found) return unknown_key(problem, f, line, key);
    double *values = kit_allocate(found->count, sizeof *values);
    int64_t count = numbers_of(text, values, found->count);
    for (int64_t i = 0; i < count && i < found->count; i++)
        problem->values[found->start + i] = (rondo_real)values[i];
    free(values);
    if (count == found->count) return true;
    char message[96];
    snprintf(message, sizeof message, "has %lld numbers, needed are %lld", (long long)count,
             (long long)found->count);
    return wrong(f, line, key, count < 0 ? "is not a list of numbers" : message);
}

/* --- printing --- */

static void print_gates(const kit_problem *problem, const kit_pass *pass, int32_t stage,
                        const char *word)
{
    const rondo_cell_stage *s = &problem->plan.stages[stage];
    for (int32_t g = 0; g < s->gate_count; g++) {
        char key[NAME];
        int32_t separate = g - (s->gate_count - s->separate_count);
        snprintf(key, sizeof key, "%s %s", word, s->gates[g].name);
        print_numbers(key, kit_array_at(&pass->gates, 0, problem->first_gate[stage] + g),
                      problem->shape.hidden);
        if (separate < 0) continue;
        snprintf(key, sizeof key, "%s separate %s", word, s->gates[g].name);
        print_numbers(key,
                      kit_array_at(&pass->separate, 0, problem->first_separate[stage] + separate),
                      problem->shape.hidden);
    }
}

static void print_step(const kit_problem *problem)
{
    const rondo_cell_plan *plan = &problem->plan;
    int64_t hidden = problem->shape.hidden;
    kit_pass pass;
    char key[NAME];
    kit_pass_start(&pass, problem);
    for (int32_t s = 0; s < plan->stage_count; s++) {
        printf("# stage %d\n", (int)s);
        kit_step_products(problem, &pass, 0, s);
        print_gates(problem, &pass, s, "before");
        kit_step_call(problem, &pass, 0, s, false, (kit_tiling){0, 0});
        print_gates(problem, &pass, s, "after");
    }
    kit_step_project(problem, &pass, 0);
    printf("# results\n");
    for (int32_t i = 0; i < plan->intermediate_count; i++) {
        snprintf(key, sizeof key, "intermediate %s", plan->intermediates[i]);
        print_numbers(key, kit_array_at(&pass.intermediate[i], 0, 0), hidden);
    }
    for (int32_t i = 0; i < plan->state_count; i++) {
        snprintf(key, sizeof key, "state %s", plan->states[i]);
        print_numbers(key, kit_array_at(&pass.state[i], 0, 0), kit_state_width(problem, i));
    }
    kit_pass_finish(&pass);
}

bool kit_step_print(const rondo_cell *cell, const void *config, const char *path)
{
    kit_shape shape = {.rows = 1, .lengths = {1}};
    kit_problem problem;
    step_file file;
    if (!read_file(&file, path)) return false;
    bool good = for_lines(&file, read_sizes, &shape);
    if (good && (shape.hidden == 0 || shape.input == 0)) {
        fprintf(stderr, "%s: inputs and units are not both given\n", file.path);
        good = false;
    }
    if (good) {
        kit_problem_start(&problem, cell, config, &shape, 300);
        memset(problem.values, 0, (size_t)problem.value_count * sizeof *problem.values);
        good = for_lines(&file, read_values, &problem);
        if (good) print_step(&problem);
        kit_problem_finish(&problem);
    }
    free(file.text);
    return good;
}
