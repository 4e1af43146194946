/* One jurisdiction as its package describes it: immutable after loading, shared by all threads, swapped as a whole.
 *
 * Law (procedures, categories, conditions, limits) is pinned per case by the package hash; world (areas, units, roles,
 * responsibilities, calendar, texts) is always the current package's.
 * Sizes: up to 50 000 areas, 2 000 units, 2 000 categories, 5 000 conditions, 10 000 responsibility rows, 20 000
 * landmarks, 20 000 patrol points, 500 templates. */
#ifndef YIWANG_CITY_CITY_H
#define YIWANG_CITY_CITY_H

#include "base/digest.h"
#include "base/map.h"
#include "city/calendar.h"
#include "city/duty.h"
#include "city/findings.h"
#include "city/inspections.h"
#include "city/letter.h"
#include "city/procedure.h"
#include "city/sensors.h"
#include "city/shape.h"

#define NONE UINT32_MAX
#define LEVELS_MAX 12 /* of one layer */

/* A tree of areas that tiles the jurisdiction: governance, or city-management unit grids, roads, rivers, estates. */
struct layer {
    code name;
    struct text label;
    code *levels; /* from the root down: district, town … */
    size_t n_levels;
    struct shape_index *leaves; /* lookup among the leaves that have a place; number = index into leaf_areas */
    uint32_t *leaf_areas;
    size_t n_leaves;
};

struct area {
    code code;
    struct text name;
    uint32_t parent; /* index, or NONE */
    uint32_t layer;
    code level;    /* district, town, zone, community, grid … words of the package */
    int32_t depth; /* 0 = root of its layer */
    struct shape shape;
    bool schematic;       /* the shape is invented and must be drawn as such */
    day from, upto;       /* both included; INT32_MIN, INT32_MAX where not given */
    bool retired;         /* not valid on the day of the city: kept, but no place is in it */
    uint32_t *successors; /* areas that follow it, the main one first */
    size_t n_successors;
    bool unlocated;                       /* a name without a place of its own: counted, never found by a point */
    bool is_leaf;                         /* not retired and without children that are not */
    uint32_t subtree_first, subtree_last; /* areas are numbered in tree order: a subtree is a range */
    str line_file;
    uint32_t line, shape_line; /* in areas.csv and areas.geojson */
};

struct unit {
    code code;
    struct text name;
    uint32_t parent; /* organisational superior, or NONE: recusal reaches everybody below */
    uint32_t area;   /* an area's own office (块), else NONE */
    code kind;       /* department, office, owner, centre, discipline, emergency … */
    str phone;
    bool top; /* the top unit: complaints about it leave for another channel */
    uint32_t line;
};

/* A class of matter. Key = (kind, code): 'm' matter, 'c' component, others by package; written "m06010". */
struct category {
    code key; /* kind letter + code */
    struct text name;
    code parent;    /* key of the class above, or empty */
    code procedure; /* which procedure handles it */
    str *words;     /* words that point to it, any language */
    size_t n_words;
    bool is_private;                        /* no map, no place below community, no similarity */
    bool intake;                            /* offered to residents */
    uint32_t first_condition, n_conditions; /* range in conditions */
    uint32_t line;
};

/* A filing condition with its closing condition and limit. */
struct condition {
    code code; /* "m06013.1" */
    uint32_t category;
    struct text filing, closing;
    struct limit limit;
    bool photo_needed; /* the closing condition can only be shown by a photo */
    bool sample;       /* 样例时限: not statutory here */
    str *words;
    size_t n_words;
    uint32_t line;
};

/* What a service of the government gives and on which conditions (service_items.csv). */
struct service_item {
    uint32_t category;
    struct text result, conditions;
    str basis;
};
/* A paper that a service asks for. */
struct material {
    code code; /* within its category */
    uint32_t category;
    struct text name;
    uint32_t held_by; /* the unit that has it already, so that nobody is asked for it; or NONE */
};

/* Who leads for (category prefix × area subtree), or for an owner of components. Most specific wins: owner, longer
 * category, deeper area; a tie is an error of the package. */
enum duty { DUTY_LEAD, DUTY_ASSIST, DUTY_STANDBY, DUTY_TAKEN_BACK /* must not be given to this unit */ };
struct responsibility {
    enum duty duty;
    code owner;        /* 权属 code, or empty */
    code category;     /* key or prefix with '*'; "*" = all */
    uint32_t area;     /* subtree, or NONE = everywhere */
    uint32_t unit;     /* NONE with unit_office: the office of the case's area at level `office_level` */
    code office_level; /* e.g. "town": resolved per area */
    uint32_t line;
};

