"""English names and trigger words of the 97 classic matters of GB/T 47678.5-2026 (majors 06-10), and the sample
city's own service, petition and dispute classes, which are invented and marked so in the package's README.

One line per class: code | English name | Chinese trigger words | English trigger words (both comma separated).
"""

TABLE = """
06001 | Illegal construction | 私搭乱建,违建,违章建筑,搭建,违章搭建,私搭,加盖,阳光房,彩钢棚,违法建设,搭棚子,搭雨棚 | illegal building,illegal construction,unauthorised building,illegal extension
06002 | Shop refitting without permit | 店面无证装修,店面装修,门面装修 | shop refitting without permit
06003 | Makeshift ramp on the road | 违章接坡,接坡,斜坡,坡道占道,铁板斜坡,门口垫坡 | makeshift ramp
06004 | Soiled building front | 建筑物外立面污损,外立面,外墙脱落,墙皮脱落,外墙脏,墙面脱落,外墙掉落,瓷砖脱落,乱涂乱画,涂鸦 | dirty facade,wall peeling,facade
06005 | Untidy balconies and roofs facing the street | 临街阳台、屋顶脏乱差,阳台堆物,屋顶脏乱,楼顶垃圾,阳台杂物,阳台外面 | messy balcony,messy roof
06006 | Flags hung on buildings without permit | 擅自在临街的建筑物上挂彩旗,挂彩旗,彩旗 | flags on building
06007 | Washing hung along the street | 沿街晾挂,晾衣服,晒被子,晒衣服,晾晒,路边晒被子,绿化带晒衣服,树上晒被子,绿化带和树上晒,拉绳子晒 | laundry on street,drying clothes
06008 | Lines and poles put up without permit | 擅自架设管线、杆线设施,飞线充电,私拉电线,飞线,乱拉电线,私拉电源,电线乱拉,拉线充电 | illegal wire,flying wire charging,messy wires
06009 | Air-conditioner unit hung too low | 空调室外机低挂,空调外机,外机太低,空调滴水 | air conditioner unit low
06010 | Exposed waste | 暴露垃圾,生活垃圾,垃圾没人清,垃圾,一堆垃圾,垃圾没人收,乱扔垃圾,垃圾堆,垃圾很臭,乱丢垃圾,垃圾遍地,垃圾清理,垃圾散落,没人清垃圾,到处是垃圾,厨余垃圾,没有进桶,没人收,苍蝇 | garbage,trash,litter,rubbish,waste on street,garbage pile,missed trash
06011 | Piled-up waste and rubble | 积存垃圾渣土,建筑垃圾,装修垃圾,渣土,大件垃圾,建筑渣土,渣土堆,砖头,废土,偷倒垃圾,倾倒建筑垃圾,垃圾山,积存渣土,偷倒 | construction waste,rubble,renovation waste,dumped waste,illegal dumping
06012 | Unclean road | 道路不洁,路面脏,路上有泥,没人扫地,马路脏,地面油污,路面淤泥,道路没人打扫,落叶没扫,地上都是泥,灰尘大,黄泥,油污,几天没扫,路上脏,地上油污,一大片油污,油污滑,路没人打扫,马路没人打扫,没人扫,清扫,路面垃圾 | dirty road,unswept street,mud on road,street cleaning
06013 | Road damage | 路烂,水泥路烂,全是坑,烂路,路面烂,道路破损,路面破损,坑洼,路面坑,路坑,路有坑,大坑,路面塌陷,路坏了,坑坑洼洼,路面开裂,地砖破损,人行道破损,人行道砖,地砖松动,塌陷,路面下沉,地面塌了,路面不平,坑槽,马路裂,路面破,路面裂,裂缝,路裂,路面破了,路破了,柏油,水泥路碎,深坑,路上有坑,有个坑,有个大坑 | pothole,road damage,broken road,cracked road,sidewalk broken,sinkhole,broken pavement
06014 | Spilled load on road | 洒了一路,砂石洒,泥土洒,道路遗撒（洒）,遗撒,抛洒,撒漏,洒落,渣土车撒漏,车上掉,石子撒一路,抛洒滴漏,洒石子,洒在路上,混凝土洒,一路洒 | spilled load,spill on road
06015 | Unclean river beach | 沙（河）滩不洁,河滩垃圾,沙滩垃圾,河滩 | dirty beach,river beach litter
06016 | Faded road marking | 交通标线不清晰,标线不清,标线磨损,斑马线看不清,斑马线不清,标线模糊,车道线看不清,停车线看不清,斑马线,标线 | faded marking,crosswalk faded,road marking
06017 | Untidy green space | 绿地脏乱,绿化带垃圾,草坪垃圾,绿化带里有垃圾,狗屎,狗粪,绿化带脏,草丛垃圾,绿化带里全是,草坪里垃圾,绿化带里垃圾 | litter in park,dog waste,dirty lawn
06018 | Greening cuttings left behind | 绿化弃料,修剪的树枝,树枝堆,剪下来的树枝没人收,树枝没清,绿化垃圾 | tree cuttings,branches left
06019 | Things hung on trees or poles | 非装饰性吊挂,树上挂,吊挂,树上有塑料袋,风筝挂在树上,电线上挂着东西 | hanging object,bag in tree
06020 | Burning of waste or leaves | 焚烧垃圾、树叶,焚烧垃圾,烧垃圾,烧树叶,烧秸秆,秸秆焚烧,焚烧,烧东西冒烟,露天焚烧,烧荒,在烧 | burning waste,open burning,burning leaves,straw burning
06021 | Plant pests and diseases | 病虫害,虫害,树上有虫,打药,虫子,毛毛虫,白蛾,树生虫 | tree pest,insects on tree
06022 | Illegal tree felling | 非法伐树,砍树,乱砍树,私自砍树,偷砍,锯树,伐树,锯路边的大树,锯,砍大树 | illegal tree cutting,tree felling
06023 | Damaged embankment | 堤岸破损,河堤,河岸塌,驳岸,堤坝,堤岸塌方,驳岸坍塌,河埂,圩堤 | embankment damage,river bank collapse
06024 | Disorder on the water | 水域秩序乱象,电鱼,钓鱼,游泳,野泳,违规捕鱼,渔网,地笼,非法捕捞 | illegal fishing,swimming in river
06025 | Unclean water surface | 漂满垃圾,河面上漂,河面漂,水域不洁,河面垃圾,河里垃圾,漂浮物,水葫芦,蓝藻,水草,河里有垃圾,水面漂浮,河道垃圾,水面垃圾,泡沫板,漂着,漂浮 | floating waste,litter in river,algae
06026 | River pollution | 河道污染,河水发黑,河水臭,黑臭水体,污水排河,河里排污,排污,污水直排,河水变色,死鱼,水发黑,臭水沟,工厂排污,死了不少鱼,水的颜色,鱼死了,偷排 | river pollution,black water,smelly river,sewage into river
06027 | Cooking-fume pollution | 油烟污染,油烟,餐馆油烟,饭店的油烟,油烟味,饭店油烟,油烟扰民,排烟管,烟熏,烟道 | cooking fumes,restaurant smoke,kitchen fumes
06028 | Noise disturbance | 噪声扰民,噪音扰民,KTV,歌厅,半夜还在吵,噪音,噪声,太吵,吵死,音响,广场舞,高音喇叭,喇叭声,吵得睡不着,ktv,叫卖声,扰民,半夜吵,声音太大,低频噪音,唱歌扰民,音乐声 | noise,loud music,noisy,too loud,square dance
06029 | Open-air barbecue | 露天烧烤,烧烤,烧烤摊,烤串,烧烤油烟 | barbecue,open barbecue
06030 | Uncontrolled sewage discharge | 乱倒乱排污水、废水,倒污水,乱倒污水,污水外溢,污水横流,污水,污水倒在路上,泔水,倒泔水,泥浆水,下水道堵,下水道堵了,污水冒,冒污水,污水井满溢,堵塞,倒进雨水井,倒进下水道 | sewage,waste water dumping,sewage on road,blocked sewer
06032 | Irregular landfill | 非正规垃圾填埋场,垃圾填埋,填埋垃圾,埋垃圾 | illegal landfill
06033 | Discarded medical waste | 乱丢弃医疗废物,医疗垃圾,医疗废物,针头,针管,输液瓶 | medical waste,syringe,needle
06034 | Abandoned vehicle | 废弃车辆,僵尸车,报废车,废弃汽车,没人要的车,废旧车,车停了好几年 | abandoned car,abandoned vehicle,junk car
06035 | Discarded furniture | 废弃家具设备,旧沙发,旧家具,破沙发,废旧家具,床垫,旧柜子,扔家具 | discarded furniture,old sofa,mattress
06036 | Things piled up in public | 乱堆杂物,乱堆乱放,堆放杂物,楼道堆物,杂物,楼道杂物,堆物,占楼道,堆在路边,堆料,堆满纸箱,堆满,人行道上堆,堆放 | piled objects,clutter,things piled
06037 | Dead animal | 动物尸体,死狗,死猫,死老鼠,死动物,死鸡,死猪,死鸟,死了只,一只死狗,一只死猫 | dead animal,dead dog,dead cat
06038 | Poultry or livestock kept without permit | 养了好多鸡,养了鸡,鸡鸭,擅自饲养家禽家畜,养鸡,养鸭,养鹅,小区养鸡,鸡叫,养猪,鸡鸭,公鸡打鸣,养羊,养鸡养鸭 | keeping chickens,poultry,rooster
06039 | Road opening made without permit | 违章开设道口,私开道口,开道口,护栏被开口,私自开口,开了个口子,开了口子 | unauthorised opening,illegal driveway
06040 | Parking lock or post put up without permit | 私设地锁、阻车桩,地锁,私装地锁,占车位,地桩,阻车桩,挡车桩,私自装地锁,锁车位,装了挡车桩,装地锁 | parking lock,parking post
06041 | Waste not sorted | 垃圾未分类,垃圾分类,混装混运,没分类,分类垃圾混装,混装 | waste sorting,unsorted waste
06042 | Overflowing waste bin | 垃圾站（箱）满溢,垃圾桶满,垃圾桶满了,垃圾满溢,垃圾箱满,垃圾桶溢出,垃圾桶爆满,桶满了,全满,爆满,没人来清运,溢到地上,垃圾桶全满,桶全满,垃圾桶都满,垃圾桶都满了,垃圾溢 | overflowing bin,full bin,overflowing trash
06043 | Damaged awning | 遮阳篷（棚、伞）破损,遮阳棚,遮阳篷,雨棚破损,遮阳伞 | awning,torn awning
06044 | Damaged festive decoration | 节庆装饰物破损,灯笼,中国结,节日装饰,彩灯坏 | festive decoration,lantern
06045 | Green space occupied or destroyed | 非法占绿毁绿,毁绿,占绿,种菜,绿化带种菜,毁绿种菜,踩踏草坪,破坏绿化,毁坏绿化,公共绿地种菜,圈地种菜,铲草坪,草坪铲了,圈起来种菜,草坪停车,占绿地 | destroying green,vegetables planted in lawn
06046 | River occupied | 占用河道,填河,侵占河道,河道被占,围河,河道种菜,填塘,填了一半,河塘 | river occupied,filling river
06047 | Disorder in a park | 公园秩序,公园里乱,公园管理,公园乱,公园遛狗 | park order,park disorder
06048 | Damaged slope or retaining wall | 边坡（挡土墙）破损,边坡,挡土墙,滑坡,山体滑坡,护坡,挡墙倾斜 | landslide,retaining wall,slope
06049 | Damaged steps | 台阶破损,台阶,楼梯破损,台阶坏了 | broken steps,stairs
06050 | Damaged kerb | 路缘石缺损,路缘石,路沿石,路牙,路牙石,马路牙子 | kerb,curb
06051 | Damaged tactile paving | 盲道缺损,盲道,盲道破损 | tactile paving
06052 | Damaged accessibility ramp | 无障碍坡道破损,无障碍坡道,轮椅坡道 | wheelchair ramp,access ramp
07001 | Illegal sticker or spray advertisement | 非法小广告,小广告,牛皮癣,乱贴广告,贴小广告,喷涂广告,墙上广告,电线杆广告,贴满小广告,电线杆上贴,电线杆上贴满小广告 | illegal poster,sticker,graffiti
07002 | Handbills on the street | 街头散发广告,发传单,发广告,小卡片,派发传单,散发传单 | flyers,leaflets
07003 | Unlicensed outdoor advertising | 违规户外广告,违规广告,违规广告牌,广告牌挡住,大型广告,灯箱广告,大广告牌,立了一块 | illegal billboard
07004 | Wrong writing in advertising | 广告语言文字不规范,错别字,广告错字,文字不规范 | wrong characters
07006 | Unlicensed shop sign | 违规牌匾标识,违规店招,违规招牌,一店多招,违规门头 | illegal shop sign
07007 | Unlicensed banner | 违规标语宣传品,横幅,条幅,乱挂横幅,拉横幅广告,气球广告,商业横幅,拉了好多 | banner
07008 | Damaged public-interest poster | 公益性宣传品缺损,公益广告,公益广告破损,宣传画破损 | public notice poster
08001 | Construction disturbance | 施工扰民,工地噪音,夜间施工,半夜施工,工地太吵,施工噪音,夜里打桩,装修噪音,工地施工到半夜,打桩,还在施工,夜里施工,工地夜里,工地打桩 | construction noise,night construction,building noise
08002 | Construction occupying the road | 施工占道,占道施工,施工挡路,施工围挡占路,挖路没人管,半边路,把路占了,施工把 | construction blocking road,roadworks
08003 | Road dug up without permit | 无证掘路,挖路,乱挖路,路挖了,私自挖路,破路,道路开挖,占道挖掘 | road digging,digging without permit
08004 | Construction dust | 工地扬尘,扬尘,灰尘,尘土飞扬,灰大,工地灰,没盖防尘网,没有盖防尘网,防尘网,裸土,没有洒水 | dust,construction dust
08005 | Construction waste material | 施工废弃料,施工废料,工地垃圾,施工垃圾没清 | construction debris
08006 | Construction material piled up | 施工物料乱堆放,堆沙子,沙石堆,建材乱堆,黄沙石子 | building material piled
08007 | Site-fence problem | 施工工地围挡问题,围挡,施工围挡,围挡倒了,工地围栏,围挡破损 | site fence,hoarding
08008 | Unpaved site road | 施工工地道路未硬化,工地道路未硬化,未硬化 | unpaved site road
08009 | Damaged road at the site gate | 施工工地出入口道路破损,工地门口路 | site entrance road
08010 | Site not cleared after work | 施工完成后未场光地净,施工完没清,施工后没恢复,修完路没清,没清走,没恢复,没复原 | site not cleared
08011 | Muck truck without cover | 渣土运输车辆未安装密闭装置,渣土车,渣土车没盖,土方车,超载渣土车 | muck truck,uncovered truck
08012 | Mud carried out by wheels | 施工工地车轮夹带,车轮带泥,工地车带泥,带泥上路,轮胎带泥,带泥 | mud from wheels
08013 | Unsafe rope work at height | 违规高空悬吊作业,高空作业,吊篮,蜘蛛人,高空吊 | rope work,work at height
08014 | Exposed embedded parts | 预埋件设施裸露,预埋件,钢筋外露,螺丝外露,钢筋露出来 | exposed rebar
08015 | Soiled site notice board | 施工公示牌污损,施工公示牌,施工牌 | site notice board
08016 | Construction without permit | 无证建设,无证施工,没有施工许可,未批先建 | building without permit
09001 | Unlicensed street vending | 无照经营游商,流动摊贩,游商,小贩,流动摊,流动商贩,摆摊,三轮车卖,卖水果 | street vendor,hawker
09002 | Morning or night market problem | 早（夜）市管理问题,夜市,早市,夜市太吵,早市垃圾,夜市垃圾,收摊后,收摊 | night market,morning market
09003 | Someone sleeping rough or begging: request for help | 流浪乞讨,流浪,乞讨,要饭,露宿,睡在桥下,睡在路边,无家可归,需要救助,救助,有人露宿,桥洞里有人,睡桥洞,流浪的人,流浪人,冻得发抖 | homeless,begging,sleeping rough,need of help
09004 | Disorderly scrap buying | 废品收购乱象,废品收购,收废品,废品站,收购站 | scrap dealer,scrap yard
09005 | Shop trading outside its door | 店外经营,店外,出店经营,跨门经营,门口摆摊,店门口摆,把货摆到人行道,摆到门外,货摆,货都摆,摆出门 | shop outside,goods on pavement
09006 | Trading on the road | 占道经营,占道,摆地摊,占道摆摊,占路卖,路边摆摊,占用人行道卖,占道卖菜 | vending on road,occupying road,stall on road
09008 | Sale of illegal publications | 非法出版物销售,盗版书,盗版,非法出版物 | pirated books
09009 | Motor vehicles parked disorderly | 机动车乱停放,乱停车,违停,违章停车,车停在人行道,乱停,车堵路,停车挡路,车停路口,占用人行道停车,车乱停,堵住出口,停满汽车,停满车,出不去,停满 | illegal parking,car on sidewalk,parked car,double parking
09010 | Bicycles and scooters parked disorderly | 非机动车乱停放,电动车乱停,电瓶车乱停,自行车乱放,非机动车乱停,电动车停在楼道 | scooter parking,bike on sidewalk
09011 | Shared-bicycle disorder | 共享单车乱象,共享单车,共享电动车,共享电单车,单车乱放 | shared bike,dockless bike,bike share
09012 | Fire lane blocked | 占用消防通道,消防通道,堵消防通道,消防通道被占,消防车进不来,安全出口堵,疏散通道 | fire lane,blocked fire exit
09013 | Slaughter on the street | 临街屠宰,杀鸡,现场宰杀,活禽宰杀 | slaughter on street
09014 | Animal-drawn cart in town | 畜力车进城,马车,牛车,驴车 | horse cart
09015 | Unlicensed catering | 无证餐饮,无证饭店,没有营业执照的饭店,黑作坊,无证早餐,小饭店,证照,没有证 | unlicensed restaurant
09016 | Unlicensed car park | 违规设置停车场,私设停车场,私自收停车费,乱收停车费 | illegal car park,parking fee
09017 | Space under a bridge misused | 违规占用桥下空间,桥下堆物,桥下空间,桥洞堆物,桥下堆,占用桥下,桥下被,桥下乱,桥洞堆,桥洞里堆 | under bridge
09018 | Tracked vehicle on the road | 履带车（铁轮车）违规上路行驶,履带车,挖掘机上路,铁轮车 | tracked vehicle
09019 | Accessible path blocked | 占用无障碍通道,盲道被占,占用盲道,无障碍通道被占,车停在盲道 | blocked tactile paving
09020 | Market-hall disorder | 农贸市场秩序问题,菜场脏,菜市场脏乱,集贸市场,菜市场地上,市场地上,菜市场里,菜市场乱,农贸市场里,农贸市场脏,农贸市场乱,菜场里,菜场乱,菜场管理 | farmers market,wet market
09021 | Car wash on the road | 占道洗车,路边洗车,洗车水,洗车店 | car wash
09022 | Promotion on the road | 占道促销宣传,促销,路边促销,搭台促销,店庆音响 | promotion on street
10001 | Snow or ice on the road | 道路积雪、结冰,积雪,结冰,路面结冰,桥面结冰,没人扫雪,路滑 | snow,ice on road,icy road
10002 | Fallen or hanging cable | 架空线缆脱落,电线掉下来,线缆脱落,电线垂落,光缆掉,网线垂下来,电缆垂,电线断了,电线掉了,线掉在路上,垂得很低,电线垂,光缆,线缆,挂下来 | fallen wire,hanging cable,wire down
"""

