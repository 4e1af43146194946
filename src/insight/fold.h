/* Folding: texts are compared without case, width and accents-free of surprises: lower case, half width. */
#ifndef YIWANG_INSIGHT_FOLD_H
#define YIWANG_INSIGHT_FOLD_H

#include "base/str.h"

/* The folded text. in: valid UTF-8. memory: arena, at most as long as three times the text. */
str text_fold(struct arena *arena, str text);
/* Whether a code point is written without blanks between words (Chinese, Japanese, Korean). */
bool is_cjk(uint32_t cp);

#endif
