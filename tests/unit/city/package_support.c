#include "package_support.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/support.h"

/* A rectangle of the middle latitudes. */
#define AREA(code, x0, x1)                                                                                             \
    "{\"type\":\"Feature\",\"properties\":{\"code\":\"" code "\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" \
    "[[[" x0 ",31.0],[" x1 ",31.0],[" x1 ",31.02],[" x0 ",31.02],[" x0 ",31.0]]]}}"

/* clang-format off */
static const char areas_geojson[] =
    "{\"type\":\"FeatureCollection\",\"features\":[\n"
    AREA("d", "119.0", "119.04") ",\n"
    AREA("g11", "119.0", "119.01") ",\n"
    AREA("g12", "119.01", "119.02") ",\n"
    AREA("g21", "119.02", "119.03") ",\n"
    AREA("g22", "119.03", "119.04") ",\n"
    AREA("old", "119.02", "119.04") ",\n"
    AREA("r1", "119.005", "119.006") "\n]}\n";
/* clang-format on */

const struct package_part package_parts[] = {
    {"city.yaml", "name: test\n"
                  "label: {zh: 样例, en: Sample}\n"
                  "division: \"999999\"\n"
                  "number_prefix: TS\n"
                  "languages: [zh, en]\n"
                  "zone: {name: Asia/Shanghai, rule: CST-8}\n"
                  "centre: [119.01, 31.01]\n"
                  "phones: {emergency: \"110\", centre: \"12345\"}\n"
                  "schematic_notice: {zh: 示意, en: Schematic}\n"
                  "near_m: 300\n"
                  "similar: {metres: 50, hours: 24}\n"
                  "default_category: m02\n"
                  "classify_threshold: 0.5\n"
                  "working_hours:\n"
                  "  mon: [\"08:00-12:00\", \"14:00-18:00\"]\n"
                  "  tue: [\"08:00-12:00\", \"14:00-18:00\"]\n"
                  "  wed: [\"08:00-12:00\", \"14:00-18:00\"]\n"
                  "  thu: [\"08:00-12:00\", \"14:00-18:00\"]\n"
                  "  fri: [\"08:00-12:00\", \"14:00-18:00\"]\n"
                  "  sat: []\n"
                  "  sun: []\n"
                  "  make_up: [\"08:00-12:00\", \"14:00-18:00\"]\n"
                  "  half: [\"08:00-12:00\"]\n"
                  "layers:\n"
                  "  - {name: governance, label: {zh: 网格, en: Grids}, levels: [district, town, grid]}\n"
                  "  - {name: rivers, label: {zh: 河道, en: Rivers}, levels: [river]}\n"},
    {"areas.csv", "code,layer,level,parent,name_zh,name_en,valid_from,valid_to,schematic,successors\n"
                  "g11,governance,grid,t1,一,One,,,yes,\n"
                  "d,governance,district,,区,District,2020-01-01,,yes,\n"
                  "t1,governance,town,d,甲,Alpha,,,yes,\n"
                  "t2,governance,town,d,乙,Beta,,,yes,\n"
                  "g12,governance,grid,t1,二,Two,,,yes,\n"
                  "g21,governance,grid,t2,三,Three,,,yes,\n"
                  "g22,governance,grid,t2,四,Four,,,yes,\n"
                  "old,governance,grid,t2,旧,Old,2010-01-01,2020-12-31,no,g21|g22\n"
                  "r1,rivers,river,,河,River,,,yes,\n"},
    {"areas.geojson", areas_geojson},
    {"units.csv", "code,parent,area,kind,top,phone,name_zh,name_en\n"
                  "centre,,,centre,yes,12345,中心,Centre\n"
                  "roads,,,department,no,1,路,Roads\n"
                  "lamps,roads,,department,no,2,灯,Lamps\n"
                  "o1,,t1,office,no,3,甲办,Office Alpha\n"
                  "o2,,t2,office,no,4,乙办,Office Beta\n"},
    {"categories.csv", "key,parent,procedure,private,intake,name_zh,name_en,words\n"
                       "m01,,report,no,no,路,Roads,\n"
                       "m0101,m01,report,no,yes,坑,Pothole,坑|pothole\n"
                       "m02,,report,no,yes,其他,Other,\n"
                       "c01,,report,no,no,灯,Lamp,路灯|lamp\n"},
    {"conditions.csv",
     "code,category,limit,from,first_day_counts,rolls_over,basis,sample,photo,filing_zh,filing_en,closing_zh,"
     "closing_en,words\n"
     "m02.1,m02,5 work_days,accepted,no,yes,local rule,yes,no,其他,Other,办结,Done,\n"
     "m0101.2,m0101,4 work_hours,dispatched,no,no,local rule,yes,yes,坑,Hole,补好,Filled,坑\n"
     "m0101.1,m0101,2 wall_hours,dispatched,no,no,local rule,yes,yes,深坑,Deep hole,补好,Filled,深\n"
     "c01.1,c01,1 wall_days,dispatched,no,no,local rule,yes,no,不亮,Dark,亮,Lit,\n"},
    {"responsibilities.csv", "duty,owner,category,area,unit,office_level\n"
                             "lead,,*,,,town\n"
                             "lead,,m01*,,roads,\n"
                             "lead,,m0101,g22,lamps,\n"
                             "lead,power,c01,,lamps,\n"
                             "assist,,m01*,,lamps,\n"
                             "taken_back,,m01*,,,town\n"},
    {"duty_desks.csv", "code,unit,phone,name_zh,name_en\n"
                       "floor,centre,12345,班组,Floor\n"
                       "works,roads,0519-1,值班,Works\n"},
    {"duty_roster.csv", "desk,person,part,from,upto,every,weekdays,begins,ends\n"
                        "floor,ann,member,2026-01-01,,2,,08:00,20:00\n"
                        "floor,ben,member,2026-01-01,,2,,20:00,08:00\n"
                        "floor,ben,member,2026-01-02,,2,,08:00,20:00\n"
                        "floor,ann,member,2026-01-02,,2,,20:00,08:00\n"
                        "floor,cat,leader,,,,mon|tue|wed|thu|fri,00:00,24:00\n"
                        "works,dan,leader,2026-03-01,2026-03-31,,,08:00,08:00\n"},
    {"duty_ladders.csv", "unit,rung,within,phone,name_zh,name_en,basis\n"
                         "roads,1,5 wall_minutes,0519-1,值班电话,Duty,local rule\n"
                         "roads,2,10 wall_minutes,0519-2,领导,Leader,local rule\n"},
    {"calendar/2025.csv", "date,kind,name\n2025-12-31,half,岁末\n"},
    {"calendar/2026.csv", "date,kind,name\n2026-01-01,off,元旦\n2026-01-04,work,元旦\n"},
    {"roles.yaml", "roles:\n"
                   "  operator: {label: {zh: 受理员, en: Operator}, posts: [centre], see: jurisdiction, "
                   "contact: true, sealed: false, "
                   "stats: true, admin: false}\n"
                   "  admin: {label: {zh: 管理, en: Admin}, posts: [], see: none, contact: false, sealed: "
                   "false, stats: false, "
                   "admin: true}\n"},
    {"channels.yaml",
     "channels:\n"
     "  police: {name: {zh: 警, en: Police}, advice: {zh: 打110, en: Call 110}, phone: \"110\", words: "
     "[贼, thief]}\n"
     "  neighbour: {name: {zh: 邻, en: Next}, advice: {zh: 问邻, en: Ask there}, phone: \"12345\"}\n"},
    {"procedures/report.yaml",
     "procedure: report\n"
     "label: {zh: 诉求办理, en: Report}\n"
     "matter: {zh: 诉求, en: report}\n"
     "person: {zh: 诉求人, en: reporter}\n"
     "basis: local rule\n"
     "states:\n"
     "  filed: {label: {zh: 待办, en: Open}, owner: centre, clock: {limit: condition}}\n"
     "  closed: {label: {zh: 已办结, en: Settled}, owner: centre, end: closed}\n"
     "actions:\n"
     "  close:\n"
     "    label: {zh: 办结, en: Close}\n"
     "    from: [filed]\n"
     "    to: closed\n"
     "    by: [centre]\n"
     "    fields:\n"
     "      answer: {label: {zh: 答复, en: Answer}, type: text, required: true, public: true, max: 1000}\n"
     "      basis: {label: {zh: 依据, en: Basis}, type: text, required: true, public: true, max: 300}\n"
     "    guards:\n"
     "      - {case: category, in: [\"m01*\", m02, c01], refusal: not_ours}\n"
     "    effects:\n"
     "      - {answer: field.answer}\n"
     "      - {notify: reporter, text: notice.closed}\n"},
    {"texts/zh.yaml", "notice:\n  closed: 已办结\nrefusal:\n  not_ours: 不属于\n"},
    {"texts/en.yaml", "refusal:\n  not_ours: Not ours\nnotice:\n  closed: Settled\n"},
    {"templates.yaml", "templates:\n"
                       "  - {code: done, label: {zh: 办, en: Done}, actions: [close], text: {zh: \"{unit}已办\", en: "
                       "\"Done by {unit}\"}}\n"
                       "  - {code: late, label: {zh: 迟, en: Late}, actions: [close], text: {zh: 迟了, en: Late}}\n"},
    {"letters.yaml", "date: {zh: \"{year}年{month}月{day}日\", en: \"{year}-{mm}-{dd}\"}\n"
                     "list: {zh: \"、\", en: \", \"}\n"
                     "cite: {zh: \"（{basis}）\", en: \" ({basis})\"}\n"
                     "note: {zh: \"电话{centre_phone}\", en: \"Call {centre_phone}\"}\n"
                     "fonts:\n"
                     "  zh: {title: [A], heading: [B], body: [C]}\n"
                     "  en: {title: [D], heading: [E], body: [F]}\n"
                     "letters:\n"
                     "  - code: reply\n"
                     "    label: {zh: 答复书, en: Reply}\n"
                     "    procedure: report\n"
                     "    of: [close]\n"
                     "    number: {zh: \"复〔{year}〕{serial}号\", en: \"R {year}-{serial}\"}\n"
                     "    parts:\n"
                     "      - to: {zh: \"{person}：\", en: \"To the {person},\"}\n"
                     "      - heading: {zh: 结果, en: Result}\n"
                     "      - text: {zh: \"{act.answer}\", en: \"Done: {act.answer}\"}\n"
                     "      - text: {zh: \"见{close.basis}\", en: \"See {close.basis}\"}\n"
                     "        optional: true\n"
                     "      - rights: {zh: 可重办, en: May be reopened}\n"
                     "        basis: {zh: 本地规则, en: Local rule}\n"
                     "  - code: receipt\n"
                     "    label: {zh: 回执, en: Receipt}\n"
                     "    procedure: report\n"
                     "    of: [filed]\n"
                     "    number: {zh: \"收〔{year}〕{serial}号\", en: \"A {year}-{serial}\"}\n"
                     "    plain: true\n"
                     "    no_rights: nothing is decided\n"
                     "    parts:\n"
                     "      - text: {zh: \"收到{text}\", en: \"Filed: {text}\"}\n"},
    {"landmarks.csv", "code,name_zh,name_en,lon,lat,words\n"
                      "l1,东桥,East Bridge,119.005,31.01,桥|bridge\n"
                      "l2,远山,Far Hill,121.0,31.01,\n"},
    {"patrol_points.csv", "code,grid,name_zh,name_en,lon,lat,every_hours\n"
                          "q1,g11,路口,Junction,119.005,31.01,24\n"
                          "q2,g12,河岸,Bank,119.015,31.01,168\n"},
    {"sample/accounts.csv", "login,role\nop,operator\n"},
    {"README.md", "Invented.\n"},
};
const size_t n_package_parts = ARRAY_LEN(package_parts);

const char *package_text(const char *path) {
    for (size_t i = 0; i < n_package_parts; i++)
        if (strcmp(package_parts[i].path, path) == 0) return package_parts[i].text;
    fail_msg("the package has no %s", path);
    return NULL;
}

static void write_part(const char *dir, const char *path, const char *text) {
    char name[300];
    snprintf(name, sizeof name, "%s/%s", dir, path);
    char *slash = strrchr(name, '/');
    *slash = '\0';
    mkdir(name, 0700);
    *slash = '/';
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    size_t n = strlen(text);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
}

char *package_write(const char *path, const char *text) {
    char *dir = strdup("/tmp/yiwang-city-XXXXXX");
    assert_non_null(dir);
    assert_non_null(mkdtemp(dir));
    bool known = false;
    for (size_t i = 0; i < n_package_parts; i++) {
        bool it = path && strcmp(path, package_parts[i].path) == 0;
        known = known || it;
        if (!it)
            write_part(dir, package_parts[i].path, package_parts[i].text);
        else if (text)
            write_part(dir, path, text);
    }
    if (path && !known) write_part(dir, path, text);
    return dir;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw) {
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void package_remove(char *dir) {
    assert_int_equal(nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(dir);
}
