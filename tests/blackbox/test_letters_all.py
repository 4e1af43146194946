"""Every letter of both packages, made once from a case that has come to it: DOCX and PDF say the same, LibreOffice opens each without
a word and shows the same text, each is numbered and names the right to the next step with its article."""
import os
import unittest

import yaml

import fixture
from papers import kept, pages, paragraphs, spoken, squeezed, text_of, through_libreoffice

NOTE = "经审查，你反映的事项情况属实，现将有关情况书面告知如下，请妥善保管本告知书。"
WHO = {"name": "李向阳", "phone": "13800000000"}
REGISTERED = {"kind": "request", "form": "written", "elsewhere": "none"}
OPINION = {"request": "请求责令支付拖欠的工资。", "facts": "经查，拖欠工资的事实存在，金额无争议。", "answer": "责令七日内足额支付。",
           "basis": "《保障农民工工资支付条例》第三条、第五十三条。", "result": "support", "remedy": "review"}
AGREEMENT = {"form": "written", "parties": "甲方：王某，住某小区3幢；乙方：李某，住某小区3幢。", "facts": "楼上渗水，损坏楼下天花板，乙方承担主要责任。",
             "answer": "一、乙方于约定期限前修复渗水点。\n二、乙方赔偿甲方人民币800元。", "perform_by": "2027-03-20T18:00:00+08:00", "signed": "all"}
# What a short walk cannot come to: silence of five work days.
BY_TIME = {"service_deemed"}


