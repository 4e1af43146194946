/* Which blobs an entry's words cite. */
#include <string.h>

#include "base/json.h"
#include "store/batch_int.h"

static size_t add_list(str list, uint8_t ret[MEDIA_MAX][16], size_t n) {
    for (str id; n < MEDIA_MAX && str_split(&list, ',', &id);)
        if (hex_parse(str_trim(id), ret[n], 16)) n++;
    return n;
}

static size_t read_value(struct json *j, uint8_t ret[MEDIA_MAX][16], size_t n) {
    str text;
    if (json_peek(j) == JSON_STRING) return json_str(j, &text) ? add_list(text, ret, n) : n;
    if (json_peek(j) != JSON_ARRAY || !json_array(j)) {
        (void)json_skip(j);
        return n;
    }
    while (json_more(j)) {
        if (json_peek(j) == JSON_STRING && json_str(j, &text))
            n = add_list(text, ret, n);
        else if (!json_skip(j))
            break;
    }
    return n;
}

/* An object whose members "media" and "document" hold ids; those of an act stand one level deeper. */
static size_t read_object(struct json *j, uint8_t ret[MEDIA_MAX][16], size_t n, bool deeper) {
    if (!json_object(j)) return n;
    for (str key; json_key(j, &key);) {
        bool fields = deeper && (str_is(key, "public") || str_is(key, "internal")) && json_peek(j) == JSON_OBJECT;
        if (str_is(key, "media") || str_is(key, "document"))
            n = read_value(j, ret, n);
        else if (fields)
            n = read_object(j, ret, n, false);
        else if (!json_skip(j))
            break;
    }
    return n;
}

size_t media_ids(str words, uint8_t ret[MEDIA_MAX][16]) {
    bool cites = str_find(words, S("\"media\""), 0) >= 0 || str_find(words, S("\"document\""), 0) >= 0;
    if (!cites) return 0; /* nearly every entry */
    struct arena arena CLEANUP(arena_done);
    struct json j;
    arena_init(&arena, 0);
    json_init(&j, words, &arena);
    return read_object(&j, ret, 0, true);
}
