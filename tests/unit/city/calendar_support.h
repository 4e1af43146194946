/* Calendars and times for the tests of city and casework. */
#ifndef YIWANG_TESTS_UNIT_CITY_CALENDAR_SUPPORT_H
#define YIWANG_TESTS_UNIT_CITY_CALENDAR_SUPPORT_H

#include "../base/support.h"
#include "city/calendar.h"

struct day_hours hours_9_17(void);
struct day_hours hours_of(const int16_t *bounds, size_t n); /* start, end, start, end … */

/* A week of Monday to Friday with the hours given, zone by POSIX rule, years loaded as given, no entries. */
struct calendar calendar_of(const char *zone, struct day_hours hours, int32_t first_year, int32_t last_year);
/* 08:00–12:00, 14:00–18:00, half days 08:00–12:00, UTC+8, the notices of 2024 to 2026. memory: static, read only. */
struct calendar calendar_china(void);
/* The same with the notices of the city package jintan (2018 to 2026). errors: fails the test. memory: the arena. */
struct calendar calendar_package(struct arena *a);
/* Adds the rows of a file with columns date and kind, sorted by the caller's order. in: entries have room. */
void calendar_read(struct calendar *c, struct arena *a, str text);

/* An instant from local time: "2026-02-14 10:00" or with seconds; 24:00 is allowed. */
instant at(const struct calendar *c, const char *local);
/* Fails with the row's line unless got is the local time want. in: want as for at(), or NULL for INSTANT_NONE. */
void assert_at(const struct calendar *c, instant got, const char *want, int line);

/* A file of this repository, or of the shared folder beside it (YIWANG_SHARED, else ../shared). out: false if it
 * cannot be read. in: YIWANG_SOURCE or the working directory is the repository's root. */
bool source_file(const char *path, struct arena *a, str *ret) MUST_USE;
bool shared_file(const char *path, struct arena *a, str *ret) MUST_USE;

#endif
