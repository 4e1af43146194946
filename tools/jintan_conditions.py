"""Filing and closing conditions of the sample city: the rows of a real city's published table, shown as 样例时限
(sample limits), with English texts. Matters of majors 01-05 ("X abnormal") take the rows of their component X.
"""

UNITS = {"urgent_hour": "wall_hours", "urgent_day": "wall_days", "work_hour": "work_hours", "work_day": "work_days_480"}

FILING = """
违建正在施工 | Illegal building under construction
违建已建成 | Illegal building finished
店面装修未报批 | Shop refitted without approval
道路上私设临时坡道 | Makeshift ramp put on the road
道路上私建固定坡道 | Fixed ramp built on the road
掉漆、墙皮脱落 | Paint or plaster coming off
乱贴乱画 | Stickers or drawings on the wall
立面有油污、蛛网或积灰 | Front with grease, cobwebs or dust
阳台窗外堆挂物品 | Things piled or hung outside balcony or window
私挂彩旗或加装灯饰 | Flags or lights put up without permit
在树木、杆件、路牌上晾挂 | Washing hung on trees, poles or signs
管线杆线未批先架 | Lines or poles put up before approval
私拉电源线或飞线充电 | Unauthorised power line, or charging by a line through the air
生活垃圾未入桶，散落公共区域 | Household waste outside bins, scattered in public space
建筑/装修/混合垃圾或渣土久堆 | Building, refitting or mixed waste or muck piled for long
路面散落垃圾、油污、积灰或雨后淤泥 | Litter, oil, dust or mud after rain on the road
破损面积≥0.5m² | Damaged area 0.5 m² or more
开裂面积≥1m²，或长>1m且宽≥3mm | Cracked area 1 m² or more, or crack over 1 m long and 3 mm or more wide
坑洼高差≥30mm | Hole or step of 30 mm or more
运输车辆发生的遗撒现象 | Load spilled by a vehicle
绿地内有杂物、枯枝、垃圾或粪便 | Things, dead branches, litter or droppings in green space
修剪产生的枝叶泥土未清 | Branches, leaves or soil left after pruning
人为悬挂在树木灌木上的线缆杂物 | Cables or things hung on trees or shrubs by people
非人为挂落在树木线缆上的废弃物 | Waste blown onto trees or cables
违法焚烧垃圾、树叶 | Waste or leaves burned unlawfully
园林树木有病虫害 | Pests or disease on park trees
未经审批砍伐或破坏树木 | Trees felled or damaged without approval
移植/修剪/砍伐伤树 | Trees harmed by moving, pruning or felling
水面漂浮垃圾或坡岸杂草堆物 | Floating waste, or weeds and piled things on the bank
超标排污致水体黑臭 | Water black and smelly from excessive discharge
商业揽客噪声扰民 | Noise of shops attracting customers
户外烧烤或提供烧烤场地 | Open-air barbecue, or a place offered for it
沿街商户乱排污水 | Shop on the street pours out sewage
工地乱排污水 | Site discharges sewage
向雨污水井乱排 | Discharge into storm or sewer manholes
使用明沟进行排水 | Drainage through an open ditch
填埋场建设运行不合规 | Landfill built or run against the rules
医疗废物乱倒或混入生活垃圾 | Medical waste dumped or mixed with household waste
废旧家具设备久占道路 | Old furniture or equipment on the road for long
公共场所无证堆料，或获准堆料但不整齐/无防污措施 | Material piled in public without permit, or permitted but untidy or unprotected
公共场所动物尸体未清 | Dead animal in public space
违规饲养家禽家畜 | Poultry or livestock kept against the rules
私开道口 | Road opening made without permit
私装地锁地桩停车杆 | Parking lock, post or bar put up without permit
已分类垃圾被混收混运 | Sorted waste collected or carried mixed
未设分类箱或未分类投放 | No sorting bins, or waste put in unsorted
垃圾箱/点满溢 | Waste bin or point overflowing
占用公共绿地、种菜或毁绿 | Public green space occupied, planted with vegetables or destroyed
公共设施上张贴涂写小广告 | Small advertisements stuck or sprayed on public facilities
在公共场所散发广告 | Handbills given out in public
违规灯箱/霓虹/电子屏广告 | Unlicensed light box, neon or screen advertisement
违规立柱/墙体/楼顶广告 | Unlicensed column, wall or roof advertisement
广告文字缺失、错误或违反用字规定 | Advertisement with missing, wrong or irregular characters
违规设置店招牌匾设施 | Shop sign put up against the rules
私挂标语条幅或气球直幅 | Banner or balloon banner hung without permit
脱落、褪字、破损、脏污 | Fallen, faded, damaged or soiled
公益广告布设密度或点位不达标（主街>200m无一处；相邻两站均无等） | Too few public-interest posters (none in 200 m of a main street, none at two neighbouring stops and the like)
公益广告与周边风貌不协调 | Public-interest poster does not fit its surroundings
施工噪音扰民 | Construction noise disturbs residents
无证施工或超出许可时段 | Work without permit or outside the permitted hours
未批占道施工，或虽获批但现场管理差 | Work on the road without approval, or approved but badly managed
未批挖掘道路、绿地或河道 | Road, green space or river dug without approval
施工无防尘措施产生扬尘 | Dust from a site without protection
施工弃料未及时清运 | Construction waste not carried away in time
物料未100%覆盖或侵占道路绿地 | Material not fully covered, or on road or green space
围挡缺失或不规范 | Site fence missing or irregular
围挡破损或倾倒 | Site fence damaged or fallen
围挡外观不洁 | Site fence dirty
围挡公益广告面积<围挡总面积50% | Public-interest posters on less than half of the fence
工地内道路未按期硬化 | Site road not paved in time
路面破损、开裂、沉降 | Road surface damaged, cracked or sunk
完工后现场未清净 | Site not cleared after completion
渣土车无密闭装置 | Muck truck without cover
车轮带泥大面积污染路面 | Muddy wheels soil a large part of the road
工地未设工程概况牌 | No information board at the site
道路改造后预埋件钢筋长期外露 | Embedded steel exposed for long after roadworks
公共场所流动摊贩 | Vendor moving about in public space
早/夜市超时或超区经营 | Market outside its hours or area
环境脏乱差 | Dirty and untidy surroundings
噪音扰民 | Noise disturbs residents
未批占道收购堆放废品 | Scrap bought or piled on the road without approval
超门窗经营或跨门占道 | Trading beyond the shop's door or windows
占用道路桥梁广场做买卖 | Trading on roads, bridges or squares
泊位外停放或停放无序影响通行 | Parked outside the places, or untidily and in the way
农贸市场脏乱或超区域经营 | Market hall dirty, or trading outside its area
非法占用、堵塞消防通道 | Fire lane occupied or blocked
未批或超许可促销宣传 | Promotion without or beyond permit
占道洗车或装潢车辆 | Vehicles washed or fitted on the road
共享单车损坏脏污 | Shared bicycle broken or dirty
共享单车在停放区外乱放 | Shared bicycle left outside its places
电量不足、车辆故障 | Battery low or vehicle faulty
位置规划不合理 | Place badly planned
扣费不合理 | Unreasonable charge
无牌照 | No licence plate
积雪结冰影响通行 | Snow or ice hinders passage
断裂、下坠、影响安全 | Broken or hanging, unsafe
临街宰杀禽畜占道污染 | Slaughter on the street, occupying or soiling the road
未批在桥下作业 | Work under a bridge without approval
私自占用桥下空间 | Space under a bridge occupied without permit
设施破损、缺失 | Facility damaged or missing
环境脏乱 | Dirty surroundings
缺失、移位或开裂，有安全隐患 | Missing, displaced or cracked: a hazard
破损超过25cm² | Damage over 25 cm²
弹跳异响或翻盖，影响安全 | Rattling, loose or flipping, unsafe
井周150cm×150cm路面沉陷凸起破损，或高差>2cm | Road within 150 × 150 cm of the shaft sunk, raised or damaged, or a step over 2 cm
井周150cm×150cm路面沉陷凸起破损，或高差>3cm | Road within 150 × 150 cm of the shaft sunk, raised or damaged, or a step over 3 cm
井周150cm×150cm路面沉陷凸起破损，或高差>4cm | Road within 150 × 150 cm of the shaft sunk, raised or damaged, or a step over 4 cm
堵塞面积达1/3以上 | A third or more blocked
漏水 | Leaking water
破损、严重锈蚀 | Damaged or badly rusted
外观不洁 | Dirty
废弃 | Abandoned
箱门锁具或箱体损坏、缺失、倾倒、锈蚀 | Door, lock or cabinet broken, missing, fallen or rusted
门未关闭 | Door left open
设施或护栏破损、变形、锈蚀 | Facility or railing damaged, bent or rusted
表面积灰、污渍或蛛网 | Dust, stains or cobwebs on the surface
破损、缺失、变形或文字有误 | Damaged, missing, bent or wrongly lettered
倒地、倾斜 | Fallen or leaning
严重锈蚀、损坏 | Badly rusted or broken
倾斜（有隐患）、倒伏或折断 | Leaning dangerously, fallen or snapped
破损、锈蚀明显 | Clearly damaged or rusted
倾斜、倒地、折断 | Leaning, fallen or snapped
破损、缺失、电线裸露 | Damaged, missing or with bare wires
单盏不亮 | One lamp out
严重锈蚀 | Badly rusted
未按规定时间启闭 | Not switched at the set times
废弃、遗留残桩 | Abandoned, or a stump left
破损、缺失 | Damaged or missing
缺亮 | Not lit
倒地、倾斜、折断 | Fallen, leaning or snapped
亭体破损、缺失或锈蚀 | Kiosk damaged, incomplete or rusted
破损、缺失、严重锈蚀 | Damaged, missing or badly rusted
破损、锈蚀或电线外露 | Damaged, rusted or with exposed wires
未批私设充电桩 | Charging pile put up without approval
充电桩损坏、缺失、倾倒或变形 | Charging pile broken, missing, fallen or bent
破损、缺失或严重锈蚀 | Damaged, missing or badly rusted
管线漏水、破损、变形或锈蚀 | Pipe leaking, damaged, bent or rusted
管廊口部构件损坏、缺失、移位或锈蚀 | Part of the tunnel's mouth broken, missing, displaced or rusted
边坡冲沟、缺口、沉陷或塌落 | Slope washed out, broken, sunk or slipped
挡墙倾斜、滑移、下沉或开裂 | Retaining wall leaning, sliding, sinking or cracked
破损、失稳或防滑差 | Damaged, unsteady or slippery
缺失、破损 | Missing or damaged
破损 | Damaged
设置不合规范影响市容 | Put up against the rules, spoils the street
电线裸露、杂乱、垂落 | Wires bare, tangled or hanging
缺亮，影响市容 | Not lit, spoils the street
场地破损、坑洼 | Ground damaged or uneven
未经审批私设停车场 | Car park opened without approval
附属设施破损、缺失或严重锈蚀 | Fittings damaged, missing or badly rusted
站亭倾倒、倾斜或折断 | Shelter fallen, leaning or snapped
站亭破损、缺失、变形或锈蚀 | Shelter damaged, incomplete, bent or rusted
路面破损、坑洼不平 | Road surface damaged or uneven
广告画面破损、内容错误 | Poster damaged or wrong
广告画脱落或玻璃框未关 | Poster fallen or glass frame open
桥体损坏、沉降、变形 | Bridge damaged, sunk or deformed
护栏破损、缺失、变形或锈蚀 | Railing damaged, missing, bent or rusted
桥面、台阶破损、坑洼 | Deck or steps damaged or uneven
桥面积水 | Water standing on the deck
灯具破损、缺亮 | Lamps broken or out
附属设施破损、缺失 | Fittings damaged or missing
大面积积水，阻碍通行 | Large area under water, no passage
地面破损、坑洼 | Floor damaged or uneven
标志牌破损、缺失或文字有误 | Sign damaged, missing or wrong
灯具缺损、缺亮 | Lamps missing or out
环境脏污 | Soiled surroundings
附属设施破损、变形或腐蚀 | Fittings damaged, bent or corroded
桥面破损 | Deck damaged
桥体损坏、开裂、沉降或变形 | Bridge damaged, cracked, sunk or deformed
附属设施损坏、倾斜、变形或锈蚀 | Fittings broken, leaning, bent or rusted
倾倒、倾斜、折断 | Fallen, leaning or snapped
主体或附属设施破损、严重锈蚀 | Main part or fittings damaged or badly rusted
标识牌缺失、内容错误 | Sign missing or wrong
内容错误、指向错误 | Wrong text or direction
移位、排列不齐或锈蚀 | Displaced, out of line or rusted
破损、变形 | Damaged or bent
设施外观不洁 | Facility dirty
植株长势差或枯死 | Plants poor or dead
有障碍物，影响通行 | Obstacle hinders passage
倾倒、倾斜、变形 | Fallen, leaning or bent
倾倒、倾斜 | Fallen or leaning
破损、缺失、变形或锈蚀 | Damaged, missing, bent or rusted
场地标线明显不清 | Markings clearly worn
内容错误 | Wrong text
倾斜 | Leaning
配套设施破损、缺失 | Equipment damaged or missing
未免费提供洗手液手纸等 | No free soap, paper and the like
无管理、服务工作人员 | No attendant
厕内及外围5米脏乱或异味 | Dirt or smell inside or within 5 m
未按时开放 | Not open at the set times
工具摆放不整齐 | Tools not put in order
标示牌内容错误 | Sign with wrong text
缺少轮椅通道、扶手、坐便等无障碍设施 | No ramp, handrail, seat or other accessible facility
变形、破损、缺失或严重锈蚀 | Bent, damaged, missing or badly rusted
盖板缺失、移位 | Cover missing or displaced
盖板破损 | Cover damaged
污物外溢 | Overflowing
站房或附属设施损坏、缺失 | Station or fittings broken or missing
脏乱、污水外流或异味 | Dirty, leaking sewage or smelling
外围5米内脏乱失序 | Disorder within 5 m around
清运不及时 | Waste not carried away in time
箱体倾斜倾倒或箱门未关 | Bin leaning, fallen or open
箱体变形、破损、缺失或严重锈蚀 | Bin bent, damaged, missing or badly rusted
标识字迹不清 | Lettering not readable
箱体表面不洁 | Bin dirty
未按位置摆放 | Not in its place
倾斜、倾倒 | Leaning or fallen
破损、缺失、变形或严重锈蚀 | Damaged, missing, bent or badly rusted
电子屏广告花屏、缺亮 | Screen garbled or dark
烟蒂满溢 | Cigarette ends overflowing
倒伏、倾斜、断枝 | Fallen, leaning or with broken branches
枯死 | Dead
缺失 | Missing
修剪不及时影响人车通行 | Not pruned, in the way of people or vehicles
树池箅破损>1/16 | More than one sixteenth of the tree grate broken
倾倒、倾斜、影响交通 | Fallen or leaning, in the way of traffic
植株长势不良、枯死 | Plants poor or dead
破损、锈蚀 | Damaged or rusted
大量跑水 | Losing much water
破损、功能缺失 | Damaged or not working
池水不洁 | Water of the basin dirty
警示标志牌缺失 | Warning sign missing
箱体破损、严重锈蚀 | Box damaged or badly rusted
植物缺株、死株 | Plants missing or dead
附属设施破损、锈蚀或缺字 | Fittings damaged, rusted or with letters missing
异味明显 | Strong smell
警示牌不醒目或无救生器具 | Warning sign hard to see, or no rescue gear
坡岸或亲水平台损坏、不洁 | Bank or waterside platform damaged or dirty
缺失、倾倒、变形、破损或严重锈蚀 | Missing, fallen, bent, damaged or badly rusted
墙体或附属设施破损、倾斜、垮塌 | Wall or fittings damaged, leaning or collapsed
墙体不洁 | Wall dirty
"""

