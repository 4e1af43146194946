/* Shared by the files that load a package. Each reader takes what it can and adds a finding for the rest, so that one
 * run names every fault; the city is handed out only if none is an error. */
#ifndef YIWANG_CITY_CITY_INT_H
#define YIWANG_CITY_CITY_INT_H

#include "base/csv.h"
#include "city/city.h"
#include "city/persons.h"
#include "city/yamltree.h"

struct package_file {
    str path; /* relative, with '/' */
    str bytes;
};

/* One loading. */
struct loader {
    struct city *city;
    struct findings *found;
    struct arena scratch;       /* gone after loading */
    struct package_file *files; /* sorted by path */
    size_t n_files;
    bool procedures_whole; /* every procedure was read: only then can a reference to one be wrong */
};

/* An empty city, freed by city_free. */
struct city *new_city(const char *dir);
/* Reads and checks what is in the files of the loader. */
void load_parts(struct loader *l);

/* ---- files ---- */

/* Reads every file of the folder into memory and sets the city's hash. Faults of single files are findings.
 * errors: E_NOT_FOUND no such folder; E_STORAGE it cannot be read; E_TOO_LARGE. */
enum status files_read(struct loader *l, const char *dir, struct err *err) MUST_USE;
/* The file at this path, or NULL. */
const struct package_file *files_get(const struct loader *l, const char *path);
/* Whether the file lies directly in the folder ("texts") and its name ends so (".yaml"). */
bool file_is_in(const struct package_file *f, const char *folder, const char *ending);
/* Adds an error for an obligatory file that is not there. out: the file or NULL. */
const struct package_file *files_need(struct loader *l, const char *path);

/* ---- findings ---- */

/* Adds an error at a line of a file. */
void load_fault(struct loader *l, const char *file, uint32_t line, const char *hint, const char *fmt, ...)
    PRINTF_LIKE(5, 6);
void load_warning(struct loader *l, const char *file, uint32_t line, const char *hint, const char *fmt, ...)
    PRINTF_LIKE(5, 6);
/* An error if the text names a class of persons. in: what the text is ("category name"). */
void load_refuse_persons(struct loader *l, str file, uint32_t line, const char *what, str text);
/* How the package's YAML files are read. */
struct yaml_source load_source(struct loader *l, str file);

/* ---- tables ---- */

#define TABLE_COLUMNS_MAX 20

struct column {
    const char *name;
    bool optional; /* the column may be missing as a whole */
    bool per_lang; /* stands for name_zh, name_en … */
};
struct table {
    struct loader *l;
    const char *file;
    struct csv csv;
    const struct column *columns;
    size_t n_columns, n_header;
    int16_t at[TABLE_COLUMNS_MAX][LANG_MAX]; /* field of each column and language, -1 = none */
};

/* Opens a table and maps its header. in: columns numbered as the readers' enums. out: false, with findings, if there is
 * nothing to read. */