/* What somebody in a role may do and see. */
enum scope { SCOPE_NONE, SCOPE_OWN_UNIT, SCOPE_OWN_AREA, SCOPE_JURISDICTION };
struct role {
    code name;
    struct text label;
    uint32_t posts;    /* bit set of enum post */
    enum scope see;    /* which cases it reads */
    bool sees_contact; /* may read contact data for a stated purpose */
    bool sees_sealed;
    bool sees_stats;
    bool administers;    /* people, package, verify */
    bool audits;         /* reads the log of entries and who read contact data */
    bool sends_readings; /* a gateway: posts readings of sensors */
    bool files_open311;  /* an app or another city's server: its token is an api_key of Open311 */
    bool wordless;       /* a screen on a wall: no private matter, no text, no address, photos of closed cases only */
};

/* A ready text for an answer or an instruction, with places to fill in: {number} {unit} {due} {category} {area}. */
struct template {
    code code;
    struct text label, text;
    code *actions; /* whose texts it may fill */
    size_t n_actions;
    uint32_t line;
};

/* A name by which people find a place: a road, an estate, a square. */
struct landmark {
    code code;
    struct text name;
    lonlat place;
    uint32_t area; /* leaf of the governance layer, or NONE */
    str *words;    /* other names */
    size_t n_words;
};

/* A point that is looked at regularly. */
struct patrol_point {
    code code;
    struct text name;
    uint32_t grid; /* area */
    lonlat place;
    code kind;           /* of place, for plans; may be empty */
    int32_t every_hours; /* where no plan says otherwise; 0 = only by plan */
    uint32_t route;      /* index of the route it lies on, or NONE */
    int32_t stop;        /* its place on the route, from 1 */
};
/* How often places of a kind are looked at, in a season or all year (patrol_plans.csv). */
struct patrol_plan {
    code kind;
    struct text name;
    int32_t season_from, season_upto; /* month * 100 + day, both included, may run over the year's end; 0 = all year */
    int32_t every_hours;
    str basis;
    uint32_t line;
};
/* Points in the order in which they are best walked (patrol_routes.csv). */
struct patrol_route {
    code code;
    struct text name;
    uint32_t *points;
    size_t n_points;
};

/* A grid as it is posted where residents meet (grids.csv). */
enum grid_kind { GRID_COMPREHENSIVE, GRID_DEDICATED };
struct grid {
    uint32_t area;
    enum grid_kind kind;
    struct text boundary, posted_at;
    str supervision_phone;
    uint32_t line;
};
/* A post of a grid with who is named on the posted sheet (grid_posts.csv). */
struct grid_post {
    uint32_t area;
    struct text post, contact;
    str phone;
    bool is_posted;
};

/* An item of the published duty lists (duty_lists.csv): what an area's own office leads (basic), only helps with
 * (supporting) or may no longer be given (taken_back), and what grid workers may be given at all (admission). */
enum duty_list { LIST_BASIC, LIST_SUPPORTING, LIST_TAKEN_BACK, LIST_ADMISSION };
struct duty_item {
    code item; /* its number in the published list */
    enum duty_list list;
    code level;     /* of the areas it is about: "town"; not of the admission list */
    code category;  /* key, prefix with *, or * */
    code task;      /* admission: the kind of task, or empty for any */
    uint32_t unit;  /* who does it instead or leads; NONE = whoever is responsible */
    day from, upto; /* both days included; an urgent temporary item ends by itself */
    struct text name;
    str basis;
    uint32_t line;
};

/* Where something belongs that this city does not handle. */
struct channel {
    code code; /* "police", "court", "neighbour_liyang" … */
    struct text name, advice;
    str phone;
    str *words; /* words that lead here: refusal proposal */
    size_t n_words;
};

/* A map service whose tiles (Web Mercator) the server fetches for its pages; its key never leaves the server. */
struct base_map {
    code name;
    struct text label;
    str url;      /* with {z} {x} {y}, {key} */
    str key_file; /* in the data directory, or empty */
    str notice;   /* whose map it is, shown on it; may be empty */
    int32_t zoom_min, zoom_max;
};

/* The Open311 server of the city (city.yaml, open311). */
struct open311 {
    bool is_served;
    bool needs_key;      /* to file; reading is open to everybody */
    str jurisdiction;    /* jurisdiction_id, as "city.example" */
    struct text contact; /* whom to ask */
    struct text keys;    /* how to get a key */
};

