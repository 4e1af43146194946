"""Units and responsibilities of the sample city: the usual departments of a county-level district after the 2024
reform, town offices and owners of components. Which unit leads for what is invented by plausibility.

Telephone numbers other than public short codes have an exchange of 0000 and reach nobody.
"""

# code | parent | kind | top | zh | en | phone ("" = invented number)
UNITS = """
centre | | centre | yes | 区社会治理现代化指挥中心（12345） | District Command Centre (12345) | 12345
cityops | | department | no | 区城市管理局 | City Management Bureau |
cityops_sanitation | cityops | department | no | 区环境卫生管理所 | Sanitation Office |
cityops_enforce | cityops | department | no | 区城市管理综合行政执法大队 | City Management Enforcement Team |
cityops_municipal | cityops | department | no | 区市政设施管理所 | Municipal Facilities Office |
cityops_parks | cityops | department | no | 区园林绿化管理所 | Parks and Greening Office |
housing | | department | no | 区住房和城乡建设局 | Housing and Construction Bureau |
housing_site | housing | department | no | 区建设工程安全监督站 | Construction Safety Station |
transport | | department | no | 区交通运输局 | Transport Bureau |
transport_road | transport | department | no | 区公路事业发展中心 | Highway Centre |
water_bureau | | department | no | 区水利局 | Water Resources Bureau |
ecology | | department | no | 区生态环境局 | Ecology and Environment Bureau |
traffic_police | | department | no | 区公安分局交警大队（设施） | Traffic Police (facilities) | 122
social_work | | department | no | 区委社会工作部 | Social Work Department |
data_bureau | | department | no | 区数据局 | Data Bureau |
petition_office | | department | no | 区信访局 | Petition Office |
justice | | department | no | 区司法局（调解中心） | Justice Bureau (mediation centre) | 12348
civil_affairs | | department | no | 区民政局（救助管理站） | Civil Affairs Bureau (aid station) |
market | | department | no | 区市场监督管理局 | Market Regulation Bureau | 12315
emergency | | department | no | 区应急管理局 | Emergency Management Bureau |
fire_rescue | | department | no | 区消防救援大队 | Fire and Rescue Brigade | 119
health | | department | no | 区卫生健康局 | Health Bureau |
education | | department | no | 区教育局 | Education Bureau |
agriculture | | department | no | 区农业农村局 | Agriculture and Rural Affairs Bureau |
planning | | department | no | 区自然资源和规划局 | Natural Resources and Planning Bureau |
culture | | department | no | 区文体广电和旅游局 | Culture, Sport and Tourism Bureau |
labour | | department | no | 区人力资源和社会保障局 | Human Resources and Social Security Bureau | 12333
commerce | | department | no | 区商务局 | Commerce Bureau |
discipline | | discipline | no | 区纪委监委 | District Discipline and Supervision Organ | 12388
grid_body | | grid_body | no | 区网格化服务管理中心 | District Grid Centre |
owner_water | | owner | no | 自来水公司（样例） | Water company (sample) |
owner_drainage | | owner | no | 排水公司（样例） | Drainage company (sample) |
owner_gas | | owner | no | 燃气公司（样例） | Gas company (sample) |
owner_power | | owner | no | 供电公司（样例） | Power company (sample) | 95598
owner_telecom | | owner | no | 电信公司（样例） | Telecom operator A (sample) | 10000
owner_mobile | | owner | no | 移动公司（样例） | Telecom operator B (sample) | 10086
owner_unicom | | owner | no | 联通公司（样例） | Telecom operator C (sample) | 10010
owner_cable_tv | | owner | no | 广电网络公司（样例） | Cable television company (sample) |
owner_tower | | owner | no | 铁塔公司（样例） | Tower company (sample) |
owner_bus | | owner | no | 公交公司（样例） | Bus company (sample) |
owner_bike_share | | owner | no | 共享单车企业（样例） | Bike-share company (sample) |
owner_charging | | owner | no | 充电设施企业（样例） | Charging company (sample) |
owner_estate_a | | owner | no | 物业企业甲（样例） | Property manager A (sample) |
owner_estate_b | | owner | no | 物业企业乙（样例） | Property manager B (sample) |
"""

