/* Asking an Open311 server how cases of ours stand that it has. */
#ifndef YIWANG_JOBS_OPEN311_H
#define YIWANG_JOBS_OPEN311_H

#include "jobs/platform.h"

/* One request as a server tells it. */
struct open311_said {
    str number; /* service_request_id */
    str status, notes, updated;
};
/* Reads the first member of a JSON answer. out: false if it is none or has no id; a token alone is none, as servers that give
 * tokens first are not spoken to. memory: arena and text. */
bool open311_said(str text, struct arena *arena, struct open311_said *ret) MUST_USE;
/* Asks for each case under way there, once a visit. What it does not know is left as it is. errors: E_BUSY why it could not be
 * asked. */
enum status open311_ask(const struct platform *p, struct arena *arena, struct err *err) MUST_USE;

#endif
