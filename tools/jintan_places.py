"""Invented landmarks and patrol points of the sample city, placed inside its schematic grids."""

import csv
import json
import os

# Names by sound and sense, none of them meant to be an existing place.
STEMS = [("春晖", "Chunhui"), ("荷风", "Hefeng"), ("银杏", "Yinxing"), ("丹桂", "Dangui"), ("梧桐", "Wutong"), ("竹韵", "Zhuyun"),
         ("澄湖", "Chenghu"), ("金穗", "Jinsui"), ("东篱", "Dongli"), ("云台", "Yuntai"), ("晨光", "Chenguang"), ("望山", "Wangshan"),
         ("锦程", "Jincheng"), ("惠民", "Huimin"), ("新禾", "Xinhe"), ("和顺", "Heshun"), ("兰陵", "Lanling"), ("青枫", "Qingfeng"),
         ("白鹭", "Bailu"), ("稻香", "Daoxiang"), ("文昌", "Wenchang"), ("永宁", "Yongning"), ("柳岸", "Liuan"), ("石桥", "Shiqiao"),
         ("广安", "Guangan"), ("长荡", "Changdang"), ("曙光", "Shuguang"), ("映月", "Yingyue"), ("红枫", "Hongfeng"), ("龙泉", "Longquan")]
# suffix zh, suffix en, other words people use
KINDS = [("路", "Road", ""), ("街", "Street", ""), ("巷", "Lane", "弄"), ("花园", "Garden Estate", "小区"), ("新村", "New Village", "小区"),
         ("苑", "Court", "小区"), ("广场", "Square", ""), ("公园", "Park", ""), ("农贸市场", "Market", "菜场|菜市场"), ("桥", "Bridge", ""),
         ("文体中心", "Culture and Sports Centre", "体育馆"), ("公交站", "Bus Stop", "车站"), ("停车场", "Car Park", ""), ("河", "Canal", ""),
         ("产业园", "Industrial Park", "园区")]
SPOTS = [("路口", "junction"), ("河岸", "river bank"), ("公厕", "public toilet"), ("市场出入口", "market gate"), ("桥头", "bridge head"),
         ("绿地", "green"), ("停车场", "car park"), ("工地围挡", "building site fence"), ("公交站", "bus stop"), ("垃圾投放点", "waste station")]
PLACE_KINDS = {"河岸": "river_bank", "市场出入口": "market", "工地围挡": "building_site", "垃圾投放点": "waste_station"}
# kind, zh, en, season, hours; every limit here is the sample city's own
PLANS = [("river_bank", "河岸常年巡查", "River banks, all year", ("", ""), 72),
         ("river_bank", "河岸汛期巡查", "River banks, flood season", ("05-01", "09-30"), 24),
         ("market", "农贸市场巡查", "Markets", ("", ""), 24),
         ("building_site", "工地围挡巡查", "Building sites", ("", ""), 48),
         ("waste_station", "垃圾投放点巡查", "Waste stations", ("", ""), 24),
         ("waste_station", "垃圾投放点夏季巡查", "Waste stations, summer", ("06-15", "09-15"), 12)]
POSTS = [("网格长", "Head of grid"), ("专职网格员", "Full-time grid worker")]
HOURS = [24, 24, 48, 72, 168]
LANDMARKS_A_TOWN = 15


def grids(city):
    """[(code, name_zh, name_en, rings)] of the grids, in the order of their codes."""
    with open(os.path.join(city, "areas.geojson"), encoding="utf-8") as f:
        shapes = {x["properties"]["code"]: x["geometry"] for x in json.load(f)["features"]}
    with open(os.path.join(city, "areas.csv"), encoding="utf-8", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["level"] == "grid"]
    ret = []
    for r in sorted(rows, key=lambda r: r["code"]):
        geometry = shapes[r["code"]]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        ret.append((r["code"], r["name_zh"], r["name_en"], [ring for polygon in polygons for ring in polygon]))
    return ret


def inside(rings, x, y):
    """Even-odd, over all rings."""
    odd = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:]):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                odd = not odd
    return odd