CLOSING = """
制止、恢复 | Stopped and put back
依法定程序拆除 | Taken down by due procedure
补齐手续或拆除 | Permit obtained, or taken down
清除 | Removed
拆除 | Taken down
修复 | Repaired
清洁 | Cleaned
整改 | Put right
整改、清理 | Put right and cleared
立案查处、拆除 | Investigated by law and taken down
清理 | Cleared
查处、清除 | Investigated and removed
查处制止并清除 | Investigated, stopped and removed
治理 | Treated
制止 | Stopped
恢复、立案查处 | Restored and investigated by law
查处制止并治理 | Investigated, stopped and treated
查处、整改、取缔 | Investigated, put right or closed down
查处制止并清理现场 | Investigated, stopped and the place cleared
查处、制止、清理、整改 | Investigated, stopped, cleared and put right
关闭场所、清除堆放垃圾 | Place closed and waste removed
清除、整改 | Removed and put right
查处、整改、恢复原状 | Investigated, put right and restored
制止或查处 | Stopped or investigated
制止、清理 | Stopped and cleared
整改、拆除 | Put right or taken down
整改、清理、拆除 | Put right, cleared or taken down
恢复 | Restored
制止、清除并恢复通行 | Stopped, removed and passage restored
制止、查处、整改 | Stopped, investigated and put right
查处、清理 | Investigated and cleared
修复或更换 | Repaired or replaced
清理、查处 | Cleared and investigated
装齐设施或拆除预埋件 | Facility completed, or the embedded part taken out
取缔 | Closed down
清理、取缔 | Cleared and closed down
整改、规范停放 | Put right and parked in order
维护、清洁 | Maintained and cleaned
制止并查处 | Stopped and investigated
更换或修复 | Replaced or repaired
疏通 | Unblocked
围护、消除安全隐患 | Fenced off and hazard removed
止水 | Leak stopped
拆除并恢复路面 | Taken down and the surface restored
拆除、恢复路面 | Taken down and the surface restored
更换或恢复 | Replaced or restored
消除安全隐患、修复或拆除 | Hazard removed, repaired or taken down
更换、修复或拆除 | Replaced, repaired or taken down
清洁、修复 | Cleaned and repaired
纠正 | Corrected
修复或修整 | Repaired or made good
拆除或修复 | Taken down or repaired
修复、清理 | Repaired and cleared
恢复或更换 | Restored or replaced
更换 | Replaced
围护、修复 | Fenced off and repaired
抽排 | Pumped out
清洗 | Washed
围栏、修复 | Fenced off and repaired
修复、喷粉、粉刷 | Repaired and painted
消除隐患 | Hazard removed
修剪、清理或更换 | Pruned, cleared or replaced
设置到位，或按告知结案 | Provided, or closed by notice to the owner
清理干净、消除 | Cleaned up and removed
清理、整改 | Cleared and put right
清运 | Carried away
清理或采取保护性措施 | Cleared or protected
补种 | Replanted in season, or a replanting plan is fixed
修剪 | Pruned
修复或恢复 | Repaired or restored
修剪或更换 | Pruned or replaced
排除险情、修复 | Danger removed and repaired
"""

