"""What happens in the week. Each story is a generator: it yields when it goes on ("Tue 06:40") and acts in between."""
from pages import Pages

COMMUNITY = "320413001001"
UNDERPASS = {"lon": 119.566495, "lat": 31.741938}
GAUGE = "W0014"  # in the underpass of the eighth community of Xicheng


def at(point):
    return {"lon": point["lon"], "lat": point["lat"]}


def tasks(case, kind):
    return [t for t in case["tasks"] if t["kind"] == kind]


def flooded_underpass(w):
    """Three departments and a street: the drainage company leads, the traffic police and the street help, a pump is missing."""
    yield "Tue 06:40"
    filed = w.resident.file("河西路下穿通道积水，已经没过车轮，车子过不去", address="河西路下穿通道", **UNDERPASS)
    number, track = filed["number"], filed["track"]
    again = w.resident.file("下穿通道积水很深", address="河西路下穿通道", **UNDERPASS, same_as=number_handle(w, number))
    w.expect(again["joined"], "the second report to join the first")
    yield "Tue 06:44"
    case = w.operator1.case(number)
    w.look("underpass-1-filed", "console", "operator1", f"/cases/{number}")
    w.operator1.act(number, "accept_dispatch", unit="owner_drainage", assist="traffic_police,cityops_municipal", note="先封闭交通，再抽排")
    yield "Tue 06:55"
    w.drainage1.act(number, "sign")
    case = w.traffic1.act(number, "sign_assist")
    w.expect(len(tasks(case, "assist")) == 2, "two assisting tasks", case["tasks"])
    w.look("underpass-2-resident", "resident", None, f"/resident/track/{track}")
    yield "Tue 07:10"
    w.municipal1.act(number, "sign_assist")
    w.xicheng1.act(number, "whistle_urgent", units="fire_rescue", note="需要大功率排水车，请到河西路下穿通道集合")
    yield "Tue 07:30"
    w.fire1.act(number, "arrive")
    w.look("underpass-3-joint", "console", "dispatcher1", f"/cases/{number}")
    yield "Tue 09:20"
    w.fire1.act(number, "whistle_outcome", result="solved", note="排水车抽排完毕")
    w.xicheng1.act(number, "whistle_settled", effect="good")
    w.traffic1.act(number, "done_assist", note="已恢复通行")
    w.municipal1.act(number, "done_assist", note="已清理雨水口，加装警示标尺")
    yield "Tue 09:40"
    w.drainage1.act(number, "done", result="积水已排除，雨水口已疏通，通道恢复通行", media=w.drainage1.photo())
    yield "Tue 10:00"
    case = w.operator1.act(number, "ask_verification")
    w.look("underpass-4-field", "field", "grid_xicheng1", "/case/" + number)
    yield "Tue 11:00"
    w.grid_xicheng1.act(number, "verify_pass", note="现场已无积水", media=w.grid_xicheng1.photo())
    w.operator1.act(number, "close", answer="积水已于9时40分排除，通道恢复通行。责任单位将更换该处水泵。", outcome="solved")
    seen = w.resident.track(track)
    w.expect(seen["state"] == "closed", "the reporter to read that it is settled", seen["state"])
    w.expect(w.resident.track(again["track"])["joined"]["state"] == "closed", "the second reporter to be answered too")
    yield "Tue 20:00"
    w.resident.act(track, "rate", rating=5)


def number_handle(w, number):
    """What the resident's page offers as "me too"."""
    seen = w.resident.get("/preview?text=%E4%B8%8B%E7%A9%BF%E9%80%9A%E9%81%93%E7%A7%AF%E6%B0%B4&lon={lon}&lat={lat}".format(**UNDERPASS))
    w.expect(seen["similar"], "the page to offer the earlier report", seen)
    return seen["similar"][0]["same_as"]


