#!/usr/bin/python3
"""Makes the generated files of city/boston from ../shared and from city/jintan/texts. Hand-written there and left
alone: city.yaml, roles.yaml, channels.yaml, procedures/, import/, README.md.

usage: tools/make_boston.py [--seed N] [areas|categories|units|calendar|sample|texts …]   (default: all)
"""

import argparse
import collections
import datetime
import functools
import gzip
import json
import os
import random
import re

import boston_data
import package
from jintan_units import table
from tiling import signed_area

CITY = os.path.join(package.REPO, "city", "boston")
DATA = os.path.join(package.SHARED, "data")
ROWS = os.path.join(DATA, "boston311", "boston311_animal_pest_2013_2023_dev.csv.gz")

NAMES_ZH = {
    "Roslindale": "罗斯林代尔", "Jamaica Plain": "牙买加平原", "Leather District": "皮革区", "Roxbury": "罗克斯伯里",
    "Fenway": "芬威", "Brighton": "布莱顿", "West Roxbury": "西罗克斯伯里", "Hyde Park": "海德公园", "South End": "南端",
    "Back Bay": "后湾", "East Boston": "东波士顿", "Charlestown": "查尔斯敦", "Downtown": "市中心",
    "Mission Hill": "米申山", "Bay Village": "湾村", "Longwood Medical Area": "朗伍德医学区", "Chinatown": "唐人街",
    "North End": "北端", "West End": "西端", "Beacon Hill": "比肯山", "Mattapan": "马塔潘", "Dorchester": "多切斯特",
    "South Boston Waterfront": "南波士顿海滨", "South Boston": "南波士顿", "Allston": "奥尔斯顿", "Harbor Islands": "港口群岛",
}


def slug(name):
    return re.sub(r"[^a-z]+", "_", name.lower()).strip("_")


def districts():
    """The open polygons: [(code, name, polygons)] sorted by code."""
    with gzip.open(os.path.join(DATA, "us_boundaries", "boston.geojson.gz"), "rt", encoding="utf-8") as f:
        features = json.load(f)["features"]
    ret = []
    for feature in features:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        name = feature["properties"]["name"]
        code = "d_" + slug(name)
        drop = boston_data.DROP_POINTS.get(code, ())
        cleaned = [[clean(ring, drop) for ring in polygon] for polygon in polygons]
        ret.append((code, name, [p for p in cleaned if abs(signed_area(p[0])) > boston_data.SLIVER_DEG2]))
    return sorted(ret)


def clean(ring, drop):
    """A ring rounded to 1e-6 and closed, without repeated points: of loops that meet in a point the largest stays (the
    others are spikes of no area)."""
    points, loops = [], []
    for lon, lat in (p[:2] for p in ring):
        p = (round(lon, 6), round(lat, 6))
        if p in drop or (points and points[-1] == p):
            continue
        if p in points:
            at = points.index(p)
            loops.append(points[at:] + [p])
            del points[at + 1:]
        else:
            points.append(p)
    if len(points) > 2:
        loops.append(points + points[:1])
    return max(loops, key=lambda loop: abs(signed_area(loop)))


@functools.cache
def located_rows():
    """(row, code of the district that holds its point or "") of every row of the open file."""
    shapes, ret = [(code, polygons, box(polygons)) for code, _, polygons in districts()], []
    for r in package.read_csv(ROWS):
        found = ""
        if r["longitude"]:
            lon, lat = float(r["longitude"]), float(r["latitude"])
            found = next((code for code, polygons, (w, s, e, n) in shapes
                          if w <= lon <= e and s <= lat <= n and inside(polygons, lon, lat)), "")
        ret.append((r, found))
    return ret


def parents():
    """District -> the neighborhood whose name most of its rows bear. The name "Boston" stands for no place and gets only
    what no other name claims."""
    by_name = {name: code for code, name, _ in table(boston_data.NEIGHBORHOODS, 3)}
    votes = collections.defaultdict(collections.Counter)
    for row, district in located_rows():
        code = by_name.get(row["neighborhood"])
        if district and code and code != boston_data.NOWHERE:
            votes[district][code] += 1
    return {code: max(sorted(votes[code]), key=votes[code].get, default=boston_data.NOWHERE) for code, _, _ in districts()}


