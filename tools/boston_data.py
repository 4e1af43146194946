"""Services, units and texts of the Boston package. The seven animal and pest types are those of the open file; the
other services, all limits and most telephone numbers are samples.

SERVICES: key | parent | private | unit | limit | en | zh | words
"""

SERVICES = """
manimalgeneric | manimals | no | animal_control | 3 work_days | Animal Generic Request | 动物事项 | animal,stray dog,loose dog,raccoon,skunk,coyote,wild animal,dog off leash,bat in house,injured animal,aggressive dog,动物,流浪狗,野生动物,raccoon stuck,coyote seen
manimaldead | manimals | no | pwd | 1 work_days | Pick up Dead Animal | 清理动物尸体 | dead animal,dead cat,dead dog,dead squirrel,dead raccoon,dead bird,dead rat,roadkill,carcass,动物尸体
manimalfound | manimals | no | animal_control | 2 work_days | Animal Found | 拾到动物 | found dog,found cat,found a dog,found pet,found animal,捡到狗,捡到猫,found a small,found a cat,brown dog with no tag,no tag,found kitten
manimallost | manimals | no | animal_control | 2 work_days | Animal Lost | 走失动物 | lost dog,lost cat,missing dog,missing cat,lost pet,my dog ran away,丢狗,丢猫,cat is missing,dog is missing,ran off,lost my dog,lost my cat
manimalnoise | manimals | no | animal_control | 5 work_days | Animal Noise Disturbances | 动物噪声 | barking,barking dog,rooster,dog barks,animal noise,狗叫,犬吠
mpestresidential | mhousing | yes | isd | 30 calendar_days | Pest Infestation - Residential | 住宅虫鼠害 | rats in apartment,mice,cockroach,roaches,rodents in building,infestation,pests,蟑螂,老鼠
mbedbugs | mhousing | yes | isd | 30 calendar_days | Bed Bugs | 臭虫 | bed bugs,bedbugs,臭虫
mpothole | mstreets | no | pwd | 2 work_days | Pothole repair | 路面坑洞 | pothole,hole in the road,broken pavement,sinkhole,road damage,坑洞,路坑,deep pothole,road is caving,street is caving in
mstreetlight | mstreets | no | pwd_lighting | 10 work_days | Street light outage | 路灯故障 | street light,streetlight,light out,lamp out,dark street,light flickering,路灯,路灯不亮,lamp flickers,lamp flickering,light pole,pole down
msidewalk | mstreets | no | pwd | 30 calendar_days | Sidewalk repair | 人行道维修 | sidewalk,cracked sidewalk,broken sidewalk,tripping hazard,curb broken,人行道,wheelchair cannot pass,raised panel
msignal | mstreets | no | transportation | 4 wall_hours | Traffic signal repair | 交通信号灯故障 | traffic light,traffic signal,signal out,red light stuck,walk signal,红绿灯,signal is dark,signal dark,walk light
mgraffiti | mclean | no | property | 20 work_days | Graffiti removal | 清除涂鸦 | graffiti,spray paint,tagging,涂鸦
mmissedtrash | mclean | no | pwd | 1 work_days | Missed trash or recycling | 漏收垃圾 | missed trash,trash not picked up,garbage not collected,recycling not picked up,missed pickup,垃圾没收,not picked up,was not collected,trash was not picked up,recycling
mdumping | mclean | no | pwd | 5 work_days | Illegal dumping | 乱倒垃圾 | illegal dumping,dumped mattress,dumped furniture,trash pile,construction debris,improper storage of trash,乱倒垃圾,dumped a,somebody dumped,dumped on,mattress,sofa
mabandonedcar | mvehicles | no | transportation | 7 calendar_days | Abandoned vehicle | 废弃车辆 | abandoned car,abandoned vehicle,no plates,expired registration,废弃车辆,without plates,has not moved,car without plates
mparking | mvehicles | no | transportation | 4 work_hours | Parking enforcement | 违章停车 | illegal parking,blocked driveway,double parked,fire hydrant parking,parked in bike lane,blocking crosswalk,违章停车,blocking the crosswalk,car is blocking,bike lane,blocking the ramp,blocking my driveway
mtree | mparks | no | parks | 30 calendar_days | Tree maintenance | 树木养护 | tree,fallen tree,broken limb,dead tree,tree branch,stump,树倒了,树枝,branches,limb,tree came down,tree root
mother | mgeneral | no | bos311 | 2 work_days | Other request, to be sorted by a person | 其他（待分类） | other,question,其他,咨询,permit,who do i ask
"""

