/* SaTScan's own files: parameters (.prm), cases (.cas), controls (.ctl), population (.pop), coordinates (.geo).
 *
 * A parameter that asks for what is not built (ellipses, low rates, other models, several data sets, adjustments) is
 * refused, never passed over: a result is either SaTScan's or none.
 * source: SaTScan User Guide 10.3, "Input Data". */
#ifndef YIWANG_INSIGHT_SATSCAN_H
#define YIWANG_INSIGHT_SATSCAN_H

#include "base/instant.h"
#include "insight/hotspot.h"

enum satscan_unit { SATSCAN_NO_TIME = 0, SATSCAN_YEAR = 1, SATSCAN_MONTH = 2, SATSCAN_DAY = 3 };

struct satscan_settings {
    str case_file, control_file, population_file, place_file;
    enum satscan_unit precision, unit;
    int32_t unit_length; /* a slot is so many units */
    day start, end;      /* study period, both within */
    bool on_sphere;
    enum hotspot_model model;
    enum hotspot_windows windows;
    double max_share, max_radius;
    int32_t min_slots, max_slots; /* max_slots negative: percent of the study period */
    int32_t min_cases, replications;
};

struct satscan_texts {
    str cases, controls, population, places;
};

struct satscan_data {
    struct hotspot_input input;
    str *names;       /* of places, in order of bytes */
    day *slot_starts; /* n_slots + 1: the last is the day after the study period */
    double mean_population;
};

/* Reads a parameter file. memory: names of files point into text. errors: E_SYNTAX "bad_prm" with the line; E_INVALID
 * "scan_not_built" naming the parameter. */
enum status satscan_parse_settings(str text, struct satscan_settings *ret, struct err *err) MUST_USE;
/* Reads the data files. memory: arena; names point into the texts. errors: E_SYNTAX "bad_scan_file", E_INVALID
 * "scan_unknown_place", "scan_outside_period", "scan_no_population" with file and line. cost: linear, places sorted. */
enum status satscan_read(const struct satscan_settings *s, const struct satscan_texts *texts, struct arena *arena,
                         struct satscan_data *ret, struct err *err) MUST_USE;

#endif
