#include "base/macro.h"

#include <stdio.h>
#include <stdlib.h>

static _Thread_local const char *context;

void check_context(const char *what) {
    context = what;
}

void check_failed(const char *cond, const char *file, int line) {
    fprintf(stderr, "check failed: %s at %s:%d, working on: %s\n", cond, file, line, context ? context : "-");
    abort();
}
