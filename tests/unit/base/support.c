#include "support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct rng rng_start(const char *property) {
    const char *given = getenv("YIWANG_SEED");
    int64_t seed = 20261124;
    if (given && !str_to_i64(str_z(given), &seed)) fail_msg("YIWANG_SEED is no number");
    printf("%s: seed %lld\n", property, (long long)seed);
    return (struct rng){(uint64_t)seed * UINT64_C(0x9E3779B97F4A7C15) | 1};
}

uint64_t rng_next(struct rng *r) {
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return r->state * UINT64_C(0x2545F4914F6CDD1D);
}

uint64_t rng_below(struct rng *r, uint64_t n) {
    return rng_next(r) % n;
}

static uint32_t code_point(struct rng *r) {
    static const uint32_t special[] = {'"', '\\', '/',  ',', '\n',   '\r',   '\t',
                                       1,   0x1F, 0x7F, ' ', 0xFEFF, 0xFFFF, 0x10FFFF};
    switch (rng_below(r, 5)) {
    case 0:
        return special[rng_below(r, ARRAY_LEN(special))];
    case 1:
        return (uint32_t)(0x4E00 + rng_below(r, 0x5000));
    case 2:
        return (uint32_t)(0x80 + rng_below(r, 0x700));
    case 3:
        return (uint32_t)(0x10000 + rng_below(r, 0x100000));
    default:
        return (uint32_t)('a' + rng_below(r, 26));
    }
}

static size_t encode(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; c >>= 6) out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00 >> len & 0xFF) | c);
    return len;
}

str rng_text(struct rng *r, struct arena *a, size_t max) {
    size_t n = rng_below(r, max + 1), len = 0;
    char *text = NEW_ARRAY(a, char, 4 * n + 1);
    for (size_t i = 0; i < n; i++) len += encode(text + len, code_point(r));
    return (str){text, len};
}

str exact_copy(struct arena *a, str s) {
    char *copy = NEW_ARRAY(a, char, s.len);
    if (s.len) memcpy(copy, s.ptr, s.len);
    return (str){copy, s.len};
}

static void read_all(int fd, char *text, size_t size) {
    size_t n = 0;
    char rest[512];
    for (;;) {
        char *to = n + 1 < size ? text + n : rest;
        ssize_t got = read(fd, to, to == rest ? sizeof rest : size - 1 - n);
        if (got <= 0) break;
        if (to != rest) n += (size_t)got;
    }
    if (size) text[n] = 0;
}

bool aborts(void (*fn)(void *), void *arg, char *ret_stderr, size_t size) {
    int ends[2], state;
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        fn(arg);
        _exit(0);
    }
    close(ends[1]);
    read_all(ends[0], ret_stderr, ret_stderr ? size : 0);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &state, 0), pid);
    return WIFSIGNALED(state) && WTERMSIG(state) == SIGABRT;
}
