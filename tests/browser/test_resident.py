"""A resident's whole way without JavaScript: report, receipt, follow, answer, add, rate, reopen, withdraw."""
import re
import time
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import browser

TEXT = {"zh": "东门大街和沿河路路口的路灯三天没亮了", "en": "路灯不亮: the street light at Dongmen Street is out"}
WORDS = {
    "zh": {"received": "已收到", "waiting": "等待您补充说明", "closed": "已办结", "photo": "照片 1", "next": "今天|明天|后天|周|月", "rating": "您的评价： 4",
           "accepted": "已受理", "withdrawn": "已撤回"},
    "en": {"received": "Received", "waiting": "Waiting for your answer", "closed": "Settled", "photo": "Photo 1", "next": "^by ", "rating": "Your rating: 4",
           "accepted": "Accepted", "withdrawn": "Withdrawn"},
}


class Resident(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        cls.posts = browser.Posts(cls.server)
        cls.b = browser.shared()
        cls.b.base = f"http://127.0.0.1:{cls.server.port}"
        cls.b.scheme("light")
        cls.b.scripts(False)
        cls.photo = browser.photo()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def setUp(self):
        self.b.size(browser.DESK)
        self.b.messages()

    def tearDown(self):
        self.assertEqual(self.b.messages(), [])

    def send(self, form=""):
        self.b.press(self.b.find(f"{form} form .send button".strip()))

    def report(self, text, lang="zh", photo=False):
        """Files by the form; the tracking code as the receipt shows it."""
        self.b.open("/resident/report", lang)
        self.b.find("textarea[name=text]").send_keys(text)
        self.b.find("input[name=address]").send_keys("东门大街128号门前")
        if photo:
            self.b.find("input[name=photo]").send_keys(self.photo)
        self.send()
        self.assertRegex(self.b.path(), "^/resident/receipt/")
        return self.b.text(".receipt .code").replace(" ", "").replace("\n", "")

    def unfold(self, action):
        """Opens the folded form of an action; its selector."""
        form = f"form[action$='/{action}']"
        self.b.find(form).find_element(By.XPATH, "./preceding-sibling::summary").click()
        return form

    def act(self, action, **fields):
        form = f"form[action$='/{action}']" if self.b.all(f".asked form[action$='/{action}']") else self.unfold(action)
        for name, value in fields.items():
            self.b.find(f"{form} [name={name}]").send_keys(value)
        self.b.press(self.b.find(f"{form} .send button"))

    def follow(self, track):
        self.b.open("/resident/track")
        self.b.find("input[name=track]").send_keys(track)
        self.send()
        self.assertRegex(self.b.path(), "^/resident/track/J", f"{track!r}: {self.b.text()}")

    def whole_way(self, lang, size):
        b, words = self.b, WORDS[lang]
        b.size(size)
        b.open("/resident/", lang)
        b.press(b.find(".doors a"))
        self.assertEqual(b.path(), "/resident/report")
        track = self.report(TEXT[lang], lang, photo=True)
        number = track.split("-")[0]
        self.assertIn(TEXT[lang], b.text())
        self.assertIn(words["received"], b.text(".receipt"))
        self.assertTrue(any(re.search(words["next"], dd.text) for dd in b.all(".receipt dd")), b.text())
        # the code copied by hand: small letters, blanks, a long dash
        self.follow(" " + track.lower().replace("-", " — "))
        self.assertEqual(b.text(".state-name"), words["received"])
        self.assertEqual(b.find(".photos img").get_attribute("alt"), words["photo"])
        self.assertGreater(b.find(".photos img").size["width"], 20)
        self.posts.dispatch(number)
        self.posts.ask(number, "灯杆上的编号是多少？")
        b.driver.refresh()
        self.assertEqual(b.text(".state-name"), words["waiting"])
        self.assertIn("灯杆上的编号是多少？", b.text(".state"))
        self.act("answer", text="编号是DM-017")
        self.assertNotEqual(b.text(".state-name"), words["waiting"])
        self.assertIn("DM-017", b.text(".history"))
        self.act("add", text="今晚还是不亮", media=self.photo)
        self.assertIn("今晚还是不亮", b.text(".history"))
        self.assertEqual(len(b.all(".photos img")), 2)
        self.posts.finish(number, "已更换灯泡，恢复照明。", dispatched=True)
        b.driver.refresh()
        self.assertEqual(b.text(".state-name"), words["closed"])
        self.assertIn("已更换灯泡，恢复照明。", b.text(".state"))
        self.assertEqual(len(b.all(".steps .done")), 5)
        b.find(".asked input[value='4']").find_element(By.XPATH, "..").click()
        b.find(".asked textarea").send_keys("修得挺快")
        self.send(".asked")
        self.assertIn(words["rating"], b.text(".state"))
        self.assertEqual(b.all(".asked"), [])
        self.assertEqual(self.posts.operator.case(number).json["rating"], 4)
        self.act("reopen", text="昨晚又灭了")
        self.assertEqual(b.text(".state-name"), words["accepted"])
        self.assertEqual(len(b.all(".steps .done")), 2)
        self.act("withdraw", text="不用了")
        self.assertEqual(b.text(".state-name"), words["withdrawn"])
        self.assertEqual(self.posts.operator.case(number).json["state"], "withdrawn")

    def test_chinese_at_a_desk(self):
        self.whole_way("zh", browser.DESK)

    def test_chinese_on_a_phone(self):
        self.whole_way("zh", browser.PHONE)

    def test_english_at_a_desk(self):
        self.whole_way("en", browser.DESK)

    def test_english_on_a_phone(self):
        self.whole_way("en", browser.PHONE)

    def test_scripts_are_off(self):
        """The proof that the other tests run without JavaScript."""
        self.b.driver.get("data:text/html,<title>off</title><script>document.title='on'</script>")
        self.assertEqual(self.b.driver.title, "off")

    def test_refused_report_keeps_what_was_typed(self):
        b = self.b
        b.open("/resident/report", "zh")
        for summary in b.all("summary"):
            summary.click()
        typed = {"text": "没有人来收垃圾\n已经一周", "address": "河滨路8号", "name": "王", "phone": "13900000000", "email": "w@example.org"}
        for name, value in typed.items():
            b.find(f"[name={name}]").send_keys(value)
        b.find("input[name=about][value=service]").click()
        self.send()
        self.assertIn("请选择是哪个单位", b.text(".error"))
        self.assertEqual(b.find("#f-unit").get_attribute("aria-invalid"), "true")
        self.assertEqual(b.find("#" + b.find("#f-unit").get_attribute("aria-describedby")).text, "请选择是哪个单位。")
        for name, value in typed.items():
            self.assertEqual(b.find(f"[name={name}]").get_attribute("value"), value, name)
        self.assertTrue(b.find("input[name=about][value=service]").is_selected())
        b.find("#f-unit option[value=cityops]").click()
        self.send()
        self.assertRegex(b.path(), "^/resident/receipt/")
        self.assertIn("已经一周", b.text(".receipt"))

    def test_blank_text_and_bad_photo_are_refused_with_words(self):
        b = self.b
        b.open("/resident/report", "en")
        b.find("[name=text]").send_keys("   ")
        self.send()
        self.assertIn("Please say what is wrong", b.text(".error"))
        b.find("[name=text]").send_keys("a lamp is out")
        b.find("input[name=photo]").send_keys(__file__)
        self.send()
        self.assertIn("no picture", b.text(".error"))
        self.assertEqual(b.find("#f-photo").get_attribute("aria-invalid"), "true")
        self.assertEqual(b.find("[name=text]").get_attribute("value").strip(), "a lamp is out")

    def test_outside_names_whom_to_call(self):
        b = self.b
        b.open("/resident/report", "zh")
        b.find("[name=text]").send_keys("路灯不亮")
        for summary in b.all("summary"):
            summary.click()
        b.find("[name=lon]").send_keys("116.39")
        b.find("[name=lat]").send_keys("39.90")
        self.send()
        self.assertIn("不在本辖区内", b.text(".error"))
        self.assertEqual(b.find("[name=lat]").get_attribute("value"), "39.90")
        self.assertTrue(b.find("[name=lat]").is_displayed())

    def test_refused_action_keeps_what_was_typed(self):
        b = self.b
        track = self.report("河边护栏松动")
        self.follow(track)
        form = self.unfold("add")
        b.find(f"{form} [name=text]").send_keys("今天更松了")
        b.find(f"{form} [name=media]").send_keys(__file__)
        b.press(b.find(f"{form} .send button"))
        self.assertIn("不是能打开的图片", b.text(".error"))
        self.assertEqual(b.find(f"{form} [name=text]").get_attribute("value"), "今天更松了")
        b.press(b.find(".lang a[lang=en]"))
        self.assertEqual(b.path(), "/resident/track/" + track)
        self.assertEqual(b.text(".state-name"), "Received")

    def test_wrong_and_half_codes_are_told_apart(self):
        b = self.b
        b.open("/resident/track", "zh")
        for typed, word in (("JT20260101000017", "这是编号"), ("JT20260101000017-AAAABBBBCCCCDDDD", "查询码不对"), ("<b>", "这是编号")):
            field = b.find("input[name=track]")
            field.clear()
            field.send_keys(typed)
            self.send()
            self.assertIn(word, b.text(".error"), typed)
            self.assertEqual(b.find("input[name=track]").get_attribute("value"), typed)

    def count(self, word):
        return sum(word in i["text"] for i in self.posts.operator.get("/api/v1/cases?limit=500", headers={"Yiwang-Min-Seq": "1"}).json["items"])

    def test_two_presses_file_once(self):
        b = self.b
        b.open("/resident/report", "zh")
        b.find("[name=text]").send_keys("双击提交的长椅坏了")
        ActionChains(b.driver).double_click(b.find("form .send button")).perform()
        end = time.time() + 10
        while "/receipt/" not in b.path() and time.time() < end:
            time.sleep(0.1)
        self.assertRegex(b.path(), "^/resident/receipt/")
        track = b.path()
        time.sleep(0.5)
        self.assertEqual(self.count("双击提交的长椅坏了"), 1)
        self.follow(track.rsplit("/", 1)[1])
        form = self.unfold("add")
        b.find(f"{form} [name=text]").send_keys("双击补充")
        ActionChains(b.driver).double_click(b.find(f"{form} .send button")).perform()
        time.sleep(1)
        b.driver.get(b.base + "/resident/track/" + track.rsplit("/", 1)[1])
        self.assertEqual(b.text(".history").count("双击补充"), 1)

    def test_keyboard_alone(self):
        """Tab, arrows, Enter and blank are enough to report, to follow and to rate."""
        b = self.b

        def keys(*pressed):
            ActionChains(b.driver).send_keys(*pressed).perform()

        def focused():
            return b.driver.switch_to.active_element

        def tab_to(css, most=40):
            wanted = b.find(css)
            for _ in range(most):
                keys(Keys.TAB)
                if focused() == wanted:
                    return
            self.fail(f"Tab does not reach {css}")

        b.open("/resident/", "zh")
        keys(Keys.TAB)
        self.assertEqual(focused().get_attribute("class"), "skip")
        self.assertGreaterEqual(focused().location["x"], 0)
        tab_to(".doors a")
        b.press(lambda: keys(Keys.ENTER))
        tab_to("[name=text]")
        keys("公园的垃圾桶满了")
        tab_to("form .send button")
        b.press(lambda: keys(Keys.ENTER))
        self.assertRegex(b.path(), "^/resident/receipt/")
        track = b.path().rsplit("/", 1)[1]
        tab_to(".doors a")
        b.press(lambda: keys(Keys.ENTER))
        self.assertEqual(b.path(), "/resident/track/" + track)
        tab_to("details summary")
        keys(Keys.ENTER)
        tab_to("form[action$='/add'] textarea")
        keys("桶盖也坏了")
        tab_to("form[action$='/add'] .send button")
        b.press(lambda: keys(Keys.SPACE))
        self.assertIn("桶盖也坏了", b.text(".history"))
        self.posts.finish(track.split("-")[0], "已清运。")
        b.driver.refresh()
        b.find("h1").click()
        tab_to(".asked input[type=radio]")
        keys(Keys.SPACE, Keys.ARROW_DOWN)
        self.assertEqual(b.find(".asked input:checked").get_attribute("value"), "4")
        tab_to(".asked .send button")
        b.press(lambda: keys(Keys.ENTER))
        self.assertEqual(self.posts.operator.case(track.split("-")[0]).json["rating"], 4)

    def test_the_same_nearby_is_asked_once(self):
        """Without script, too: what looks like an open one nearby is filed after one question, and nothing is chosen twice."""
        b = self.b
        point = "/resident/report?lon=119.5712&lat=31.7212"
        b.open(point, "zh")
        b.find("[name=text]").send_keys("路灯杆歪了，路灯不亮")
        self.send()
        first = b.path().rsplit("/", 1)[1]
        self.assertRegex(first, "^JT")
        b.open(point, "zh")
        b.find("[name=text]").send_keys("路灯不亮，天一黑就看不见")
        b.find("input[name=photo]").send_keys(self.photo)
        self.send()
        self.assertEqual(b.path(), "/resident/report")
        self.assertIn("还没有提交", b.text(".notice"))
        self.assertIn("是同一件事吗", b.text(".same legend"))
        self.assertTrue(b.find(".same input[value='']").is_selected(), "nobody is joined by accident")
        self.assertTrue(b.find(".kept-photos input").is_selected(), "the photo is here already")
        self.assertEqual(self.count("天一黑就看不见"), 0)
        b.find(".same input:not([value=''])").click()
        self.send()
        self.assertRegex(b.path(), "^/resident/receipt/")
        self.assertIn("合在一起办理", b.text())
        mine = b.path().rsplit("/", 1)[1]
        self.follow(mine)
        self.assertEqual(len(b.all(".photos img")), 1)
        self.follow(first)
        self.assertIn("另有1人也反映了", b.text(".company"))
        b.open(point, "zh")
        b.find("[name=text]").send_keys("另外一盏路灯不亮")
        self.send()
        self.send()
        self.assertRegex(b.path(), "^/resident/receipt/")
        self.assertNotIn("合在一起办理", b.text())

    def test_a_place_without_script(self):
        """Found by name, listed, and a report begins there."""
        b = self.b
        b.open("/resident/place", "zh")
        b.find("[name=q]").send_keys("金坛")
        b.press(b.find(".find-place .send button"))
        b.press(b.find(".places a"))
        self.assertRegex(b.driver.current_url, "area=320413|lon=")
        self.assertIn("正在办", b.text())
        b.open("/resident/place?lon=119.57&lat=31.72")
        b.press(b.find("#around .doors .button"))
        self.assertEqual(b.find("[name=lon]").get_attribute("value"), "119.570")
        b.open("/resident/place?lon=119.57&lat=31.72")
        b.press(b.find(".lang a[lang=en]"))
        self.assertIn("Being handled", b.text(), "the place stays when the language changes")
        b.open("/resident/place?lon=119.57&lat=31.72&name=%3Cb%3E", "zh")
        self.assertNotIn("<b>", b.text())

    def test_an_address_that_is_none_is_a_page(self):
        """What goes wrong under a person's eyes is a page with words, never a document for programs."""
        b = self.b
        b.open("/resident/nothing", "zh")
        self.assertIn("没有这个地址", b.text())
        self.assertGreater(len(b.all(".doors a")), 0)
        b.open("/api/v1/track/JT1-X/calendar.ics", "zh")
        self.assertIn("查询码不对", b.text())
        self.assertEqual([m for m in b.messages() if "calendar.ics" not in m], [])

    def test_conduct_is_explained(self):
        b = self.b
        b.open("/resident/report", "zh")
        b.find("[name=text]").send_keys("工作人员收了商户的钱")
        b.find("input[name=about]").find_element(By.XPATH, "./ancestor::details/summary").click()
        self.assertIn("不会转给被反映的人和单位", b.text("input[name=about][value=conduct] + span"))
        b.find("input[name=about][value=conduct]").click()
        b.find("#f-unit option[value=cityops]").click()
        self.send()
        self.assertIn("不会转给被反映的人和单位", b.text(".notice"))
        self.assertNotIn("城市管理局", b.text(".receipt"))
        b.press(b.find(".doors a"))
        self.assertIn("不提供您的身份", b.text(".state"))


if __name__ == "__main__":
    unittest.main()