# A photo is asked for only where the closing condition can be seen on one (国办函〔2026〕12号).
SEEN = ("修", "清", "拆", "恢复", "更换", "疏通", "补种", "止水", "抽排", "围", "隐患", "消除", "险情")
NOT_SEEN = ("服务工作人员", "扣费", "牌照", "未按时开放", "启闭", "噪", "时段", "无证", "未批", "超时")

# Words of the condition, so that a report's text can point to it.
HINTS = (
    ("缺失", "没了|丢了|不见了|缺了|缺失|少了|missing|gone"), ("移位", "移位|错位|displaced"),
    ("开裂", "裂开|开裂|裂了|裂缝|长缝|crack|cracked"), ("破损面积", "破了一大块|一大块|碎了|破损"),
    ("破损", "破了|坏了|破损|断了|断裂|碎了|撞坏|裂了|broken|damaged"), ("损坏", "坏了|断了|broken"),
    ("弹跳", "响|咣当|松动|压就响|rattle|loose"), ("沉陷", "下沉|凹陷|下陷|塌|sunk"), ("沉降", "下沉|塌|sunk"),
    ("堵塞面积", "堵了|堵住|积水|排不出|水排不|clogged"), ("漏水", "漏水|跑水|冒水|爆了|往外冒|水一直|leak|leaking"),
    ("跑水", "跑水|漏水"), ("不洁", "脏|很脏|污渍|dirty"), ("积灰", "积灰|灰尘|蛛网|dust"), ("脏乱", "很脏|又脏|味道|脏乱|dirty"),
    ("废弃", "废弃|没人要|不用了|abandoned"), ("倾倒", "倒了|倒在|倒地|撞倒|fallen"), ("倒地", "倒了|倒地|fallen"),
    ("倒伏", "倒了|树倒|大树倒|倒下|fallen"), ("倾斜", "歪了|斜了|撞歪|快倒|leaning"), ("断枝", "断枝|树枝断|刮断|branch"),
    ("锈蚀", "生锈|锈|rust"), ("单盏不亮", "不亮|灯不亮|坏了|灭了|没亮|黑漆漆|没有灯|out"), ("缺亮", "不亮|没亮|not lit"),
    ("启闭", "白天亮|大白天|白天|一直亮|不关|on in daytime"), ("电线", "电线露|线露|裸露|电线裸露|bare wire"),
    ("残桩", "残桩|桩头|stump"), ("内容错误", "写错|指错|错字|wrong"), ("文字有误", "写错|错字"),
    ("门未关", "门开着|没关|门没关|door open"), ("箱门", "门坏|箱门|线都露"), ("坑洼高差", "有坑|大坑|水坑|坑坑洼洼|坑洼|深坑|pothole"),
    ("坑洼", "有坑|不平|坑洼"), ("积水", "积水|淹水|standing water"), ("枯死", "枯死|枯了|死了|dead"), ("修剪不及时", "太低|挡住|太长|遮|没修剪|挡路|prune"),
    ("满溢", "满了|溢出|爆满|full"), ("外溢", "外溢|冒出来|往外流|满了|overflow"), ("异味", "异味|臭味|味道|smell"),
    ("清运不及时", "没清运|没拉走|没人收"), ("正在施工", "正在搭|正在建|在建|在搭|正在|under construction"),
    ("已建成", "建好|已经|建成|finished"), ("飞线", "飞线|充电|拉线|拉电线"), ("商户", "餐饮店|商户|店家倒"),
    ("工地乱排", "泥浆|泥浆水|工地排水|工地污水"), ("雨污水井", "倒进雨水井|倒进下水井|倒进井里|倒进下水道"), ("明沟", "明沟|水沟"),
    ("噪", "噪音|声音大|太吵|打桩|noise"), ("超出许可时段", "半夜施工|夜里施工|凌晨施工|还在施工|半夜打桩|at night"), ("渣土", "渣土|建筑垃圾|装修垃圾|rubble"),
    ("临时坡道", "铁板|木板坡|垫坡|斜坡"), ("固定坡道", "水泥坡|砌坡|浇坡"), ("墙皮", "脱落|掉皮|瓷砖"), ("乱贴乱画", "乱画|乱涂|乱贴"),
    ("油污", "油污|grease"), ("未经审批砍伐", "正在砍|锯|砍"), ("伤树", "剥皮|伤了"), ("树木、杆件", "树上晒|树上晾|拉绳子"),
    ("人为悬挂在", "挂着线|绑"), ("非人为挂落", "风吹|塑料布|塑料袋|风筝"), ("灯箱", "灯箱|霓虹"),
    ("立柱", "立了一块|大广告牌"), ("围挡破损", "围挡破|围挡倒|围挡被"), ("围挡缺失", "没有围挡|没围挡"), ("围挡外观", "脏"),
    ("超时", "超时|太晚|凌晨"), ("停放区外", "乱放|倒了一片|没法走|挡路|一片"), ("损坏脏污", "坏了"), ("电量", "没电|骑不了"),
    ("扣费", "扣费|多扣|收费"), ("桥下空间", "围起来|堆东西|占用"), ("桥下作业", "桥下施工|桥下作业"), ("按时开放", "锁着|关门|不开|没开"),
    ("洗手液", "没纸|洗手液|厕所没水"), ("无障碍", "轮椅|扶手"), ("充电桩损坏", "坏了|没反应|充不了"), ("私设充电桩", "私装|私设"),
    ("松", "松了|摇晃"), ("画面", "画面"), ("挡墙", "挡墙|挡土墙|裂开|往外鼓"), ("边坡", "边坡|滑坡|塌"),
    ("大面积停水", "整片|没有通知|停水|全部"), ("单户水压", "发黄|水压|水质"), ("大面积停电", "整片|停电|全小区"), ("单户用电", "跳闸|电压"),
    ("一般安全隐患", "隐患|安全隐患"), ("立即危及", "马上要|快塌|漏气"), ("断裂、下坠", "线掉|垂下来|垂得|断了"), ("分类箱", "没有分类|没设"),
    ("混收混运", "混装|混运|同一辆车"),
)

