/* Functions that never appear in this project: using one is an error (-Werror). Included before every file by
 * src/base/meson.build.
 *
 * By attribute and not by `#pragma GCC poison`, because system headers use the words as parameter names (rand in OpenSSL). */
#ifndef YIWANG_BASE_BANNED_H
#define YIWANG_BASE_BANNED_H

#include <stddef.h>
#include <sys/types.h>

/* Declared before the headers that declare them, because clang takes no attribute after an inline definition. */
#define BANNED(why) __attribute__((deprecated("banned: " why)))

BANNED("no bound; use str, strbuf") char *strcpy(char *to, const char *from);
BANNED("no bound; use strbuf_add") char *strcat(char *to, const char *from);
BANNED("no bound; use str_format, strbuf_addf") int sprintf(char *to, const char *fmt, ...);
BANNED("shared state; use str_split") char *strtok(char *s, const char *separators);
BANNED("no errors; use str_to_i64") int atoi(const char *s);
BANNED("no errors; use str_to_i64") long atol(const char *s);
BANNED("no errors; use str_to_double") double atof(const char *s);
BANNED("shared state; use base/instant.h") struct tm *gmtime(const time_t *t);
BANNED("shared state; use base/instant.h") struct tm *localtime(const time_t *t);
BANNED("predictable; use the system's randomness") int rand(void);
BANNED("runs a shell") int system(const char *command);
BANNED("no bound; use an arena") void *alloca(size_t size);

#undef BANNED

/* Read now, so that these macros do not come back. */
#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#undef alloca
#undef strcpy
#undef strcat
#undef sprintf

#endif