def make_areas():
    header = ["code", "layer", "level", "parent", "name_en", "name_zh", "valid_from", "valid_to", "schematic"]
    rows = [["boston", "governance", "city", "", "City of Boston", "波士顿市", "", "", "no"]]
    shapes, parent_of = [], parents()
    for code, name, zh in table(boston_data.NEIGHBORHOODS, 3):
        rows.append([code, "governance", "neighborhood", "boston", name, zh, "", "", "no"])
        if code not in parent_of.values():
            shapes.append((code, None))
    for code, name, polygons in districts():
        rows.append([code, "governance", "district", parent_of[code], name, NAMES_ZH[name], "", "", "no"])
        shapes.append((code, polygons))
    package.write_csv(os.path.join(CITY, "areas.csv"), header, rows)
    package.write_geojson(os.path.join(CITY, "areas.geojson"), shapes)


def services():
    return table(boston_data.SERVICES, 8)


def make_categories():
    header = ["key", "parent", "procedure", "private", "intake", "name_en", "name_zh", "words"]
    rows = [[key, "", "", "no", "no", en, zh, ""] for key, en, zh in table(boston_data.HEADINGS, 3)]
    conditions = []
    for key, parent, private, _, limit, en, zh, words in services():
        rows.append([key, parent, "report", private, "yes", en, zh, words.replace(",", "|")])
        own = boston_data.CONDITIONS.get(key) or [(limit,) + boston_data.ORDINARY]
        for n, (span, f_en, f_zh, c_en, c_zh, photo) in enumerate(own, 1):
            conditions.append([f"{key}.{n}", key, span, "filed", "no", "yes", "sample limit", "yes", photo, f_en, f_zh, c_en, c_zh,
                               boston_data.CONDITION_WORDS.get(f"{key}.{n}", "")])
    package.write_csv(os.path.join(CITY, "categories.csv"), header, rows)
    header = ["code", "category", "limit", "from", "first_day_counts", "rolls_over", "basis", "sample", "photo",
              "filing_en", "filing_zh", "closing_en", "closing_zh", "words"]
    package.write_csv(os.path.join(CITY, "conditions.csv"), header, conditions)


def box(polygons):
    """West, south, east, north."""
    points = [p for polygon in polygons for p in polygon[0]]
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lons), min(lats), max(lons), max(lats)


def inside(polygons, x, y):
    odd = False
    for polygon in polygons:
        for ring in polygon:
            for (ax, ay), (bx, by) in zip(ring, ring[1:]):
                if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                    odd = not odd
    return odd


def pwd_districts():
    """Area -> the public-works district of most of its reports in the open file; districts that follow their neighborhood
    are left out."""
    votes = collections.defaultdict(collections.Counter)
    by_name = {name: code for code, name, _ in table(boston_data.NEIGHBORHOODS, 3)}
    for row, district in located_rows():
        unit = boston_data.PWD.get(row["pwd_district"])
        for area in (district, by_name.get(row["neighborhood"])):
            if unit and area:
                votes[area][unit] += 1
    best = {area: max(sorted(v), key=v.get) for area, v in votes.items()}
    parent_of = parents()
    return {area: unit for area, unit in best.items() if best.get(parent_of.get(area)) != unit}


def make_units():
    rows = []
    for n, (code, parent, kind, top, en, zh, phone) in enumerate(table(boston_data.UNITS, 7)):
        rows.append([code, parent, "", kind, top, phone or f"617-555-01{n + 10:02d}", en, zh])
    header = ["code", "parent", "area", "kind", "top", "phone", "name_en", "name_zh"]
    package.write_csv(os.path.join(CITY, "units.csv"), header, rows)
    rows = [["lead", "", "*", "", "bos311", ""]]
    for key, _, _, unit, *_ in services():
        rows.append(["lead", "", key, "", unit, ""])
    for code, unit in sorted(pwd_districts().items()):
        rows += [["lead", "", key, code, unit, ""] for key in boston_data.BY_DISTRICT]
    rows.append(["lead", "water_sewer", "*", "", "water_sewer", ""])
    rows.append(["lead", "housing_authority", "*", "", "housing_authority", ""])
    rows += [[duty, "", key, "", unit, ""] for duty, key, unit in table(boston_data.OTHER, 3)]
    header = ["duty", "owner", "category", "area", "unit", "office_level"]
    package.write_csv(os.path.join(CITY, "responsibilities.csv"), header, rows)


