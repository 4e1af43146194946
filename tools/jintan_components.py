"""English names and trigger words of the 153 component classes of GB/T 47678.5-2026.

One line per class: code | English name | Chinese trigger words | English trigger words (both comma separated).
Trigger words are the words people use; they are attached to the matter "X abnormal" (m + code), not to the component.
"""

TABLE = """
01001 | Water-supply manhole cover | 供水井盖,自来水井盖,上水井盖,水表井盖 | water manhole,water meter cover
01002 | Sewer manhole cover | 污水井盖,下水道井盖,污水井 | sewer manhole,sewer cover
01003 | Storm-drain manhole cover | 雨水井盖,雨水井 | storm drain cover,storm manhole
01004 | Storm-drain grate | 雨水箅子,雨水篦子,雨箅子,水篦子,下水口,排水口堵,积水,路面积水,下雨积水,排水不畅,内涝,淹水,水排不出去 | storm drain,drain grate,clogged drain,flooded street,street flooding,standing water
01005 | Power manhole cover | 电力井盖,电力井,供电井盖 | power manhole,electric manhole
01006 | Street-lamp manhole cover | 路灯井盖,路灯井 | street lamp manhole
01007 | Telecom manhole cover | 通信井盖,通讯井盖,电信井盖,移动井盖,联通井盖,弱电井盖 | telecom manhole,communication manhole
01008 | Cable-television manhole cover | 电视井盖,广电井盖,有线电视井盖 | cable tv manhole
01009 | Network manhole cover | 网络井盖,光纤井盖,宽带井盖 | network manhole,fibre manhole
01010 | Heating manhole cover | 热力井盖,供热井盖,暖气井盖 | heating manhole
01011 | Gas manhole cover | 燃气井盖,煤气井盖,天然气井盖 | gas manhole
01012 | Police manhole cover | 公安井盖 | police manhole
01013 | Fire-fighting facility | 消防设施,消火栓,消防栓,消防箱,灭火器,消防水带 | fire hydrant,hydrant,fire extinguisher,fire hose
01014 | Landscape manhole cover | 园林井盖,绿化井盖,绿化带里的井盖 | landscape manhole,park manhole
01015 | Traffic-signal power manhole cover | 信号灯电源井盖,信号灯井盖,红绿灯井盖 | signal manhole
01017 | Cable manhole cover | 电缆井盖,电缆井 | cable manhole
01018 | Septic-tank cover | 化粪池井盖,化粪池盖,粪井盖 | septic cover,septic tank lid
01019 | Reclaimed-water manhole cover | 中水井盖,再生水井盖 | reclaimed water manhole
01020 | Bus-service manhole cover | 公交井盖 | bus manhole
01021 | Oil or gas pipeline manhole cover | 输油井盖,输气井盖,输油（气）井盖 | pipeline manhole
01022 | Special manhole cover | 特殊井盖 | special manhole
01023 | Manhole cover, owner unknown | 井盖,井盖丢了,井盖没了,井盖不见了,井盖坏了,井盖破了,井盖响,井盖松动,井盖缺失,井盖翻了,窨井,窨井盖,阴井盖,不明井盖,没有盖子,井盖一压,井盖一压就响,压就响,井盖破,井盖掉,盖子没了 | manhole,manhole cover,missing cover,cover missing,open manhole,broken manhole,rattling cover
01024 | Well | 水井 | well
01025 | Water supply fixture | 供水器,直饮水机,饮水机,公共水龙头,水龙头,取水口,漏水,水管漏水,自来水管爆,水管爆裂,爆管,跑水,水管爆,水管爆了,往外冒,水一直流 | drinking fountain,water tap,water leak,leaking pipe,burst pipe,water main break
01026 | Trench cover plate | 沟槽盖板,沟盖板,水沟盖,排水沟盖板,盖板 | trench cover,gutter cover,drain cover plate
01027 | Telecom junction cabinet | 通信交接箱,通讯交接箱,光交箱,电信箱,交接箱 | telecom cabinet,junction box,fibre cabinet
01028 | Electric-power facility | 电力设施,配电箱,电箱,电表箱,漏电,触电,电线裸露,电箱门 | power box,electric box,exposed wire,electric shock
01029 | Electric-power facility sign | 电力设施标识牌,电力标识牌,高压危险牌 | power sign
01030 | Power pole | 电力立杆,电线杆,电杆,电线杆倒,电线杆歪,电杆歪 | utility pole,power pole,electric pole,leaning pole
01031 | Telecom pole | 通信立杆,通讯杆,电信杆,通信杆 | telecom pole,phone pole
01032 | Bus-service pole | 公交立杆,公交站杆 | bus pole
01033 | Special pole | 特殊立杆 | special pole
01034 | Pole, owner unknown | 不明立杆,杆子歪,杆子倒,铁杆,立杆 | unknown pole,leaning post
01035 | Flagpole | 旗杆 | flagpole
01036 | Oil or gas pipeline marker | 输油标志,输气标志,管道标志桩,输油（气）标志 | pipeline marker
01037 | Street lamp | 路灯,路灯不亮,灯不亮,路灯坏了,没有路灯,路灯闪,路灯白天亮,黑灯瞎火,路灯杆,晚上太黑,路灯歪,路上没灯,路灯全灭,灯坏了,灯杆歪,路灯杆被撞 | street light,streetlight,street lamp,lamp out,light out,lamp post,dark street
01038 | Ground light | 地灯,地埋灯,草坪灯 | ground light,lawn light
01039 | Landscape light | 景观灯,亮化灯,轮廓灯,亮化 | landscape light,decorative light
01040 | Newspaper kiosk | 报刊亭 | newsstand,newspaper kiosk
01041 | Telephone booth | 电话亭 | phone booth
01042 | Post box | 邮筒,邮箱 | post box,mailbox
01043 | Information kiosk | 信息亭 | information kiosk
01044 | Vending kiosk | 售货亭 | sales kiosk
01045 | Vending machine | 自动售货机,售货机,售卖机 | vending machine
01046 | Outdoor fitness equipment | 户外健身设施,健身器材,健身器,健身设备,单杠,漫步机,乒乓球台 | fitness equipment,exercise equipment,outdoor gym
01047 | High-voltage pylon | 高压线铁塔,高压线,铁塔,高压塔 | pylon,high voltage tower
01048 | Transformer | 变压器,变压器（箱）,变压箱,箱变 | transformer
01049 | Gas regulator station | 燃气调压站（箱）,调压站,调压箱,燃气箱 | gas regulator
01050 | Surveillance camera | 监控电子眼设施,监控,摄像头,电子眼,监控坏了,监控杆 | camera,surveillance camera
01051 | Police kiosk | 治安岗亭,岗亭 | police kiosk
01052 | Rest pavilion | 休息亭,凉亭,亭子 | pavilion,gazebo
01053 | Self-service payment machine | 自助缴费机,缴费机 | payment machine
01054 | Charging pile | 充电桩,充电站,充电枪,电动车充电桩,充不了电,充电桩坏了 | charging station,ev charger,charger broken
01055 | Mosquito gate | 防蚊闸 | mosquito gate
01056 | River-crossing pipeline | 跨河管道,过河管 | pipe across river
01057 | Exposed gas pipeline | 露天燃气管道,燃气管,煤气管,煤气味,燃气味,燃气泄漏,燃气管道 | gas pipe,smell of gas,gas leak
01058 | Clothes rack | 晒衣架,晾衣架 | clothes rack
01059 | Used-clothes container | 旧衣物回收箱,旧衣回收箱,旧衣回收 | clothes donation box
01060 | Street-lamp distribution box | 路灯配电箱,路灯电箱 | street lamp box
01061 | Exposed heating pipeline | 露天供热管道,供热管,暖气管 | heating pipe
01062 | Mobile base station | 通信基站,基站,信号塔 | base station,cell tower
01063 | Water tower | 水塔 | water tower
01064 | Memorial arch or gateway | 牌楼,门楼,牌楼（门楼）,牌坊 | archway,gateway
01065 | Notice board of responsible unit | 管理责任公示牌,责任牌,公示牌,河长牌,河长公示牌 | responsibility sign
01066 | Emergency call point | 紧急报警点,报警点,报警柱,SOS | emergency call point,sos point
01067 | Flood-monitoring facility | 防汛监测设施,水位计,水位尺 | flood gauge,water gauge
01068 | Water crane | 水鹤 | water crane
01069 | Waterside facility | 水域附属设施,救生圈,亲水平台,亲水栈道,警示牌 | waterside platform,lifebuoy
01070 | Waterside railing | 水域护栏,河边护栏,河边栏杆,河边没有护栏,桥栏杆 | river railing,riverside fence
01071 | Flood wall | 防汛墙,防洪墙 | flood wall
01072 | Drainage pump station | 排水泵站,泵站 | pump station
01073 | Storm or sewage outfall | 雨污水排放口,排污口,排放口,雨水排口 | outfall,sewage outlet
01074 | Utility-tunnel facility | 综合管廊附属设施,管廊,综合管廊 | utility tunnel
01075 | Parcel locker | 快递柜,丰巢 | parcel locker
01076 | Public lift | 公用电梯,电梯,电梯坏了,电梯故障,电梯困人,扶梯 | elevator,lift broken,escalator
01077 | Multi-purpose pole | 综合杆,智慧灯杆 | smart pole,multi-purpose pole
02001 | Car park | 停车位,停车场地面,停车场破,停车场坑,停车场乱,停车场积水 | parking lot,car park
02002 | Multi-storey car park | 立体车库,立体停车 | parking garage
02003 | Parking meter | 停车计费设备,停车收费设备,道闸,停车杆 | parking meter,parking gate
02004 | Bus stop | 公交站设施,公交站台,公交站牌,公交站亭,候车亭,站牌,公交站坏,公交站玻璃,站台坏,候车亭坏 | bus stop,bus shelter
02005 | Taxi stand | 出租车停靠站,出租车站 | taxi stand
02006 | Pedestrian bridge | 过街天桥,人行天桥,天桥台阶,天桥护栏,天桥积水,天桥灯 | footbridge,pedestrian bridge,overpass
02007 | Underpass | 地下通道,地道,涵洞,下穿通道,涵洞积水 | underpass,pedestrian tunnel
02008 | Interchange | 立交桥,高架桥,高架 | interchange,flyover
02009 | River bridge | 跨河桥,桥面,桥梁,大桥,桥上坑,危桥,桥面破损,桥墩,小桥裂,桥裂,桥栏 | bridge,bridge deck
02010 | Traffic sign or marking | 交通标志牌及标线,交通标志牌,交通标志,指示牌,限速牌,路标 | traffic sign,road sign,stop sign
02011 | Height-limit sign | 限高架标志,限高架,限高杆 | height limit,height barrier
02012 | Street-name sign | 路名牌,路牌,路名 | street name sign
02013 | Place-name sign | 地名牌,地名标志 | place name sign
02014 | Traffic light | 交通信号灯,红绿灯,信号灯,红绿灯坏了,红绿灯不亮,红绿灯时间,红灯太长,红灯,绿灯 | traffic light,traffic signal,signal out
02015 | Traffic-signal facility | 交通信号设施,信号机 | signal facility
02016 | Traffic-police kiosk | 交通岗亭 | traffic kiosk
02017 | Traffic barrier | 交通护栏,护栏,隔离栏,道路护栏,护栏倒了,隔离护栏,马路护栏,中间护栏,护栏被撞 | guard rail,traffic barrier,road railing
02018 | Crash barrel | 防撞桶,防撞墩 | crash barrel
02019 | Traffic island | 安全岛,渠化岛,导流岛 | traffic island
02020 | Crosswalk bollard | 人行横道桩,横道桩 | crosswalk bollard
02021 | Pavement bollard | 便道桩,石墩,隔离桩,石球,挡车石 | bollard,stone bollard
02022 | Flexible separator | 柔性隔离体,隔离柱,柔性柱,反光柱,警示柱 | flexible post,delineator
02023 | Road information display | 道路信息显示屏,道路显示屏,诱导屏 | road display
02024 | Road noise barrier | 道路隔音屏,隔音屏,声屏障 | noise barrier
02025 | Bicycle parking area | 非机动车停放点,非机动车位,自行车停放点 | bike parking area
02026 | Bicycle-hire station | 自行车租赁点,公共自行车,公共自行车站 | bike hire station,public bike
02027 | Bicycle rack | 存车支架,自行车架 | bike rack
02028 | Level-crossing facility | 铁道口设施,铁道口,铁路道口 | level crossing
02029 | Boardwalk | 栈桥,木栈道,栈道 | boardwalk
02030 | Waterway sign | 水域标示牌,水域标识牌,禁止游泳牌 | waterway sign
02031 | Harbour facility | 港监设施,码头 | harbour facility
02032 | Rail-transit facility | 轨道交通设施,轨道交通,地铁 | rail transit facility
02033 | Traffic mirror | 交通反视镜,反光镜,凸面镜,广角镜 | traffic mirror
02034 | Accessibility facility | 无障碍设施,无障碍,轮椅通道,无障碍扶手 | accessibility facility,wheelchair access
02035 | Emergency-shelter sign | 应急避难指示牌,避难场所牌 | shelter sign
02036 | Aid-station sign | 救助站指示牌 | aid station sign
02037 | Heritage-building plaque | 文物建筑标志牌,文保碑 | heritage plaque
02038 | House-number plate | 门（楼号）牌,门牌,楼号牌,门牌号 | house number,door plate
02039 | Police sign | 公安指示牌 | police sign
02040 | Scenic-area sign | 景区标识牌,景区指示牌 | scenic area sign
02041 | Parking-information display | 停车信息显示屏,停车诱导屏 | parking display
02042 | Railway bridge or culvert | 铁路桥涵,铁路桥,铁路涵洞 | railway bridge
02043 | Speed bump | 减速带,减速板,缓冲带 | speed bump
02044 | Road tunnel | 公路隧道,隧道 | road tunnel
03001 | Public toilet | 公共厕所,公厕,厕所,又脏又臭,厕所脏,厕所臭,公厕关门,卫生间,洗手间,公厕很脏,公厕脏,公厕没人打扫,公厕没纸,厕所没水 | public toilet,restroom,dirty toilet
03002 | Public-toilet sign | 公厕指示牌,厕所指示牌 | toilet sign
03003 | Septic tank | 化粪池,化粪池满,粪水外溢,粪便外溢,化粪池堵 | septic tank,sewage overflow
03004 | Waste-transfer station | 垃圾间,垃圾间（楼）,垃圾楼,垃圾房,垃圾中转站,中转站臭 | transfer station,garbage house
03005 | Litter bin | 垃圾箱,垃圾桶,果皮箱,垃圾桶坏了,垃圾桶没盖,垃圾桶倒了,没有垃圾桶 | trash can,litter bin,dustbin,broken bin
03006 | Outdoor advertisement | 户外广告,广告牌,广告牌掉,广告牌松动,电子屏,广告屏 | billboard,outdoor advertisement
03007 | Shop sign | 牌匾标识,店招,招牌,牌匾,招牌掉落,店招脱落 | shop sign,signboard
03008 | Notice board | 宣传栏,公告栏,阅报栏 | notice board,bulletin board
03009 | Weather station | 气象监测站,气象站 | weather station
03010 | Environmental monitoring station | 环保监测站,空气监测站 | air monitoring station
03011 | Sewage-outlet monitoring station | 污水口监测站 | sewage monitoring station
03012 | Sewage monitor | 污水监测器 | sewage monitor
03013 | Noise display | 噪声显示屏,噪音显示屏 | noise display
03014 | Cleaners' tool room | 环卫工具间（箱）,环卫工具间,环卫工具箱,工具房 | cleaning tool room
03015 | Pet-waste bag box | 宠物拾便纸箱,狗便袋,拾便箱 | dog waste box
03016 | Cigarette-end bin | 烟头收集器或灭烟处,灭烟处,烟头收集器,烟灰柱 | cigarette bin,ashtray
04001 | Old or notable tree | 古树名木,古树,老树,古树倒伏 | ancient tree,heritage tree
04002 | Street tree | 行道树,树倒了,树倒,树吹倒,树吹倒了,的树倒,吹倒了,大树倒,树枝断,断枝,树枝,树枝太低,树挡路,树挡光,树枯死,枯树,树死了,树没修剪,修剪树枝,路边树,树歪,缺株,树枝太低挡,树根拱 | street tree,fallen tree,tree down,broken branch,dead tree,tree pruning,overgrown tree
04003 | Single tree | 独立树,一棵树,孤树 | single tree
04004 | Tree guard | 护树设施,树支架,护树架,树池箅 | tree guard,tree stake
04005 | Flower stand or planter | 花架花钵,花钵,花架,花坛,花箱,花盆 | planter,flower pot
04006 | Sculpture | 雕塑,雕像 | sculpture,statue
04007 | Street bench | 街头座椅,座椅,长椅,椅子坏了,公园椅子,石凳 | bench,broken bench
04008 | Green-space fence | 绿地护栏,绿化带护栏,草坪护栏 | green fence,lawn fence
04009 | Green-space facility | 绿地附属设施,喷灌,喷头,绿地漏水,绿化水管 | irrigation,sprinkler
04010 | Fountain | 喷泉,喷水池,水池 | fountain
04011 | Tree pit | 树池树穴,树池,树坑,树穴 | tree pit
04012 | Hanging planter | 高架挂箱,挂箱 | hanging planter
04013 | Green space | 草坪秃,草长得太高,绿化枯死,花草枯死,杂草,草坪枯死,黄土裸露,绿化带枯,绿化带死,绿化带秃,绿地荒,草坪枯,草坪坏,草坪黄,草坪没人管,绿化没人管,绿化缺株,花草死 | lawn,grass,green space,overgrown grass,dead plants
04014 | Woodland and its facilities | 林地,林地及林地管护设施,树林,林区 | woodland,forest
05002 | Public-housing basement | 公房地下室,地下室 | basement
05003 | Filling or charging station | 车辆加油（气、电）站,加油站,加气站 | petrol station,gas station
05009 | Heritage site | 文物古迹,文物,古迹,古建筑,古墓 | heritage site,cultural relic
"""

MAJORS = {
    "01": ("市政公用设施", "Municipal utilities"),
    "02": ("交通设施", "Traffic facilities"),
    "03": ("市容环卫设施", "Cityscape and sanitation facilities"),
    "04": ("园林绿化设施", "Parks and greening"),
    "05": ("其他管理部件", "Other components"),
}


COVER_FAULTS = ("缺失", "丢了", "没了", "不见了", "坏了", "破了", "破损", "翻了", "松动", "开裂", "下陷", "响")


def components():
    """code -> (English name, [zh words], [en words]). A named manhole cover with its fault is one word, else the
    fault would speak for the cover without an owner."""
    ret = {}
    for line in TABLE.strip().splitlines():
        code, name, zh, en = [part.strip() for part in line.split(" | ")]
        words = zh.split(",")
        if code != "01023":
            words += [w + fault for w in words if w.endswith("井盖") for fault in COVER_FAULTS]
        ret[code] = (name, words, en.split(","))
    return ret