bool table_open(struct table *t, struct loader *l, const char *file, const struct column *columns, size_t n);
/* Reads the next good row; bad ones are findings. */
bool table_next(struct table *t);
/* No more rows than this can come. */
size_t table_rows_max(const struct table *t);
/* The trimmed field of a column, empty if the column is missing. */
str table_str(const struct table *t, size_t column);
/* The field as a code: letters, digits, '_', '-', '.'. out: false with an error, if it is none or empty. */
bool table_code(struct table *t, size_t column, code *ret);
/* As table_code, but an empty field gives an empty code. */
bool table_code_maybe(struct table *t, size_t column, code *ret);
/* yes or no; anything else is an error and gives false. Empty counts as no where the column is optional. */
bool table_yes(struct table *t, size_t column);
/* A text in every language, each an error if empty. */
struct text table_text(struct table *t, size_t column);
/* Words separated by '|'. memory: the city's. */
str *table_words(struct table *t, size_t column, size_t *ret_n);
/* The number of the field in a list of words separated by blanks; -1 with an error if it is none of them. */
int table_word(struct table *t, size_t column, const char *words);
/* A day of any year, "06-01" as 601; 0 if the field is empty, or with an error. */
int32_t table_month_day(struct table *t, size_t column);
/* Two columns side by side: the first and the last day of a season, both or none. */
void table_season(struct table *t, size_t first_column, int32_t *ret_from, int32_t *ret_upto);
/* Whether a day (month * 100 + day) lies in a season; from = 0 is all year. */
bool in_season(int32_t from, int32_t upto, int32_t month_day);
/* "mon|tue" as bits 1 << weekday, 0 = Sunday; all of them if empty. */
uint32_t table_weekdays(struct table *t, str text);
/* Two columns side by side: first and last day, both included; each may be empty. */
void table_from_upto(struct table *t, size_t first_column, day *ret_from, day *ret_upto);
/* An error at the row in hand. */
void table_fault(struct table *t, const char *hint, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Sets code → number and adds an error if it was known before. */
bool table_index(struct table *t, struct map *map, const code *key, uint32_t number);

/* The readers in the order in which they are called: each reads its file, adds findings and keeps what is good. */
void load_config(struct loader *l);           /* city.yaml */
void load_calendar(struct loader *l);         /* calendar folder */
void load_texts(struct loader *l);            /* texts folder */
void load_areas(struct loader *l);            /* areas.csv */
void load_area_shapes(struct loader *l);      /* areas.geojson; lookup of each layer */
void load_units(struct loader *l);            /* units.csv */
void load_procedures(struct loader *l);       /* procedures folder */
void load_categories(struct loader *l);       /* categories.csv */
void load_conditions(struct loader *l);       /* conditions.csv */
void load_service_items(struct loader *l);    /* service_items.csv, service_materials.csv, if there are any */
void load_responsibilities(struct loader *l); /* responsibilities.csv */
void load_duty_lists(struct loader *l);       /* duty_lists.csv, if there is one */
void load_duty(struct loader *l);             /* duty_desks.csv, duty_roster.csv, duty_ladders.csv, if there are any */
void load_roles(struct loader *l);            /* roles.yaml */
void load_channels(struct loader *l);         /* channels.yaml */
void load_templates(struct loader *l);        /* templates.yaml, if there is one */
void load_letters(struct loader *l);          /* letters.yaml, if there is one */
void load_landmarks(struct loader *l);        /* landmarks.csv, if there is one */
void load_grids(struct loader *l);            /* grids.csv, grid_posts.csv, if there are any */
void load_plans(struct loader *l);            /* patrol_plans.csv, if there is one */
void load_points(struct loader *l);           /* patrol_points.csv, if there is one */
void load_routes(struct loader *l);           /* patrol_routes.csv, if there is one */
void load_inspection_plans(struct loader *l); /* inspection_plans.csv, if there is one */
void load_inspection_proposals(struct loader *l); /* … of city.yaml: what it names exists */
void load_sensor_rules(struct loader *l);         /* sensor_rules.csv, if there is one */
void load_sensors(struct loader *l);              /* sensors.csv, if there is one */
void load_peers(struct loader *l);                /* peers.yaml, if there is one */
void load_response_plans(struct loader *l);       /* the plans folder */
void load_emergencies(struct loader *l);          /* emergencies.yaml and the plans folder, if there are any */

/* Whether a plan tells all year how often places of the kind are looked at. */
bool plan_all_year(const struct city *c, const code *kind);
/* The key "map" of city.yaml. */
void read_base_maps(struct city *c, const struct yaml_source *src, const struct yaml_node *root);

/* Rules that reach across files. */
void check_city(struct loader *l);
/* Exactly one lead for every handled category and leaf area. */
void check_responsibilities(struct loader *l);
/* Valid polygons, siblings apart, children inside parents. */
void check_geometry(struct loader *l);

#endif
