/* One fault at a time in a good package: each must be found in the right file and line, and refuse the package. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/support.h"
#include "city/city.h"
#include "package_support.h"

struct fault {
    int line;
    const char *file;
    const char *old, *new; /* old NULL: the file is replaced by new; new NULL as well: it is left out */
    const char *says;      /* part of the finding */
    const char *where;     /* "file:line" if not the place of the fault */
};

#define INSPECTION_HEADER                                                                                              \
    "code,name_zh,name_en,things,areas,condition,every,from,upto,season_from,season_upto,days,spread,a_day,unit,"      \
    "look_zh,look_en,basis\n"
#define ROW(file, old, new, says)                                                                                      \
    { __LINE__, file, old, new, says, NULL }
#define ROW_AT(file, old, new, says, where)                                                                            \
    { __LINE__, file, old, new, says, where }
#define MISSING(file)                                                                                                  \
    { __LINE__, file, NULL, NULL, "missing", NULL }

static const struct fault faults[] = {
    MISSING("city.yaml"),
    MISSING("areas.csv"),
    MISSING("areas.geojson"),
    MISSING("units.csv"),
    MISSING("categories.csv"),
    MISSING("conditions.csv"),
    MISSING("responsibilities.csv"),
    MISSING("roles.yaml"),
    MISSING("channels.yaml"),
    MISSING("texts/en.yaml"),
    {__LINE__, "procedures/report.yaml", NULL, NULL, "no procedure", "procedures"},

    /* city.yaml */
    ROW("city.yaml", "near_m: 300", "near_m: 300\nfar_m: 3", "Unknown key \"far_m\""),
    ROW("city.yaml", "near_m: 300", "near_m: -1", "near_m must be"),
    ROW("city.yaml", "near_m: 300", "near_m: x", "must be a number"),
    ROW_AT("city.yaml", "near_m: 300\n", "", "\"near_m\" is missing", "city.yaml:1"),
    ROW("city.yaml", "division: \"999999\"", "name: again", "stands here twice"),
    ROW("city.yaml", "number_prefix: TS", "number_prefix: ts", "capital letters"),
    ROW("city.yaml", "number_prefix: TS", "number_prefix: TOOLO", "capital letters"),
    ROW("city.yaml", "languages: [zh, en]", "languages: [zh, zh]", "twice"),
    ROW("city.yaml", "languages: [zh, en]", "languages: [zh, en, d1]", "no language"),
    ROW("city.yaml", "languages: [zh, en]", "languages: [a1, b1, c1, d1, e1]", "At most 4"),
    ROW("city.yaml", "label: {zh: 样例, en: Sample}", "label: {zh: 样例}", "The text in en is missing"),
    ROW("city.yaml", "label: {zh: 样例, en: Sample}", "label: {zh: 样例, en: Sample, fr: E}",
        "no language of this city"),
    ROW("city.yaml", "rule: CST-8", "rule: Asia/Shanghai", "zone"),
    ROW("city.yaml", "zone: {name: Asia/Shanghai, rule: CST-8}", "zone: {name: Asia/Shanghai}", "\"rule\" is missing"),
    ROW("city.yaml", "centre: [119.01, 31.01]", "centre: [31.01, 119.01]", "no place"),
    ROW("city.yaml", "emergency: \"110\", ", "", "\"emergency\" is missing"),
    ROW("city.yaml", "hours: 24", "hours: -1", "hours must be"),
    ROW_AT("city.yaml", "default_category: m02", "default_category: m99", "\"m99\" is unknown", "city.yaml"),
    ROW("city.yaml", "classify_threshold: 0.5", "classify_threshold: 50", "must be 0 to 1"),
    ROW("city.yaml", "mon: [\"08:00-12:00\", \"14:00-18:00\"]", "mon: [\"14:00-18:00\", \"08:00-12:00\"]", "no period"),
    ROW("city.yaml", "mon: [\"08:00-12:00\", \"14:00-18:00\"]", "mon: [\"08:00-12:00\", \"11:00-18:00\"]", "no period"),
    ROW("city.yaml", "half: [\"08:00-12:00\"]", "half: [\"08:00-24:01\"]", "no period"),
    ROW("city.yaml", "half: [\"08:00-12:00\"]", "half: [\"8-12\"]", "no period"),
    ROW_AT("city.yaml", "  sun: []\n", "", "\"sun\" is missing", "city.yaml:14"),
    ROW("city.yaml", "name: rivers", "name: governance", "stands here twice"),
    ROW("city.yaml", "levels: [river]", "levels: [river, river]", "twice"),
    ROW("city.yaml", "  - {name: rivers, label: {zh: 河道, en: Rivers}, levels: [river]}\n",
        "  - {name: rivers, label: {zh: 河道, en: Rivers}, levels: [river], depth: 1}\n", "Unknown key \"depth\""),
    ROW("city.yaml", "near_m: 300", "near_m: &a 300", "Anchors"),
    ROW("city.yaml", "near_m: 300", "private_level: village\nnear_m: 300", "\"village\" is no level"),

    ROW("city.yaml", "levels: [river]", "levels: []", "is empty"),
    {__LINE__, "roles.yaml", NULL, "roles: {}\n", "No role administers", "roles.yaml"},
    {__LINE__, "roles.yaml", NULL, "roles: []\n", "must be a map", "roles.yaml:1"},
    {__LINE__, "channels.yaml", NULL, "channels: {}\n", "\"neighbour\" is missing", "channels.yaml:1"},
    {__LINE__, "units.csv", NULL, "", "header row is missing", "units.csv:1"},
    {__LINE__, "areas.csv", NULL, "code,layer,level,name_zh,name_en\n", "There is no area", "areas.csv"},
    {__LINE__, "categories.csv", NULL, "key,parent,procedure,private,intake,name_zh,name_en\n", "There is no category",
     "categories.csv"},

    /* areas.csv */
    ROW("areas.csv", "code,layer", "code,codes,layer", "Unknown column \"codes\""),
    ROW("areas.csv", "schematic", "schematic,level", "stands here twice"),
    ROW("areas.csv", ",name_en", ",name_fr", "\"name_en\" is missing"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two,,,yes,", "g12,governance,grid,t1,二,Two,,,yes", "has 9 fields"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two,,,yes", "g11,governance,grid,t1,二,Two,,,yes",
        "\"g11\" stands here twice"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two", "g12,governance,grid,t9,二,Two", "\"t9\" is unknown"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two", "g12,governance,grid,,二,Two", "parent is missing"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two", "g12,governance,grid,g11,二,Two", "same or a deeper level"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two", "g12,governance,grid,g12,二,Two", "its own parent"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two", "g12,govern,grid,t1,二,Two", "no layer"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two", "g12,governance,block,t1,二,Two", "no level"),
    ROW("areas.csv", "r1,rivers,river,,河,River", "r1,rivers,river,d,河,River", "another layer"),
    ROW("areas.csv", "g12,governance,grid,t1,二,Two", "g12,governance,grid,t1,二,", "name_en is empty"),
    ROW("areas.csv", "二,Two,,,yes", "二,Two,,,maybe", "neither yes nor no"),
    ROW("areas.csv", "二,Two,,,yes", "二,Two,2026-13-01,,yes", "no date"),
    ROW("areas.csv", "2010-01-01,2020-12-31", "2021-01-01,2020-12-31", "before valid_from"),
    ROW("areas.csv", "g12,governance", "g 12,governance", "is no code"),
    ROW("areas.csv", "g12,governance", "\"g12,governance", "no CSV"),
    ROW("areas.csv", "old,governance,grid,t2,旧,Old,2010-01-01,2020-12-31,no,g21|g22",
        "new,governance,grid,t2,新,New,2010-01-01,,no,", "\"new\" has no shape"),
    ROW("areas.csv", "2020-12-31,no,g21|g22", "2020-12-31,no,", "nothing follows it"),
    ROW("areas.csv", "2020-12-31,no,g21|g22", "2020-12-31,no,g99", "successor \"g99\" is unknown"),
    ROW("areas.csv", "2020-12-31,no,g21|g22", "2020-12-31,no,old", "successor \"old\" is unknown"),
    ROW("areas.csv", "2020-12-31,no,g21|g22", "2020-12-31,no,r1", "successor \"r1\" is unknown"),
    ROW("areas.csv", "一,One,,,yes,", "一,One,,,yes,g12", "does not end"),
    {__LINE__, "areas.csv", NULL,
     "code,layer,level,parent,name_zh,name_en,valid_from,valid_to,schematic,successors\n"
     "d,governance,district,,区,District,,,yes,\nt1,governance,town,d,甲,Alpha,,,yes,\n"
     "g11,governance,grid,t1,一,One,,2020-01-01,yes,g12\ng12,governance,grid,t1,二,Two,2020-01-03,,yes,\n",
     "does not follow without a gap", "areas.csv:4"},
    ROW_AT("areas.csv", "r1,rivers,river,,河,River,,,yes,\n", "", "has no area", "city.yaml"),

/* grids, plans, routes */
#define GRIDS "grid,kind,boundary_zh,boundary_en,posted_at_zh,posted_at_en,supervision_phone\n"
#define POSTS "grid,post_zh,post_en,contact_zh,contact_en,phone,posted\n"
#define PLANS "kind,name_zh,name_en,season_from,season_upto,every_hours,basis\n"
    {__LINE__, "grids.csv", NULL, GRIDS "g11,comprehensive,界,B,栏,Board,1\n", "grid \"g12\" has no sheet",
     "grids.csv"},
    {__LINE__, "grids.csv", NULL, GRIDS "g11,comprehensive,界,B,栏,Board,1\n", "\"g11\" has no posted contact",
     "grids.csv:2"},
    {__LINE__, "grids.csv", NULL, GRIDS "g99,comprehensive,界,B,栏,Board,1\n", "\"g99\" is unknown", "grids.csv:2"},
    {__LINE__, "grids.csv", NULL, GRIDS "g11,open,界,B,栏,Board,1\n", "\"open\" in kind is unknown", "grids.csv:2"},
    {__LINE__, "grids.csv", NULL, GRIDS "g11,dedicated,界,B,栏,Board,\n", "supervision_phone is empty", "grids.csv:2"},
    {__LINE__, "patrol_plans.csv", NULL, PLANS "river,河,River,,,24,local rule\nriver,河,River,,,48,local rule\n",
     "seasons of lines 2 and 3 meet", "patrol_plans.csv:3"},
    {__LINE__, "patrol_plans.csv", NULL,
     PLANS "river,河,River,11-01,02-15,24,local rule\nriver,河,River,02-15,06-01,48,local rule\n",
     "seasons of lines 2 and 3 meet", "patrol_plans.csv:3"},
    {__LINE__, "patrol_plans.csv", NULL, PLANS "river,河,River,06-31,09-30,24,local rule\n", "no day of a year",
     "patrol_plans.csv:2"},
    {__LINE__, "patrol_plans.csv", NULL, PLANS "river,河,River,,,0,local rule\n", "every_hours must be",
     "patrol_plans.csv:2"},
    {__LINE__, "patrol_plans.csv", NULL, PLANS "river,河,River,,,24,\n", "names no basis", "patrol_plans.csv:2"},
    {__LINE__, "patrol_plans.csv", NULL, PLANS "river,重点人员走访,Visits,,,24,local rule\n", "names persons",
     "patrol_plans.csv:2"},
    {__LINE__, "patrol_routes.csv", NULL, "code,name_zh,name_en,points\nr,线,Round,p9\n", "\"p9\" is unknown",
     "patrol_routes.csv:2"},

    /* areas.geojson */
    ROW("areas.geojson", "{\"code\":\"g12\"}", "{\"code\":\"g99\"}", "\"g99\" is unknown"),
    ROW("areas.geojson", "{\"code\":\"g12\"}", "{\"code\":\"g11\"}", "two shapes"),
    ROW("areas.geojson", "{\"code\":\"g12\"}", "{\"key\":\"g12\"}", "lacks the property"),
    ROW("areas.geojson", "{\"code\":\"g12\"},", "{\"code\":\"g12\"};", "JSON"),
    ROW("areas.geojson", "[119.02,31.02],[119.01,31.02],[119.01,31.0]]",
        "[119.01,31.02],[119.018,31.015],[119.01,31.0]]", "not valid"),
    ROW("areas.geojson", "[[119.01,31.0],[119.02,31.0]", "[[119.001,31.0],[119.02,31.0]", "not closed"),
    ROW("areas.geojson", "[[[119.01,31.0],[119.02,31.0],[119.02,31.02],[119.01,31.02],[119.01,31.0]]]",
        "[[[119.009,31.0],[119.02,31.0],[119.02,31.02],[119.01,31.02],[119.009,31.0]]]", "\"g11\" and \"g12\" overlap"),
    ROW("areas.geojson", "[[[119.01,31.0],[119.02,31.0],[119.02,31.02],[119.01,31.02],[119.01,31.0]]]",
        "[[[119.0,31.0],[119.01,31.0],[119.01,31.02],[119.0,31.02],[119.0,31.0]]]", "overlap by 100"),
    ROW("areas.geojson", "[[[119.01,31.0],[119.02,31.0],[119.02,31.02],[119.01,31.02],[119.01,31.0]]]",
        "[[[119.012,31.005],[119.018,31.005],[119.018,31.025],[119.012,31.025],[119.012,31.005]]]",
        "lie outside its parent \"d\""),

    /* units.csv */
    ROW("units.csv", "lamps,roads,", "lamps,road,", "parent \"road\" is unknown"),
    ROW("units.csv", "roads,,,department", "roads,lamps,,department", "stands above itself"),
    ROW("units.csv", "o2,,t2,office", "o2,,t9,office", "\"t9\" is unknown"),
    ROW("units.csv", "o2,,t2,office", "o2,,t1,office", "has the office \"o1\" already"),
    ROW_AT("units.csv", "o2,,t2,office", "o2,,,office", "needs an area", NULL),
    ROW("units.csv", "roads,,,department", "roads,,,bureau", "\"bureau\" in kind is unknown"),
    ROW("units.csv", "lamps,roads,,", "roads,roads,,", "stands here twice"),
    ROW_AT("units.csv", "roads,,,department", "roads,,,centre", "one unit of kind centre, not 2", "units.csv"),
    ROW_AT("units.csv", "centre,yes", "centre,no", "No unit has top", "units.csv"),
    ROW("units.csv", "phone", "phone,ethnicity", "it names persons (ethnicity)"),

    /* categories.csv */
    ROW("categories.csv", "m02,,report", "m02,m9,report", "parent \"m9\" is unknown"),
    ROW("categories.csv", "m02,,report", "m02,m02,report", "stands above itself"),
    ROW("categories.csv", "m02,,report", "m02,,repair", "\"repair\" is unknown"),
    ROW("categories.csv", "m02,,report", "m02,,", "needs a procedure"),
    ROW("categories.csv", "m0101,m01", "M0101,m01", "is no key"),
    ROW("categories.csv", "m02,,report", "m01,,report", "\"m01\" stands here twice"),
    ROW("categories.csv", "灯,Lamp,路灯|lamp", "重点人员,Key persons,", "重点人员"),
    ROW("categories.csv", "灯,Lamp,路灯|lamp", "灯,Lamp,路灯|精神障碍患者", "精神障碍"),
    ROW("categories.csv", "灯,Lamp,路灯|lamp", "灯,Watch list,", "watchlist"),
    ROW("categories.csv", "words", "信仰", "it names persons"),
    ROW("categories.csv", "灯,Lamp,路灯|lamp", "流浪乞讨,Begging,", "request for help"),
    ROW("categories.csv", "m02,,report,no,yes,其他", "m02,,report,no,,其他", "neither yes nor no"),

    /* conditions.csv */
    ROW("conditions.csv", "c01.1,c01,1 wall_days", "c01.1,c01,1 year", "limit"),
    ROW("conditions.csv", "c01.1,c01,1 wall_days", "c01.1,c01,", "limit"),
    ROW("conditions.csv", "c01.1,c01,", "c01.1,c02,", "\"c02\" is unknown"),
    ROW("conditions.csv", "c01.1,c01,", "c02.1,c01,", "no code of this category"),
    ROW("conditions.csv", "c01.1,c01,", "c01.x,c01,", "no code of this category"),
    ROW("conditions.csv", "m0101.1,m0101", "m0101.2,m0101", "stands here twice"),
    ROW("conditions.csv", "1 wall_days,dispatched", "1 wall_days,sent", "\"sent\" in from is unknown"),
    ROW("conditions.csv", "1 wall_days,dispatched,no,no,local rule", "1 wall_days,dispatched,no,no,", "no basis"),
    ROW("conditions.csv", "不亮,Dark", "不亮,", "filing_en is empty"),
    ROW("conditions.csv", "不亮,Dark", "上访人员,Dark", "上访人员"),
    ROW_AT("conditions.csv", "c01.1,c01,1 wall_days,dispatched,no,no,local rule,yes,no,不亮,Dark,亮,Lit,\n", "",
           "\"c01\" has no condition", "categories.csv:5"),

    /* responsibilities.csv */
    ROW("responsibilities.csv", "lead,power,c01", "leads,power,c01", "\"leads\" in duty is unknown"),
    ROW("responsibilities.csv", "lead,power,c01,", "lead,power,c09*,", "fits no category"),
    ROW("responsibilities.csv", "lead,,m0101,g22,lamps", "lead,,m0101,g9,lamps", "\"g9\" is unknown"),
    ROW("responsibilities.csv", "lead,,m0101,g22,lamps", "lead,,m0101,g22,lamp", "\"lamp\" is unknown"),
    ROW("responsibilities.csv", "lead,,m0101,g22,lamps,", "lead,,m0101,g22,,", "either a unit or an office_level"),
    ROW("responsibilities.csv", "lead,,m0101,g22,lamps,", "lead,,m0101,g22,lamps,town",
        "either a unit or an office_level"),
    ROW("responsibilities.csv", "lead,,*,,,town", "lead,,*,,,village", "\"village\" is no level"),
    ROW("responsibilities.csv", "assist,,m01*,,lamps", "lead,,m01*,,lamps", "A tie"),
    ROW("responsibilities.csv", "assist,,m01*,,lamps,", "lead,power,c01,,roads,", "A tie"),
    ROW_AT("responsibilities.csv", "lead,,*,,,town", "lead,,m0*,,,town", "\"c01\" has no lead in 4 of 4 areas",
           "categories.csv:5"),
    ROW_AT("responsibilities.csv", "lead,,*,,,town", "lead,,*,t1,,town",
           "\"m02\" has no lead in 2 of 4 areas, as in g21", "categories.csv:4"),
    ROW_AT("responsibilities.csv", "lead,,*,,,town", "lead,,*,,,grid", "\"m02\" has no lead in 4 of 4",
           "categories.csv:4"),
    ROW_AT("units.csv", "o2,,t2,office,no,4,乙办,Office Beta\n", "", "\"m02\" has no lead in 2 of 4 areas, as in g21",
           "categories.csv:4"),
    ROW_AT("responsibilities.csv", "taken_back,,m01*,,,town", "taken_back,,m01*,,roads,",
           "\"m01\" is led by a unit that it was taken back from, in 4 areas", "responsibilities.csv:3"),
    ROW_AT("responsibilities.csv", "taken_back,,m01*,,,town", "taken_back,,m02,,,town", "taken back from, in 4 areas",
           "responsibilities.csv:2"),
    ROW_AT("responsibilities.csv", "taken_back,,m01*,,,town", "taken_back,,m0101,,lamps,",
           "\"m0101\" is led by a unit that it was taken back from, in 1 areas, as in g22", "responsibilities.csv:4"),

    /* duty lists */
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "basics,B1,town,m02,,,,,事,Thing,local rule\n",
     "\"basics\" in list is unknown", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "basic,B1,village,m02,,,,,事,Thing,local rule\n",
     "\"village\" is no level", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "admission,G1,town,m02,,,,,事,Thing,local rule\n",
     "the admission list of grid workers names none", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "basic,B1,town,m09,,,,,事,Thing,local rule\n",
     "fits no category", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "admission,G1,,m02,walk,,,,事,Thing,local rule\n",
     "No procedure has a task", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "basic,B1,town,m02,,nobody,,,事,Thing,local rule\n",
     "\"nobody\" is unknown", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "basic,B1,town,m02,,,2026-02-01,2026-01-01,事,Thing,local rule\n",
     "valid_upto is before valid_from", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "basic,B1,town,m02,,,,,事,Thing,\n",
     "names no basis", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "basic,B1,town,m02,,,,,走访频次,Thing,local rule\n",
     "names persons", "duty_lists.csv:2"},
    {__LINE__, "duty_lists.csv", NULL,
     "list,item,level,category,task,unit,valid_from,valid_upto,name_zh,name_en,basis\n"
     "supporting,S1,town,*,,,,,事,Thing,local rule\n",
     "is led by an office that item S1 bars", "responsibilities.csv:2"},

    /* desks, rosters, ladders */
    ROW("duty_desks.csv", "works,roads", "works,road", "The unit \"road\" is unknown"),
    ROW("duty_desks.csv", "works,roads", "floor,roads", "stands here twice"),
    ROW("duty_desks.csv", "0519-1", "ask", "\"ask\" is no telephone number"),
    ROW("duty_desks.csv", "值班,Works", "走访频次,Works", "names persons"),
    ROW("duty_roster.csv", "works,dan", "work,dan", "The desk \"work\" is unknown"),
    ROW("duty_roster.csv", "cat,leader", "cat,chief", "\"chief\" in part is unknown"),
    ROW("duty_roster.csv", "mon|tue|wed", "mon|tuesday|wed", "\"tuesday\" is no weekday"),
    ROW("duty_roster.csv", "00:00,24:00", "00:00,25:00", "no time of the day"),
    ROW("duty_roster.csv", "2026-03-01,2026-03-31", "2026-03-31,2026-03-01", "upto is before from"),
    ROW("duty_roster.csv", "ann,member,2026-01-01,,2", "ann,member,,,2", "every needs a day to count from"),
    ROW("duty_roster.csv", "ann,member,2026-01-01,,2", "ann,member,2026-01-01,,0", "every is no number of days"),
    ROW("duty_ladders.csv", "roads,2", "roads,3", "here 2"),
    ROW("duty_ladders.csv", "10 wall_minutes", "ten minutes", "limit"),
    ROW("duty_ladders.csv", "10 wall_minutes", "none", "in which somebody is reached"),
    ROW("duty_ladders.csv", "领导,Leader,local rule", "领导,Leader,", "names no basis"),

    /* inspection plans */
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,,,,,,,看,Look,local rule\n",
     "fits no class of a register", "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,,,m02.1,7 days,2026-01-01,,,,,,,,看,Look,local rule\n", "names nothing to look at",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,x,7 days,2026-01-01,,,,,,,,看,Look,local rule\n", "condition \"x\" is unknown",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 years,2026-01-01,,,,,,,,看,Look,local rule\n", "says not how often",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,0 days,2026-01-01,,,,,,,,看,Look,local rule\n", "says not how often",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,,,,,,,,,看,Look,local rule\n", "has a first day",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,2025-01-01,,,,,,,看,Look,local rule\n",
     "upto is before from", "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,05-01,,,,,,看,Look,local rule\n",
     "A season has a beginning", "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,05-41,06-01,,,,,看,Look,local rule\n",
     "is no day of a year", "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,,,monday,,,,看,Look,local rule\n", "is no weekday",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,,,,8,,,看,Look,local rule\n",
     "cannot be spread over 8 days", "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,,,,,0,,看,Look,local rule\n", "a_day must be 1 to 1000",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,,,,,,x,看,Look,local rule\n", "unit \"x\" is unknown",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,x,m02.1,7 days,2026-01-01,,,,,,,,看,Look,local rule\n", "area \"x\" is unknown",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,,,,,,,看,Look,\n", "names no basis",
     "inspection_plans.csv:2"},
    {__LINE__, "inspection_plans.csv", NULL,
     INSPECTION_HEADER "p,查,Look,m02,,m02.1,7 days,2026-01-01,,,,,,,,走访频次,Look,local rule\n", "names persons",
     "inspection_plans.csv:2"},

    /* calendar */
    ROW("calendar/2026.csv", "2026-01-04", "2026-02-30", "no date"),
    ROW("calendar/2026.csv", "work", "holiday", "\"holiday\" in kind is unknown"),
    ROW("calendar/2026.csv", "2026-01-04,work", "2026-01-01,work", "another kind of day"),
    {__LINE__, "calendar/2028.csv", NULL, "date,kind,name\n", "The calendar of 2027 is missing", "calendar/2028.csv"},
    {__LINE__, "calendar/new.csv", NULL, "date,kind,name\n", "begin with the year", "calendar/new.csv"},

    /* roles, channels, texts */
    ROW("roles.yaml", "posts: [centre]", "posts: [boss]", "\"boss\" is no post"),
    ROW("roles.yaml", "see: jurisdiction", "see: everything", "\"everything\" is no scope"),
    ROW("roles.yaml", "contact: true, ", "", "\"contact\" is missing"),
    ROW("roles.yaml", "contact: true", "contacts: true", "Unknown key \"contacts\""),
    ROW_AT("roles.yaml", "admin: true", "admin: false", "No role administers", "roles.yaml"),
    ROW_AT("roles.yaml", "posts: [centre]", "posts: [grid]", "no role may do \"close\"", "procedures/report.yaml:10"),
    ROW("channels.yaml", "phone: \"110\"", "phone: ", "empty"),
    ROW("channels.yaml", "[贼, thief]", "[贼, 吸毒人员]", "吸毒人员"),
    ROW_AT("channels.yaml", "neighbour:", "other:", "\"neighbour\" is missing", "channels.yaml:1"),
    ROW_AT("texts/en.yaml", "  closed: Settled\n", "  other: x\n", "\"notice.closed\" is missing in texts/en.yaml",
           "texts/zh.yaml:2"),
    ROW("texts/en.yaml", "closed: Settled", "closed: ", "is empty"),
    ROW("texts/en.yaml", "closed: Settled", "closed: [a]", "must be a single value"),
    {__LINE__, "texts/de.yaml", NULL, "a: b\n", "no language of city.yaml", "texts/de.yaml"},
    {__LINE__, "texts/en.yaml", NULL, "a: 'b\n", "No YAML", "texts/en.yaml:2"},

    /* procedures */
    ROW("procedures/report.yaml", "label: {zh: 办结, en: Close}", "label: {zh: 办结}", "en"),
    ROW_AT("procedures/report.yaml", "notice.closed", "notice.shut", "unknown text \"notice.shut\"",
           "procedures/report.yaml:10"),
    ROW_AT("procedures/report.yaml", "refusal: not_ours", "refusal: no", "unknown text \"refusal.no\"",
           "procedures/report.yaml:10"),
    ROW_AT("procedures/report.yaml", "\"m01*\", m02", "\"m07*\", m02", "nothing in this city fits \"m07*\"",
           "procedures/report.yaml:10"),
    ROW_AT("procedures/report.yaml", "label: {zh: 依据, en: Basis}", "label: {zh: 政治面貌, en: Basis}", "政治面貌",
           "procedures/report.yaml:10"),
    {__LINE__, "procedures/z.yaml", NULL, "procedure: [\n", "No YAML", "procedures/z.yaml:2"},

    ROW_AT("procedures/report.yaml", "type: text, required: true, public: true, max: 1000",
           "type: text, required: condition, public: true, max: 1000", "asks for photos only",
           "procedures/report.yaml:10"),
    ROW("procedures/report.yaml", "basis: local rule", "filing: {by: [boss]}\nbasis: local rule", "no post \"boss\""),

    /* roles without words */
    ROW("roles.yaml", "stats: true, ", "stats: true, words: false, ", "acts on no case"),
    ROW("roles.yaml", "stats: true, ", "stats: true, words: maybe, ", "neither true nor false"),
    ROW("roles.yaml", "stats: true, ", "stats: true, audit: maybe, ", "neither true nor false"),
    ROW("city.yaml", "centre: \"12345\"", "centre: \"12345\", night: \"1\"", "Unknown key \"night\""),

    /* templates.yaml */
    ROW("templates.yaml", "code: late", "code: done", "stands here twice"),
    ROW("templates.yaml", "actions: [close], text: {zh: 迟了", "actions: [open], text: {zh: 迟了",
        "No procedure has an action \"open\""),
    ROW("templates.yaml", "{zh: 迟了, en: Late}}", "{zh: 迟了}}", "The text in en is missing"),
    ROW("templates.yaml", "\"{unit}已办\"", "\"{name}已办\"", "Nothing fills in \"{name}\""),
    ROW("templates.yaml", "\"Done by {unit}\"", "\"Done by {unit\"", "Nothing fills in"),
    ROW("templates.yaml", "text: {zh: 迟了", "text: {zh: 重点人员", "重点人员"),
    {__LINE__, "templates.yaml", NULL, "templates: {}\n", "must be a list", "templates.yaml:1"},

    /* letters.yaml: the look */
    ROW_AT("letters.yaml", "list: {zh: \"、\", en: \", \"}\n", "", "The key \"list\" is missing", "letters.yaml:1"),
    ROW("letters.yaml", "list: {zh: \"、\", en: \", \"}", "list: {zh: \"、\"}", "The text in en is missing"),
    ROW("letters.yaml", "list: {zh: \"、\"", "list: {zh: \"{and}\"", "Nothing fills in \"{and}\""),
    ROW("letters.yaml", "{year}年{month}月{day}日", "{year}年{week}周{month}月{day}日", "Nothing fills in \"{week}\""),
    ROW("letters.yaml", "{year}年{month}月{day}日", "{year}年{day}日", "\"date\" does not hold {month}|{mm}"),
    ROW("letters.yaml", "{year}-{mm}-{dd}", "{mm}-{dd}", "\"date\" does not hold {year}"),
    ROW("letters.yaml", "（{basis}）", "（依据）", "\"cite\" does not hold {basis}"),
    ROW("letters.yaml", "电话{centre_phone}", "{name}", "Nothing fills in \"{name}\""),
    ROW("letters.yaml", "note: {zh: \"电话", "notes: {zh: \"电话", "Unknown key \"notes\""),
    ROW("letters.yaml", "  en: {title: [D], heading: [E], body: [F]}\n", "  de: {title: [D]}\n",
        "\"de\" is no language of this city"),
    ROW("letters.yaml", "body: [C]", "body: [C], size: 7", "must be 9 to 22 points"),
    ROW("letters.yaml", "body: [C]", "body: [C], size: x", "must be a number"),
    ROW("letters.yaml", "body: [C]", "bodies: [C]", "Unknown key \"bodies\""),
    ROW("letters.yaml", "body: [C]", "body: []", "\"body\" is empty"),
    ROW("letters.yaml", "body: [C]", "body: [a, b, c, d, e, f, g, h, i]", "More than 8 fonts"),
    {__LINE__, "letters.yaml", NULL, "letters: {}\n", "letters must be a list", "letters.yaml:1"},
    {__LINE__, "letters.yaml", NULL, "fonts: {}\n", "The key \"letters\" is missing", "letters.yaml:1"},

    /* letters.yaml: the letters */
    ROW("letters.yaml", "code: receipt", "code: reply", "The letter \"reply\" stands here twice"),
    ROW("letters.yaml", "code: receipt", "kind: receipt", "Unknown key \"kind\""),
    ROW_AT("letters.yaml", "    label: {zh: 回执, en: Receipt}\n", "", "\"label\" is missing", "letters.yaml:22"),
    ROW("letters.yaml", "label: {zh: 回执, en: Receipt}", "label: {zh: 回执}", "The text in en is missing"),
    ROW("letters.yaml", "label: {zh: 回执", "label: {zh: 重点人员", "重点人员"),
    ROW_AT("letters.yaml", "    procedure: report\n    of: [close]", "    procedure: letter\n    of: [close]",
           "no procedure \"letter\"", "letters.yaml:9"),
    ROW_AT("letters.yaml", "of: [close]", "of: [shut]", "has no action \"shut\"", "letters.yaml:9"),
    ROW("letters.yaml", "of: [filed]", "of: []", "\"of\" is empty"),
    ROW("letters.yaml", "R {year}-{serial}", "R {serial}", "needs {year} and {serial}"),
    ROW_AT("letters.yaml", "R {year}-{serial}", "A {year}-{serial}", "is numbered in the same way", "letters.yaml:26"),
    ROW("letters.yaml", "R {year}-{serial}", "R {week}-{year}-{serial}", "Nothing fills in \"{week}\""),
    ROW("letters.yaml", "plain: true", "plain: perhaps", "neither true nor false"),
    ROW("letters.yaml", "plain: true", "note: {zh: \"{act.answer}\", en: x}", "Nothing fills in \"{act.answer}\""),
    ROW_AT("letters.yaml", "    no_rights: nothing is decided\n", "", "must say what its addressee may do next",
           "letters.yaml:22"),
    ROW_AT("letters.yaml", "    of: [close]\n", "    of: [close]\n    no_rights: none\n",
           "must say what its addressee may do next", "letters.yaml:9"),
    ROW_AT("letters.yaml", "    parts:\n      - text: {zh: \"收到{text}\", en: \"Filed: {text}\"}\n", "",
           "\"parts\" is missing", "letters.yaml:22"),

    /* letters.yaml: their parts */
    ROW("letters.yaml", "- text: {zh: \"收到{text}\"", "- text: {zh: \"收到{words}\"", "Nothing fills in \"{words}\""),
    ROW("letters.yaml", "Filed: {text}", "Filed: {text", "Nothing fills in"),
    ROW("letters.yaml", "收到{text}", "收到{act.answer}", "Nothing fills in \"{act.answer}\""),
    ROW("letters.yaml", "See {close.basis}", "See {close.note}", "Nothing fills in \"{close.note}\""),
    ROW("letters.yaml", "See {close.basis}", "See {open.basis}", "Nothing fills in \"{open.basis}\""),
    ROW("letters.yaml", "See {close.basis}", "See {close.channel_phone}", "Nothing fills in \"{close.channel_phone}\""),
    ROW("letters.yaml", "Done: {act.answer}", "", "The text in en is missing"),
    ROW("letters.yaml", "- to: {zh: \"{person}：\", en: \"To the {person},\"}", "- for: {zh: 甲, en: A}",
        "Unknown key \"for\""),
    ROW("letters.yaml", "- to: {zh: \"{person}：\", en: \"To the {person},\"}", "- heading", "must be a map"),
    ROW_AT("letters.yaml", "optional: true", "heading: {zh: 二, en: Two}", "is one thing, not 2", "letters.yaml:18"),
    ROW_AT("letters.yaml", "optional: true", "basis: {zh: 二, en: Two}", "Only a right has a basis", "letters.yaml:18"),
    ROW("letters.yaml", "optional: true", "optional: often", "neither true nor false"),
    ROW_AT("letters.yaml", "        basis: {zh: 本地规则, en: Local rule}\n", "", "\"basis\" is missing",
           "letters.yaml:20"),
    ROW_AT("letters.yaml", "        basis: {zh: 本地规则", "        optional: true\n        basis: {zh: 本地规则",
           "Only a text can be optional", "letters.yaml:20"),
    ROW_AT("letters.yaml", "- text: {zh: \"收到{text}\", en: \"Filed: {text}\"}", "- to: {zh: 甲, en: A}",
           "says nothing", "letters.yaml:22"),
    ROW_AT("letters.yaml", "- text: {zh: \"收到{text}\", en: \"Filed: {text}\"}",
           "- text: {zh: 一, en: One}\n      - heading: {zh: 二, en: Two}", "nothing certain stands below a heading",
           "letters.yaml:22"),
    ROW_AT("letters.yaml", "- heading: {zh: 结果, en: Result}", "- to: {zh: 乙, en: B}", "is to two", "letters.yaml:9"),

    /* landmarks.csv, patrol_points.csv */
    ROW("landmarks.csv", "l2,远山", "l1,远山", "\"l1\" stands here twice"),
    ROW("landmarks.csv", "121.0,31.01", "31.01,121.0", "has no place"),
    ROW("landmarks.csv", "远山,Far Hill", "远山,", "name_en is empty"),
    ROW("landmarks.csv", "桥|bridge", "信访重点", "信访重点"),
    ROW("patrol_points.csv", "q2,g12", "q1,g12", "\"q1\" stands here twice"),
    ROW("patrol_points.csv", "q2,g12", "q2,g99", "\"g99\" is unknown"),
    ROW("patrol_points.csv", "q2,g12", "q2,r1", "\"r1\" is unknown"),
    ROW("patrol_points.csv", "q2,g12", "q2,g11", "lies outside \"g11\""),
    ROW("patrol_points.csv", "119.015,31.01,168", "119.015,31.01,0", "every_hours must be"),
    ROW("patrol_points.csv", "119.015,31.01,168", ",,168", "has no place"),
    ROW("patrol_points.csv", "河岸,Bank", "走访频次,Bank", "走访"),

    /* samples */
    ROW("sample/accounts.csv", "role", "religion", "it names persons"),
};

