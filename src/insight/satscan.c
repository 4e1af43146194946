#include "insight/satscan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "insight/satscan_int.h"

/* --- parameters ------------------------------------------------------------------------------------------------------ */

static bool read_int(str v, int32_t *ret) {
    int64_t n;
    if (!str_to_i64(v, &n) || n < INT32_MIN || n > INT32_MAX) return false;
    *ret = (int32_t)n;
    return true;
}

static bool read_number(str v, double *ret) {
    return str_to_double(v, ret);
}

static bool read_day(str v, day *ret) {
    return satscan_day(v, SATSCAN_DAY, ret);
}

/* Parameters that must have the value given, because another is not built. */
static const struct {
    const char *name, *value;
} MUST_BE[] = {
    {"UseGridFile", "n"},
    {"ScanAreas", "1"},
    {"UseLocationsNetworkFile", "n"},
    {"UseNeighborsFile", "n"},
    {"UseMetaLocationsFile", "n"},
    {"MultipleCoordinatesType", "0"},
    {"UseMaxCirclePopulationFileOption", "n"},
    {"IncludePurelyTemporal", "n"},
    {"SpatialWindowShapeType", "0"},
    {"IsotonicScan", "0"},
    {"IncludePurelySpatial", "n"},
    {"IncludeClusters", "0"},
    {"RiskLimitHighClusters", "n"},
    {"TimeTrendAdjustmentType", "0"},
    {"AdjustForWeeklyTrends", "n"},
    {"SpatialAdjustmentType", "0"},
    {"UseAdjustmentsByRRFile", "n"},
    {"AdjustForEarlierAnalyses", "n"},
    {"IterativeScan", "n"},
    {"StudyPeriodCheckType", "0"},
    {"GeographicalCoordinatesCheckType", "0"},
};

struct reader {
    struct satscan_settings *s;
    int32_t analysis, model, precision, unit, coordinates, share, by_time;
    int32_t longest; /* MaxTemporalSize */
    double radius;
    bool limited; /* radius is in force */
    day prospective;
};

static bool read_files_and_period(struct reader *r, str key, str v, bool *ret_known) {
    struct satscan_settings *s = r->s;
    *ret_known = true;
    if (str_is(key, "CaseFile")) return s->case_file = v, true;
    if (str_is(key, "ControlFile")) return s->control_file = v, true;
    if (str_is(key, "PopulationFile")) return s->population_file = v, true;
    if (str_is(key, "CoordinatesFile")) return s->place_file = v, true;
    if (str_is(key, "StartDate")) return read_day(v, &s->start);
    if (str_is(key, "EndDate")) return read_day(v, &s->end);
    if (str_is(key, "ProspectiveStartDate")) return read_day(v, &r->prospective);
    if (str_is(key, "PrecisionCaseTimes")) return read_int(v, &r->precision);
    if (str_is(key, "CoordinatesType")) return read_int(v, &r->coordinates);
    *ret_known = false;
    return true;
}

static bool read_analysis(struct reader *r, str key, str v) {
    struct satscan_settings *s = r->s;
    if (str_is(key, "AnalysisType")) return read_int(v, &r->analysis);
    if (str_is(key, "ModelType")) return read_int(v, &r->model);
    if (str_is(key, "TimeAggregationUnits")) return read_int(v, &r->unit);
    if (str_is(key, "TimeAggregationLength")) return read_int(v, &s->unit_length);
    if (str_is(key, "MaxSpatialSizeInPopulationAtRisk")) return read_int(v, &r->share);
    if (str_is(key, "UseDistanceFromCenterOption")) return r->limited = str_is(v, "y"), true;
    if (str_is(key, "MaxSpatialSizeInDistanceFromCenter")) return read_number(v, &r->radius);
    if (str_is(key, "MinimumTemporalClusterSize")) return read_int(v, &s->min_slots);
    if (str_is(key, "MaxTemporalSizeInterpretation")) return read_int(v, &r->by_time);
    if (str_is(key, "MaxTemporalSize")) return read_int(v, &r->longest);
    if (str_is(key, "MinimumCasesInHighRateClusters")) return read_int(v, &s->min_cases);
    if (str_is(key, "MonteCarloReps")) return read_int(v, &s->replications);
    return true;
}

