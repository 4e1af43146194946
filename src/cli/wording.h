/* Words, limits and times for what the command line prints in the language of a package. */
#ifndef YIWANG_CLI_WORDING_H
#define YIWANG_CLI_WORDING_H

#include "city/city.h"

/* In whose language, and onto what. */
struct wording {
    const struct city *city;
    size_t lang;
    struct strbuf *out;
};

/* Appends a word of src/api/words. */
void say(const struct wording *w, const char *key);
/* Appends a word with its place {n} filled; "{n} day|{n} days" chooses by the number. */
void say_n(const struct wording *w, const char *key, int64_t n);
/* Appends a text of the package. */
void say_text(const struct wording *w, const struct text *t);
/* Appends a limit and its basis: "15 days (law, article)"; of a condition where `from_condition`. */
void say_limit(const struct wording *w, const struct limit *l, bool from_condition);
/* Appends a local time to the minute, "2026-12-09 24:00" where a day ends. */
void say_time(const struct wording *w, instant t);
/* Appends the names of posts (bit set), separated as the language does. */
void say_posts(const struct wording *w, uint32_t posts);
/* Appends what stands between the items of a list, unless it is the first. */
void say_comma(const struct wording *w, size_t i);
/* The language number of a tag, or of the package's first language if NULL. errors: false, after a message, if the
 * package has no such language. */
bool language_read(const struct city *city, const char *tag, size_t *ret) MUST_USE;

#endif
