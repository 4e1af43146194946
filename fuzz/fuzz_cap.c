/* Warnings of others as CAP 1.2: whatever is taken keeps what the format promises. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "app/cap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    arena_init(&arena, 0);
    struct cap_alert *a = NEW(&arena, struct cap_alert);
    struct err err = {0};
    str xml = {(const char *)data, size};
    enum status status = cap_read(xml, &arena, a, &err);
    check((status == OK) == str_empty(str_z(err.code)));
    if (status == OK) {
        check(!str_empty(a->identifier) && !str_empty(a->sender) && !instant_is_none(a->sent));
        check(str_find(a->identifier, S(","), 0) < 0 && str_find(a->identifier, S(" "), 0) < 0);
        check(str_find(xml, S("<!DOCTYPE"), 0) < 0 && a->n_infos <= CAP_INFOS);
        for (size_t i = 0; i < a->n_infos; i++) {
            check(!str_empty(a->infos[i].event) && utf8_valid(a->infos[i].description));
            check(lonlat_is_none(a->infos[i].place) || lonlat_valid(a->infos[i].place));
        }
    }
    arena_done(&arena);
    return 0;
}