def nth(year, month, weekday, n):
    """The n-th weekday (Monday 0) of a month; n = -1: the last."""
    if n > 0:
        first = datetime.date(year, month, 1)
        return first + datetime.timedelta((weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = datetime.date(year, month + 1, 1) - datetime.timedelta(1)
    return last - datetime.timedelta((last.weekday() - weekday) % 7)


def observed(day):
    return day + datetime.timedelta({5: -1, 6: 1}.get(day.weekday(), 0))


def federal(year):
    """Federal holidays of a year on the day they are observed."""
    days = [
        (observed(datetime.date(year, 1, 1)), "New Year's Day"), (nth(year, 1, 0, 3), "Martin Luther King Jr. Day"),
        (nth(year, 2, 0, 3), "Washington's Birthday"), (nth(year, 5, 0, -1), "Memorial Day"),
        (observed(datetime.date(year, 7, 4)), "Independence Day"), (nth(year, 9, 0, 1), "Labor Day"),
        (nth(year, 10, 0, 2), "Columbus Day"), (observed(datetime.date(year, 11, 11)), "Veterans Day"),
        (nth(year, 11, 3, 4), "Thanksgiving Day"), (observed(datetime.date(year, 12, 25)), "Christmas Day"),
    ]
    if year >= 2021:
        days.append((observed(datetime.date(year, 6, 19)), "Juneteenth"))
    return [(d.isoformat(), "off", name) for d, name in days]


def make_sample(seed):
    rand = random.Random(seed)
    rows = package.read_csv(ROWS)
    header = list(rows[0])
    by_type = {}
    for r in rows:
        by_type.setdefault(r["type"], []).append(r)
    picked = []
    for kind, n in (("Animal Generic Request", 70), ("Pick up Dead Animal", 50), ("Animal Found", 25), ("Animal Lost", 20),
                    ("Animal Noise Disturbances", 15), ("Pest Infestation - Residential", 12), ("Bed Bugs", 8)):
        for r in rand.sample(by_type[kind], n):
            if kind in ("Pest Infestation - Residential", "Bed Bugs"):
                r = dict(r, latitude="", longitude="")
            picked.append(r)
    picked.sort(key=lambda r: (r["open_dt"], r["case_enquiry_id"]))
    package.write_csv(os.path.join(CITY, "sample", "boston311_200.csv"), header, [[r[c] for c in header] for r in picked])
    accounts = [line.split(",") for line in boston_data.ACCOUNTS.strip().splitlines()]
    package.write_csv(os.path.join(CITY, "sample", "accounts.csv"), ["login", "role", "unit", "area", "label"], accounts)
    matters = []
    for n in range(80):
        lines = boston_data.MATTERS.strip().splitlines()
        condition, text = lines[n % len(lines)].split(" | ")
        channel = rand.choice(("phone", "phone", "app", "web", "field"))
        matters.append([condition.rsplit(".", 1)[0], condition, channel, rand.randint(-400, 400), rand.randint(-400, 400), text])
    header = ["category", "condition", "channel", "dx_m", "dy_m", "text"]
    package.write_csv(os.path.join(CITY, "sample", "matters.csv"), header, matters)


def make_texts():
    """The texts of Jintan with Boston's own words in their places."""
    left = set(boston_data.TEXTS)
    for n, lang in enumerate(("en", "zh")):
        with open(os.path.join(package.REPO, "city", "jintan", "texts", lang + ".yaml"), encoding="utf-8") as f:
            lines = f.read().splitlines()
        out, path = ["# Made by tools/make_boston.py texts from those of Jintan; own words are in tools/boston_data.py."], []
        for line in lines:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            depth = (len(line) - len(line.lstrip())) // 2
            name = line.strip().partition(":")[0]
            path = path[:depth] + [name]
            key = ".".join(path)
            if key in boston_data.TEXTS:
                left.discard(key)
                line = "  " * depth + name + ": " + json.dumps(boston_data.TEXTS[key][n], ensure_ascii=False)
            out.append(line)
        with open(os.path.join(CITY, "texts", lang + ".yaml"), "w", encoding="utf-8") as f:
            f.write("\n".join(out) + "\n")
    if left:
        raise ValueError(f"no such texts: {sorted(left)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=311)
    parser.add_argument("parts", nargs="*")
    args = parser.parse_args()
    steps = {
        "calendar": lambda: package.write_calendar(os.path.join(CITY, "calendar"), {y: federal(y) for y in range(2013, 2027)}),
        "categories": make_categories,
        "units": make_units,
        "areas": make_areas,
        "sample": lambda: make_sample(args.seed),
        "texts": make_texts,
    }
    for part in args.parts or steps:
        steps[part]()


if __name__ == "__main__":
    main()
