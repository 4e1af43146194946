/* What a refusal says is possible instead, and by whom (casework/instead.h), for programs and as a sentence. */
#ifndef YIWANG_API_INSTEAD_H
#define YIWANG_API_INSTEAD_H

#include "base/json.h"
#include "casework/instead.h"

/* Appends the sentences: who may do what was wanted and when, and what the caller can do now. in: language. */
void put_instead_words(struct strbuf *b, const struct refused *q, const struct instead *i, size_t lang);
/* Adds the members `possible` and `may` to an open object. */
void put_instead(struct json_buf *w, const struct refused *q, const struct instead *i, size_t lang);

#endif