HEADINGS = """
manimals | Animals | 动物
mhousing | Housing conditions | 住房状况
mstreets | Streets and lights | 道路与照明
mclean | Cleanliness | 清洁
mvehicles | Parking and vehicles | 停车与车辆
mparks | Parks and trees | 公园与树木
mgeneral | General | 综合
"""

# filing en | filing zh | closing en | closing zh | photo, by service; others take the ordinary row
CONDITIONS = {
    "manimaldead": [("1 work_days", "Carcass on public ground", "公共场所的动物尸体", "Picked up", "已清理", "yes")],
    "mpothole": [("2 work_days", "Hole in the road", "路面坑洞", "Filled", "已修补", "yes"),
                  ("4 wall_hours", "Hole or sinkhole that endangers traffic", "危及交通的坑洞或塌陷", "Fenced off and made safe", "已围护并消除危险", "yes")],
    "mstreetlight": [("10 work_days", "One lamp out", "单灯不亮", "Repaired", "已修复", "yes"),
                       ("4 wall_hours", "Pole down or wires bare", "灯杆倒伏或电线裸露", "Made safe", "已消除危险", "yes")],
    "msidewalk": [("30 calendar_days", "Broken or raised panel", "地砖破损或隆起", "Repaired or patched", "已修复", "yes")],
    "msignal": [("4 wall_hours", "Signal dark or stuck", "信号灯不亮或卡滞", "Working again", "恢复正常", "no")],
    "mgraffiti": [("20 work_days", "Graffiti on public or consenting private property", "公共或经同意的私有墙面涂鸦", "Removed or painted over", "已清除", "yes")],
    "mmissedtrash": [("1 work_days", "Not collected on the collection day", "收运日未收", "Collected", "已清运", "no")],
    "mdumping": [("5 work_days", "Things dumped on public ground", "公共场所倾倒物", "Removed", "已清除", "yes")],
    "mtree": [("30 calendar_days", "Pruning or dead tree", "修剪或枯树", "Pruned or removed", "已修剪或移除", "yes"),
               ("4 wall_hours", "Tree or limb down", "树木或树枝倒伏", "Cleared", "已清除", "yes")],
    "mabandonedcar": [("7 calendar_days", "Vehicle left for more than 72 hours", "停放超过72小时", "Tagged and towed, or moved", "已标记拖离或驶离", "no")],
}
# Words that point to a condition of a class with several.
CONDITION_WORDS = {
    "mpothole.1": "pothole|hole in the road|deep pothole", "mpothole.2": "sinkhole|caving in|street is caving in|collapsed",
    "mstreetlight.1": "light out|lamp out|streetlight|street light|lamp flickers|flickering|dark",
    "mstreetlight.2": "light pole|pole down|wires|bare wires|hit by a truck",
    "mtree.1": "dead tree|branches|pruning|stump|stop sign", "mtree.2": "tree came down|fallen tree|limb down|blocks the street",
}
ORDINARY = ("Ordinary case", "一般情形", "Dealt with and answered", "处置完毕并反馈", "no")

