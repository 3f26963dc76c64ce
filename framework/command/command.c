#include "command/command.h"

rondo_status rondo_command_parse(const rondo_argument *table, const char *verb, const char *summary,
                                 int argc, char **argv, bool *help, rondo_error *error)
{
    rondo_status status = rondo_arguments_parse(table, argc, argv, help, error);
    if (status) return rondo_error_add(error, status, "see rondo %s --help", verb);
    if (*help) rondo_arguments_help(table, verb, summary);
    return RONDO_OK;
}
