/* Dates, instants, zones and numbers: what was read is written and read alike, in any zone. */
#include "base/instant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void instant_and_back(const struct zone *z, instant t) {
    struct strbuf b;
    instant again;
    strbuf_init(&b, 64);
    int32_t year = civil_from_instant(z, t).year;
    if (year >= 0 && year <= 9999) {
        instant_format(&b, z, t);
        check(instant_parse(strbuf_str(&b), &again) && again.ms == t.ms);
    }
    strbuf_done(&b);
}

static void day_and_back(day d) {
    struct strbuf b;
    day again;
    strbuf_init(&b, 64);
    day_format(&b, d);
    check(day_parse(strbuf_str(&b), &again) && again.n == d.n);
    strbuf_done(&b);
}

/* The first line is a zone, the second a time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct zone zone = {0}, other;
    instant t;
    day d;
    int64_t i;
    double v;
    str rest = {(const char *)data, size}, rule = STR_NONE;
    if (!str_split(&rest, '\n', &rule)) return 0;
    if (zone_parse(rule, &other, NULL) == OK) zone = other;
    if (instant_parse(rest, &t)) {
        check(instant_valid(t));
        instant_and_back(&zone, t);
    }
    if (instant_parse_local(&zone, rest, &t)) instant_and_back(&zone, t);
    if (day_parse(rest, &d)) day_and_back(d);
    if (str_to_i64(rest, &i)) check(str_to_double(rest, &v));
    return 0;
}