# Lead by class: unit | classes (codes of five digits, or a prefix with *); holds for component and matter alike
# for majors 01-05, for matters only for 06-10.
LEAD = """
owner_water | 01001 01025 01068
owner_drainage | 01002 01003 01004 01072 01073 01019
owner_power | 01005 01017 01028 01029 01030 01047 01048
cityops_municipal | 01006 01026 01037 01038 01039 01060 01023 01022 01033 01034 01077 01074 01010 01061
owner_telecom | 01007 01009 01027 01031 01041
owner_cable_tv | 01008
owner_gas | 01011 01049 01057
traffic_police | 01012 01015 01050 01051 01066
fire_rescue | 01013
cityops_parks | 01014 01052
cityops_sanitation | 01018 01059 01055
owner_bus | 01020 01032
emergency | 01021 01036
water_bureau | 01024 01056 01063 01067 01069 01070 01071
cityops_enforce | 01058 01040 01043 01044 01045 01065
culture | 01046 01064
owner_tower | 01062
owner_charging | 01054
commerce | 01053 01075 01042
market | 01076
cityops | 01035
cityops_municipal | 02006 02007 02008 02009 02024 02034 02019 02020 02021
cityops_enforce | 02001 02002 02003 02025 02026 02027 02041
owner_bus | 02004
transport | 02005 02028 02031 02032 02042
traffic_police | 02010 02011 02014 02015 02016 02017 02018 02022 02023 02033 02039 02043
civil_affairs | 02012 02013 02036 02038
emergency | 02035
water_bureau | 02029 02030
culture | 02037 02040
transport_road | 02044
cityops_sanitation | 03001 03002 03003 03004 03005 03014 03015 03016
cityops_enforce | 03006 03007 03008
ecology | 03009 03010 03011 03012 03013
cityops_parks | 04*
housing | 05002
commerce | 05003
culture | 05009
cityops_enforce | 06001 06002 06003 06004 06005 06006 06007 06008 06009 06019 06027 06029 06034 06035 06036 06038 06039 06040 06043 06044
cityops_sanitation | 06010 06011 06012 06014 06017 06020 06032 06037 06041 06042
cityops_municipal | 06013 06016 06030 06049 06050 06051 06052
cityops_parks | 06018 06021 06022 06045 06047
water_bureau | 06015 06023 06024 06025 06046
ecology | 06026 06028
health | 06033
planning | 06048
cityops_enforce | 07*
housing_site | 08001 08004 08007 08008 08009 08010 08013 08015 08016
cityops_enforce | 08002 08003 08005 08006 08011 08012
cityops_municipal | 08014
cityops_enforce | 09001 09002 09004 09005 09006 09013 09014 09021 09022 09010 09017
civil_affairs | 09003
culture | 09008
traffic_police | 09009 09018
owner_bike_share | 09011
fire_rescue | 09012
market | 09015 09020
cityops | 09016 09019
cityops_sanitation | 10001
owner_telecom | 10002
"""

# Lead for the package's own classes.
LEAD_OWN = """
centre | s01 s20 s99 s00
owner_water | s02
owner_power | s03
owner_gas | s04
housing | s05 s19
transport | s06
education | s07
health | s08
labour | s09 s11
market | s10
ecology | s12
emergency | s13
agriculture | s14
cityops_enforce | s15
culture | s16
civil_affairs | s17
data_bureau | s18 s21
petition_office | p*
cityops_municipal | a01
water_bureau | a02
data_bureau | g*
social_work | w*
emergency | e* y*
housing | e03
health | e05
centre | n* z*
justice | d*
cityops_municipal | b*
owner_water | b01001 b01025 b01068
owner_drainage | b01002 b01003 b01004 b01072 b01073
fire_rescue | b01013
owner_power | b01005 b01028 b01029 b01030
cityops_parks | b04*
cityops_sanitation | b03*
emergency | l*
education | l01
health | l02
market | l03
commerce | l04
housing_site | l05
cityops_municipal | l06 l07
water_bureau | l08
housing | l09
cityops_parks | l10
emergency | h*
fire_rescue | h01
owner_gas | h02
owner_power | h03
housing | h04
cityops_municipal | h05
water_bureau | h07
housing_site | h08
market | h09
cityops_parks | h10
emergency | i* i07
fire_rescue | i01 i04
cityops_municipal | i02
housing_site | i03
owner_drainage | i05
housing | i06
"""

# Town offices lead for small everyday matters instead of the bureau in the villages' towns (deeper area wins).
# category | towns (9-digit codes)
LEAD_TOWN = """
m06010 | 320413104 320413106 320413108 320413109 320413112 320413401
m06036 | 320413104 320413106 320413108 320413109 320413112 320413401
m06037 | 320413104 320413106 320413108 320413109 320413112 320413401
m06042 | 320413104 320413106 320413108 320413109 320413112 320413401
m06012 | 320413104 320413106 320413108 320413109 320413112 320413401
m06020 | 320413104 320413106 320413108 320413109 320413112 320413401
m06013 | 320413104 320413106 320413108 320413109 320413112
m09006 | 320413104 320413106 320413108 320413109 320413112 320413401
m09005 | 320413104 320413106 320413108 320413109 320413112 320413401
"""