/* Another server that cases are handed to or come from (peers.yaml). Where it is and how it signs stands in the data
 * directory: that is no matter of law. */
enum peer_level { PEER_UP, PEER_DOWN, PEER_BESIDE };
/* How it is spoken to: bundles of signed messages, signed JSON one message at a time, tables in files, warnings by CAP, or
 * Open311. */
enum peer_kind { PEER_YIWANG, PEER_WEBHOOK, PEER_FILE, PEER_CAP, PEER_OPEN311 };
/* Its word for a class of matters, and ours. */
struct peer_service {
    str theirs;
    code ours;
};
struct peer {
    code code;
    struct text label;
    enum peer_kind kind;
    enum peer_level level;
    uint32_t unit; /* the unit of this city that it stands for: recusal asks about it; or NONE */
    str *give;     /* patterns of categories that may be handed to it */
    size_t n_give;
    bool contact;      /* contact data goes with a case */
    int32_t own_share; /* per cent of an imposed time after which the own deadline falls; 0 = none */
    struct peer_service *services;
    size_t n_services;
    uint32_t line;
};

/* --- emergencies (emergencies.yaml, plans/): three scales that are never mixed --- */

/* One step of a scale, the gravest first. */
struct scale_step {
    code code; /* "I", "red", "1" */
    struct text label;
    struct text note; /* what has to be done at least; may be empty */
    code severity;    /* of a warning: the CAP word Extreme, Severe, Moderate, Minor */
};
#define SCALE_STEPS 4
/* Grades of events, warning levels and response levels. */
struct scale {
    code name; /* "grades", "warnings", "responses" */
    str basis;
    struct scale_step steps[SCALE_STEPS];
    size_t n;
};
enum { SCALE_GRADES, SCALE_WARNINGS, SCALE_RESPONSES, SCALE_COUNT };
/* A figure by which a kind of event is graded: "at least" includes the number, "below" does not. */
struct threshold {
    code figure;
    struct text label;
    int32_t from[SCALE_STEPS]; /* by grade, the gravest first; -1 = this figure alone never gives that grade */
};
struct accident_kind {
    code code;
    struct text label;
    str basis;
    struct threshold *thresholds;
    size_t n_thresholds;
    uint32_t line;
};

struct plan_task {
    code code; /* "<plan>.<task>", unique in the package */
    struct text label;
    uint32_t unit;
    int32_t level; /* the weakest response level that calls for it: 4 = always */
    struct limit limit;
    uint32_t line;
};
/* A line of a plan about a unit: a duty in the command, a resource it keeps, a contact. */
struct plan_line {
    uint32_t unit;
    struct text text;
    int32_t amount; /* of a resource; 0 = not counted */
    str phone;
};
/* A plan (预案). source: Emergency Response Law 2024, art. 28: command and duties, prevention and warning, handling, support,
 * recovery. */
struct plan {
    code code;
    struct text label;
    str basis;
    code kind;        /* natural, accident, public_health: police matters are not run here */
    code *categories; /* patterns of what it is for */
    size_t n_categories;
    uint32_t lead; /* the unit that commands */
    uint32_t desk; /* of its duty roster, or NONE */
    struct plan_line *duties, *resources, *contacts;
    size_t n_duties, n_resources, n_contacts;
    struct text prevention, handling, support, recovery;
    struct plan_task *tasks;
    size_t n_tasks;
    int32_t level_for[SCALE_STEPS]; /* the response level that a warning of that step proposes; 0 = none */
    str file;
    uint32_t line;
};
#define PLAN_TASKS_MAX 12

struct city {
    code name; /* "jintan" */
    struct text label;
    code division;      /* "320413" */
    code number_prefix; /* "JT" */
    digest hash;        /* of the package's files */
    str dir;
    str langs[LANG_MAX]; /* "zh", "en"; langs[0] is the default */
    size_t n_langs;
    str zone_name;
    struct calendar calendar;
    lonlat centre;
    str emergency_phone, centre_phone;
    str duty_phone;               /* of the duty officer; may be empty */
    struct text schematic_notice; /* shown wherever schematic shapes are drawn */
    double near_m;                /* just outside: nearest grid within this distance */
    double similar_m;             /* similar open cases: within this distance … */
    span similar_age;             /* … and this age */
    code default_category;        /* when nothing is recognised; a person decides */
    double classify_threshold;    /* below: proposed, not decided */
    code private_level;           /* governance level to which the area of a private matter is lifted */

