/* Compiler features behind one macro each, and the always-on assertion. */
#ifndef YIWANG_BASE_MACRO_H
#define YIWANG_BASE_MACRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt_arg, first_arg) __attribute__((format(printf, fmt_arg, first_arg)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define NORETURN __attribute__((noreturn))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define UNUSED __attribute__((unused))

/* Hands a cleanup-guarded pointer over: the variable becomes NULL. */
#define TAKE(ptr)                                                                                                      \
    __extension__({                                                                                                    \
        __typeof__(ptr) taken_ = (ptr);                                                                                \
        (ptr) = NULL;                                                                                                  \
        taken_;                                                                                                        \
    })

/* Programming errors end the process; always on. Data never reaches a check(): it meets a status. */
#define check(cond) ((cond) ? (void)0 : check_failed(#cond, __FILE__, __LINE__))

/* Reports the broken assertion with the request in progress on standard error and aborts.
 * in: the condition's text and its place. */
NORETURN void check_failed(const char *cond, const char *file, int line);

/* Names what this thread is working on, for the report of a failed check.
 * in: a text that outlives the work, or NULL when it is done. */
void check_context(const char *what);

#endif