/* The text with the fault, and the line at which it stands. */
static char *spoil(const struct fault *f, unsigned *ret_line) {
    const char *text = package_text(f->file), *at = strstr(text, f->old);
    if (!at || strstr(at + 1, f->old)) fail_msg("row of line %d: the text to replace must stand there once", f->line);
    size_t before = (size_t)(at - text), n = strlen(text) + strlen(f->new) + 1;
    *ret_line = 1;
    for (size_t i = 0; i < before; i++) *ret_line += text[i] == '\n';
    char *spoilt = malloc(n);
    assert_non_null(spoilt);
    snprintf(spoilt, n, "%.*s%s%s", (int)before, text, f->new, at + strlen(f->old));
    return spoilt;
}

static bool is_expected(const struct finding *x, const struct fault *f, const char *where) {
    char place[200];
    if (x->line > 0)
        snprintf(place, sizeof place, "%.*s:%u", P(x->file), x->line);
    else
        snprintf(place, sizeof place, "%.*s", P(x->file));
    return strcmp(place, where) == 0 && (!f->says || str_find(x->what, str_z(f->says), 0) >= 0);
}

/* out: whether it was found; else all that was found is printed. */
static bool check_fault(const struct fault *f) {
    struct arena arena;
    struct findings found;
    struct city *city = NULL;
    struct err err = {0};
    unsigned line = 0;
    char *text = f->old ? spoil(f, &line) : NULL, where[200];
    if (f->where)
        snprintf(where, sizeof where, "%s", f->where);
    else if (line > 0)
        snprintf(where, sizeof where, "%s:%u", f->file, line + (strstr(f->new, "\nfar_m") ? 1 : 0));
    else
        snprintf(where, sizeof where, "%s", f->file);
    char *dir = package_write(f->file, text ? text : f->new);
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    enum status status = city_load(dir, &city, &found, &err);
    bool expected = false;
    for (size_t i = 0; i < found.n; i++)
        expected = expected || (is_expected(&found.items[i], f, where) && found.items[i].severity == FINDING_ERROR);
    bool good = expected && status == E_INVALID && !city && strcmp(err.code, "bad_package") == 0;
    if (!good) {
        struct strbuf b;
        strbuf_init(&b, 1 << 16);
        findings_print(&found, &b);
        print_error("row of line %d, expected at %s: %s; found:\n%.*s", f->line, where, status_name(status),
                    P(strbuf_str(&b)));
        strbuf_done(&b);
    }
    package_remove(dir);
    free(text);
    arena_done(&arena);
    return good;
}