    struct layer *layers;
    size_t n_layers; /* layers[0] = governance */
    struct area *areas;
    size_t n_areas;
    struct unit *units;
    size_t n_units;
    uint32_t *office_of_area; /* by area: the unit that is its office, or NONE */
    struct category *categories;
    size_t n_categories;
    struct condition *conditions;
    size_t n_conditions;
    struct service_item *items;
    size_t n_items;
    struct material *materials;
    size_t n_materials;
    struct responsibility *responsibilities;
    size_t n_responsibilities;
    struct role *roles;
    size_t n_roles;
    struct channel *channels;
    size_t n_channels;
    struct duty_item *duty_items; /* in the order of the file */
    size_t n_duty_items;
    struct duty_desk *desks; /* who is on duty: duty.h */
    size_t n_desks;
    struct duty_line *duty; /* in the order of the file */
    size_t n_duty;
    struct duty_rung *rungs; /* those of a unit together, by rung */
    size_t n_rungs;
    struct base_map *base_maps;
    size_t n_base_maps;
    struct procedure *procedures;
    size_t n_procedures;
    struct template *templates; /* in the order of the file */
    size_t n_templates;
    struct letter *letters; /* in the order of the file */
    size_t n_letters;
    struct letter_look letter_look;
    struct landmark *landmarks;
    size_t n_landmarks;
    struct patrol_plan *plans;
    size_t n_plans;
    struct inspection_plan *inspection_plans; /* in the order of the file */
    size_t n_inspection_plans;
    struct inspection_proposals proposals;
    struct patrol_point *points;
    size_t n_points;
    struct patrol_route *routes;
    size_t n_routes;
    struct grid *grids; /* in the order of the file */
    size_t n_grids;
    struct grid_post *grid_posts;
    size_t n_grid_posts;
    bool dated; /* loaded as of a day: else areas with a valid_to count as retired, those of the future as valid */
    day on;
    day next_change; /* the next day on which an area begins or ends; INT32_MAX = none */
    struct open311 open311;
    struct peer *peers;
    size_t n_peers;
    struct scale scales[SCALE_COUNT];
    struct accident_kind *accidents;
    size_t n_accidents;
    struct plan *responses; /* plans of emergencies */
    size_t n_responses;
    struct map area_by_code, unit_by_code, category_by_key, condition_by_code, texts_by_key, point_by_code,
        sensor_by_code;
    struct sensor_rule *sensor_rules; /* those of a kind side by side */
    size_t n_sensor_rules;
    struct sensor *sensors;
    size_t n_sensors;
    struct text *texts;
    size_t n_texts;
    struct arena arena; /* owns everything above */
    void *classifier;   /* built by insight at loading; owned by arena */
};

/* Reads, checks and indexes a package. in: its folder. out: *ret, freed by city_free; *found filled in every case.
 * errors: E_NOT_FOUND no such folder, E_INVALID any finding is an error (then *ret is NULL). */
enum status city_load(const char *dir, struct city **ret, struct findings *found, struct err *err) MUST_USE;
/* The same as of a day: areas that have ended or not begun by then hold no place. */
enum status city_load_on(const char *dir, day on, struct city **ret, struct findings *found, struct err *err) MUST_USE;
/* Loads the package as of every later day on which an area begins or ends and adds the errors of those days. */
void city_check_later(const char *dir, const struct city *c, struct findings *found);
void city_free(struct city *c);

/* The last day that a limit starting today can reach. */
day city_horizon(const struct city *c, day today);
/* Warns if the calendar is not loaded as far as limits that start today can reach: their due dates are provisional. */
void city_check_calendar(const struct city *c, day today, struct findings *found);

/* Whether a pattern of responsibilities (a key, a prefix with '*', or "*") fits a category's key. */
bool category_matches(const code *pattern, const code *key);
/* How specific a pattern is: a longer prefix beats a shorter one, the whole key any prefix. */
uint32_t category_pattern_rank(const code *pattern);