MAJORS = {
    "01": ("市政公用设施类", "Municipal utilities: defects"),
    "02": ("交通设施类", "Traffic facilities: defects"),
    "03": ("市容环卫设施类", "Sanitation facilities: defects"),
    "04": ("园林绿化设施类", "Parks and greening: defects"),
    "05": ("其他管理部件类", "Other components: defects"),
    "06": ("市容环境类", "Cityscape and environment"),
    "07": ("宣传广告类", "Advertising"),
    "08": ("施工管理类", "Construction"),
    "09": ("街面秩序类", "Street order"),
    "10": ("其他事项类", "Other matters"),
}

# Not from the standard: key | procedure | private | zh | en | zh words | en words
OWN = """
s00 | report | no | 热线服务类（样例） | Hotline services (sample) | |
s01 | report | no | 政策咨询（样例） | Question about a policy (sample) | 咨询,政策,怎么办理,如何办理,请问,需要什么材料,想问一下 | question,how to apply,policy
s02 | report | no | 停水与水质（样例） | Water supply and quality (sample) | 停水,没水,没水了,家里没水,来水,水质,自来水发黄,水压低,水黄 | no water,water outage,water quality
s03 | report | no | 停电（样例） | Power cut (sample) | 停电,没电,跳闸,电压不稳 | power cut,blackout,power outage
s04 | report | no | 燃气服务（样例） | Gas service (sample) | 停气,没气,燃气费,燃气开户 | no gas,gas bill
s05 | report | no | 物业服务（样例） | Property management (sample) | 物业,物业费,物业不管,物业公司,小区保安,小区门禁,业委会 | property management,property fee
s06 | report | no | 公共交通服务（样例） | Public transport (sample) | 公交车,公交线路,公交不停,公交晚点,出租车拒载,班车,公交司机 | bus late,bus route,taxi
s07 | report | yes | 教育服务（样例） | Education (sample) | 入学,学区,补课,培训机构,学校收费,学校食堂,幼儿园收费,入园,学籍,校车,作业太多 | school,kindergarten,enrolment
s08 | report | yes | 医疗卫生服务（样例） | Health services (sample) | 看病,挂号,疫苗,医院收费,医院态度,医生态度,卫生院没医生,预约不上 | hospital,clinic,vaccine
s09 | report | yes | 社保与就业（样例） | Social insurance and work (sample) | 社保,医保,养老金,失业金,就业,公积金 | social insurance,pension,unemployment
s10 | report | no | 消费与市场（样例） | Consumers and markets (sample) | 假货,缺斤少两,退款,退货,价格欺诈,过期食品,食品安全,预付卡,健身卡,商家跑路 | fake goods,refund,expired food,overcharged
s11 | report | yes | 拖欠工资（样例） | Unpaid wages (sample) | 欠薪,拖欠工资,不发工资,讨薪,工钱,工资没发 | unpaid wages,wages owed
s12 | report | no | 异味与大气污染（样例） | Smell and air pollution (sample) | 异味,臭味,化工味,刺鼻,废气,粉尘,冒黑烟,养殖场臭 | bad smell,odour,air pollution,fumes
s13 | report | no | 安全隐患（样例） | Safety hazard (sample) | 安全隐患,隐患,危房,仓库着火隐患,电瓶车进楼,液化气瓶,违规存放 | safety hazard,hazard,dangerous building
s14 | report | no | 农业与农村（样例） | Agriculture and villages (sample) | 农田,灌溉,水渠,宅基地,农补,秧苗,农机 | farm irrigation,farmland,village road
s15 | report | no | 养犬与动物（样例） | Dogs and animals (sample) | 遛狗不牵绳,流浪狗,野狗,狗叫,狗咬人,没牵绳,流浪猫,大型犬,犬吠 | stray dog,dog off leash,barking dog
s16 | report | no | 文体旅游（样例） | Culture, sport and tourism (sample) | 景区,旅游,图书馆开放,图书馆关门,体育馆开放,体育馆收费,游泳馆,门票,导游,文化活动 | scenic area,library,ticket
s17 | report | yes | 户籍与民政服务（样例） | Civil affairs (sample) | 低保,婚姻登记,养老院,殡葬,残疾补贴,居住证 | civil affairs,marriage registration,nursing home
s18 | report | no | 网络与通信服务（样例） | Telecom service (sample) | 没信号,信号差,宽带,网速慢,手机信号 | no signal,slow internet
s19 | report | no | 规划与房屋（样例） | Planning and housing (sample) | 拆迁,安置房,房产证,不动产,漏雨,房屋质量,规划,开发商,延期交房 | housing quality,property certificate,planning
s20 | report | no | 建议与表扬（样例） | Suggestion or praise (sample) | 建议,建议在,希望能加,表扬,感谢,感谢环卫,点赞 | suggestion,praise,thank
s21 | report | no | 监测设备离线（样例） | Monitoring device silent (sample) | |
s99 | report | no | 其他诉求（待分类） | Other, to be sorted by a person | 其他 | other
p00 | petition | yes | 信访事项（样例） | Petitions (sample) | |
p01 | petition | yes | 申诉求决（样例） | Petition: request for decision (sample) | 信访,上访,求决,讨说法 | petition
p02 | petition | yes | 揭发控告（样例） | Petition: accusation (sample) | 控告,检举,举报干部 | accusation
p03 | petition | yes | 建议意见（样例） | Petition: suggestion (sample) | 意见建议,提意见 | petition suggestion
d00 | mediation | yes | 矛盾纠纷（样例） | Disputes (sample) | |
d01 | mediation | yes | 邻里纠纷（样例） | Dispute among neighbours (sample) | 邻里,邻居不,邻居占,楼上漏水,楼上楼下,邻里纠纷,邻居吵架 | neighbour dispute,neighbor dispute
d02 | mediation | yes | 物业纠纷（样例） | Dispute over property management (sample) | 物业纠纷,业主和物业 | property dispute
d03 | mediation | yes | 家庭婚姻纠纷（样例） | Family dispute (sample) | 家庭纠纷,婚姻纠纷,赡养,分家 | family dispute
d04 | mediation | yes | 劳动争议（样例） | Labour dispute (sample) | 劳动争议,劳动纠纷,工伤赔偿,劳动合同,辞退 | labour dispute
d05 | mediation | yes | 消费纠纷（样例） | Consumer dispute (sample) | 消费纠纷,消费调解 | consumer dispute
d06 | mediation | yes | 土地山林纠纷（样例） | Land dispute (sample) | 土地纠纷,宅基地纠纷,田埂,地界,承包地 | land dispute
d07 | mediation | yes | 损害赔偿纠纷（样例） | Damage claim (sample) | 赔偿纠纷,损害赔偿,赔偿,赔钱 | compensation dispute
a00 | service | yes | 政务服务办件（样例） | Applications (sample) | |
a01 | service | yes | 占道挖掘许可（样例） | Permit to open a road (sample) | 占道挖掘,挖掘许可,破路许可,开挖道路许可 | road opening permit,excavation permit
a02 | service | yes | 排水许可（样例） | Drainage permit (sample) | 排水许可,排水许可证,污水排入许可 | drainage permit
g00 | disclosure | yes | 政府信息公开（样例） | Access to government information (sample) | |
g01 | disclosure | yes | 政府信息公开申请（样例） | Application for government information (sample) | 信息公开,政府信息公开,申请公开 | freedom of information,government information
w00 | desk | yes | 综治中心一站式接待（样例） | One-stop desk (sample) | |
w01 | desk | yes | 一站式登记（样例） | Registered at the one-stop desk (sample) | |
e00 | emergency | no | 突发事件（样例） | Emergencies (sample) | |
e01 | emergency | no | 暴雨洪涝（样例） | Rainstorm and flood (sample) | |
e02 | emergency | no | 地下空间进水（样例） | Flooded underground space (sample) | |
e03 | emergency | no | 燃气泄漏（样例） | Gas leak (sample) | |
e04 | emergency | no | 生产安全事故（样例） | Work-safety accident (sample) | |
e05 | emergency | no | 突发公共卫生事件（样例） | Public health event (sample) | |
e90 | review | no | 响应复盘（样例） | Review of a response (sample) | |
z00 | shift | yes | 值班（样例） | Duty (sample) | |
z01 | shift | yes | 值班班次（样例） | Shift (sample) | |
z02 | crisis | yes | 危机来电（样例） | Crisis call (sample) | |
y00 | alert | no | 预警信息（样例） | Warnings (sample) | |
y01 | alert | no | 暴雨预警（样例） | Rainstorm warning (sample) | |
y02 | alert | no | 大风预警（样例） | Gale warning (sample) | |
y03 | alert | no | 高温预警（样例） | Heat warning (sample) | |
y04 | alert | no | 低温雨雪冰冻预警（样例） | Snow and ice warning (sample) | |
y09 | alert | no | 其他预警（样例） | Other warning (sample) | |
n00 | notice | no | 区域提示（样例） | Notices to areas (sample) | |
n01 | notice | no | 安全提示（样例） | Safety notice (sample) | |
n02 | notice | no | 反诈提示（样例） | Anti-fraud notice (sample) | |
x00 | patrol | no | 网格巡查（样例） | Patrol (sample) | |
x01 | patrol | no | 巡查点确认（样例） | Patrol point looked at (sample) | |
x02 | data_request | no | 向网格员收集数据（样例） | Data asked of grid workers (sample) | |
x03 | data_sheet | no | 数据填报单（样例） | Form to be filled in (sample) | |
x05 | grid_handover | no | 网格交接（样例） | Handover of a grid (sample) | |
x04 | admission | no | 网格事项准入申请（样例） | Application for the admission list (sample) | |
o00 | order | no | 高峰应对令（样例） | Surge orders (sample) | |
o01 | order | no | 暂停时限令（样例） | Order that pauses clocks (sample) | |
k00 | knowledge | no | 知识库（样例） | Knowledge base (sample) | |
k01 | knowledge | no | 知识条目（样例） | Article (sample) | |
l00 | place | no | 场所台账（样例） | Register of places (sample) | |
l01 | place | no | 学校（样例） | School (sample) | |
l02 | place | no | 医院（样例） | Hospital (sample) | |
l03 | place | no | 商场市场（样例） | Market or mall (sample) | |
l04 | place | no | 加油加气站（样例） | Filling station (sample) | |
l05 | place | no | 建设工地（样例） | Building site (sample) | |
l06 | place | no | 桥梁（样例） | Bridge (sample) | |
l07 | place | no | 下穿通道（样例） | Underpass (sample) | |
l08 | place | no | 水闸泵站（样例） | Sluice or pumping station (sample) | |
l09 | place | no | 老旧房屋（样例） | Old building (sample) | |
l10 | place | no | 公园广场（样例） | Park or square (sample) | |
h00 | hazard | no | 隐患（样例） | Hazards (sample) | |
h01 | hazard | no | 消防隐患（样例） | Fire hazard (sample) | |
h02 | hazard | no | 燃气隐患（样例） | Gas hazard (sample) | |
h03 | hazard | no | 用电隐患（样例） | Electrical hazard (sample) | |
h04 | hazard | no | 建筑结构隐患（样例） | Structural hazard (sample) | |
h05 | hazard | no | 道路与地下管线隐患（样例） | Road or underground pipe hazard (sample) | |
h06 | hazard | no | 有限空间隐患（样例） | Confined space hazard (sample) | |
h07 | hazard | no | 水域与堤防隐患（样例） | Water or dyke hazard (sample) | |
h08 | hazard | no | 施工现场隐患（样例） | Building site hazard (sample) | |
h09 | hazard | no | 特种设备隐患（样例） | Special equipment hazard (sample) | |
h10 | hazard | no | 树木与高空坠物隐患（样例） | Trees or falling objects (sample) | |
i00 | inspection | no | 检查（样例） | Inspections (sample) | |
i01 | inspection | no | 消防与安全检查（样例） | Fire and safety inspection (sample) | |
i02 | inspection | no | 桥梁与通道检查（样例） | Bridge and underpass inspection (sample) | |
i03 | inspection | no | 施工现场检查（样例） | Building site inspection (sample) | |
i04 | inspection | no | 消火栓检查（样例） | Hydrant inspection (sample) | |
i05 | inspection | no | 排水设施汛前检查（样例） | Drainage inspection before floods (sample) | |
i06 | inspection | no | 房屋安全检查（样例） | Building safety inspection (sample) | |
i07 | inspection | no | 重点场所专项检查（样例） | Special inspection (sample) | |
"""


def matters():
    """code -> (English name, [zh words], [en words])"""
    ret = {}
    for line in TABLE.strip().splitlines():
        code, name, zh, en = [part.strip() for part in line.split(" | ")]
        ret[code] = (name, zh.split(","), en.split(","))
    return ret


def own():
    """Rows of the package's own classes: (key, procedure, private, zh, en, [words])"""
    ret = []
    for line in OWN.strip().splitlines():
        key, procedure, private, zh, en, words_zh, words_en = [part.strip() for part in (line + " ").split(" |")]
        words = [w for w in (words_zh + "," + words_en).split(",") if w]
        ret.append((key, procedure, private, zh, en, words))
    return ret
