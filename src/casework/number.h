/* Numbers of cases, for people to read out and copy: prefix, date, counter of the day, check digit.
 *
 * JT 20261124 00001 5   (written without blanks; the counter has five digits or more)
 *
 * The check digit is ISO/IEC 7064 MOD 11,10 over the digits: it finds every wrong digit and nearly every pair of
 * swapped ones; a decimal digit, because numbers are read out on the telephone. */
#ifndef YIWANG_CASEWORK_NUMBER_H
#define YIWANG_CASEWORK_NUMBER_H

#include "base/instant.h"
#include "base/str.h"

/* in: prefix of 1–4 letters, local date of the years 0–9999, counter from 1. */
code number_format(str prefix, day date, uint32_t counter);
/* Whether the text has the form and the right check digit, in any letter case. in: prefix may be empty: any. */
bool number_valid(str number, str prefix);
/* The check digit for a run of decimal digits: '0'–'9'. in: digits only. */
char number_check_digit(str digits);

#endif