def wage_dispute(w):
    """Both sides want to settle it in the community; a mediator of their choice, the labour bureau beside them, an agreement."""
    yield "Mon 09:30"
    filed = w.resident.file("装修队十一个人的工钱拖了两个月没给", category="d04", address="西城街道示例社区", lon=119.5555, lat=31.7275)
    number, track = filed["number"], filed["track"]
    yield "Mon 10:00"
    w.justice1.act(number, "ask_sides", mediator="社区调解员（样例）", chosen="chosen")
    yield "Mon 15:00"
    w.justice1.refused(number, "begin", "consent_needed")
    for task in tasks(w.justice1.case(number), "consent"):
        w.justice1.act(number, "agree_to", task=task["id"])
    w.justice1.act(number, "begin")
    w.justice1.act(number, "invite", units="labour", note="请核对考勤和工资表")
    yield "Tue 14:00"
    w.labour1.act(number, "join")
    w.justice1.act(number, "session", open="closed", note="第一次调解，核对考勤")
    w.labour1.act(number, "joined_done", note="工资表已核对，双方无异议")
    w.look("wages-1-session", "console", "justice1", f"/cases/{number}")
    yield "Wed 15:00"
    w.justice1.act(number, "agree", form="written", parties="申请人十一人、某装饰公司（样例）", facts="拖欠工资两个月，双方对数额无异议",
                   answer="十日内一次付清", perform_by="2026-11-27T18:00:00+08:00", signed="all")
    w.expect(w.resident.track(track)["state"] == "performing", "an agreement in force")
    yield "Fri 17:00"
    w.justice1.act(number, "kept", basis="十一人均已收到转账凭证")
    w.resident.act(track, "rate", rating=5)
    hidden = w.cityops1.client.case(number)
    w.expect(hidden.status == 404, "a private matter not to exist for an uninvolved unit", hidden)
    w.look("wages-2-settled", "resident", None, f"/resident/track/{track}")


def petition_with_review(w):
    """A petition that the unit does not support, and what the petitioner can do then: another organ reviews it."""
    yield "Mon 08:40"
    filed = w.resident.file("征地补偿的标准与公告不一致，请求重新核定", category="p01", address="西城街道示例村", lon=119.5810, lat=31.7400)
    number, track = filed["number"], filed["track"]
    yield "Mon 10:20"
    w.petition1.act(number, "register", kind="request", form="written", elsewhere="none")
    w.petition1.act(number, "transfer", units="housing", note="请依法办理")
    yield "Mon 16:00"
    w.housing1.act(number, "accept", note="已受理，六十日内办结")
    yield "Tue 16:30"
    w.housing1.act(number, "opinion", result="not_support", note="经核对，补偿标准与公告一致")
    yield "Wed 09:30"
    w.petition1.act(number, "reply", request="重新核定补偿标准", facts="标准与公告一致", answer="不予支持", basis="信访工作条例第三十四条",
                    result="not_support", remedy="review")
    w.petition1.act(number, "serve", way="online")
    told = [f["text"] for line in w.resident.track(track)["history"] for f in line.get("told", []) if f["field"] == "remedy"]
    w.expect("30日内" in str(told), "the petitioner to read what can be done next", told)
    w.look("petition-1-opinion", "resident", None, f"/resident/track/{track}")
    yield "Wed 20:10"
    w.resident.act(track, "ask_review", text="不服处理意见，请求复查")
    yield "Thu 09:00"
    refusal = w.petition1.refused(number, "assign_review", "same_organ", unit="housing")
    w.expect(refusal.get("field") == "unit", "to be told which field", refusal)
    w.petition1.act(number, "assign_review", unit="planning")
    yield "Fri 15:30"
    w.planning1.act(number, "review_opinion", facts="公告附件与执行标准有一处不一致", answer="撤销原处理意见中该项，按公告附件重新核定",
                    basis="信访工作条例第三十五条", remedy="rereview")
    w.petition1.act(number, "serve", way="online")
    seen = w.resident.track(track)
    w.expect(seen["state"] == "answered", "the review to be answered", seen["state"])
    w.look("petition-2-review", "console", "petition1", f"/cases/{number}")


