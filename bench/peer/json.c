/* Reading the same bytes with another parser into its tree, nothing checked beyond JSON.
 *
 *   peer_json_<name> FILE COUNT
 *
 * Prints nanoseconds of CPU a text. One program for each parser: their names clash, with each other's and with ours. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#if defined PEER_JANSSON
#include <jansson.h>
#elif defined PEER_JSON_C
#include <json-c/json.h>
#else
#include <cjson/cJSON.h>
#endif

static bool parse(const char *text, size_t len) {
#if defined PEER_JANSSON
    json_t *j = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    json_decref(j);
#elif defined PEER_JSON_C
    (void)len;
    struct json_object *j = json_tokener_parse(text);
    json_object_put(j);
#else
    cJSON *j = cJSON_ParseWithLength(text, len);
    cJSON_Delete(j);
#endif
    return j != NULL;
}

static double used_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

int main(int argc, char **argv) {
    static char text[65536];
    FILE *f = argc == 3 ? fopen(argv[1], "r") : NULL;
    if (f == NULL) return 2;
    size_t len = fread(text, 1, sizeof text - 1, f);
    long count = strtol(argv[2], NULL, 10);
    fclose(f);
    double begin = used_ns();
    for (long i = 0; i < count; i++)
        if (!parse(text, len)) return 1;
    printf("%.1f\n", (used_ns() - begin) / (double)count);
    return 0;
}