class Walks:
    """Cases that come to every letter. Each walk yields the numbers of its cases with who keeps the letters."""

    def __init__(self, server):
        self.server, self.resident = server, server.client()
        self.who = {}

    def staff(self, role, unit):
        if (role, unit) not in self.who:
            self.who[role, unit] = self.server.staff(f"{role}-{unit}".replace("_", "-"), role, unit)
        return self.who[role, unit]

    def file(self, category, by=None, **fields):
        reply = (by or self.resident).file(NOTE, category=category, **fields)
        assert reply.status == 201, reply
        return reply.json["number"], reply.json["track"]

    def do(self, client, number, *steps):
        for action, fields in steps:
            reply = client.act(number, action, fields)
            assert reply.status == 200, (action, reply)

    def ask(self, track, action, fields):
        reply = self.resident.post(f"/api/v1/track/{track}/{action}", fields)
        assert reply.status == 200, (action, reply)

    def reports(self):
        centre = self.staff("operator", "centre")
        for steps in ([("accept", {})], [("refuse", {"channel": "court", "reason": "legal_channel", "note": NOTE})],
                      [("reply", {"answer": "公园6:00开放。", "basis": "公园管理办法"})]):
            number, _ = self.file("s01")
            self.do(centre, number, *steps)
            yield centre, number

    def petitions(self):
        office, labour = self.staff("handler", "petition_office"), self.staff("handler", "labour")
        head, housing, market = self.staff("unit_head", "labour"), self.staff("handler", "housing"), self.staff("handler", "market")
        to_labour = [("register", REGISTERED), ("transfer", {"units": ["labour"]})]
        number, track = self.file("p01", contact=WHO)
        self.do(office, number, *to_labour)
        self.do(labour, number, ("accept", {"note": NOTE}), ("request_extension", {"note": "涉及人数多"}))
        self.do(head, number, ("grant_extension", {"note": NOTE}))
        self.do(office, number, ("advise", {"kind": "improve", "units": ["labour", "housing"], "note": "建议完善工资支付监管。"}))
        for organ in (labour, housing):
            self.do(organ, number, ("answer_advice", {"adopted": "adopted", "note": "采纳建议，已整改"}))
        self.do(labour, number, ("opinion", {"result": "support", "note": "支持"}))
        self.do(office, number, ("reply", OPINION), ("serve", {"way": "post"}))
        self.ask(track, "ask_review", {"text": "金额计算有误，请求复查。"})
        self.do(office, number, ("assign_review", {"unit": "housing"}))
        self.do(housing, number, ("review_opinion", {**{k: OPINION[k] for k in ("facts", "answer", "basis")}, "remedy": "rereview"}))
        self.do(office, number, ("serve", {"way": "post"}))
        self.ask(track, "ask_rereview", {"text": "仍不服，请求复核。"})
        self.do(office, number, ("assign_rereview", {"unit": "market"}), ("hold_hearing", {"note": "2026年12月1日9时在区信访局听证室。"}), ("end_hearing", {}))
        self.do(market, number, ("rereview_opinion", {k: OPINION[k] for k in ("facts", "answer", "basis")}))
        yield office, number
        simple, _ = self.file("p01", contact=WHO)
        self.do(office, simple, *to_labour)
        self.do(labour, simple, ("accept_simplified", {"ground": "clear", "note": NOTE}), ("to_ordinary", {"note": NOTE}))
        yield office, simple
        legal, _ = self.file("p01", contact=WHO)
        self.do(office, legal, *to_labour)
        self.do(labour, legal, ("accept_legal", {"way": "duty", "due": "2027-03-01T18:00:00+08:00", "note": NOTE}), ("opinion", {"result": "support", "note": "支持"}))
        self.do(office, legal, ("reply_legal", {"answer": "已依法履行职责。", "basis": "劳动法第85条"}))
        yield office, legal
        declined, _ = self.file("p01", contact=WHO)
        self.do(office, declined, *to_labour)
        self.do(labour, declined, ("decline", {"channel": "court", "note": NOTE}))
        yield office, declined
        for category, steps in (("p01", [("refuse", {"channel": "court", "reason": "lawsuit", "note": NOTE})]),
                                ("p01", [("hand_up", {"note": NOTE})]), ("p01", [("to_political_legal", {"channel": "court", "note": NOTE})]),
                                ("p01", [("register", REGISTERED), ("answer_on_spot", {"answer": "当场答复：已安排发放。", "basis": "劳动法第50条"})]),
                                ("p03", [("register", REGISTERED), ("reply_suggestion", {"adopted": "partly", "answer": "部分采纳，列入明年计划。"})])):
            one, _ = self.file(category, contact=WHO)
            self.do(office, one, *steps)
            yield office, one

    def mediations(self):
        mediator = self.staff("handler", "justice")
        begun = [("ask_sides", {"mediator": "调解员甲", "chosen": "chosen"}), ("agree_to", {"task": 1}), ("agree_to", {"task": 2}), ("begin", {})]
        session = [("session", {"open": "closed", "held": "2026-11-24T09:00:00+08:00", "note": "双方陈述事实。" * 8}), ("record", {"note": "双方同意继续协商。"})]
        gone = {"channel": "court", "note": "双方分歧较大，未能达成协议。"}
        for steps in (begun + session + [("agree", AGREEMENT), ("to_court", gone)], begun + [("fail", {**gone, "facts": "渗水事实无争议。"})],
                      [("not_eligible", gone)]):
            number, _ = self.file("d01", contact=WHO)
            self.do(mediator, number, *steps)
            yield mediator, number

    def services(self):
        road, head = self.staff("handler", "cityops_municipal"), self.staff("unit_head", "cityops_municipal")
        traffic, supervisor = self.staff("handler", "traffic_police"), self.staff("supervisor", "centre")
        number, track = self.file("a01", contact=WHO)
        self.do(road, number, ("ask_missing", {"missing": ["drawing", "works_plan"], "note": "请补充上述材料。"}))
        self.ask(track, "supplement", {"text": "已补齐"})
        self.do(road, number, ("accept", {"receipt": "受字2026-1号"}), ("begin_special", {"kind": "experts", "note": "15个工作日"}),
                ("end_special", {"note": "评审通过"}), ("ask_extension", {"note": "现场复杂"}))
        self.do(head, number, ("grant_extension", {"note": NOTE}))
        self.do(road, number, ("grant", {"answer": "准予挖掘，期限三十日。"}), ("deliver", {"number": "坛路字第1号", "way": "window"}))
        yield road, number
        joint, _ = self.file("a01", contact=WHO)
        self.do(road, joint, ("accept", {"receipt": "受字2026-2号"}), ("join_units", {"units": ["traffic_police"]}), ("ask_extension", {"note": "多部门"}))
        self.do(supervisor, joint, ("grant_joint_extension", {"note": NOTE}))
        self.do(traffic, joint, ("approve", {"note": "同意，夜间施工"}))
        self.do(road, joint, ("deny", {"answer": "与规划不符，不予许可。", "basis": "城乡规划法第四十条", "remedy": "both"}))
        yield road, joint
        refused, _ = self.file("a01", contact=WHO)
        self.do(road, refused, ("refuse", {"channel": "court", "reason": "not_ours", "note": NOTE}))
        yield road, refused

    def disclosures(self):
        office, head = self.staff("handler", "data_bureau"), self.staff("unit_head", "data_bureau")
        number, _ = self.file("g01", contact=WHO)
        self.do(head, number, ("extend", {"note": NOTE}))
        self.do(office, number, ("reply", {"result": "partly", "answer": "部分公开，见附件。", "basis": "政府信息公开条例第37条"}))
        yield office, number
        elsewhere, _ = self.file("g01", contact=WHO)
        self.do(office, elsewhere, ("refuse", {"channel": "court", "note": "该信息由法院保存。"}))
        yield office, elsewhere

    def desks(self):
        desk = self.staff("handler", "social_work")
        for steps in ([("divert", {"elsewhere": "none", "category": "d01", "text": "与邻居的渗水纠纷"})], [("refer", {"channel": "court", "note": "属于诉讼事项。"})]):
            number, _ = self.file("w01", by=desk, channel="visit", contact=WHO)
            self.do(desk, number, *steps)
            yield desk, number