def road_excavation(w):
    """An application with papers missing: told once, supplied, and what the government has is not asked for."""
    yield "Mon 11:00"
    filed = w.resident.file("申请在银杏大道中段开挖敷设燃气管道", category="a01", address="银杏大道中段", lon=119.5720, lat=31.7290)
    number, track = filed["number"], filed["track"]
    yield "Mon 14:00"
    w.municipal1.refused(number, "ask_missing", "material_held", missing="drawing,licence", note="缺少位置图和营业执照")
    w.municipal1.act(number, "ask_missing", missing="drawing,works_plan", note="请补挖掘位置图、施工方案和交通组织方案")
    w.expect("挖掘位置图" in str(w.resident.track(track)["history"][-1]["told"]), "the applicant to read which papers are missing")
    w.look("excavation-1-missing", "resident", None, f"/resident/track/{track}")
    yield "Tue 19:00"
    w.resident.act(track, "supplement", text="已补齐位置图和两个方案")
    yield "Wed 10:00"
    w.municipal1.refused(number, "ask_missing", "one_notice_only", missing="form", note="还缺申请表")
    w.municipal1.act(number, "accept", fetched="licence,planning_permit", receipt="受字〔2026〕1号（样例）")
    w.municipal1.act(number, "join_units", units="traffic_police", note="请就交通组织方案出具意见")
    yield "Thu 11:00"
    w.traffic1.act(number, "approve", note="同意夜间施工，保留一条车道")
    yield "Fri 10:00"
    w.municipal1.act(number, "grant", answer="准予占道挖掘十五日，夜间施工")
    w.municipal1.act(number, "deliver", number="许可〔2026〕1号（样例）", way="electronic")
    w.resident.act(track, "rate", rating=4)
    w.look("excavation-2-delivered", "console", "municipal1", f"/cases/{number}")


def patrol_finds_a_hazard(w):
    """A grid worker looks at her points; at one an escape route is blocked: graded, put right, looked at again, cancelled."""
    yield "Wed 08:30"
    points = w.grid_xicheng1.get("/patrol/points?mine=1")["items"]
    w.expect(len(points) >= 2, "points to look at", points)
    w.look("patrol-1-points", "field", "grid_xicheng1", "/patrol")
    looked_at = w.grid_xicheng1.file("巡查", category="x01", channel="field", attributes={"point": points[0]["code"]}, **at(points[0]))
    w.grid_xicheng1.act(looked_at["number"], "confirm", answer="in_order")
    yield "Wed 08:50"
    point = points[1]
    found = w.grid_xicheng1.file("垃圾投放点旁的消防通道被固定护栏堵住", category="h01", channel="field", **at(point))
    number = found["number"]
    patrol = w.grid_xicheng1.file("巡查", category="x01", channel="field", attributes={"point": point["code"]}, **at(point))
    w.grid_xicheng1.act(patrol["number"], "confirm", answer="reported", note="已上报 " + number)
    done = [p for p in w.grid_xicheng1.get("/patrol/points?mine=1")["items"] if p["last"]]
    w.expect(len(done) >= 2, "both points to count as looked at", done)
    yield "Wed 10:00"
    w.fire1.act(number, "grade_general", due="2026-11-27T18:00:00+08:00", note="责令物业拆除护栏")
    w.expect(w.fire1.case(number)["state"] == "rectifying", "an order to put it right")
    w.look("hazard-1-order", "console", "fire1", f"/cases/{number}")
    yield "Thu 15:00"
    w.fire1.act(number, "sign")
    w.fire1.act(number, "rectified", note="护栏已拆除，通道已画线", media=w.fire1.photo())
    yield "Fri 09:00"
    w.fire1.act(number, "cancel", answer="复查合格，通道畅通", media=w.fire1.photo())
    w.expect(w.fire1.case(number)["state"] == "cancelled", "the hazard to be cancelled")
    w.look("hazard-2-cancelled", "console", "fire1", f"/cases/{number}")


def contractor_lifts_a_cover(w):
    """The municipal station gives the work to a contractor by a link: his phone shows the task and nothing else."""
    yield "Wed 13:00"
    number = w.operator1.file("人行道井盖破损，有绊倒危险", category="m01001", condition="m01001.1", channel="phone", lon=119.5702, lat=31.7206)["number"]
    w.operator1.act(number, "accept_dispatch", unit="cityops_municipal")
    yield "Wed 13:10"
    w.municipal1.act(number, "sign")
    link = w.municipal1.act(number, "give_out", work="更换人行道井盖并围护（样例）", media=w.municipal1.photo())["link"]
    phone = Pages(w.server)
    w.expect("更换人行道井盖并围护" in phone.get(link).body.decode(), "the contractor to read the task")
    yield "Wed 13:30"
    w.expect(phone.send(link, "take_job").status == 303, "the contractor to take it")
    w.expect(w.resident.client.get(link).status == 404, "the link to open nothing for another")
    yield "Wed 15:20"
    w.expect(phone.send(link, "job_done", photo=True, result="井盖已更换").status == 303, "the contractor to report")
    w.municipal1.act(number, "confirm_job")
    w.municipal1.act(number, "done", result="井盖已更换", media=w.municipal1.photo())
    w.look("contractor-1-confirmed", "console", "municipal1", f"/cases/{number}")


