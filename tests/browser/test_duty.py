"""The duty room in a browser: a turn is begun, somebody is called, an order signed by telephone, the turn handed over and
confirmed by another person; both languages, without a violation."""
import datetime
import os
import unittest

import browser

PASSWORD = "whose turn is it"
GRID = {"lon": 119.5701, "lat": 31.7205}


class DutyRoom(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        for login in ("operator1", "operator2"):
            cls.server.staff(login, "operator", "centre", password=PASSWORD)
        cls.day = cls.server.staff("clerk1", "operator", "centre")
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

    def login(self, name):
        b = self.b
        b.open("/resident/", "zh")  # a page that asks nothing, so that nothing is asked without a session
        b.driver.delete_all_cookies()
        b.open("/", "zh")
        b.until(lambda: b.all("#login"), 20)
        for css, text in (("#login", name), ("#password", PASSWORD)):
            b.find(css).send_keys(text)
        b.find("form button[type=submit]").click()
        b.until(lambda: b.all(".frame"), 20)

    def go(self, address):
        self.b.driver.execute_script("location.hash = arguments[0]", "#" + address)

    def button(self, words, within="main"):
        return self.b.until(lambda: next((e for e in self.b.all(within + " button") if e.text.startswith(words)), None), 15)

    def looks(self, name):
        folder = os.environ.get("YIWANG_PICTURES")
        if folder:
            self.b.driver.save_screenshot(os.path.join(folder, name + ".png"))
        self.assertEqual(self.b.axe(), [], name)

    def filed(self, text):
        number = self.day.file(text=text, category="m01001", condition="m01001.1", channel="phone", **GRID).json["number"]
        self.assertEqual(self.day.act(number, "accept_dispatch", {"unit": "owner_water"}).status, 200)
        return number

    def test_a_turn(self):
        b = self.b
        self.login("operator1")
        self.go("/duty?desk=duty_room")
        self.button("开始值班").click()
        b.until(lambda: "已开始" in b.text(), 15)
        first, second = self.filed("井盖没了"), self.filed("另一个井盖没了")
        at = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)).isoformat(timespec="seconds")
        self.assertEqual(self.day.act(second, "promise_call_back", {"at": at, "note": "告知到场时间"}).status, 200)
        card = b.until(lambda: next((e for e in b.all(".call") if first in e.text), None), 15)  # the feed tells
        self.assertTrue(card.find_element("css selector", ".phone a").get_attribute("href").startswith("tel:0519"))
        b.until(lambda: second in b.all("section[aria-label=承诺回电]")[0].text, 15)
        self.looks("duty-zh")
        next(x for x in card.find_elements("css selector", "button") if "未叫应" in x.text).click()
        b.until(lambda: b.all(".modal form"), 15)
        self.looks("duty-call-zh")
        b.find(".modal select").send_keys("无人接听")
        b.find(".modal button[type=submit]").click()
        b.until(lambda: "第2级" in next((e.text for e in b.all(".call") if first in e.text), ""), 15)
        self.hand_over(first)
        self.login("operator2")
        self.go("/duty?desk=duty_room")
        before = b.until(lambda: b.all("section[aria-label=交接班] .pairs a"), 15)[0].text
        self.button("接班确认").click()
        b.until(lambda: b.all(".modal form"), 15)
        b.find(".modal select").send_keys("交接清楚")
        b.find(".modal button[type=submit]").click()
        b.until(lambda: before not in [e.text for e in b.all("section[aria-label=交接班] .pairs a")] and b.all("section[aria-label=交接班] .pairs a"), 15)
        self.english(before)

    def hand_over(self, number):
        b = self.b
        self.button("交班").click()
        b.until(lambda: number in b.all(".modal form")[0].text if b.all(".modal form") else False, 15)  # what will be taken down
        self.looks("duty-handover-zh")
        b.find(".modal button[type=submit]").click()
        b.until(lambda: "待接班确认" in b.text(), 15)

    def english(self, shift):
        b = self.b
        b.open("/", "en")
        b.until(lambda: b.all("h1"), 20)
        self.go("/duty?desk=duty_room")
        b.until(lambda: b.all(".call"), 15)
        self.looks("duty-en")
        self.go("/duty/sheet/" + shift)
        b.until(lambda: b.all(".sheet table tr"), 15)
        self.assertIn("taken down", b.all(".sheet")[0].text)
        self.looks("duty-sheet-en")
        self.assertEqual(b.messages(), [])


if __name__ == "__main__":
    unittest.main()
