/* The body of POST /api/v1/reports: whatever comes is read within its bounds or refused with a code. */
#include "app/app.h"

#define TEXT_MAX ((size_t)64 << 10)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena arena;
    struct report report;
    struct err err = {0};
    if (size > TEXT_MAX) return 0;
    arena_init(&arena, (size_t)16 << 20);
    enum status status = report_parse((str){(const char *)data, size}, &arena, &report, &err);
    if (status == OK) {
        check(utf8_count(report.text) <= REPORT_TEXT_MAX && report.n_media <= REPORT_MEDIA_MAX);
        check(utf8_valid(report.text) && utf8_valid(report.address) && utf8_valid(report.name));
    } else {
        check((status == E_SYNTAX || status == E_INVALID) && err.code[0] != '\0' && err.primary[0] != '\0');
    }
    arena_done(&arena);
    return 0;
}