class Every(unittest.TestCase):
    maxDiff = None

    def letters_of(self, client, number, lang):
        """{name: (item, DOCX)} after DOCX and PDF were held against each other."""
        made = {}
        for item in client.get(f"/api/v1/cases/{number}/letters?lang={lang}").json["items"]:
            self.assertIsNone(item["missing"], item)
            files = {}
            for ending in ("docx", "pdf"):
                path = f"/api/v1/cases/{number}/letters/{item['code']}.{ending}?lang={lang}"
                reply = client.post(path, {"purpose": "送达信件"}) if item["contact"] else client.get(path)
                self.assertEqual(reply.status, 200, (item, reply))
                files[ending] = kept(f"{item['code']}-{lang}.{ending}", reply.body)
            drawn = text_of(files["pdf"])
            for p in paragraphs(files["docx"]):
                self.assertIn(squeezed(p), drawn, item["code"])
            self.assertLessEqual(pages(files["pdf"]), 3)
            made[item["code"]] = item, files["docx"]
        return made

    def check_package(self, city, walks, lang, by_time):
        with open(os.path.join(fixture.ROOT, "city", city, "letters.yaml"), encoding="utf-8") as f:
            templates = {t["code"]: t for t in yaml.safe_load(f)["letters"]}
        made = {}
        for client, number in walks:
            made.update(self.letters_of(client, number, lang))
        self.assertEqual({name.split("-")[0] for name in made}, set(templates) - by_time)
        shown, said = through_libreoffice({name: docx for name, (_, docx) in made.items()})
        for name, pdf in shown.items():
            kept(f"{name}-{lang}-lo.pdf", pdf)
        self.assertEqual(said, [])
        for name, (item, docx) in made.items():
            with self.subTest(letter=name):
                told = paragraphs(docx)
                drawn = spoken(text_of(shown[name]))  # a comma that hangs in the margin is no loss
                for p in told:
                    self.assertIn(spoken(p), drawn)
                template = templates[name.split("-")[0]]
                self.assertIn(item["number"], told)
                self.assertIn(template["label"][lang], told)
                rights = [p for part in template["parts"] if "rights" in part for p in told if p.endswith("（依据：" + part["basis"]["zh"] + "）")
                          or p.endswith("(Basis: " + part["basis"]["en"] + ")")]
                self.assertEqual(len(rights), 0 if "no_rights" in template else 1, told)
        return made

    def test_jintan(self):
        server = fixture.Server()
        try:
            w = Walks(server)
            walks = [*w.reports(), *w.petitions(), *w.mediations(), *w.services(), *w.disclosures(), *w.desks()]
            made = self.check_package("jintan", walks, "zh", BY_TIME)
            numbers = [item["number"] for item, _ in made.values()]
            self.assertEqual(len(numbers), len(set(numbers)))
            for client, number in walks if os.environ.get("YIWANG_LETTERS") else walks[3:4]:
                self.letters_of(client, number, "en")
        finally:
            server.close()

    def test_boston(self):
        server = fixture.Server(city=fixture.BOSTON)
        try:
            client = server.staff("op", "operator", "bos311")
            numbers = []
            for action, fields in (("accept", {}), ("refuse", None), ("reply", {"answer": "The lamp was mended.", "basis": "Street lighting plan"})):
                reply = server.client().file("What are the hours of the library?", category="mother", lon=-71.06, lat=42.355)
                self.assertEqual(reply.status, 201, reply)
                offer = next(o for o in client.case(reply.json["number"]).json["actions"] if o["action"] == action)
                done = client.act(reply.json["number"], action, fields if fields is not None else {**client.needed(offer), "channel": "police"})
                self.assertEqual(done.status, 200, done)
                numbers.append((client, reply.json["number"]))
            self.check_package("boston", numbers, "en", set())
        finally:
            server.close()


if __name__ == "__main__":
    unittest.main()
