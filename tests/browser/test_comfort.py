"""What script adds to the resident's pages: known things while one writes, places, photos, a draft that stays, a page that stays
true. Against the real server; every state is looked at with axe, and the console stays silent."""
import time
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

import browser

LATER = "const n = Date.now; Date.now = () => n() + 61000; document.dispatchEvent(new Event('visibilitychange'))"


class Comfort(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        cls.posts = browser.Posts(cls.server)
        cls.b = browser.shared()
        cls.b.base = f"http://127.0.0.1:{cls.server.port}"
        cls.b.scheme("light")
        cls.photo = browser.photo()
        cls.stranger = cls.server.client()
        cls.has_axe = not browser.axe_missing()

    @classmethod
    def tearDownClass(cls):
        cls.b.scripts(False)
        cls.server.close()

    def setUp(self):
        self.b.size(browser.PHONE)
        self.b.scripts(True)
        self.b.open("/resident/map", "zh")
        self.b.driver.execute_script("localStorage.clear()")
        self.b.messages()

    def tearDown(self):
        self.assertEqual(self.b.messages(), [])

    def accessible(self):
        """The state as it is, light and dark, no wider than the phone."""
        self.assertLessEqual(self.b.overflow()[0], 0, self.b.overflow())
        for scheme in ("light", "dark") if self.has_axe else ():
            self.b.scheme(scheme)
            self.assertEqual(self.b.axe(), [], scheme)
        self.b.scheme("light")

    def report(self, lang="zh", query=""):
        self.b.open("/resident/report" + query, lang)
        self.b.until(lambda: self.b.all(".tools"))

    def write(self, text):
        self.b.find("[name=text]").send_keys(text)

    def send(self, form="#report"):
        self.b.find(form + " .send button").click()

    def receipt(self):
        return self.b.until(lambda: "/receipt/" in self.b.path() and self.b.path().rsplit("/", 1)[1])

    def value(self, name):
        return self.b.find(f"[name={name}]").get_attribute("value")

    # --- while one writes ---

    def test_what_will_happen_is_said_while_writing(self):
        for lang, words in (("zh", ("登记", "办完", "样例")), ("en", ("filed as", "to be done by", "sample"))):
            self.report(lang, "?lon=119.5801&lat=31.7301")
            self.write("东门大街的路灯不亮了")
            will = self.b.until(lambda: self.b.text("#known .will"))
            for word in words:
                self.assertIn(word, self.b.text("#known"), lang)
            self.assertNotIn("{", will)
            self.accessible()
            self.b.driver.execute_script("localStorage.clear()")

    def test_what_belongs_elsewhere_names_the_telephone(self):
        self.report()
        self.write("有人打架，要出人命了")
        self.b.until(lambda: self.b.text("#known .notice"))
        self.assertTrue(self.b.find("#known .notice a.phone").get_attribute("href").startswith("tel:"))
        self.accessible()

    def test_outside_is_said_before_sending(self):
        self.report(query="?lon=116.39&lat=39.90")
        self.write("路灯不亮")
        self.b.until(lambda: "不在本辖区内" in self.b.text("#known"))

    def test_me_too_instead_of_a_duplicate(self):
        place = {"lon": 119.5901, "lat": 31.7201}
        first = self.stranger.file("广场的长椅坏了", **place).json["track"]
        self.posts.operator.get("/api/v1/cases", {"Yiwang-Min-Seq": str(self.stranger.seq)})
        self.report(query="?lon=119.5901&lat=31.7201")
        self.write("广场长椅坏了，坐不了")
        self.b.until(lambda: self.b.all("#known .same input"))
        self.assertTrue(self.b.find(".same input[value='']").is_selected())
        self.b.find(".same input:not([value=''])").click()
        self.accessible()
        self.write("，木条断了")
        time.sleep(1.2)
        self.assertFalse(self.b.find(".same input[value='']").is_selected(), "the choice stays while one writes on")
        self.send()
        mine = self.receipt()
        self.assertIn("合在一起办理", self.b.text())
        self.assertEqual(self.stranger.get(f"/api/v1/track/{first}").json["supporters"], 1)
        self.assertIn("joined", self.stranger.get(f"/api/v1/track/{mine}").json)
        self.accessible()

    def test_states_in_english(self):
        """What the other tests look at in Chinese."""
        self.report("en", "?lon=119.5801&lat=31.7301")
        self.write("Lamp is out 路灯不亮")
        self.b.until(lambda: self.b.text("#known .will"))
        self.b.find("[name=address]").send_keys("石桥")
        self.b.until(lambda: self.b.all("[role=option]"))
        self.accessible()
        self.b.find("[name=address]").send_keys(Keys.ESCAPE)
        self.b.find("input[name=photo]").send_keys(self.photo)
        self.b.until(lambda: self.b.all(".photo-list input[type=hidden]"))
        self.b.find("input[name=photo]").send_keys(__file__)
        self.b.until(lambda: "picture" in self.b.text(".photo-list"))
        self.accessible()
        self.b.find(".place .tools button:nth-of-type(2)").click()
        self.b.until(lambda: self.b.all(".map-box canvas"))
        self.accessible()
        time.sleep(0.6)
        self.report("en")
        self.b.until(lambda: self.b.text(".notice"))
        self.accessible()
        self.b.offline(True)
        try:
            self.send()
            self.b.until(lambda: self.b.text("#report > .said"))
            self.accessible()
        finally:
            self.b.offline(False)
        self.send()
        self.receipt()
        self.b.until(lambda: self.b.all("main > .tools button"))[-1].click()
        self.accessible()
        self.b.open("/resident/place?lon=119.6&lat=31.74", "en")
        self.b.until(lambda: self.b.find("#around .doors button")).click()
        self.accessible()
        self.b.open("/resident/map", "en")
        self.b.until(lambda: self.b.find("#map-door button")).click()
        self.b.until(lambda: self.b.all(".map-box canvas"))
        self.accessible()
        self.assertEqual([m for m in self.b.messages() if "ERR_INTERNET_DISCONNECTED" not in m and "/api/v1/media" not in m], [])

    # --- where ---

    def test_places_are_suggested_and_chosen_by_keyboard(self):
        self.report()
        self.write("路面有坑")
        box = self.b.find("[name=address]")
        box.send_keys("石桥")
        self.b.until(lambda: self.b.all("[role=option]"))
        self.accessible()
        box.send_keys(Keys.ARROW_DOWN)
        first = self.b.find("[role=option][aria-selected=true]")
        self.assertEqual(box.get_attribute("aria-activedescendant"), first.get_attribute("id"))
        box.send_keys(Keys.ENTER)
        self.assertEqual(box.get_attribute("aria-expanded"), "false")
        self.assertIn("石桥", self.value("address"))
        self.assertNotEqual(self.value("lon"), "")
        self.assertIn("标在地图上", self.b.text(".place .said"))
        self.b.find(".place .said button").click()
        self.assertEqual(self.value("lon"), "")
        box.send_keys("号")
        box.send_keys(Keys.ESCAPE)
        self.assertEqual(self.b.path(), "/resident/report", "Enter chooses, it does not send")

    def test_where_i_am(self):
        self.b.place(119.5755, 31.7255)
        self.report()
        self.write("路灯不亮")
        self.b.find(".place .tools button").click()
        self.b.until(lambda: self.value("lon").startswith("119.5755"))
        self.assertIn("误差约12米", self.b.text(".place .said"))
        self.b.until(lambda: "地点" in self.b.text("#known .area"))

    def test_a_point_of_the_map(self):
        self.report()
        self.b.find(".place .tools button:nth-of-type(2)").click()
        canvas = self.b.until(lambda: self.b.all(".map-box canvas") and self.b.find(".map-box"))
        time.sleep(1)
        ActionChains(self.b.driver).move_to_element_with_offset(canvas, 30, 20).click().perform()
        self.b.until(lambda: self.value("lon"))
        tapped = self.value("lon")
        self.assertAlmostEqual(float(tapped), 119.57, delta=0.5)
        self.accessible()
        middle = self.b.find(".place .tools").find_elements(By.CSS_SELECTOR, "div > button")[-1]
        middle.send_keys(Keys.ENTER)
        self.assertNotEqual(self.value("lon"), tapped, "the middle is another point, chosen by keyboard")
        self.b.find(".place .tools button:nth-of-type(2)").click()
        self.assertEqual(self.b.all(".map-box"), [])

    # --- photos, draft, sending ---

    def test_photos_are_sent_while_one_writes(self):
        self.report()
        self.write("井盖坏了")
        self.b.find("input[name=photo]").send_keys(self.photo)
        self.b.find("input[name=photo]").send_keys(self.photo)
        self.b.until(lambda: len(self.b.all(".photo-list input[type=hidden]")) == 2)
        self.assertGreater(self.b.find(".photo-list img").size["width"], 20)
        self.accessible()
        self.b.find(".photo-list li button").click()
        self.assertEqual(len(self.b.all(".photo-list li")), 1)
        self.send()
        track = self.receipt()
        self.assertEqual(len(self.stranger.get(f"/api/v1/track/{track}").json["media"]), 1)

    def test_a_photo_that_is_none_is_refused_with_words(self):
        self.report()
        self.write("井盖坏了")
        self.b.find("input[name=photo]").send_keys(__file__)
        self.b.until(lambda: "不是能打开的图片" in self.b.text(".photo-list"))
        self.accessible()
        self.assertEqual([m for m in self.b.messages() if "/api/v1/media" not in m], [])

    def test_what_was_written_stays_until_it_is_sent(self):
        self.report()
        self.write("河边护栏松了")
        self.b.find("[name=address]").send_keys("河滨路")
        self.b.find("input[name=photo]").send_keys(self.photo)
        self.b.until(lambda: self.b.all(".photo-list input[type=hidden]"))
        time.sleep(0.6)
        self.report()
        self.assertEqual(self.value("text"), "河边护栏松了")
        self.assertEqual(self.value("address"), "河滨路")
        self.assertEqual(len(self.b.all(".photo-list input[type=hidden]")), 1)
        self.assertIn("恢复", self.b.text(".notice"))
        self.accessible()
        self.send()
        track = self.receipt()
        self.assertEqual(len(self.stranger.get(f"/api/v1/track/{track}").json["media"]), 1)
        self.report()
        self.assertEqual(self.value("text"), "")

    def test_without_connection_nothing_is_lost(self):
        self.report()
        self.write("站牌倒了")
        self.b.offline(True)
        try:
            self.send()
            self.b.until(lambda: "没有连上网络" in self.b.text("#report > .said"))
            self.assertEqual(self.value("text"), "站牌倒了")
        finally:
            self.b.offline(False)
        self.send()
        self.receipt()
        self.assertEqual([m for m in self.b.messages() if "ERR_INTERNET_DISCONNECTED" not in m], [])

    def test_two_presses_file_once(self):
        self.report()
        self.write("双击提交的垃圾桶满了")
        ActionChains(self.b.driver).double_click(self.b.find("#report .send button")).perform()
        self.receipt()
        rows = self.posts.operator.get("/api/v1/cases?limit=100", {"Yiwang-Min-Seq": "1"}).json["items"]
        self.assertEqual(sum("双击提交的垃圾桶满了" in r["text"] for r in rows), 1)

    def test_a_refused_report_comes_back_whole(self):
        self.report()
        self.write("没有人来收垃圾")
        self.b.find("input[name=about]").find_element(By.XPATH, "./ancestor::details/summary").click()
        self.b.find("input[name=about][value=service]").click()
        self.send()
        self.b.until(lambda: self.b.all(".error"))
        self.assertEqual(self.b.driver.switch_to.active_element.get_attribute("class"), "error")
        self.assertEqual(self.value("text"), "没有人来收垃圾")
        self.b.find("#f-unit option[value=cityops]").click()
        self.send()
        self.receipt()

    # --- receipt and following ---

    def test_the_receipt_is_copied_and_kept(self):
        track = self.stranger.file("路牌歪了").json["track"]
        self.b.open("/resident/receipt/" + track, "zh")
        buttons = {b.text: b for b in self.b.until(lambda: self.b.all("main > .tools button"))}
        self.assertEqual(set(buttons), {"复制查询码", "打印", "在这台设备上记住"})
        self.assertGreater(self.b.find(".qr img").get_property("naturalWidth"), 20)
        buttons["复制查询码"].click()
        self.b.until(lambda: "已复制" in self.b.text())
        buttons["在这台设备上记住"].click()
        self.accessible()
        for page in ("/resident/", "/resident/track"):
            self.b.open(page, "zh")
            self.assertIn(track, self.b.until(lambda: self.b.find(".kept-here a")).get_attribute("href"))
        self.accessible()
        self.b.find(".kept-here button").click()
        self.b.open("/resident/")
        self.assertFalse(self.b.find("[data-kept=receipts]").is_displayed())

    def test_the_page_stays_true(self):
        track = self.stranger.file("河道有垃圾").json["track"]
        self.b.open("/resident/track/" + track, "zh")
        self.b.until(lambda: self.b.all(".said"))
        self.posts.dispatch(track.split("-")[0])
        self.b.driver.execute_script(LATER)
        self.b.until(lambda: self.b.text(".state-name") == "正在处理")
        self.b.until(lambda: "有新进展" in self.b.find("body > [role=status]").get_attribute("textContent"))

    def test_nothing_is_taken_away_while_one_writes(self):
        track = self.stranger.file("河道有水草").json["track"]
        self.b.open("/resident/track/" + track, "zh")
        self.b.until(lambda: self.b.all(".said"))
        form = "form[action$='/add']"
        self.b.find(form).find_element(By.XPATH, "./preceding-sibling::summary").click()
        self.b.find(form + " [name=text]").send_keys("今天更多了")
        self.posts.dispatch(track.split("-")[0])
        self.b.driver.execute_script(LATER)
        self.b.until(lambda: self.b.all(".news-line"))
        self.accessible()
        self.assertEqual(self.b.find(form + " [name=text]").get_attribute("value"), "今天更多了")
        self.b.find(form + " [name=media]").send_keys(self.photo)
        self.send(form)
        self.b.until(lambda: "今天更多了" in self.b.text(".history"))
        self.assertEqual(len(self.b.all(".photos img")), 1)

    def test_rating_by_stars(self):
        track = self.stranger.file("草坪坏了").json["track"]
        self.posts.finish(track.split("-")[0], "已补种。")
        self.b.open("/resident/track/" + track, "zh")
        self.b.until(lambda: self.b.all(".said"))
        self.accessible()
        self.b.find(".asked input[value='5']").find_element(By.XPATH, "..").click()
        self.send(".asked form")
        self.b.until(lambda: "您的评价： 5" in self.b.text())
        self.assertEqual(self.posts.operator.case(track.split("-")[0]).json["rating"], 5)

    # --- places and figures ---

    def test_a_place_is_followed(self):
        place = "/resident/place?lon=119.6&lat=31.74"
        self.b.open(place, "zh")
        follow = self.b.until(lambda: self.b.find("#around .doors button"))
        follow.click()
        self.assertEqual(follow.text, "不再关注")
        time.sleep(1.1)
        self.stranger.file("路灯不亮", lon=119.6, lat=31.74)
        self.b.open("/resident/", "zh")
        self.b.until(lambda: "有1件新的" in self.b.text("[data-kept=places]"), 20)
        self.accessible()
        self.b.find("[data-kept=places] a").click()
        self.b.until(lambda: self.b.all(".tag.new"))
        self.assertIn("有1件新的", self.b.text("#around .notice"))
        self.accessible()
        self.b.open(place, "zh")
        self.b.until(lambda: "没有新的" in self.b.text("#around .notice"))

    def test_the_map_comes_when_it_is_asked_for(self):
        self.stranger.file("路灯不亮", lon=119.571, lat=31.721)
        self.b.open("/resident/map", "zh")
        loaded = "return performance.getEntriesByType('resource').map(r => r.name).filter(n => /citymap|map-|figures/.test(n)).length"
        self.assertEqual(self.b.driver.execute_script(loaded), 0)
        self.b.until(lambda: self.b.find("#map-door button")).click()
        self.b.until(lambda: self.b.all(".map-box canvas"))
        self.assertGreater(self.b.driver.execute_script(loaded), 0)
        time.sleep(1)
        self.accessible()
        self.b.find("#map-door button").click()
        self.assertEqual(self.b.all(".map-box"), [])


if __name__ == "__main__":
    unittest.main()