def shift_at_the_hotline(w):
    """Monday's shift: an urgent order is called about and signed by telephone, a call-back is promised and made, two persons hand over."""
    yield "Mon 08:05"
    shift = w.operator2.file("白班", category="z01", channel="phone", attributes={"desk": "hotline"})["number"]
    yield "Mon 08:40"
    number = w.operator2.file("阀门井盖不见了，有人差点掉下去", category="m01001", condition="m01001.1", channel="phone", lon=119.5701, lat=31.7205)["number"]
    w.operator2.act(number, "accept_dispatch", unit="owner_water")
    w.operator2.act(number, "promise_call_back", at="2026-11-23T10:30:00+08:00", note="告知到场时间")
    room = w.operator2.get("/duty?desk=hotline")
    w.expect([c["row"]["number"] for c in room["calls"]] == [number], "the ladder to say whom to call", room["calls"])
    w.look("shift-1-ladder", "console", "operator2", "/duty")
    yield "Mon 08:44"
    w.operator2.act(number, "call_unreached", task=room["calls"][0]["calls"]["task"], reason="no_answer")
    yield "Mon 08:48"
    w.operator2.act(number, "sign_by_phone", name="陈工（样例）", phone="0519-00000024")
    yield "Mon 10:20"
    w.operator2.act(number, "call_back_done", note="已告知抢修队到场")
    yield "Mon 10:40"
    w.tapwater1.act(number, "done", result="井盖已补装", media=w.tapwater1.photo())
    yield "Mon 19:55"
    w.operator2.act(shift, "hand_over", remarks="东门一带自来水抢修已完成")
    w.operator2.refused(shift, "take_over", "same_person", answer="complete")
    yield "Mon 20:02"
    w.operator4.act(shift, "take_over", answer="complete")
    room = w.operator4.get("/duty?desk=hotline")
    w.expect(room["shift"]["number"] != shift, "the next shift to run", room["shift"])
    w.look("shift-2-handed-over", "console", "operator4", "/duty")


def warned_before(w):
    """The morning before the storm: drafted by one, approved by another, to be read by residents and machines."""
    yield "Sat 11:00"
    number = w.operator1.file("气象台：今晚至明晨有暴雨", category="y01", channel="phone", address="城区", **UNDERPASS)["number"]
    w.operator1.act(number, "draft", level="orange", areas="320413001,320413100", starts="2026-11-28T17:00:00+08:00", ends="2026-11-29T09:00:00+08:00",
                    issuer="emergency", cautions_zh="预计三小时雨量50毫米以上，低洼路段可能积水（样例）", measures_zh="避开下穿通道，停止地下空间作业（样例）")
    w.operator1.refused(number, "issue", "own_draft")
    yield "Sat 11:20"
    w.supervisor1.act(number, "issue")
    w.until(lambda: "低洼路段可能积水" in str(w.resident.get("/public/notices?area=320413001")))
    w.expect("暴雨" in w.resident.client.get("/api/v1/public/alerts.atom").body.decode(), "the feed of warnings to carry it")
    w.look("storm-0-warning", "resident", None, "/resident/")
    yield "Sat 17:40"
    w.operator1.act(number, "start_response", category="e01", text="暴雨红线降雨，多处低洼路段开始积水")
    parts = [l["number"] for l in w.operator1.case(number)["links"] if l["kind"] == "has_part"]
    w.expect(len(parts) == 1, "an event that the warning led to", w.operator1.case(number)["links"])
    w.event = parts[0]
    yield "Sun 07:00"
    w.operator1.act(number, "lift", answer="降雨停止，积水排除（样例）")


