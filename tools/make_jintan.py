#!/usr/bin/python3
"""Makes the generated files of city/jintan from ../shared. Hand-written there and left alone: city.yaml, roles.yaml,
channels.yaml, templates.yaml, procedures/, texts/, README.md, sample/accounts.csv.

usage: tools/make_jintan.py [--seed N] [areas|units|categories|conditions|calendar|sample|places|registers …]   (default: all)
"""

import argparse
import json
import math
import os
import random

import jintan_components
import jintan_conditions
import jintan_duty
import jintan_matters
import jintan_places
import jintan_registers
import jintan_sample
import jintan_units
import package
import tiling

CITY = os.path.join(package.REPO, "city", "jintan")
ADMIN = os.path.join(package.SHARED, "data", "china_admin")
DOMAIN = os.path.join(package.SHARED, "domain")

# 9-digit code: English name, short name, rough place (lon, lat), share of the area in km², grids per community
TOWNS = {
    "320413001": ("Xicheng Subdistrict", "西城", (119.570, 31.720), 42, 5),
    "320413100": ("Jincheng Town", "金城", (119.560, 31.790), 88, 4),
    "320413104": ("Rulin Town", "儒林", (119.640, 31.605), 88, 9),
    "320413106": ("Zhixi Town", "直溪", (119.470, 31.800), 132, 3),
    "320413108": ("Zhulin Town", "朱林", (119.470, 31.710), 92, 4),
    "320413109": ("Xuebu Town", "薛埠", (119.385, 31.700), 190, 3),
    "320413112": ("Zhiqian Town", "指前", (119.530, 31.620), 112, 3),
    "320413400": ("Economic Development Zone", "经开区", (119.660, 31.725), 126, 3),
    "320413401": ("Maoshan Tourist Resort", "茅山", (119.370, 31.790), 78, 3),
    "320413402": ("Hua Luogeng High-tech Zone", "高新区", (119.630, 31.780), 27, 18),
}
# procedures that residents file nothing in
INNER = {"admission", "alert", "component", "crisis", "data_request", "data_sheet", "desk", "emergency", "grid_handover",
         "hazard", "inspection", "knowledge", "notice", "order", "patrol", "place", "review", "shift"}
GRID_TOTAL = {"320413104": 69}  # published for Rulin
DISTRICT = "320413"
SIDE_M = 122.0
RADIUS_M = 16_740.0
ORIGIN = (119.515, 31.712)
OUTLINE_SEED = 234  # of the shapes tried the one that has all town centres inside


def towns():
    """[(code, zh)] of the current release, in the order of codes."""
    rows = package.read_csv(os.path.join(ADMIN, "changzhou_streets_2023.csv"))
    first, second = list(rows[0])[:2]
    return [(r[first], r[second]) for r in rows if r[first].startswith(DISTRICT)]


def communities():
    """town code -> [(12-digit code, is a village)]; codes exist, names do not."""
    ret = {}
    for r in package.read_csv(os.path.join(ADMIN, "jintan_codes12_2019-10_no_names.csv")):
        if r["level"] == "5":
            ret.setdefault(r["code"][:9], []).append((r["code"], r["kind"] == "committee_villagers"))
    return ret


def make_areas(seed):
    rand = random.Random(seed)
    comb = tiling.Honeycomb(*ORIGIN, SIDE_M, rand)
    draw = random.Random(OUTLINE_SEED)
    waves = [(k, draw.uniform(0, 2 * math.pi), draw.uniform(0.3, 1.0) * 0.13 / k) for k in range(2, 9)]

    def inside(x, y):
        angle = math.atan2(y, x)
        reach = 1 + sum(a * math.sin(k * angle + p) for k, p, a in waves)
        return (abs(x / 1.15) ** 2.5 + abs(y / 0.88) ** 2.5) ** 0.4 < RADIUS_M * reach

    comb.fill(inside)
    comb.keep_connected()
    names = towns()
    spots = [nearest_cell(comb, TOWNS[code][2]) for code, _ in names]
    owner = tiling.grow(comb, comb.cells, spots, [TOWNS[code][3] for code, _ in names], rounds=40)
    by_town = [sorted(c for c, o in owner.items() if o == i) for i in range(len(names))]
    tree, region = [], {}
    known = communities()
    for (code, zh), cells in zip(names, by_town):
        tree.append((code, "town", DISTRICT, zh, TOWNS[code][0], cells))
        divide_town(comb, code, known.get(code, []), cells, rand, tree, region)
    comb.place_vertices(region)
    write_areas(comb, tree)