static void each_fault_is_found_where_it_stands(void **state) {
    (void)state;
    size_t missed = 0;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) missed += !check_fault(&faults[i]);
    assert_int_equal(missed, 0);
}

/* ---- many faults, warnings ---- */

/* Each of these must be named when the file is read once. */
static void all_are_named(const char *file, const char *text, const char *const *wanted, size_t n) {
    struct arena arena;
    struct findings found;
    struct city *city = NULL;
    struct err err = {0};
    char *dir = package_write(file, text);
    arena_init(&arena, 0);
    findings_init(&found, &arena);
    assert_int_equal(city_load(dir, &city, &found, &err), E_INVALID);
    struct strbuf b;
    strbuf_init(&b, 1 << 16);
    findings_print(&found, &b);
    for (size_t i = 0; i < n; i++)
        if (str_find(strbuf_str(&b), str_z(wanted[i]), 0) < 0)
            fail_msg("missing: %s in\n%.*s", wanted[i], P(strbuf_str(&b)));
    strbuf_done(&b);
    package_remove(dir);
    arena_done(&arena);
}

static void all_faults_are_named_at_once(void **state) {
    (void)state;
    static const char *const of_units[] = {
        "units.csv:2: error: \"maybe\" in top is neither yes nor no. (write yes or no)\n",
        "units.csv:2: error: The field name_en is empty. (every text in every language)\n",
        "units.csv:3: error: \"bureau\" in kind is unknown.",
        "units.csv:3: error: \"centre\" stands here twice.\n",
        "units.csv:4: error: The row has 7 fields, the header 8.",
    };
    all_are_named("units.csv",
                  "code,parent,area,kind,top,phone,name_zh,name_en\n"
                  "centre,,,centre,maybe,1,中心,\n"
                  "centre,x,,bureau,no,1,中心,Centre\n"
                  "o1,,t9,office,no,1,甲\n",
                  of_units, ARRAY_LEN(of_units));
    static const char *const of_letters[] = {
        "letters.yaml:1: error: The text \"date\" does not hold {year}.",
        "letters.yaml:2: error: Nothing fills in \"{and}\".",
        "letters.yaml:1: error: The key \"note\" is missing.",
        "letters.yaml:4: error: The fonts for en are missing.",
        "letters.yaml:6: error: The procedure \"report\" has no action \"shut\".",
        "letters.yaml:7: error: The text in en is missing.",
        "letters.yaml:10: error: A letter's number needs {year} and {serial}.",
        "letters.yaml:12: error: Nothing fills in \"{act.answer}\".",
        "letters.yaml:6: error: The letter \"a\" must say what its addressee may do next.",
        "letters.yaml:13: error: The key \"procedure\" is missing.",
    };
    all_are_named("letters.yaml",
                  "date: {zh: \"{month}月{day}日\", en: \"{year}-{mm}-{dd}\"}\n"
                  "list: {zh: \"{and}\", en: \", \"}\n"
                  "cite: {zh: \"（{basis}）\", en: \" ({basis})\"}\n"
                  "fonts: {zh: {title: [A], heading: [B], body: [C]}}\n"
                  "letters:\n"
                  "  - code: a\n"
                  "    label: {zh: 甲}\n"
                  "    procedure: report\n"
                  "    of: [shut]\n"
                  "    number: {zh: \"复〔{year}〕{serial}号\", en: \"R {year}\"}\n"
                  "    parts:\n"
                  "      - text: {zh: \"{act.answer}\", en: \"{number}\"}\n"
                  "  - {code: b, label: {zh: 乙, en: B}, of: [close], number: {zh: \"{year}{serial}\", en: "
                  "\"{year}{serial}\"}, parts: []}\n",
                  of_letters, ARRAY_LEN(of_letters));
}