DEFAULT = ("一般情形", "Ordinary case", "处置完毕并反馈", "Dealt with and answered")
DEFAULT_DEFECT = ("损坏、缺失或不洁", "Broken, missing or dirty", "修复、补齐或清洁", "Repaired, completed or cleaned")

# Rows of the sample's own for classes without any: category -> [(limit, filing, closing, photo)]
OWN = {
    "m06016": [("5 work_days_480", "标线磨损超过三分之一", "More than a third of the marking worn", "补划", "Painted anew", "yes")],
    "m06027": [("2 work_days_480", "油烟直排或净化设施未运行", "Fumes released unfiltered", "制止、整改", "Stopped and put right", "no")],
    "m06034": [("5 work_days_480", "车辆长期停放且明显废弃", "Vehicle left for long, clearly abandoned", "依法处理并清离", "Dealt with by law and removed", "yes")],
    "m09003": [("4 wall_hours", "有人需要救助", "Somebody needs help", "救助人员到场并提供帮助，或本人谢绝", "Aid workers came and offered help, or it was declined", "no")],
    "m09009": [("2 work_hours", "占用人行道、路口或出入口停放", "Parked on pavement, at a junction or an entrance", "驶离或依法处理", "Driven away or dealt with by law", "no")],
    "s02": [("4 wall_hours", "大面积停水", "Many households without water", "恢复供水并告知", "Supply restored and people told", "no"),
                          ("1 work_days_480", "单户水压、水质问题", "Pressure or quality in one household", "查明并答复", "Examined and answered", "no")],
    "s03": [("4 wall_hours", "大面积停电", "Many households without power", "恢复供电并告知", "Supply restored and people told", "no"),
            ("1 work_days_480", "单户用电问题", "Power in one household", "查明并答复", "Examined and answered", "no")],
    "s01": [("1 work_days_480", "政策咨询", "Question about a policy", "答复", "Answered", "no")],
    "s11": [("3 work_days_480", "反映拖欠工资", "Unpaid wages reported", "受理查处并答复，或转仲裁渠道", "Taken up and answered, or led to arbitration", "no")],
    "s13": [("4 wall_hours", "可能立即危及人身安全", "Possible immediate danger to people", "消除或控制隐患", "Hazard removed or under control", "yes"),
            ("5 work_days_480", "一般安全隐患", "Ordinary hazard", "整改并复查", "Put right and checked again", "yes")],
    "s21": [("1 work_days_480", "监测设备无信号", "A monitoring device is silent", "恢复信号或停用", "Heard again, or taken out of use", "no")],
    "s99": [("1 work_days_480", "待人工分类", "To be sorted by a person", "分类转办或答复", "Sorted and passed on, or answered", "no")],
}


