/* Messages to and from platforms that are not Yiwang: the Standard Webhooks scheme. The signature covers id, time and
 * body with a secret that both sides know: "v1," and HMAC-SHA-256 as base64 over "id.seconds.body". */
#ifndef YIWANG_EXCHANGE_WEBHOOK_H
#define YIWANG_EXCHANGE_WEBHOOK_H

#include "base/digest.h"
#include "base/instant.h"

#define WEBHOOK_AGE_MS (10 * MS_MINUTE) /* how old or how far ahead a delivery may be */

struct webhook {
    str id;        /* of the message: the same each time it is delivered */
    str seconds;   /* since 1970, of this delivery */
    str signature; /* one or more, separated by blanks */
};

/* The signature of a delivery. in: secret as agreed, "whsec_" with base64 or any text. memory: arena. */
str webhook_sign(str secret, const struct webhook *w, str body, struct arena *arena);
/* Whether one of the signatures is right and the delivery of now. */
bool webhook_signed(str secret, const struct webhook *w, str body, instant now);

#endif