static enum status not_built(struct err *err, const char *what) {
    err_set(err, E_INVALID, "scan_not_built", "%s asks for an analysis that is not built", what);
    err_hint(err, "built are circles with high rates: space-time permutation, Poisson, Bernoulli");
    return E_INVALID;
}

static enum status read_parameter(struct reader *r, str key, str v, struct err *err) {
    bool known;
    for (size_t i = 0; i < ARRAY_LEN(MUST_BE); i++)
        if (str_is(key, MUST_BE[i].name) && !str_is(v, MUST_BE[i].value)) return not_built(err, MUST_BE[i].name);
    if (str_starts(key, S("CaseFile")) && key.len > 8) return not_built(err, "a second data set");
    if (!read_files_and_period(r, key, v, &known) || (!known && !read_analysis(r, key, v)))
        return err_set(err, E_SYNTAX, "bad_prm", "%.*s has no usable value", P(key));
    return OK;
}

static enum status conclude(struct reader *r, struct err *err) {
    struct satscan_settings *s = r->s;
    if (r->model < 0 || r->model > 2) return not_built(err, "ModelType");
    if (r->analysis != 1 && r->analysis != 3 && r->analysis != 4) return not_built(err, "AnalysisType");
    if (r->precision < 0 || r->precision > 3 || r->unit < 0 || r->unit > 3) return not_built(err, "generic time");
    s->model = r->model == 0 ? HOTSPOT_POISSON : r->model == 1 ? HOTSPOT_BERNOULLI : HOTSPOT_PERMUTATION;
    s->windows = r->analysis == 1 ? HOTSPOT_NO_TIME : r->analysis == 3 ? HOTSPOT_ANY_TIME : HOTSPOT_ALIVE;
    s->precision = (enum satscan_unit)r->precision;
    s->unit = (enum satscan_unit)r->unit;
    s->on_sphere = r->coordinates == 1;
    s->max_share = r->share / 100.0;
    s->max_radius = r->limited ? r->radius : INFINITY;
    s->max_slots = r->by_time == 1 ? r->longest : -r->longest;
    if (s->windows == HOTSPOT_ALIVE && r->prospective.n != s->end.n) return not_built(err, "ProspectiveStartDate");
    bool timed = s->windows != HOTSPOT_NO_TIME;
    if (timed &&
        (s->precision == SATSCAN_NO_TIME || s->unit == SATSCAN_NO_TIME || s->unit_length < 1 || s->max_slots == 0))
        return err_set(err, E_SYNTAX, "bad_prm", "a scan in time needs dates and units of time");
    if (s->start.n > s->end.n || s->end.n - s->start.n > 200 * 366)
        return err_set(err, E_SYNTAX, "bad_prm", "the study period has no days or too many");
    if (s->replications < 0 || s->replications > 1000000)
        return err_set(err, E_SYNTAX, "bad_prm", "so many replications are not possible");
    return OK;
}

enum status satscan_parse_settings(str text, struct satscan_settings *ret, struct err *err) {
    struct satscan_settings s = {.unit_length = 1, .min_slots = 1, .min_cases = 2, .replications = 999};
    struct reader r = {.s = &s, .analysis = 1, .share = 50, .longest = 50, .unit = 3};
    str line, key;
    for (uint32_t n = 1; str_split(&text, '\n', &line); n++) {
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == ';' || line.ptr[0] == '[') continue;
        str v = line;
        enum status status = OK;
        if (str_find(line, S("="), 0) < 0 || !str_split(&v, '=', &key))
            status = err_set(err, E_SYNTAX, "bad_prm", "the line has no =");
        else
            status = read_parameter(&r, str_trim(key), str_trim(v), err);
        if (status != OK) {
            if (err != NULL) err->line = n;
            return status;
        }
    }
    enum status status = conclude(&r, err);
    if (status == OK) *ret = s;
    return status;
}
