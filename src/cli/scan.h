/* Scans for the command line: files read, replications shared among threads. */
#ifndef YIWANG_CLI_SCAN_H
#define YIWANG_CLI_SCAN_H

#include "insight/satscan.h"

/* Reads a parameter file and the files it names beside it. errors: as satscan_parse_settings and satscan_read. */
enum status scan_read_files(const char *prm, struct arena *arena, struct satscan_settings *s, struct satscan_data *data,
                            struct err *err) MUST_USE;
/* Runs n replications on so many threads (at most 64). out: ret_maxima[n], the same for any number of threads; CPU
 * seconds used. */
double scan_run_threads(const struct hotspot *scan, uint64_t seed, uint32_t n, int threads, double *ret_maxima);

#endif