def surge_in_the_storm(w):
    """Sensors report the water, calls come in by the dozen: one order stops the clock of handling, what is urgent runs on."""
    yield "Sat 18:30"
    w.gauge(GAUGE, 0.31, 0.34)
    rows = w.until(lambda: w.operator1.get("/cases?q=channel:sensor+category:m02007")["items"])
    w.expect(len(rows) == 1, "one case of two readings", rows)
    number = w.operator1.file("小区门口垃圾没有清", category="m06010", channel="phone", lon=119.5555, lat=31.7275)["number"]
    w.operator1.act(number, "accept_dispatch")
    yield "Sat 18:40"
    order = w.operator1.file("暴雨，报修激增", category="o01", channel="phone", address="城区", **UNDERPASS)["number"]
    w.operator1.act(order, "propose", clocks=["report.handling"], areas=["320413001"], basis="防汛应急响应（样例）", ends="2026-11-29T08:00:00+08:00")
    w.supervisor1.act(order, "approve")
    w.until(lambda: handling(w, number)["state"] == "paused")
    w.look("storm-3-order", "console", "operator1", f"/cases/{number}")
    yield "Sun 08:05"
    w.until(lambda: handling(w, number)["state"] == "running")


def handling(w, number):
    return [c for c in w.operator1.case(number)["clocks"] if c["name"] == "handling"][-1]


def storm(w):
    """A rainstorm: the response with its four facts, the plan's tasks, raised and lowered, ended; the roll is gone, a review begins."""
    yield "Sat 17:45"
    number = w.event
    w.operator1.act(number, "grade", kind="other", deaths=0, grade="IV")
    w.operator1.act(number, "phone", to="区政府值班室（样例）", note="城区强降雨，低洼处积水")
    yield "Sat 18:00"
    facts = {"matter": "暴雨洪涝", "level": "4", "until": "2026-11-29T18:00:00+08:00", "measures": "值守、排水、劝离地下空间人员", "plan": "rainstorm"}
    without = {k: v for k, v in facts.items() if k != "until"}
    refusal = w.operator1.refused(number, "activate", "missing_field", **without)
    w.expect(refusal["field"] == "until", "to be told which of the four facts is missing", refusal)
    case = w.operator1.act(number, "activate", **facts)
    w.expect(len(tasks(case, "measure")) >= 2, "the plan's tasks", case["tasks"])
    w.look("storm-1-response", "console", "operator1", f"/cases/{number}")
    yield "Sat 18:20"
    w.operator1.act(number, "written", to="区应急管理局（样例）", note="城区强降雨致低洼路段积水，暂无人员伤亡，已启动四级响应，排水队伍到位（样例）")
    mine = [t for t in tasks(w.municipal1.case(number), "measure") if t["unit"]["code"] == "cityops_municipal"]
    w.municipal1.act(number, "measure_done", task=mine[0]["id"], note="下穿通道已设岗封闭")
    yield "Sat 19:10"
    w.supervisor1.act(number, "change_level", level="2", note="雨势增强")
    w.supervisor1.act(number, "field_command", unit="fire_rescue", place="下穿通道东口")
    w.operator1.act(number, "roll", person="张三（样例）", phone="13800000000", status="missing")
    w.xicheng1.act(number, "help_needed", place="样例小区1幢", number=3, contact="楼组长（样例）")
    w.operator1.act(number, "log", note="张三（样例）已联系上")
    yield "Sat 23:30"
    w.operator1.act(number, "follow_up", note="水位回落，转移二十人，无人员伤亡，各泵站全部开启，下穿通道仍封闭（样例）")
    w.supervisor1.act(number, "change_level", level="3", note="雨势减弱")
    yield "Sun 06:00"
    w.supervisor1.act(number, "end_response", note="降雨停止，积水排除")
    w.expect("13800000000" not in str(w.operator1.case(number)) and "张三" not in str(w.operator1.case(number)["history"][-1]), "the roll to be gone")
    w.operator1.act(number, "final", note="经过、措施、损失和教训：城区积水十二处，全部排除，无伤亡；泵站启动偏晚，建议提前预置（样例）")
    w.operator1.act(number, "close", answer="已恢复正常")
    w.expect(w.operator1.case(number)["state"] == "closed", "the event to be closed")
    w.look("storm-2-closed", "console", "leader1", f"/cases/{number}")


ALL = [shift_at_the_hotline, flooded_underpass, wage_dispute, petition_with_review, road_excavation, patrol_finds_a_hazard,
       contractor_lifts_a_cover, warned_before, storm, surge_in_the_storm]