def nearest_cell(comb, place):
    x = (place[0] - comb.lon0) * comb.m_lon
    y = (place[1] - comb.lat0) * comb.m_lat
    return min(sorted(comb.cells), key=lambda c: (comb.centre(c)[0] - x) ** 2 + (comb.centre(c)[1] - y) ** 2)


def divide_town(comb, code, members, cells, rand, tree, region):
    """Communities and grids of a town; a zone without communities has its grids directly."""
    en, short, _, _, per_community = TOWNS[code]
    short_en = en.split(" ")[0] if code != "320413402" else "High-tech Zone"
    short_en = {"320413400": "Development Zone"}.get(code, short_en)
    heart = comb.centre(nearest_cell(comb, (119.57, 31.72)))

    def weight(cell):
        x, y = comb.centre(cell)
        return 1.0 / (1.0 + math.hypot(x - heart[0], y - heart[1]) / 3000.0)

    parts = tiling.split(comb, cells, len(members), weight, rand) if members else [cells]
    counts = {True: 0, False: 0}
    for (member, village), part in zip(members or [(code + "000", None)], parts):
        parent, name_zh, name_en = code, short, short_en
        if members:
            counts[village] += 1
            parent = member
            name_zh = f"{short}第{counts[village]}{'村' if village else '社区'}"
            name_en = f"{short_en} {'Village' if village else 'Community'} {counts[village]}"
            tree.append((member, "community", code, name_zh + "（样例）", name_en + " (sample)", part))
        n = max(2, per_community + (rand.choice((-1, 0, 0, 1)) if members else 0))
        if code in GRID_TOTAL:
            done = sum(counts.values()) - 1
            n = GRID_TOTAL[code] // len(members) + (done < GRID_TOTAL[code] % len(members))
        for k, grid in enumerate(tiling.split(comb, part, n, weight, rand), 1):
            grid_code = f"{member}{k:03d}"
            tree.append((grid_code, "grid", parent, f"{name_zh}第{k}网格（样例）", f"{name_en} Grid {k} (sample)", grid))
            for cell in grid:
                region[cell] = grid_code


def write_areas(comb, tree):
    header = ["code", "layer", "level", "parent", "name_zh", "name_en", "valid_from", "valid_to", "schematic"]
    rows = [[DISTRICT, "governance", "district", "", "金坛区", "Jintan District", "2022-10-31", "", "yes"]]
    outline = comb.polygons(comb.cells)
    shapes = [(DISTRICT, outline)]
    for code, level, parent, zh, en, cells in tree:
        rows.append([code, "governance", level, parent, zh, en, "2022-10-31", "", "yes"])
        shapes.append((code, comb.polygons(cells)))
    leaves = {row[0] for row in rows} - {row[3] for row in rows}
    tiling.check_tiling([s for s in shapes if s[0] in leaves], outline)
    package.write_csv(os.path.join(CITY, "areas.csv"), header, rows)
    package.write_geojson(os.path.join(CITY, "areas.geojson"), shapes)
    print(f"{len(leaves)} grids, {len(comb.cells)} cells, {len(comb.cells) * 2.598 * SIDE_M ** 2 / 1e6:.0f} km2")


def procedures():
    folder = os.path.join(CITY, "procedures")
    return {f[:-5] for f in os.listdir(folder) if f.endswith(".yaml")} if os.path.isdir(folder) else set()


