"""A unit gives a task to a contractor by a link without login: one browser takes it, sees the task and nothing else,
reports with photos or declines; the unit confirms, sends back or takes the link away."""
import re
import time
import unittest
import uuid

import fixture
from pages import Pages

WORDS, ADDRESS, ORDER = "楼下邻居王某某天天投诉的井盖", "东门大街12号门前", "金坛样例市政工程队：更换井盖并围护"


class Contractor(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.workers = {}

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def worker(self, unit):
        if unit not in self.workers:
            self.workers[unit] = self.server.staff("h_" + unit, "handler", unit)
        return self.workers[unit]

    def signed(self, **fields):
        reporter_photo = self.server.client().photo()
        filed = self.server.client().file(WORDS, address=ADDRESS, media=[reporter_photo], contact={"name": "赵六", "phone": "13700000000"}, **fields)
        number = filed.json["number"]
        case = self.operator.act(number, "accept_dispatch", {"note": "内部派遣意见"}).json
        unit = self.worker(case["unit"]["code"])
        self.assertEqual(unit.act(number, "sign").status, 200)
        return number, unit, reporter_photo

    def given(self):
        number, unit, theirs = self.signed()
        photo = unit.photo()
        reply = unit.act(number, "give_out", {"work": ORDER, "media": photo})
        self.assertEqual(reply.status, 200, reply)
        link = reply.json["link"]
        self.assertRegex(link, rf"^/task/{number}-[\w-]{{43}}$")
        return number, unit, link, photo, theirs

    def task(self, unit, number):
        return [t for t in unit.case(number).json["tasks"] if t["kind"] == "contractor"][-1]

    def test_taken_done_and_confirmed(self):
        number, unit, link, photo, theirs = self.given()
        self.assertNotIn("link", unit.case(number).json)  # shown once
        browser = Pages(self.server)
        page = browser.get(link)
        self.assertEqual(page.status, 200, page)
        text = page.body.decode()
        for shown in (ORDER, ADDRESS, "geo:31.7", photo):
            self.assertIn(shown, text)
        for hidden in ("王某某", "赵六", "13700000000", "内部派遣意见", theirs):
            self.assertNotIn(hidden, text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(browser.get(f"{link}/media/{photo}").status, 200)
        self.assertEqual(browser.get(f"{link}/media/{theirs}").status, 404)
        reply = browser.send(link, "take_job")
        self.assertEqual((reply.status, reply.headers["Location"]), (303, link), reply)
        # the link alone opens nothing any more, this browser goes on
        for stranger in (Pages(self.server), self.operator):
            self.assertEqual(stranger.get(link).status, 404)
        self.assertEqual(browser.send(link, "job_done", result="已更换").status, 422)  # no photo
        self.assertEqual(browser.send(link, "job_done", photo=True, result="已更换井盖").status, 303)
        self.assertIn("已更换井盖", browser.get(link).body.decode())
        self.assertEqual(unit.act(number, "redo_job", {"note": "围护还没有撤"}).status, 200)
        self.assertIn("围护还没有撤", browser.get(link).body.decode())
        self.assertEqual(browser.send(link, "job_done", photo=True, result="围护已撤").status, 303)
        case = unit.act(number, "confirm_job").json
        self.assertEqual(self.task(unit, number)["state"], "confirmed")
        lines = [h for h in case["history"] if h["by"]["kind"] == "contractor"]
        self.assertEqual([h["action"] for h in lines], ["take_job", "job_done", "job_done"])
        self.assertEqual(browser.get(link).status, 404)  # over
        self.assertEqual(unit.act(number, "done", {"result": "已处置", "media": unit.photo()}).status, 200)

    def test_a_form_sent_twice_and_a_race(self):
        number, unit, link, *_ = self.given()
        one, two = Pages(self.server), Pages(self.server)
        page = one.get(link).body.decode()
        nonce = re.search(r'name=nonce value="?([^" >]+)', page[page.find("/take_job"):]).group(1)
        two.get(link)
        self.assertEqual(one.post(link, "take_job", {"nonce": nonce}).status, 303)
        self.assertEqual(one.post(link, "take_job", {"nonce": nonce}).status, 303)
        self.assertEqual(one.get(link).status, 200)
        self.assertEqual(two.send(link, "take_job").status, 404)
        self.assertEqual(two.get(link).status, 404)
        self.assertEqual(one.get(link).status, 200)

    def test_declined_and_taken_back(self):
        number, unit, link, *_ = self.given()
        browser = Pages(self.server, "en")
        self.assertIn("What is to be done", browser.get(link).body.decode())
        self.assertEqual(browser.send(link, "job_declined").status, 422)
        self.assertEqual(browser.send(link, "job_declined", reason="没有人手").status, 303)
        self.assertEqual(self.task(unit, number)["state"], "declined")
        link2 = unit.act(number, "give_out", {"work": ORDER}).json["link"]
        self.assertNotEqual(link, link2)
        self.assertEqual(browser.get(link).status, 404)
        self.assertEqual(Pages(self.server).get(link2).status, 200)
        self.assertEqual(unit.act(number, "revoke_job", {"note": "另行安排"}).status, 200)
        self.assertEqual(Pages(self.server).get(link2).status, 404)
        # what the unit calls done is confirmed by it: no link outlives that
        link3 = unit.act(number, "give_out", {"work": ORDER}).json["link"]
        self.assertEqual(unit.act(number, "done", {"result": "已处置", "media": unit.photo()}).status, 200)
        self.assertEqual(Pages(self.server).get(link3).status, 404)

    def test_one_case_one_task_own_actions(self):
        number, unit, link, *_ = self.given()
        other, other_unit, other_link, *_ = self.given()
        browser = Pages(self.server)
        secret = link.split("-")[1] if link.count("-") == 1 else link.split("-", 1)[1]
        for wrong in (f"/task/{other}-{secret}", f"/task/{number}-{'A' * 43}", f"/task/{number}", "/task/x", f"/task/{number}-"):
            self.assertEqual(browser.get(wrong).status, 404, wrong)
        for action in ("confirm_job", "sign", "done", "note", "close", "revoke_job", "give_out", "withdraw"):
            self.assertIn(browser.post(link, action, {"nonce": uuid.uuid4().hex, "note": "x", "work": "y"}).status, (403, 409, 422), action)
        self.assertEqual(self.task(unit, number)["state"], "offered")
        # the key in the facts is no secret: it opens nothing
        facts = str(unit.case(number).json)
        self.assertNotIn(secret, facts)
        self.assertEqual(self.operator.act(number, "take_job").status, 403)

    def test_private_matters_stay_inside(self):
        private = next(c["code"] for c in self.server.client().get("/api/v1/city").json["categories"] if c.get("private") and c["code"].startswith("m"))
        filed = self.operator.file("家事", category=private).json["number"]
        case = self.operator.act(filed, "accept_dispatch")
        unit = self.worker(case.json["unit"]["code"])
        unit.act(filed, "sign")
        reply = unit.act(filed, "give_out", {"work": ORDER})
        self.assertEqual((reply.status, reply.json["code"]), (403, "not_outside"), reply)


class Limited(unittest.TestCase):
    def test_posts_are_limited(self):
        server = fixture.Server(limits_off=False)
        self.addCleanup(server.close)
        browser = Pages(server)
        statuses = {browser.post("/task/JT20261124000017-AAAA", "take_job", {"nonce": uuid.uuid4().hex}).status for _ in range(60)}
        self.assertIn(429, statuses)


if __name__ == "__main__":
    unittest.main()