/* Indexes by code. out: NONE if unknown. cost: one hash lookup. */
uint32_t city_area(const struct city *c, str code);
uint32_t city_unit(const struct city *c, str code);
uint32_t city_category(const struct city *c, str key);
uint32_t city_condition(const struct city *c, str code);
const struct role *city_role(const struct city *c, str name);
const struct procedure *city_procedure(const struct city *c, str name);
const struct channel *city_channel(const struct city *c, str code);
/* A paper of a service by its category and code, or NULL. */
const struct material *city_material(const struct city *c, str category, str code);
const struct patrol_point *city_point(const struct city *c, str code);
/* How many hours may pass between two looks at a point on a day: by the plan of its kind, else its own. */
int32_t city_point_every(const struct city *c, const struct patrol_point *p, day on);
/* The published sheet of an area, or NULL. */
const struct grid *city_grid(const struct city *c, uint32_t area);
/* Where a matter of an area that is not valid any more belongs: the successor that holds the place, else the first one,
 * through several redrawings. out: the area itself while it is valid; NONE if nothing follows. */
uint32_t city_area_now(const struct city *c, uint32_t area, lonlat place);
uint32_t city_sensor(const struct city *c, str code);
const struct peer *city_peer(const struct city *c, str code);
/* Our category for a peer's word, or NULL; and its word for the category of a case, the longest pattern first, or empty. */
const code *peer_category(const struct peer *p, str theirs);
str peer_word(const struct peer *p, const code *category);
const struct plan *city_plan(const struct city *c, str key);
/* The task of a plan by its own code, with its plan. out: NULL if there is none. */
const struct plan_task *city_plan_task(const struct city *c, str key, const struct plan **ret_plan);
const struct accident_kind *city_accident(const struct city *c, str key);
/* The step of a scale, or NULL. in: SCALE_GRADES … */
const struct scale_step *city_step(const struct city *c, size_t scale, str key);
/* The grade that a figure of a kind of event gives: index of the step, or -1 if none. It proposes; a person decides. */
int city_grade(const struct threshold *t, int64_t figure);
/* A figure that was entered. */
struct figure {
    code name;
    int64_t value;
};
/* What grade the figures propose, and by which of them. */
struct grade_proposal {
    const struct scale_step *grade;
    const struct threshold *by;
    int64_t value, from; /* the figure, and from how many on it gives this grade */
};
/* The gravest grade that any of the figures gives for this kind of event; of equals the first of the kind's own order. in:
 * figures the kind does not know are left aside. out: false if none gives a grade. */
bool city_propose_grade(const struct city *c, const struct accident_kind *k, const struct figure *figures, size_t n,
                        struct grade_proposal *ret);
/* Language number of "zh", "zh-CN", "en" …; 0 if unknown. */
size_t city_lang(const struct city *c, str tag);
/* A text of the package folder `texts`; falls back to the key itself. */
str city_text(const struct city *c, size_t lang, str key);
/* The item of a duty list by its number, or NULL. */
const struct duty_item *city_duty_item(const struct city *c, str item);
/* What is asked of the duty lists. */
struct duty_asked {
    uint32_t lists; /* bit set of enum duty_list */
    const code *level, *category, *task;
    day on;
};
/* The item that holds on a day: the longest category pattern, the first of equals. out: NULL if none does. */
const struct duty_item *city_listed(const struct city *c, const struct duty_asked *asked);
/* Whether the package has any item of these lists (bit set). */
bool city_has_list(const struct city *c, uint32_t lists);
/* A text in a language, falling back to the first that has one. */
str text_in(const struct text *t, size_t lang);
/* Whether area is `ancestor` or lies below it. in: indexes; NONE gives false. */
bool city_area_within(const struct city *c, uint32_t area, uint32_t ancestor);
/* Whether unit is `superior` or stands below it. */
bool city_unit_within(const struct city *c, uint32_t unit, uint32_t superior);
/* A unit and all that stand above it: those it belongs to, and the offices of the areas around its own, theirs too. Below
 * a unit stands whom this names it for: recusal asks here. in: unit NONE: of somebody who only works in the area. out:
 * ret of SUPERIORS_MAX, the unit itself first; number written. */
#define SUPERIORS_MAX 64
size_t city_superiors(const struct city *c, uint32_t unit, uint32_t area, uint32_t *ret);
/* The ancestor (or itself) of area that has the level, or NONE. */
uint32_t city_area_at_level(const struct city *c, uint32_t area, str level);

/* Result of locating a point in one layer. */
enum located { LOCATED_INSIDE, LOCATED_NEAR, LOCATED_OUTSIDE };
struct location {
    enum located how;
    uint32_t area; /* leaf area, or NONE */
    double metres; /* LOCATED_NEAR: distance to its border */
};
/* Locates a point in a layer: inside a leaf, else the nearest within near_m, else outside. */
struct location city_locate(const struct city *c, uint32_t layer, lonlat p);

#endif