static void warnings_do_not_refuse(void **state) {
    (void)state;
    static const struct {
        int line;
        const char *file, *text, *where, *says;
    } rows[] = {
        {__LINE__, "stray.txt", "x", "stray.txt", "Nothing reads this file"},
        {__LINE__, "calendar/.hidden", "x", NULL, NULL},
        {__LINE__, "responsibilities.csv",
         "duty,owner,category,area,unit,office_level\nlead,,*,,,town\nlead,,m02,r1,lamps,\n", "responsibilities.csv",
         "never applies"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        struct findings found;
        struct city *city = NULL;
        char *dir = package_write(rows[i].file, rows[i].text);
        arena_init(&arena, 0);
        findings_init(&found, &arena);
        if (city_load(dir, &city, &found, NULL) != OK || found.n != (rows[i].where != NULL))
            fail_msg("row of line %d", rows[i].line);
        if (found.n > 0) {
            assert_str(found.items[0].file, str_z(rows[i].where));
            assert_true(str_find(found.items[0].what, str_z(rows[i].says), 0) >= 0);
        }
        city_free(city);
        package_remove(dir);
        arena_done(&arena);
    }
}

/* ---- any bytes ---- */

#define ROUNDS 150

/* Copies a piece of the text over another, or cuts it, or puts a strange byte in. */
static void shake(struct rng *r, char *text, size_t *n) {
    static const char strange[] = "\",\n|:{}[]-*&!'#9\xff\x80\0 \xe9";
    size_t at = rng_below(r, *n), len = 1 + rng_below(r, *n - at < 40 ? *n - at : 40),
           from = rng_below(r, *n - len + 1);
    switch (rng_below(r, 3)) {
    case 0:
        memmove(text + at, text + from, len);
        break;
    case 1:
        memmove(text + at, text + at + len, *n - at - len + 1);
        *n -= len;
        break;
    default:
        text[at] = strange[rng_below(r, sizeof strange - 1)];
        break;
    }
}

static void shaken_packages_are_read_or_refused(void **state) {
    (void)state;
    struct rng r = rng_start("shaken packages");
    size_t good = 0;
    for (int round = 0; round < ROUNDS; round++) {
        const struct package_part *part = &package_parts[rng_below(&r, n_package_parts)];
        struct arena arena;
        struct findings found;
        struct city *city = NULL;
        arena_init(&arena, 0);
        findings_init(&found, &arena);
        size_t n = strlen(part->text);
        char *text = str_cstr(&arena, str_z(part->text));
        for (size_t i = 1 + rng_below(&r, 4); i > 0 && n > 1; i--) shake(&r, text, &n);
        char *dir = package_write(part->path, text);
        enum status status = city_load(dir, &city, &found, NULL);
        assert_true((status == OK && city && found.errors == 0) || (status == E_INVALID && !city && found.errors > 0));
        good += status == OK;
        city_free(city);
        package_remove(dir);
        arena_done(&arena);
    }
    assert_true(good < ROUNDS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_fault_is_found_where_it_stands),
        cmocka_unit_test(all_faults_are_named_at_once),
        cmocka_unit_test(warnings_do_not_refuse),
        cmocka_unit_test(shaken_packages_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
