/* Layouts of a few tensors, without a network. */
#ifndef RONDO_TESTS_SUPPORT_LAYOUT_H
#define RONDO_TESTS_SUPPORT_LAYOUT_H

#include "check.h"
#include "model/layout.h"

/* One group of `count` parts, in an empty layout. */
static inline void test_layout_make(const rondo_parameter *parts, int count, rondo_layout *layout)
{
    rondo_error error = {0};
    int64_t index;
    rondo_layout_begin_group(layout);
    for (int t = 0; t < count; t++)
        CHECK(!rondo_layout_add(layout, &parts[t], &index, &error));
}

#endif
