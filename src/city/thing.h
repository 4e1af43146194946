/* Codes of the things of a register: components (17 digits), buildings, sites. Pure. */
#ifndef YIWANG_CITY_THING_H
#define YIWANG_CITY_THING_H

#include "base/status.h"
#include "base/str.h"

/* Whether a form can be one: letters, digits and '-' stand for themselves, '#' for any digit, {division} for the code of
 * the city's division, {class} for the key of the thing's category without its kind letter. */
bool thing_form_valid(const code *form);
/* Whether a code has the form. in: division, key of the category; an empty form takes every code. errors: E_INVALID
 * bad_thing, field thing; the hint says which part is wrong and what stands there. source: GB/T 47678.5-2026, component
 * identifier: 6 digits division, 2 major, 3 minor, 6 serial. */
enum status thing_code_check(const code *form, const code *thing, const code *division, const code *category,
                             struct err *err) MUST_USE;

#endif