def pairs(text):
    """zh -> en of a table above."""
    return dict([part.strip() for part in line.split(" | ")] for line in text.strip().splitlines())


def photo(filing, closing):
    if any(w in filing for w in NOT_SEEN):
        return "no"
    return "yes" if any(w in closing for w in SEEN) else "no"


def words(filing, of_class):
    """Words that point to a condition: hints of its text, and the class's own words that hold a hint, because the
    longest word found in a text speaks alone."""
    found = []
    for key, hints in HINTS:
        if key in filing:
            found += hints.split("|")
    found += [w for w in of_class if any(h in w and h != w for h in found if len(h) > 1)]
    return "|".join(dict.fromkeys(found))


def published(limits):
    """category key -> [(limit, filing, closing)] from the published table."""
    ret = {}
    for r in limits:
        if r["current_code_47678"]:
            key = ("c" if r["current_kind"] == "component" else "m") + r["current_code_47678"]
            limit = f"{r['limit_value']} {UNITS[r['limit_unit']]}"
            ret.setdefault(key, []).append((limit, r["filing_condition"], r["closing_condition"]))
    return ret


def of_category(key, table, filing_en, closing_en, of_class):
    """[(limit, filing zh, en, closing zh, en, photo, words)] of one class."""
    source = table.get(key) or (table.get("c" + key[1:]) if key[0] == "m" and key[1] == "0" and key[2] in "12345" else None)
    if source:
        return [(limit, zh, filing_en[zh], close, closing_en[close], photo(zh, close), words(zh, of_class)) for limit, zh, close in source]
    if OWN.get(key):
        return [(limit, f_zh, f_en, c_zh, c_en, seen, words(f_zh, of_class)) for limit, f_zh, f_en, c_zh, c_en, seen in OWN[key]]
    if key[0] in "cm" and key[1] == "0" and key[2] in "12345":
        return [("5 work_days_480",) + DEFAULT_DEFECT + ("yes", "坏了|缺失|脏|broken|missing|dirty")]
    return [("5 work_days_480",) + DEFAULT + ("no", "")]


