#include "casework/number.h"

#include <stdio.h>
#include <string.h>

#define DATE_DIGITS 8
#define COUNTER_DIGITS 5
#define COUNTER_DIGITS_MAX 10
#define PREFIX_MAX 4

char number_check_digit(str digits) {
    int p = 10;
    for (size_t i = 0; i < digits.len; i++) {
        int s = (p + digits.ptr[i] - '0') % 10;
        p = (s == 0 ? 10 : s) * 2 % 11;
    }
    return (char)('0' + (11 - p) % 10);
}

code number_format(str prefix, day date, uint32_t counter) {
    int32_t year, month, mday;
    code c = {0};
    day_to_ymd(date, &year, &month, &mday);
    check(prefix.len <= PREFIX_MAX && year >= 0 && year <= 9999);
    snprintf(c.s, sizeof c.s, "%.*s%04d%02d%02d%05u", P(prefix), (int)year, (int)month, (int)mday, (unsigned)counter);
    size_t len = strlen(c.s);
    c.s[len] = number_check_digit((str){c.s + prefix.len, len - prefix.len});
    return c;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool number_valid(str number, str prefix) {
    size_t n = 0;
    while (n < number.len && !is_digit(number.ptr[n])) n++;
    if (n > PREFIX_MAX || (prefix.len > 0 && n != prefix.len)) return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (upper(number.ptr[i]) != upper(prefix.ptr[i])) return false;
    str digits = str_slice(number, n, number.len);
    if (digits.len < DATE_DIGITS + COUNTER_DIGITS + 1 || digits.len > DATE_DIGITS + COUNTER_DIGITS_MAX + 1)
        return false;
    for (size_t i = 0; i < digits.len; i++)
        if (!is_digit(digits.ptr[i])) return false;
    char last = digits.ptr[digits.len - 1];
    digits.len--;
    day d;
    char iso[11];
    snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", digits.ptr, digits.ptr + 4, digits.ptr + 6);
    return day_parse(str_z(iso), &d) && last == number_check_digit(digits);
}
