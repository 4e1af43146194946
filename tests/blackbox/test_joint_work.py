"""Joint work over HTTP: departments are called and come, competence is settled and proposed to the list, the duty lists say by which item they bar."""
import os
import shutil
import tempfile
import unittest

import fixture


class JointWork(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="yiwang-joint-")
        cls.city = os.path.join(cls.folder, "city")
        shutil.copytree(fixture.JINTAN, cls.city)
        cls.server = fixture.Server(city=cls.city)
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.supervisor = cls.server.staff("supervisor", "supervisor", "centre")
        cls.workers = {}

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        shutil.rmtree(cls.folder)

    def worker(self, unit):
        if unit not in self.workers:
            self.workers[unit] = self.server.staff("h_" + unit, "handler", unit)
        return self.workers[unit]

    def dispatched(self, **fields):
        reply = self.server.client().file(**fields)
        self.assertEqual(reply.status, 201, reply)
        number = reply.json["number"]
        case = self.ok(self.operator, number, "accept_dispatch")
        return number, case["unit"]["code"]

    def ok(self, who, number, action, **fields):
        offers = {a["action"]: a for a in who.case(number).json["actions"]}
        self.assertIn(action, offers)
        reply = who.act(number, action, {**who.needed(offers[action]), **fields})
        self.assertEqual(reply.status, 200, (action, reply))
        return reply.json

    def test_a_call_and_its_outcome(self):
        number, unit = self.dispatched()
        self.ok(self.worker(unit), number, "sign")
        self.ok(self.operator, number, "whistle", units="cityops_enforce", note="下午两点在路口集合")
        called = self.worker("cityops_enforce")
        self.ok(called, number, "arrive")
        self.ok(called, number, "whistle_outcome", result="solved", note="已清理")
        case = self.ok(self.operator, number, "whistle_settled", effect="good")
        tasks = [t for t in case["tasks"] if t["kind"] == "whistle"]
        self.assertEqual([t["state"] for t in tasks], ["settled"], tasks)

    def test_a_decision_is_proposed_to_the_list(self):
        number, unit = self.dispatched()
        self.ok(self.worker(unit), number, "return", reason="not_ours", note="不属本单位")
        self.ok(self.operator, number, "dispute", units=f"{unit},cityops_enforce", note="职责不清")
        self.ok(self.operator, number, "no_agreement", note="都不认领")
        self.ok(self.supervisor, number, "decide_competence", unit="cityops_enforce", note="按三定方案")
        wait = {"Yiwang-Min-Seq": str(self.supervisor.seq)}
        reply = self.operator.get("/api/v1/directory/responsibilities?proposed=1", wait)
        self.assertEqual(reply.status, 200, reply)
        item = next(i for i in reply.json["items"] if i["precedent"] == number)
        self.assertEqual((item["duty"], item["unit"]["code"], item["line"], item["adopted"]), ("lead", "cityops_enforce", 0, False))
        self.assertEqual(item["csv"], f"lead,,{item['category']['code']},{item['area']['code']},cityops_enforce,")
        self.assertIsNone(item["verdict"])
        for action, verdict in (("reject_row", "rejected"), ("adopt_row", "adopted")):
            self.ok(self.operator, number, action, basis="三定方案") if action == "adopt_row" else self.ok(self.operator, number, action, note="再议")
            again = self.operator.get("/api/v1/directory/responsibilities?proposed=1", {"Yiwang-Min-Seq": str(self.operator.seq)}).json["items"]
            self.assertEqual(next(i["verdict"] for i in again if i["precedent"] == number), verdict)
        self.assertEqual(self.worker("cityops_enforce").act(number, "adopt_row", {"basis": "x"}).status, 403)
        self.adopted_by_a_package(number, item)
        # who may not read the case is not told of its precedent
        other = self.worker("civil_affairs").get("/api/v1/directory/responsibilities?proposed=1", wait)
        self.assertEqual([i for i in other.json["items"] if i["precedent"] == number], [])

    def adopted_by_a_package(self, number, item):
        """The line as it was exported goes into the list; with that package the row shows as adopted."""
        with open(os.path.join(self.city, "responsibilities.csv"), "a", encoding="utf-8") as f:
            f.write(item["csv"] + "\n")
        self.server.run("reload")
        items = self.operator.get("/api/v1/directory/responsibilities?proposed=1").json["items"]
        self.assertTrue(next(i["adopted"] for i in items if i["precedent"] == number))

    def test_a_list_bars_a_town_and_says_by_which_item(self):
        reply = self.operator.file(category="m06022", text="有人乱倒", channel="phone")
        self.assertEqual(reply.status, 201, reply)
        refused = self.operator.act(reply.json["number"], "accept_dispatch", {"unit": "office_001"})
        self.assertEqual((refused.status, refused.json["code"]), (422, "taken_back"), refused)
        self.assertIn("T05", refused.json["more"])
        self.assertIn("0519-", refused.json["hint"]) # who does it instead, with the telephone


if __name__ == "__main__":
    unittest.main()
