/* Carrying messages to platforms that are not Yiwang, one request for each; what they answered with success is confirmed. */
#ifndef YIWANG_JOBS_PLATFORM_H
#define YIWANG_JOBS_PLATFORM_H

#include "app/outside.h"
#include "http/http.h"

struct platform {
    struct app *app;
    struct http_fetcher *fetcher;
    const struct peer *peer;
    const struct peer_line *line;
};

/* Sends what waits, in order, as signed JSON. A refusal of the platform (4xx but 401, 403, 404, 408, 425, 429) is told to
 * the case and the next one goes; everything else stays and is tried again. errors: E_BUSY why it could not be sent. */
enum status platform_send(const struct platform *p, struct arena *arena, struct err *err) MUST_USE;

#endif
