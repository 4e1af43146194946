/* A scan's files, for scan and score. */
#ifndef YIWANG_CLI_SCAN_H
#define YIWANG_CLI_SCAN_H

#include "insight/satscan.h"

/* Reads a parameter file and the files it names beside it. errors: as satscan_parse_settings and satscan_read. */
enum status scan_read_files(const char *prm, struct arena *arena, struct satscan_settings *s, struct satscan_data *data,
                            struct err *err) MUST_USE;

#endif
