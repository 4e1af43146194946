/* Shared by the readers of reports: JSON, forms. */
#ifndef YIWANG_APP_REPORT_INT_H
#define YIWANG_APP_REPORT_INT_H

#include "app/app.h"

/* An empty report: no place, no time. */
void report_init(struct report *r);
/* errors: E_INVALID too_long with the field. */
enum status report_text_check(str value, const char *field, size_t max, struct err *err) MUST_USE;
/* "service" or "conduct". errors: E_INVALID wrong_type. */
enum status report_about_parse(str kind, enum about *ret, struct err *err) MUST_USE;

#endif
