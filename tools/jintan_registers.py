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


# code | kind | unit | least | most | test | limit | clear | hits | of | seconds | condition | zh | en | basis
SENSOR_RULES = """
water_high | water_level | m | -1 | 10 | above | 0.27 | 0.15 | 2 | 3 | 0 | m02007.1 | 下穿通道积水超过27厘米（样例） | Water in the underpass above 27 cm (sample) | local rule
water_silent | water_level | m | -1 | 10 | silent | | | | | 900 | s21.1 | 水位计15分钟无信号 | Water gauge silent for 15 minutes | local rule
pressure_low | pressure | MPa | 0 | 2.5 | below | 0.14 | 0.18 | 3 | 3 | 60 | m01013.1 | 消火栓水压低于0.14兆帕（样例） | Hydrant pressure below 0.14 MPa (sample) | GB 50974-2014 消防给水及消火栓系统技术规范（样例取值）
pressure_silent | pressure | MPa | 0 | 2.5 | silent | | | | | 7200 | s21.1 | 压力计2小时无信号 | Pressure gauge silent for 2 hours | local rule
tilt_moved | tilt | deg | 0 | 180 | above | 15 | 5 | 1 | 1 | 0 | m01003.1 | 井盖倾斜超过15度（样例） | Manhole cover tilted by more than 15 degrees (sample) | local rule
tilt_silent | tilt | deg | 0 | 180 | silent | | | | | 86400 | s21.1 | 井盖传感器一天无信号 | Cover sensor silent for a day | local rule
gas_high | gas | %LEL | 0 | 100 | above | 25 | 10 | 2 | 2 | 0 | m01011.1 | 燃气浓度超过25%LEL（样例） | Gas above 25 % LEL (sample) | CJJ/T 146-2011 城镇燃气报警控制系统技术规程（样例取值）
gas_silent | gas | %LEL | 0 | 100 | silent | | | | | 3600 | s21.1 | 燃气探测器1小时无信号 | Gas detector silent for an hour | local rule
"""
# code | zh | en | things | areas | condition | every | from | upto | season | season | days | spread | a_day | unit | look zh | look en | basis
PLANS = """
fire_places | 学校医院商场消防安全检查（样例） | Fire safety of schools, hospitals, malls (sample) | l01|l02|l03 | | i01.1 | 1 months | 2026-01-01 | | | | work | 20 | 40 | | 疏散通道、安全出口、消防设施、用电用气 | Ways out, exits, fire equipment, electricity and gas | local rule
filling_stations | 加油加气站安全检查（样例） | Filling stations (sample) | l04 | | i01.2 | 3 months | 2026-01-01 | | | | work | 60 | 20 | | 静电接地、卸油区、灭火器材、警示标识 | Earthing, unloading area, extinguishers, signs | local rule
bridges | 桥梁和下穿通道经常性检查（样例） | Bridges and underpasses, regular (sample) | l06|l07 | | i02.1 | 1 months | 2026-01-01 | | | | work | 20 | 40 | | 桥面、伸缩缝、护栏、排水、限高标志 | Deck, joints, railings, drains, height signs | local rule
building_sites | 建设工地安全检查（样例） | Building sites (sample) | l05 | | i03.1 | 1 weeks | 2026-01-05 | | | | work | 5 | 40 | | 围挡、临边防护、塔吊、用电、扬尘 | Fences, edges, cranes, electricity, dust | local rule
hydrants | 市政消火栓检查（样例） | Street hydrants (sample) | b01013 | | i04.1 | 3 months | 2026-01-01 | | | | work | 60 | 60 | fire_rescue | 外观、出水压力、周围遮挡 | Surface, pressure, what stands in the way | local rule
before_floods | 排水设施汛前检查（样例） | Drainage before the flood season (sample) | b01004|l08 | | i05.1 | 12 months | 2026-03-01 | | | | work | 45 | 100 | | 淤积、破损、泵组试运行、备用电源 | Silt, damage, trial run of pumps, spare power | local rule
old_buildings | 老旧房屋安全检查（样例） | Old buildings (sample) | l09 | | i06.1 | 6 months | 2026-01-01 | | | | work | 120 | 30 | | 裂缝、倾斜、外墙附着物、违规改动 | Cracks, tilt, things on the walls, alterations | local rule
"""
# kind | class of what it watches | how many | stem of the code | zh | en
SENSORS = """
water_level | l07 | 16 | W | 积水监测 | water gauge
pressure | b01013 | 80 | P | 消火栓压力监测 | hydrant pressure gauge
tilt | b01003 | 120 | T | 井盖倾斜监测 | cover tilt sensor
gas | b01011 | 40 | G | 燃气井浓度监测 | gas detector
"""


def sensors(rows):
    """[code, kind, thing, name_zh, name_en, lon, lat]; rows: of components and places."""
    ret = []
    for kind, of, n, stem, zh, en in table(SENSORS):
        for i, r in enumerate([r for r in rows if r[1] == of][:int(n)], 1):
            ret.append([f"{stem}{i:04d}", kind, r[0], f"{r[2].removesuffix('（样例）')}{zh}（样例）", f"{en.capitalize()} {i} (sample)", r[3], r[4]])
    return ret