def rows(limits, categories):
    """Rows of conditions.csv for all classes that are not headings."""
    table, filing_en, closing_en = published(limits), pairs(FILING), pairs(CLOSING)
    headings = {row[1] for row in categories if row[1]}
    ret = []
    for row in categories:
        key = row[0]
        if key in headings or key[0] in "xgwbleyn":  # no limit but the procedure's own
            continue
        if key[0] in "pda":
            ret.append(statutory(key))
            continue
        if key[0] in "hi":
            ret += prevention(key)
            continue
        of_class = [w for w in row[7].split("|") if w]
        for n, (limit, f_zh, f_en, c_zh, c_en, seen, hint) in enumerate(of_category(key, table, filing_en, closing_en, of_class), 1):
            ret.append([f"{key}.{n}", key, limit, "dispatched", "no", "no", "样例时限", "yes", seen, f_zh, f_en, c_zh, c_en, hint])
    return ret


# Inspections: condition -> (limit, basis, filing zh, en)
INSPECTIONS = {
    "i01.1": ("10 calendar_days", "消防法第16条、第53条；样例时限", "按月检查", "Monthly inspection"),
    "i01.2": ("15 calendar_days", "消防法第53条；样例时限", "按季度检查", "Quarterly inspection"),
    "i02.1": ("10 calendar_days", "城市桥梁检测和养护维修管理办法第17条；样例时限", "按月检查", "Monthly inspection"),
    "i03.1": ("5 calendar_days", "建设工程安全生产管理条例第43条；样例时限", "按周检查", "Weekly inspection"),
    "i04.1": ("30 calendar_days", "消防法第29条；样例时限", "按季度检查", "Quarterly inspection"),
    "i05.1": ("30 calendar_days", "城镇排水与污水处理条例第27条；样例时限", "汛前检查", "Inspection before the flood season"),
    "i06.1": ("30 calendar_days", "城市危险房屋管理规定；样例时限", "按半年检查", "Half-yearly inspection"),
    "i07.1": ("15 calendar_days", "local rule", "多次出现隐患的场所", "Place where hazards were found repeatedly"),
}


