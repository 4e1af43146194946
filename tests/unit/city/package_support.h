/* A small city package in a temporary folder, to be spoilt one fault at a time. */
#ifndef YIWANG_TESTS_UNIT_CITY_PACKAGE_SUPPORT_H
#define YIWANG_TESTS_UNIT_CITY_PACKAGE_SUPPORT_H

#include "base/str.h"

struct package_part {
    const char *path, *text;
};
/* The files of a package without a fault: a district, two towns, four grids. */
extern const struct package_part package_parts[];
extern const size_t n_package_parts;

/* The text of a part; a path that the package does not have fails the test. */
const char *package_text(const char *path);
/* Makes a folder with the package, one file replaced (text NULL: left out) or added; path NULL: as it is. out: its
 * name, to be removed by package_remove. */
char *package_write(const char *path, const char *text);
/* Removes the folder and frees its name. */
void package_remove(char *dir);

#endif
