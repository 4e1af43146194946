"""Call page and knowledge page: an article is written, approved and answers a call in the step that files it."""
import datetime
import os
import unittest

import browser
from fixture import until


class Knowledge(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        cls.boss = cls.server.staff("boss", "supervisor", "centre")
        cls.operator = cls.server.staff("op", "operator", "centre", password="answers at once")
        cls.b = browser.shared()
        cls.b.base = f"http://127.0.0.1:{cls.server.port}"
        cls.b.scheme("light")
        cls.b.size(browser.DESK)
        cls.b.scripts(True)

    @classmethod
    def tearDownClass(cls):
        cls.b.open("/resident/", "zh")
        cls.b.scripts(False)
        cls.server.close()

    def act(self, client, number, action, **fields):
        reply = client.act(number, action, fields)
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def page(self, hash_):
        self.b.driver.execute_script("location.hash = arguments[0]", hash_)

    def type_in(self, css, text):
        e = self.b.find(css)
        e.clear()
        e.send_keys(text)

    def click(self, css, at=0):
        self.b.driver.execute_script("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", self.b.all(css)[at])

    def looked_at(self, name):
        folder = os.environ.get("YIWANG_PICTURES")
        if folder:
            self.b.driver.save_screenshot(os.path.join(folder, name + ".png"))
        self.assertEqual(self.b.axe(), [], name)

    def order(self):
        ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=5)
        number = self.operator.file("暴雨，报修激增", category="o01").json["number"]
        self.act(self.operator, number, "propose", clocks=["report.handling"], areas=["320413001"], basis="防汛应急响应（样例）", ends=ends.isoformat(timespec="seconds"))
        self.act(self.boss, number, "approve")
        return number

    def test_call_and_knowledge(self):
        b, number = self.b, self.operator.file("居民医保怎么缴费", category="k01").json["number"]
        self.act(self.operator, number, "write", title="居民医保怎么缴费？", body="每年九月至十二月在社区或手机上缴费。", title_en="How do I pay the health insurance?",
                 body_en="From September to December.", sources="样例来源", unit="centre", open="true")
        order = self.order()
        b.open("/", "zh")
        b.until(lambda: b.all("#login"), 20)
        self.type_in("#login", "op")
        self.type_in("#password", "answers at once")
        self.click("form button[type=submit]")
        b.until(lambda: b.all(".frame"), 20)
        b.until(lambda: order in b.text(".orders"), 20)

        # a draft is found on the page, not on the telephone; a correction begins with what was written
        self.page("#/knowledge")
        b.until(lambda: b.all(".tabs button"), 20)
        self.click(".tabs button", 2)
        b.until(lambda: b.all(".line"), 10)
        self.click(".line")
        b.until(lambda: "样例来源" in b.text("article"), 10)
        self.click("article [data-key^='write']")
        b.until(lambda: b.all("article textarea"), 5)
        self.assertIn("每年九月", [e.get_attribute("value")[:4] for e in b.all("article textarea")])
        self.looked_at("knowledge-draft-zh")
        self.act(self.boss, number, "approve")
        self.click(".tabs button", 0)
        b.until(lambda: b.all(".line"), 20)

        # the call: found while it is typed, cited, filed and closed in one step, with a promise on another one
        self.page("#/call")
        b.until(lambda: b.all("#call-text"), 20)
        self.type_in("#call-text", "我想问医保缴费在哪里办")
        b.until(lambda: b.all("section details summary"), 20)
        self.click("section details summary")
        self.click("section details .button")
        b.until(lambda: b.all("#call-answer"), 5)
        self.assertIn("110", b.text())
        self.looked_at("call-answer-zh")
        self.click("form button[type=submit]")
        b.until(lambda: b.all(".filed"), 20)
        answered = b.all(".filed .big")[0].text
        self.assertEqual(b.all(".filed .bad"), [])
        until(lambda: self.operator.case(answered).json["state"] == "closed")
        self.looked_at("call-answered-zh")
        self.click(".filed .main")

        # promised: on the list of the duty room
        b.until(lambda: b.all("#call-text"), 10)
        self.type_in("#call-text", "路灯不亮，想知道什么时候修")
        at = (datetime.datetime.now() + datetime.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
        b.driver.execute_script("for (const d of document.querySelectorAll('form details')) d.open = true")
        self.assertTrue(b.all("#call-at"))
        b.driver.execute_script("const e = document.querySelector('#call-at'); e.value = arguments[0]; e.dispatchEvent(new Event('input'))", at)
        self.click("form button[type=submit]")
        b.until(lambda: b.all(".filed"), 20)
        promised = b.all(".filed .big")[0].text
        self.assertEqual(b.all(".filed .bad"), [])
        self.assertIn("promised", [k["state"] for k in self.operator.case(promised).json["tasks"]])
        self.click(".filed .main")

        # asked again: the caller hears how it stands, and nothing is filed
        b.until(lambda: b.all("#call-earlier"), 10)
        before = self.operator.get("/api/v1/cases?q=procedure:report&limit=100").json["items"]
        self.type_in("#call-earlier", promised)
        self.click("#call-earlier + button")
        b.until(lambda: promised in b.text(".aids .notice"), 10)
        self.click(".aids .notice button")
        b.until(lambda: b.all(".aids form"), 5)
        self.looked_at("call-again-zh")
        self.click(".aids form button[type=submit]")
        until(lambda: any(h["action"] == "told_again" for h in self.operator.case(promised).json["history"]))
        self.assertEqual(len(self.operator.get("/api/v1/cases?q=procedure:report&limit=100").json["items"]), len(before))

        # handed over: who filed it does not read it
        b.driver.execute_script("window.confirm = () => true")
        self.click(".crisis button")
        b.until(lambda: b.all(".filed"), 20)
        crisis = b.all(".filed .big")[0].text
        self.assertEqual(self.operator.case(crisis).status, 404)
        self.assertEqual(len(b.all(".filed a.button")), 0)
        self.looked_at("call-crisis-zh")

        b.open("/", "en")
        b.until(lambda: b.all(".orders") and b.all("h1"), 20)  # its own first page has come
        self.page("#/knowledge?open=" + number)
        b.until(lambda: b.all("article dl"), 20)
        self.looked_at("knowledge-en")
        self.page("#/call")
        b.until(lambda: b.all("#call-text"), 20)
        self.type_in("#call-text", "how to pay the health insurance")
        b.until(lambda: b.all("section details summary"), 20)
        self.looked_at("call-en")
        self.assertEqual(b.messages(), [])


if __name__ == "__main__":
    unittest.main()