def category_rows():
    """[key, parent, procedure, private, intake, zh, en, words] of all classes."""
    names, classic = jintan_components.components(), jintan_matters.matters()
    rows = []
    for major, (zh, en) in jintan_components.MAJORS.items():
        rows.append(["c" + major, "", "", "no", "no", zh, en, ""])
    for r in package.read_csv(os.path.join(DOMAIN, "component_classes.csv")):
        rows.append(["c" + r["code5"], "c" + r["major_code"], "report", "no", "no", r["name_zh"], names[r["code5"]][0], ""])
    if "component" in procedures():
        for major, (zh, en) in jintan_components.MAJORS.items():
            rows.append(["b" + major, "", "", "no", "no", zh + "台账", en + ": register", ""])
        for r in package.read_csv(os.path.join(DOMAIN, "component_classes.csv")):
            rows.append(["b" + r["code5"], "b" + r["major_code"], "component", "no", "no", r["name_zh"] + "（台账）",
                         names[r["code5"]][0] + " (register)", ""])
    for major, (zh, en) in jintan_matters.MAJORS.items():
        rows.append(["m" + major, "", "", "no", "no", zh, en, ""])
    for r in package.read_csv(os.path.join(DOMAIN, "event_classes.csv")):
        code = r["code5"]
        derived = r["origin"] == "component-abnormal"
        en, zh_words, en_words = names[code] if derived else classic[code]
        private = "yes" if code == "09003" else "no"
        name_en = en + ": defect" if derived else en
        rows.append(["m" + code, "m" + r["major_code"], "report", private, "yes", r["name_zh"], name_en,
                     "|".join(unique(zh_words + en_words))])
    have = procedures()
    for key, procedure, private, zh, en, words in jintan_matters.own():
        if key[0] == "s" or procedure in have:
            top = key.endswith("00")
            offered = not top and procedure not in INNER
            rows.append([key, "" if top else key[0] + "00", "" if top else procedure, private, "yes" if offered else "no", zh, en,
                         "|".join(unique(words))])
    return rows


def unique(words):
    return list(dict.fromkeys(w.strip() for w in words if w.strip()))


def make_categories():
    header = ["key", "parent", "procedure", "private", "intake", "name_zh", "name_en", "words"]
    package.write_csv(os.path.join(CITY, "categories.csv"), header, category_rows())


def make_units():
    named = [(code, zh, TOWNS[code][0]) for code, zh in towns()]
    header = ["code", "parent", "area", "kind", "top", "phone", "name_zh", "name_en"]
    numbers = package.numbers()
    units = jintan_units.units(named, numbers)
    package.write_csv(os.path.join(CITY, "units.csv"), header, units)
    make_duty(units, numbers)
    header = ["duty", "owner", "category", "area", "unit", "office_level"]
    known = {row[0] for row in category_rows()}
    rows = jintan_units.responsibilities(known, procedures())
    package.write_csv(os.path.join(CITY, "responsibilities.csv"), header, rows)
    header = ["list", "item", "level", "category", "task", "unit", "valid_from", "valid_upto", "name_zh", "name_en", "basis"]
    names = {row[0]: row[5:7] for row in category_rows()}
    package.write_csv(os.path.join(CITY, "duty_lists.csv"), header, jintan_units.duty_lists(names))


def make_duty(units, numbers):
    header = ["code", "unit", "phone", "name_zh", "name_en"]
    package.write_csv(os.path.join(CITY, "duty_desks.csv"), header, jintan_duty.desks())
    header = ["desk", "person", "part", "from", "upto", "every", "weekdays", "begins", "ends"]
    package.write_csv(os.path.join(CITY, "duty_roster.csv"), header, jintan_duty.roster())
    header = ["unit", "rung", "within", "phone", "name_zh", "name_en", "basis"]
    package.write_csv(os.path.join(CITY, "duty_ladders.csv"), header, jintan_duty.ladders(units, numbers))


def make_conditions():
    limits = package.read_csv(os.path.join(DOMAIN, "time_limits.csv"))
    header = ["code", "category", "limit", "from", "first_day_counts", "rolls_over", "basis", "sample", "photo",
              "filing_zh", "filing_en", "closing_zh", "closing_en", "words"]
    rows = jintan_conditions.rows(limits, category_rows())
    package.write_csv(os.path.join(CITY, "conditions.csv"), header, rows)