# code | parent | kind | top | en | zh | phone ("" = invented)
UNITS = """
bos311 | | centre | yes | Boston 311 (INFO) | 波士顿311中心 | 311
pwd | | department | no | Public Works Department (PWDx) | 公共工程局 |
pwd_1a | pwd | department | no | PWDx District 1A: Charlestown | 公共工程局1A片区 |
pwd_1b | pwd | department | no | PWDx District 1B: North End | 公共工程局1B片区 |
pwd_1c | pwd | department | no | PWDx District 1C: Downtown | 公共工程局1C片区 |
pwd_02 | pwd | department | no | PWDx District 02: Jamaica Plain | 公共工程局02片区 |
pwd_03 | pwd | department | no | PWDx District 03: North Dorchester | 公共工程局03片区 |
pwd_04 | pwd | department | no | PWDx District 04: Allston/Brighton | 公共工程局04片区 |
pwd_05 | pwd | department | no | PWDx District 05: South Boston | 公共工程局05片区 |
pwd_06 | pwd | department | no | PWDx District 06: West Roxbury and Roslindale | 公共工程局06片区 |
pwd_07 | pwd | department | no | PWDx District 07: South Dorchester | 公共工程局07片区 |
pwd_08 | pwd | department | no | PWDx District 08: Hyde Park | 公共工程局08片区 |
pwd_09 | pwd | department | no | PWDx District 09: East Boston | 公共工程局09片区 |
pwd_10a | pwd | department | no | PWDx District 10A: Roxbury | 公共工程局10A片区 |
pwd_10b | pwd | department | no | PWDx District 10B: Roxbury | 公共工程局10B片区 |
pwd_lighting | pwd | department | no | PWDx Street Lighting | 公共工程局路灯处 |
pwd_enforce | pwd | department | no | PWDx Code Enforcement | 公共工程局执法处 |
isd | | department | no | Inspectional Services Department (ISD) | 检查服务局 |
isd_housing | isd | department | no | ISD Housing | 检查服务局住房处 |
isd_environment | isd | department | no | ISD Environmental Services | 检查服务局环境处 |
animal_control | | department | no | Animal Control (ANML) | 动物管理处 |
parks | | department | no | Parks Department (PARK) | 公园局 |
water_sewer | | owner | no | Water and Sewer Commission (BWSC) | 供排水委员会 |
transportation | | department | no | Transportation Department (BTDT) | 交通局 |
police | | department | no | Police Department (BPD) | 警察局 | 911
schools | | department | no | Public Schools (BPS) | 公立学校 |
housing_office | | department | no | Neighborhood Development (DND) | 社区发展局 |
property | | department | no | Property Management (PROP) | 物业管理局 |
housing_authority | | owner | no | Housing Authority (BHA) | 住房管理局 |
integrity | | discipline | no | Integrity review (sample) | 廉政核查（样例） |
"""

PWD = {
    "1A": "pwd_1a", "1B": "pwd_1b", "1C": "pwd_1c", "02": "pwd_02", "03": "pwd_03", "04": "pwd_04", "05": "pwd_05",
    "06": "pwd_06", "07": "pwd_07", "08": "pwd_08", "09": "pwd_09", "10A": "pwd_10a", "10B": "pwd_10b",
}
BY_DISTRICT = ("manimaldead", "mpothole", "msidewalk", "mmissedtrash", "mdumping")

# duty | category | unit
OTHER = """
assist | manimalnoise | police
assist | mpestresidential | isd_housing
assist | mbedbugs | isd_housing
assist | mdumping | pwd_enforce
assist | mgraffiti | pwd
assist | msignal | pwd
standby | * | pwd
standby | manimalgeneric | animal_control
standby | mstreetlight | pwd_lighting
standby | mtree | parks
taken_back | mbedbugs | animal_control
taken_back | mpestresidential | animal_control
"""

ACCOUNTS = """
operator1,operator,bos311,,Operator 1 (sample)
dispatcher1,dispatcher,bos311,,Dispatcher 1 (sample)
supervisor1,supervisor,bos311,,Supervisor 1 (sample)
leader1,leader,bos311,,Leader 1 (sample)
auditor1,auditor,bos311,,Auditor 1 (sample)
admin1,admin,bos311,,Administrator 1 (sample)
investigator1,investigator,integrity,,Investigator 1 (sample)
animal1,handler,animal_control,,Animal Control handler 1 (sample)
pwd1,handler,pwd,,Public Works handler 1 (sample)
pwd_head,unit_head,pwd,,Head of Public Works (sample)
pwd_03_1,handler,pwd_03,,District 03 handler 1 (sample)
pwd_1c_1,handler,pwd_1c,,District 1C handler 1 (sample)
lighting1,handler,pwd_lighting,,Street Lighting handler 1 (sample)
isd1,handler,isd,,ISD handler 1 (sample)
parks1,handler,parks,,Parks handler 1 (sample)
transport1,handler,transportation,,Transportation handler 1 (sample)
property1,handler,property,,Property Management handler 1 (sample)
officer_dorchester,area_officer,bos311,dorchester,Dorchester officer (sample)
field_dorchester,grid_worker,bos311,dorchester,Dorchester field worker (sample)
field_roxbury,grid_worker,bos311,roxbury,Roxbury field worker (sample)
field_downtown,grid_worker,bos311,downtown_financial,Downtown field worker (sample)
grid1,grid_worker,bos311,downtown_financial,Field worker 1 (sample)
wall1,wall,bos311,,Wall screen (sample)
"""

