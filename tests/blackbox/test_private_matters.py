"""Petitions, disputes and applications: who asked follows them by the code; nobody else meets a word of them."""
import unittest

import fixture

SECRET = "李家桥东头的那面墙"


class PrivateMatters(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.client = cls.server.client()
        s = cls.server.staff
        cls.operator, cls.office = s("op", "operator", "centre"), s("office", "handler", "petition_office")
        cls.labour, cls.mediator = s("labour", "handler", "labour"), s("mediator", "handler", "justice")
        cls.road, cls.grid, cls.wall = s("road", "handler", "cityops_municipal"), s("grid", "grid_worker", "", "320413001"), s("wall", "wall")
        cls.filed = {key: cls.client.file(SECRET + key, category=key).json for key in ("p01", "d01", "a01", "g01")}

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def do(self, who, key, action, **fields):
        reply = who.act(self.filed[key]["number"], action, fields)
        self.assertEqual(reply.status, 200, reply)

    def track(self, key):
        return self.client.get("/api/v1/track/" + self.filed[key]["track"]).json

    def test_nobody_else_meets_a_word(self):
        seq = {"Yiwang-Min-Seq": str(max(self.client.seq, self.operator.seq))}
        for who in (self.client, self.labour, self.grid, self.wall):
            for path in ("/api/v1/public/cases", "/api/v1/public/feed.atom", "/api/v1/cases", "/api/v1/cases?q=李家桥", "/api/v1/cases.csv?q=李家桥",
                         "/api/v1/preview?text=" + "%E6%9D%8E%E5%AE%B6%E6%A1%A5" + "&lon=119.57&lat=31.72", "/api/v1/stats?by=category"):
                reply = who.get(path.replace("李家桥", "%E6%9D%8E%E5%AE%B6%E6%A1%A5"), seq)
                raw = reply.body.decode()
                with self.subTest(path=path, status=reply.status):
                    self.assertNotIn("李家桥东头", raw)
                    for one in self.filed.values():
                        self.assertNotIn(one["number"], raw)
        for key, one in self.filed.items():
            for who in (self.grid, self.wall, self.labour):
                with self.subTest(key=key):
                    self.assertIn(who.case(one["number"]).status, (403, 404))

    def test_a_petition_is_followed_by_its_code(self):
        self.do(self.office, "p01", "register", kind="request", form="written", elsewhere="none")
        self.do(self.office, "p01", "transfer", units="labour")
        self.assertEqual(self.track("p01")["state_label"], "已转送有权处理机关")
        self.do(self.labour, "p01", "accept", note="已受理，六十日内办结")
        self.do(self.labour, "p01", "opinion", result="support", note="内部意见不公开")
        self.do(self.office, "p01", "reply", request="支付工资", facts="属实", answer="十日内支付", basis="劳动法第50条", result="support", remedy="review")
        track = self.track("p01")
        self.assertEqual(track["state_label"], "已答复")
        page = self.client.get("/resident/track/" + self.filed["p01"]["track"])
        text = page.body.decode()
        self.assertEqual(page.status, 200)
        self.assertIn("十日内支付", text)
        self.assertNotIn("案件", text)
        self.assertIn("请求复查", text)
        self.assertIn("出具了处理意见书", text)
        self.assertIn("已转送有权处理的机关", text)
        self.assertNotIn("内部意见不公开", text)

    def test_an_application_reads_what_is_missing(self):
        refused = self.road.act(self.filed["a01"]["number"], "ask_missing", {"missing": "licence", "note": "缺营业执照"})
        self.assertEqual((refused.status, refused.json["code"], refused.json["field"]), (422, "material_held", "missing"), refused)
        self.do(self.road, "a01", "ask_missing", missing="drawing", note="请补充挖掘位置图")
        page = self.client.get("/resident/track/" + self.filed["a01"]["track"]).body.decode()
        self.assertIn("请补充挖掘位置图", page)
        self.assertIn("补正材料", page)
        self.assertNotIn("案件", page)
        again = self.client.post(f"/api/v1/track/{self.filed['a01']['track']}/supplement", {"text": "已补图"})
        self.assertEqual(again.status, 200, again)

    def test_a_dispute_stays_between_its_sides(self):
        self.do(self.mediator, "d01", "ask_sides", mediator="调解员甲", chosen="chosen")
        page = self.client.get("/resident/track/" + self.filed["d01"]["track"]).body.decode()
        self.assertIn("正在征求双方意见", page)
        self.assertNotIn("调解员甲", page)

    def test_the_city_says_what_a_service_asks_for(self):
        services = {c["code"]: c["service"] for c in self.client.get("/api/v1/city").json["categories"] if "service" in c}
        self.assertEqual(set(services), {"a01", "a02"})
        held = {m["code"]: m["held"] for m in services["a01"]["materials"]}
        self.assertEqual((held["form"], held["licence"]), (False, True))


if __name__ == "__main__":
    unittest.main()
