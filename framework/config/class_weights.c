#include "config/class_weights.h"

#include <math.h>
#include <string.h>

#include "config/tree.h"
#include "plugin/options.h"

const char rondo_class_weights_key[] = "class_weights";
const char rondo_class_weights_help[] =
    "weight of each class in the loss that training minimizes: none, balanced (inversely to how "
    "often the class occurs in the training split), or a mapping of class names to numbers, 1 for "
    "those it leaves out; the reported loss and metrics weight all classes equally";

static const char allowed[] = "none, balanced, or a mapping of class names to numbers";

static const rondo_option value_row = {
    .name = "weight", .type = RONDO_OPTION_REAL, .low = 0, .high = HUGE_VAL};
static const rondo_option text_row = {.name = "class", .type = RONDO_OPTION_TEXT};

bool rondo_class_weights_belong(const rondo_plugin *plugin)
{
    return plugin->kind == RONDO_KIND_LOSS &&
           ((const rondo_loss *)plugin)->target == RONDO_TARGET_CLASS;
}

static void read_names(const rondo_reader *r, const rondo_node *value, const char *path,
                       rondo_class_weights_config *weights)
{
    char class_path[RONDO_PATH_SIZE];
    size_t count = (size_t)value->count;
    const char **names = rondo_owned_take(r->owned, count * sizeof *names);
    double *values = rondo_owned_take(r->owned, count * sizeof *values);
    if (!names || !values) return;
    for (int64_t i = 0; i < value->count; i++) {
        const rondo_item *item = &value->items[i];
        names[i] = rondo_owned_copy(r->owned, item->key, strlen(item->key));
        rondo_reader_value(r, &value_row, item->value, rondo_path_join(path, item->key, class_path),
                           &values[i]);
    }
    *weights = (rondo_class_weights_config){
        .rule = RONDO_WEIGHTS_BY_NAME, .count = value->count, .names = names, .values = values};
}

void rondo_class_weights_read(const rondo_reader *reader, const rondo_node *value, const char *path,
                              rondo_class_weights_config *weights)
{
    bool is_word = value->kind == RONDO_SCALAR && !rondo_node_is_empty(value);
    *weights = (rondo_class_weights_config){.rule = RONDO_WEIGHTS_NONE};
    if (value->kind == RONDO_MAPPING && value->count > 0)
        read_names(reader, value, path, weights);
    else if (is_word && strcmp(value->text, "balanced") == 0)
        weights->rule = RONDO_WEIGHTS_BALANCED;
    else if (!is_word || strcmp(value->text, "none") != 0)
        rondo_reader_report(reader, path, value, allowed);
}

static void print_name(rondo_yaml_writer *writer, const char *name, double value)
{
    rondo_text key = {0};
    rondo_options_print(&text_row, &name, &key);
    rondo_yaml_write_key(writer, rondo_text_get(&key));
    rondo_text_add(writer->text, " ");
    rondo_options_print(&value_row, &value, writer->text);
    rondo_text_add(writer->text, "\n");
    writer->text->failed |= key.failed;
    rondo_text_finish(&key);
}

void rondo_class_weights_print(rondo_yaml_writer *writer, const rondo_class_weights_config *weights)
{
    if (weights->rule == RONDO_WEIGHTS_NONE) return;
    rondo_yaml_write_key(writer, rondo_class_weights_key);
    if (weights->rule == RONDO_WEIGHTS_BALANCED) {
        rondo_text_add(writer->text, " balanced\n");
        return;
    }
    rondo_text_add(writer->text, "\n");
    writer->indent += RONDO_INDENT;
    for (int64_t i = 0; i < weights->count; i++)
        print_name(writer, weights->names[i], weights->values[i]);
    writer->indent -= RONDO_INDENT;
}