MATTERS = """
mpothole.1 | Deep pothole near the corner, cars swerve around it
mpothole.1 | There is a hole in the road right after the light
mpothole.2 | The street is caving in around a utility cut, looks like a sinkhole
mstreetlight.1 | Street light has been out for two weeks, very dark here
mstreetlight.1 | Lamp flickers all night in front of the building
mstreetlight.2 | Light pole was hit by a truck and wires are hanging out
msidewalk.1 | Sidewalk panel is raised by a tree root, a tripping hazard
msidewalk.1 | Broken sidewalk, a wheelchair cannot pass
msignal.1 | Traffic signal is dark in all directions
msignal.1 | Walk signal never comes on at this crossing
mgraffiti.1 | Graffiti all over the wall of the playground
mgraffiti.1 | Spray paint on the mailbox and the fence
mmissedtrash.1 | Trash was not picked up on our street today
mmissedtrash.1 | Recycling not picked up two weeks in a row
mdumping.1 | Somebody dumped a mattress and a sofa by the park
mdumping.1 | Construction debris dumped on the empty lot
mabandonedcar.1 | Car without plates has not moved for a month
mabandonedcar.1 | Abandoned vehicle with flat tires next to the school
mparking.1 | Car is blocking the crosswalk and the ramp
mparking.1 | Double parked trucks in the bike lane every morning
mtree.1 | Dead tree leaning toward the houses
mtree.1 | Branches cover the stop sign
mtree.2 | Tree came down and blocks the street
manimalgeneric.1 | Loose dog running around the playground, nobody with it
manimalgeneric.1 | Raccoon stuck in the dumpster behind the store
manimalgeneric.1 | Coyote seen near the path in daylight
manimaldead.1 | Dead raccoon in the middle of the road
manimaldead.1 | Dead cat on the sidewalk by the bus stop
manimaldead.1 | Dead squirrel on the steps of the library
manimalfound.1 | Found a small brown dog with no tag
manimalfound.1 | Found cat with a collar hiding under the porch
manimallost.1 | Lost dog, black with a white chest, ran off from the park
manimallost.1 | My cat is missing since Sunday
manimalnoise.1 | Dog barks all night behind the houses
manimalnoise.1 | Rooster crows at four every morning
mother.1 | Who do I ask about a block party permit
"""

# The names in the column "neighborhood" of the open file, one area each. code | name | zh
NEIGHBORHOODS = """
allston | Allston | 奥尔斯顿
allston_brighton | Allston / Brighton | 奥尔斯顿／布莱顿
back_bay | Back Bay | 后湾
beacon_hill | Beacon Hill | 比肯山
boston_unspecified | Boston | 波士顿（未细分）
brighton | Brighton | 布莱顿
charlestown | Charlestown | 查尔斯敦
chestnut_hill | Chestnut Hill | 栗树山
dorchester | Dorchester | 多切斯特
downtown_financial | Downtown / Financial District | 市中心／金融区
east_boston | East Boston | 东波士顿
fenway_kenmore_longwood | Fenway / Kenmore / Audubon Circle / Longwood | 芬威／肯莫尔／奥杜邦圈／朗伍德
greater_mattapan | Greater Mattapan | 大马塔潘
hyde_park | Hyde Park | 海德公园
jamaica_plain | Jamaica Plain | 牙买加平原
mattapan | Mattapan | 马塔潘
mission_hill | Mission Hill | 米申山
roslindale | Roslindale | 罗斯林代尔
roxbury | Roxbury | 罗克斯伯里
south_boston | South Boston | 南波士顿
south_boston_and_waterfront | South Boston / South Boston Waterfront | 南波士顿／南波士顿海滨
south_end | South End | 南端
west_roxbury | West Roxbury | 西罗克斯伯里
"""
NOWHERE = "boston_unspecified"  # the file's word for what it does not place more precisely

# Points of the open borders that make a ring cross itself or its neighbor, by less than 31 m2.
DROP_POINTS = {
    "d_beacon_hill": [(-71.0632, 42.35771)],
    "d_downtown": [(-71.0632, 42.35771)],
    "d_allston": [(-71.110906, 42.350622), (-71.110944, 42.350414)],
    "d_fenway": [(-71.110977, 42.350324)],
}
SLIVER_DEG2 = 1e-8  # parts of less than about 90 m2 are left out

# Texts that differ from those of the sample city Jintan: key -> (en, zh). None removes the key.
TEXTS = {
    "app.sample_banner": ("Demonstration: accounts, contacts and new reports are invented; this is not a service of the City of Boston.",
                          "演示数据：账号、联系方式和新报告均为虚构，并非波士顿市政府的服务。"),
    "app.emergency": ("If life is in danger call 911 at once; do not wait here.", "危及生命安全请立即拨打911，不要在此等待。"),
    "refusal.taken_back": ("This request may not be given to that department.", "该事项不能派给这个部门。"),
}
