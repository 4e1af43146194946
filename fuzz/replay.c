/* Runs one fuzz harness over its corpus, so that what the fuzzer found stays tested by every ordinary build.
 * Besides each file also each of its prefixes: a cut input is the commonest kind of malformed one. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macro.h"

#define FILE_MAX ((size_t)1 << 20)
#define PREFIXES_MAX ((size_t)4096)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A block of exactly n bytes, so that AddressSanitizer sees a read beyond the end. */
static void run(const uint8_t *bytes, size_t n) {
    uint8_t *copy = malloc(n ? n : 1);
    check(copy != NULL);
    memcpy(copy, bytes, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static void run_file(const char *path) {
    static uint8_t bytes[FILE_MAX];
    FILE *f = fopen(path, "rb");
    check(f != NULL);
    size_t n = fread(bytes, 1, sizeof bytes, f);
    check(!ferror(f) && n < sizeof bytes);
    fclose(f);
    check_context(path);
    run(bytes, n);
    for (size_t cut = 0; cut < n && cut < PREFIXES_MAX; cut++) run(bytes, cut);
    check_context(NULL);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 2;
    }
    DIR *folder = opendir(argv[1]);
    if (!folder) {
        fprintf(stderr, "%s: no such folder\n", argv[1]);
        return 2;
    }
    int n = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[4096];
        if (entry->d_name[0] == '.') continue;
        int len = snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        check(len > 0 && (size_t)len < sizeof path);
        run_file(path);
        n++;
    }
    closedir(folder);
    printf("%d files\n", n);
    return n > 0 ? 0 : 1;
}