def spot(rings, rand, spread):
    """A place inside, near the middle of the first ring: the nearer the smaller the spread (0 … 1)."""
    ring = rings[0][:-1]
    x0 = sum(p[0] for p in ring) / len(ring)
    y0 = sum(p[1] for p in ring) / len(ring)
    reach = 0.0
    for _ in range(400):
        far = rand.choice(ring)
        share = rand.random() * (spread + reach)
        x, y = x0 + (far[0] - x0) * share, y0 + (far[1] - y0) * share
        if share < 1 and inside(rings, x, y) and inside(rings, x + 2e-5, y + 2e-5) and inside(rings, x - 2e-5, y - 2e-5):
            return f"{x:.6f}", f"{y:.6f}"
        reach = min(reach + 0.02, 0.9)
    raise ValueError("no place inside")


def points(city, rand):
    """[code, grid, name_zh, name_en, lon, lat, every_hours, kind]: two a grid; where a plan says how often, no hours."""
    ret = []
    for code, zh, en, rings in grids(city):
        zh, en = zh.replace("（样例）", ""), en.replace(" (sample)", "")
        for k, (spot_zh, spot_en) in enumerate(rand.sample(SPOTS, 2), 1):
            lon, lat = spot(rings, rand, 0.2 if k == 1 else 0.7)
            hours, kind = rand.choice(HOURS), PLACE_KINDS.get(spot_zh, "")
            ret.append([f"{code}p{k}", code, f"{zh}{spot_zh}（样例）", f"{en}, {spot_en} (sample)", lon, lat, "" if kind else hours, kind])
    return ret


def plans():
    """[kind, name_zh, name_en, season_from, season_upto, every_hours, basis]"""
    return [[kind, zh + "（样例）", en + " (sample)", *season, hours, "local rule"] for kind, zh, en, season, hours in PLANS]


def routes(city, all_points):
    """[code, name_zh, name_en, points]: a round for each community, from one point to the nearest one left."""
    of = {}
    for p in all_points:
        of.setdefault(p[1][:12], []).append(p)
    names = area_names(city)
    ret = []
    for community, left in sorted(of.items()):
        zh, en = names.get(community) or names[left[0][1]]
        way = [left.pop(0)]
        while left:
            x, y = float(way[-1][4]), float(way[-1][5])
            near = min(left, key=lambda p: (float(p[4]) - x) ** 2 + (float(p[5]) - y) ** 2)
            left.remove(near)
            way.append(near)
        ret.append([f"r{community}", f"{zh}巡查路线（样例）", f"{en}, round (sample)", "|".join(p[0] for p in way)])
    return ret


def area_names(city):
    with open(os.path.join(city, "areas.csv"), encoding="utf-8", newline="") as f:
        return {r["code"]: (r["name_zh"].replace("（样例）", ""), r["name_en"].replace(" (sample)", "")) for r in csv.DictReader(f)}


def sheets(city):
    """([grid, kind, boundary_…, posted_at_…, supervision_phone], [grid, post_…, contact_…, phone, posted]) of all grids; the
    telephones are no telephones."""
    rows, posts = [], []
    for n, (code, zh, en, _) in enumerate(grids(city), 1):
        zh, en = zh.replace("（样例）", ""), en.replace(" (sample)", "")
        dedicated = code.endswith("000001") or "园区" in zh
        rows.append([code, "dedicated" if dedicated else "comprehensive", f"以{zh}示意图界线为准（样例）", f"As drawn for {en} (sample)",
                     f"{zh}公示栏（样例）", f"Notice board of {en} (sample)", f"0519-0001{n:04d}"])
        for k, (post_zh, post_en) in enumerate(POSTS):
            posts.append([code, post_zh, post_en, f"{post_zh}{n}号（样例）", f"{post_en} no. {n} (sample)", f"0519-000{k + 2}{n:04d}", "yes"])
    return rows, posts


def landmarks(city, towns, rand):
    """[code, name_zh, name_en, lon, lat, words]: towns = [(code, zh)]; no name twice in the city."""
    all_grids, ret = grids(city), []
    names = [(stem, kind) for kind in KINDS for stem in STEMS]
    rand.shuffle(names)
    for town, _ in towns:
        own = [g for g in all_grids if g[0].startswith(town)]
        for k in range(1, LANDMARKS_A_TOWN + 1):
            (stem_zh, stem_en), (zh, en, words) = names.pop()
            lon, lat = spot(rand.choice(own)[3], rand, 0.6)
            ret.append([f"l{town[6:]}{k:02d}", f"{stem_zh}{zh}（样例）", f"{stem_en} {en} (sample)", lon, lat, words])
    return ret