def make_calendar():
    notices = {}
    for year in range(2018, 2027):
        with open(os.path.join(package.SHARED, "data", "holiday_cn", f"{year}.json"), encoding="utf-8") as f:
            notice = json.load(f)
        notices[year] = [(d["date"], "off" if d["isOffDay"] else "work", d["name"]) for d in notice["days"]]
    package.write_calendar(os.path.join(CITY, "calendar"), notices)


def make_sample(seed):
    header = ["category", "condition", "channel", "dx_m", "dy_m", "text"]
    known = {row[0] for row in category_rows()}
    rows = jintan_sample.rows(known, random.Random(seed))
    package.write_csv(os.path.join(CITY, "sample", "matters.csv"), header, rows)


def make_places(seed):
    """After the areas: points inside them."""
    header = ["code", "name_zh", "name_en", "lon", "lat", "words"]
    package.write_csv(os.path.join(CITY, "landmarks.csv"), header, jintan_places.landmarks(CITY, towns(), random.Random(seed)))
    header = ["code", "grid", "name_zh", "name_en", "lon", "lat", "every_hours", "kind"]
    points = jintan_places.points(CITY, random.Random(seed))
    package.write_csv(os.path.join(CITY, "patrol_points.csv"), header, points)
    header = ["code", "name_zh", "name_en", "points"]
    package.write_csv(os.path.join(CITY, "patrol_routes.csv"), header, jintan_places.routes(CITY, points))
    header = ["kind", "name_zh", "name_en", "season_from", "season_upto", "every_hours", "basis"]
    package.write_csv(os.path.join(CITY, "patrol_plans.csv"), header, jintan_places.plans())
    rows, posts = jintan_places.sheets(CITY)
    header = ["grid", "kind", "boundary_zh", "boundary_en", "posted_at_zh", "posted_at_en", "supervision_phone"]
    package.write_csv(os.path.join(CITY, "grids.csv"), header, rows)
    header = ["grid", "post_zh", "post_en", "contact_zh", "contact_en", "phone", "posted"]
    package.write_csv(os.path.join(CITY, "grid_posts.csv"), header, posts)


def make_registers(seed):
    """After the areas: sample components and places, imported by `yiwang import` with import/components.yaml, places.yaml."""
    rand = random.Random(seed)
    known = {r["code5"] for r in package.read_csv(os.path.join(DOMAIN, "component_classes.csv"))}
    header = ["id", "class", "name", "lon", "lat", "owner", "state", "accuracy"]
    components = jintan_registers.components(CITY, DISTRICT, known, rand)
    package.write_csv(os.path.join(CITY, "sample", "components.csv"), header, components)
    header = ["code", "class", "name", "lon", "lat"]
    places = jintan_registers.places(CITY, DISTRICT, rand)
    package.write_csv(os.path.join(CITY, "sample", "places.csv"), header, places)
    header = ["code", "kind", "unit", "least", "most", "test", "limit", "clear", "hits", "of", "seconds", "condition", "name_zh", "name_en", "basis"]
    package.write_csv(os.path.join(CITY, "sensor_rules.csv"), header, jintan_registers.table(jintan_registers.SENSOR_RULES))
    header = ["code", "name_zh", "name_en", "things", "areas", "condition", "every", "from", "upto", "season_from", "season_upto", "days", "spread",
              "a_day", "unit", "look_zh", "look_en", "basis"]
    package.write_csv(os.path.join(CITY, "inspection_plans.csv"), header, jintan_registers.table(jintan_registers.PLANS))
    header = ["code", "kind", "thing", "name_zh", "name_en", "lon", "lat"]
    package.write_csv(os.path.join(CITY, "sensors.csv"), header, jintan_registers.sensors(components + places))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=320413)
    parser.add_argument("parts", nargs="*")
    args = parser.parse_args()
    steps = {
        "calendar": make_calendar,
        "categories": make_categories,
        "conditions": make_conditions,
        "units": make_units,
        "sample": lambda: make_sample(args.seed),
        "areas": lambda: make_areas(args.seed),
        "places": lambda: make_places(args.seed),
        "registers": lambda: make_registers(args.seed),
    }
    for part in args.parts or steps:
        steps[part]()


if __name__ == "__main__":
    main()
