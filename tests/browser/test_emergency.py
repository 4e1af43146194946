"""The page of emergencies: an exercise is reported, graded by the figures' proposal, responded to; the roll read; ended. A warning
drafted, approved by another person, published. The word EXERCISE on every screen, sheet and wall. Both languages, axe zero."""
import os
import time
import unittest

import browser
from selenium.webdriver.support.ui import Select

WORD = "a plan for storms"
LATER = time.strftime("%Y-%m-%dT%H:%M", time.localtime(time.time() + 200000))
MARK = {"zh": "演练", "en": "EXERCISE"}


class Emergency(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        cls.duty = cls.server.staff("duty", "operator", "centre", password=WORD)
        cls.chief = cls.server.staff("chief", "supervisor", "centre", password=WORD)
        cls.roads = cls.server.staff("roads", "handler", "cityops_municipal", password=WORD)
        cls.b = browser.shared()
        cls.b.base = f"http://127.0.0.1:{cls.server.port}"
        cls.b.scheme("light")
        cls.b.size(browser.DESK)
        cls.b.scripts(True)
        cls.enter(cls.b, "/", "duty", ".frame")

    @classmethod
    def tearDownClass(cls):
        cls.b.open("/resident/", "zh")
        cls.b.scripts(False)
        cls.server.close()

    @staticmethod
    def enter(b, path, login, frame):
        b.open(path, "zh")
        b.until(lambda: b.all("#login"), 20)
        for css, text in (("#login", login), ("#password", WORD)):
            b.find(css).send_keys(text)
        b.find("form button[type=submit]").click()
        b.until(lambda: b.all(frame), 20)

    def go(self, address, lang, css):
        self.b.driver.get(f"{self.b.base}/?lang={lang}{address}")
        return self.b.until(lambda: self.b.all(css), 20)

    def looked(self, name):
        folder = os.environ.get("YIWANG_PICTURES")
        if folder:
            self.b.picture(os.path.join(folder, name + ".png"))
        self.assertEqual(self.b.looks(name), [])

    def press(self, text, css="button"):
        found = self.b.until(lambda: [e for e in self.b.all(css) if e.is_displayed() and text in e.text], 15)
        self.b.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", found[0])
        found[0].click()

    def filled(self, label, value):
        """The input that a label names."""
        field = self.b.until(lambda: [e for e in self.b.all(".actions label[for]") if e.text.startswith(label)], 15)[0]
        target = self.b.find("#" + field.get_attribute("for"))
        if target.tag_name == "select":
            Select(target).select_by_visible_text(value)
        elif target.get_attribute("type") == "datetime-local":
            self.b.driver.execute_script("arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input'))", target, value)
        else:
            target.send_keys(value)

    def test_an_exercise_from_report_to_end(self):
        b = self.b
        self.go("#/emergency", "zh", ".list section")
        self.press("登记突发事件")
        b.until(lambda: b.all("#new-kind"))
        self.assertIn("110", b.text(".modal"))
        self.looked("emergency-new")
        Select(b.find("#new-kind")).select_by_visible_text("暴雨洪涝（样例）")
        b.find("#new-text").send_keys("城区多处积水")
        b.find(".modal input[type=checkbox]").click()
        self.press("登记", ".modal button[type=submit]")
        b.until(lambda: b.all(".scales"), 20)
        number = b.driver.current_url.split("case=")[1]
        self.press("事件分级", ".actions button")
        self.filled("事件种类", "生产安全事故")
        self.filled("死亡人数", "3")
        b.until(lambda: "较大" in b.text(".actions [role=status]"), 10)
        self.assertIn("第3条", b.text(".actions [role=status]"))
        self.press("采用", ".actions button")
        self.looked("emergency-grade")
        self.press("事件分级", ".actions button[type=submit]")
        b.until(lambda: "较大" in b.text(".scales"), 10)
        self.press("启动应急响应", ".actions button")
        for label, value in (("响应事项", "暴雨洪涝演练"), ("响应级别", "二级响应"), ("预计期限", LATER), ("应急处置措施", "值守排水"), ("预案", "暴雨洪涝应急预案（样例）")):
            self.filled(label, value)
        self.press("启动应急响应", ".actions button[type=submit]")
        b.until(lambda: "下穿通道设岗值守" in b.text(".board .main"), 15)
        self.assertIn("二级响应", b.text(".scales"))
        for fields in ({"person": "样例甲", "phone": "139", "status": "missing"},):
            self.assertEqual(self.duty.post(f"/api/v1/cases/{number}/actions/roll", fields).status, 200)
        self.assertEqual(self.duty.post(f"/api/v1/cases/{number}/actions/help_needed", {"place": "东门1幢", "number": 3}).status, 200)
        b.until(lambda: b.all("#roll-purpose"), 15)
        self.assertNotIn("样例甲", b.text())
        b.find("#roll-purpose").send_keys("核对失联人员")
        self.press("查看花名册", ".board button")
        b.until(lambda: "样例甲" in b.text() and "失联待查" in b.text(), 10)
        b.until(lambda: "东门1幢" in b.text(".board .main"), 10)
        self.looked("emergency-board-zh")
        self.marked(number)
        self.assertEqual(self.chief.post(f"/api/v1/cases/{number}/actions/end_response", {"note": "演练结束"}).status, 200)
        self.go("#/emergency?case=" + number, "en", ".scales")
        b.until(lambda: "The roll exists during the response only" in b.text(), 10)
        self.assertNotIn("样例甲", b.text())
        self.looked("emergency-board-en")

    def marked(self, number):
        """What is only practised says so wherever it is shown."""
        b = self.b
        for lang in ("zh", "en"):
            for address, css in (("#/cases?q=flag:exercise", "table.list tbody tr"), ("#/cases/" + number, "article .title"), (f"#/print/order/{number}", ".sheet, .notice"), ("#/emergency?case=" + number, ".board")):
                self.go(address, lang, css)
                marks = [e.text for e in b.until(lambda: b.all(".exercise-mark"), 10)]
                self.assertTrue(all(m == MARK[lang] for m in marks), (address, marks))

    def test_a_warning_from_draft_to_publication(self):
        b = self.b
        number = self.duty.file("气象台通报", category="y01", channel="phone").json["number"]
        self.go("#/emergency?case=" + number, "zh", ".steps")
        self.assertEqual(len(b.all(".steps .done")), 0)
        fields = {"level": "orange", "areas": ["320413001"], "starts": "2026-01-01T00:00:00+08:00", "ends": time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 200000)),
                  "issuer": "emergency", "cautions_zh": "强降雨", "measures_zh": "避开低洼路段", "cautions_en": "Heavy rain", "measures_en": "Avoid low roads"}
        self.assertEqual(self.duty.post(f"/api/v1/cases/{number}/actions/draft", fields).status, 200)
        b.until(lambda: len(b.all(".steps .done")) == 1 and b.all(".map canvas"), 15)
        self.looked("emergency-warning-draft")
        self.assertEqual(self.chief.post(f"/api/v1/cases/{number}/actions/issue", {}).status, 200)
        b.until(lambda: len(b.all(".steps .done")) == 3, 15)
        self.go("#/emergency?case=" + number, "en", ".steps .done")
        self.looked("emergency-warning-en")


if __name__ == "__main__":
    unittest.main()
