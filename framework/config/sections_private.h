/* What the tables of sections share. Private to config/sections*.c. */
#ifndef RONDO_CONFIG_SECTIONS_PRIVATE_H
#define RONDO_CONFIG_SECTIONS_PRIVATE_H

#include "config/sections.h"

/* Rows whose key is not a field's bare name, or that are required, are written with this; of a
 * required row the default is an example, shown in the reference. */
#define RONDO_ROW(name, type, flags, config, field, c_type, fallback, low, high, choices, text,    \
                  help)                                                                            \
    {                                                                                              \
        name, type, flags, RONDO_FIELD_OFFSET(config, field, c_type), fallback, low, high,         \
            choices, text, help,                                                                   \
        {                                                                                          \
            NULL, NULL                                                                             \
        }                                                                                          \
    }
#define RONDO_TEXT_ROW(config, field, fallback, help)                                              \
    RONDO_ROW(#field, RONDO_OPTION_TEXT, 0, config, field, const char *, 0, 0, 0, NULL, fallback,  \
              help)

#define RONDO_SECTION(section_name, config, field, section_rows, section_help)                     \
    .name = section_name, .offset = offsetof(config, field), .rows = section_rows,                 \
    .help = section_help
#define RONDO_SECTIONS_END                                                                         \
    {                                                                                              \
        .name = NULL                                                                               \
    }

enum { RONDO_MOST_UNITS = 65536, RONDO_MOST_BATCH = 1048576 };

/* sections_data.c */
extern const rondo_plugin_key rondo_data_format;
extern const rondo_option rondo_data_rows[];
extern const rondo_section rondo_data_sections[];

/* sections_model.c */
extern const rondo_option rondo_model_rows[];
extern const rondo_section rondo_model_sections[];

/* sections_train.c */
extern const rondo_option rondo_train_rows[];
extern const rondo_section rondo_train_sections[];

#endif
