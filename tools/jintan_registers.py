"""Invented registers of the sample city: components with 17-digit ids, and places. Every row says 样例."""

import jintan_places

# class | how many | what stands in its name | owner codes, empty = none known
COMPONENTS = """
01001 | 260 | 供水井盖 | water
01002 | 300 | 污水井盖 | drainage
01003 | 300 | 雨水井盖 | drainage
01004 | 320 | 雨水箅子 | drainage
01005 | 120 | 电力井盖 | power
01007 | 120 | 通信井盖 | telecom,mobile,unicom
01011 | 80 | 燃气井盖 | gas
01013 | 260 | 消火栓 |
01023 | 60 | 不明井盖 |
01030 | 120 | 电力立杆 | power
01031 | 100 | 通信立杆 | telecom,tower
01037 | 420 | 路灯 |
02010 | 120 | 交通信号灯 |
03001 | 60 | 公共厕所 |
03004 | 160 | 垃圾箱 |
04001 | 200 | 行道树 |
"""
# class | how many | zh stem
PLACES = """
01 | 26 | 学校
02 | 10 | 医院
03 | 22 | 农贸市场
04 | 18 | 加油站
05 | 30 | 工地
06 | 40 | 桥梁
07 | 16 | 下穿通道
08 | 20 | 泵站
09 | 60 | 老旧楼栋
10 | 18 | 公园
"""
STATES = ["完好"] * 34 + ["破损", "破损", "废弃"]


def table(text):
    return [[part.strip() for part in (line + " ").split(" |")] for line in text.strip().splitlines()]


def components(city, division, known, rand):
    """[id, class, name, lon, lat, owner, state, accuracy]; known: the class codes that exist."""
    grids, rows = jintan_places.grids(city), []
    for code, n, name, owners in table(COMPONENTS):
        if code not in known:
            continue
        for serial in range(1, int(n) + 1):
            _, grid, _, rings = rand.choice(grids)
            lon, lat = jintan_places.spot(rings, rand, 0.9)
            owner = rand.choice(owners.split(",")) if owners else ""
            rows.append([f"{division}{code}{serial:06d}", "b" + code, f"{grid.removesuffix('（样例）')}{name}{serial}号（样例）", lon, lat, owner,
                         rand.choice(STATES), rand.choice("ABC")])
    return rows


def places(city, division, rand):
    """[code, class, name, lon, lat]"""
    grids, rows = jintan_places.grids(city), []
    for code, n, stem in table(PLACES):
        for serial in range(1, int(n) + 1):
            _, grid, _, rings = rand.choice(grids)
            lon, lat = jintan_places.spot(rings, rand, 0.6)
            word = rand.choice(jintan_places.STEMS)[0]
            rows.append([f"{division}P{code}{serial:04d}", "l" + code, f"{word}{stem}{serial}（{grid.removesuffix('（样例）')}，样例）", lon, lat])
    return rows