def prevention(key):
    """Hazards have the date of the order; inspections the limit of their plan."""
    if key[0] == "h":
        return [[f"{key}.{n}", key, "none", "filed", "no", "no", "期限由责令整改决定载明", "no", "no", zh, en, "整改并复查合格", "Put right and checked", ""]
                for n, (zh, en) in enumerate([("一般情形", "Ordinary case"), ("可能立即危及人身安全", "May endanger people at once")], 1)]
    return [[code, key, limit, "entered", "no", "no", basis, "no" if basis == "local rule" else "yes", "no", zh, en, "检查结果已记录",
             "Result recorded", ""] for code, (limit, basis, zh, en) in INSPECTIONS.items() if code.split(".")[0] == key]


def statutory(key):
    if key[0] == "p":
        return [f"{key}.1", key, "60 calendar_days", "accepted", "no", "yes", "信访工作条例 第三十四条", "no", "no",
                "一般情形", "Ordinary case", "书面处理意见已送达", "Written opinion delivered", ""]
    if key[0] == "a":
        return [f"{key}.1", key, "20 work_days", "accepted", "no", "no", "行政许可法第42条第1款", "no", "no",
                "一般情形", "Ordinary case", "决定已送达申请人", "Decision delivered to the applicant", ""]
    return [f"{key}.1", key, "30 calendar_days", "accepted", "no", "yes", "样例时限（双方可另行约定）", "yes", "no",
            "一般情形", "Ordinary case", "达成协议、终止或告知途径", "Agreed, ended, or other ways told", ""]
