/* A case as lists, counts and the live feed see it: the projection that queries are about. */
#ifndef YIWANG_QUERY_ROW_H
#define YIWANG_QUERY_ROW_H

#include "base/lonlat.h"
#include "casework/case.h"

struct case_row {
    uint64_t id;
    uint64_t seq;          /* sequence of the last entry shown here */
    uint32_t version;
    code number, procedure, state, category, condition, area, unit, channel;
    uint32_t area_index, unit_index, category_index; /* in the current city; NONE if unknown there */
    code task_units[TASKS_MAX]; /* units of open tasks, for own-unit sight and unit: terms */
    size_t n_task_units;
    instant filed, happened, updated, ended, due;
    bool is_over, is_closed, is_private, is_sealed, is_imported, provisional, missed;
    enum about about;
    code about_unit;
    int32_t rating;
    uint32_t flags;        /* bits: enum row_flag */
    lonlat place;          /* none if private, unknown or erased */
    str text, address;     /* for text terms; empty if erased. memory: the caller's arena */
};

enum row_flag { ROW_RETURNED = 1, ROW_REOPENED = 2, ROW_EXTENDED = 4, ROW_SUPERVISED = 8, ROW_URGED = 16, ROW_REWORKED = 32,
                ROW_DUPLICATE = 64, ROW_PLACELESS = 128, ROW_PAUSED = 256, ROW_URGENT = 512 };

#endif