# duty | category | unit or @level
OTHER = """
assist | m01* | cityops_municipal
assist | m02* | traffic_police
assist | m06001 | planning
assist | m06001 | @town
assist | m06010 | @town
assist | m06011 | @town
assist | m06020 | ecology
assist | m06026 | water_bureau
assist | m06027 | ecology
assist | m06028 | cityops_enforce
assist | m06029 | ecology
assist | m06030 | owner_drainage
assist | m06036 | @town
assist | m06048 | emergency
assist | m08* | cityops_enforce
assist | m08004 | ecology
assist | m09003 | @town
assist | m09012 | @town
assist | m09015 | health
assist | m09020 | commerce
assist | m10002 | owner_power
assist | s05 | @town
assist | s11 | housing
assist | s12 | @town
assist | s13 | fire_rescue
assist | s19 | planning
assist | p* | @town
assist | d* | @town
standby | * | cityops_municipal
standby | m01011 | owner_gas
standby | m01057 | owner_gas
standby | m01028 | owner_power
standby | m01030 | owner_power
standby | m06048 | emergency
standby | m09012 | fire_rescue
standby | m10001 | transport_road
standby | m10002 | owner_power
taken_back | m06022 | @town
taken_back | m06026 | @town
taken_back | m06032 | @town
taken_back | m06033 | @town
taken_back | m07003 | @town
taken_back | m08003 | @town
taken_back | m08016 | @town
taken_back | m09008 | @town
taken_back | m09015 | @town
taken_back | m01011 | @town
taken_back | m01057 | @town
taken_back | m01076 | @town
taken_back | m05003 | @town
"""


def table(text, width):
    """Lines of "a | b | c" as lists padded to width."""
    ret = []
    for line in text.strip().splitlines():
        parts = [part.strip() for part in line.split("|")]
        ret.append(parts + [""] * (width - len(parts)))
    return ret


def units(towns, invented_phone):
    """All unit rows. towns: [(code, zh, en)]; invented_phone: a function that makes one."""
    rows = []
    for code, parent, kind, top, zh, en, phone in table(UNITS, 7):
        rows.append([code, parent, "", kind, top, phone or invented_phone(), zh, en])
    for code, zh, en in towns:
        body = "管理委员会" if zh.endswith("区") else ("办事处" if zh.endswith("街道") else "人民政府")
        rows.append(["office_" + code[6:], "", code, "office", "no", invented_phone(), zh + body, en + " Office"])
    return rows


# The letter of a key and the procedure that handles it; other letters are reports.
KIND_OF = {"p": "petition", "d": "mediation", "a": "service", "g": "disclosure", "w": "desk", "b": "component", "l": "place", "h": "hazard",
           "i": "inspection", "e": "emergency", "y": "alert", "n": "notice", "z": "shift"}


def responsibilities(known, procedures):
    """All rows. known: the set of category keys; procedures: names that exist."""
    rows = [["lead", "", "*", "", "", "town"]]
    for unit, codes in table(LEAD, 2):
        for code in codes.split():
            for kind in ("c", "m"):
                key = kind + code
                if key in known or (key.endswith("*") and any(k.startswith(key[:-1]) for k in known)):
                    rows.append(["lead", "", key, "", unit, ""])
    for unit, keys in table(LEAD_OWN, 2):
        for key in keys.split():
            if KIND_OF.get(key[0]) is None or KIND_OF[key[0]] in procedures:
                rows.append(["lead", "", key, "", unit, ""])
    for key, towns in table(LEAD_TOWN, 2):
        for town in towns.split():
            rows.append(["lead", "", key, town, "", "town"])
    for code, _, kind, _, _, _, _ in table(UNITS, 7):
        if kind == "owner":
            rows.append(["lead", code[len("owner_"):], "*", "", code, ""])
    for duty, key, who in table(OTHER, 3):
        if KIND_OF.get(key[0]) is not None and KIND_OF[key[0]] not in procedures:
            continue
        rows.append([duty, "", key, "", "", who[1:]] if who.startswith("@") else [duty, "", key, "", who, ""])
    return rows


LISTS_BASIS = "乡镇（街道）履职事项三张清单（样例）"
ADMISSION_BASIS = "网格事项准入清单（样例）"
# item | category | kind of task | zh | en
ADMISSION = """
G01 | m* | check | 事件现场核实 | Looking at a reported event on the spot
G02 | m* | verify | 事件处置结果核查 | Verifying on the spot that an event was dealt with
G03 | c* | check | 部件现场核实 | Looking at a reported component on the spot
G04 | c* | verify | 部件处置结果核查 | Verifying on the spot that a component was repaired
G05 | s* | verify | 服务类事项结果核查 | Verifying the result of a service request
G06 | x0* | fill | 公共区域设施与安全隐患信息填报 | Forms about facilities and hazards in public places
"""


def duty_lists(names):
    """The three lists of towns, as the responsibilities have them, and the admission list of grids. names: key → (zh, en)."""
    led = {key for key, _ in table(LEAD_TOWN, 2)}
    rows = [["basic", f"B{n:02}", "town", key, "", "", "", "", *names[key], LISTS_BASIS] for n, key in enumerate(sorted(led), 1)]
    town = [(duty, key) for duty, key, who in table(OTHER, 3) if who == "@town" and key in names and key not in led]
    for duty, name, letter in (("assist", "supporting", "S"), ("taken_back", "taken_back", "T")):
        keys = sorted(key for d, key in town if d == duty)
        rows += [[name, f"{letter}{n:02}", "town", key, "", "", "", "", *names[key], LISTS_BASIS] for n, key in enumerate(keys, 1)]
    for item, key, task, zh, en in table(ADMISSION, 5):
        rows.append(["admission", item, "", key, task, "", "", "", zh, en, ADMISSION_BASIS])
    return rows
