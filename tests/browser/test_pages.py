"""Every page and state as people meet it: accessible, no wider than a phone, silent in the console, printable. One walk
collects what is wrong, because opening pages is what costs; each test looks at one kind of finding."""
import os
import re
import subprocess
import tempfile
import unittest

import browser
import states

KEY = (r"\b(page|home|door|kept|place|photo|form|known|report|receipt|limit|find|track|around|figures|map|step|next|rate|did|kind|error|app|"
       r"refusal)\.[a-z]|\{[a-z]+\}")
TARGETS = ".button, .more, .tabs a, .lang a, summary, select, textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox]):not(.visually-hidden), .scale label, .choice label"
COMFORTED = ("home", "report", "find", "receipt", "track-filed", "track-closed", "place", "place-point", "map")  # the script changes them
MARKS = {"zh": ("虚构", "（样例）", "示意"), "en": ("invented", "(sample)", "schematic")}


class Walk:
    """What is wrong on the pages, by kind: "axe", "console", "targets", "marks", "words", "100 %", "200 %"."""

    def __init__(self, b, world):
        self.b, self.found, self.visited = b, {}, 0
        self.has_axe = not browser.axe_missing()
        b.size(browser.PHONE)
        b.messages()
        for lang in ("zh", "en"):
            b.scripts(False)
            for name, path in world.paths():
                b.open(path, lang)
                self.look(f"{name} {lang}", lang)
            for name, form in states.FORMS:
                form(b, lang)
                self.look(f"{name} {lang}", lang)
            b.scripts(True)
            for name, path in world.paths():
                if name in COMFORTED:
                    b.open(path, lang)
                    b.until(lambda: b.driver.execute_script("return document.readyState === 'complete'"))
                    self.look(f"{name} {lang} with script", lang)
        b.scripts(False)

    def note(self, kind, name, what):
        self.found.setdefault(kind, []).append(f"{name}: {what}")

    def look(self, name, lang):
        self.visited += 1
        for message in self.b.messages():
            self.note("console", name, message)
        for summary in self.b.all("details:not([open]) > summary"):
            summary.click()
        self.look_at_words(name, lang)
        small = self.b.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])].filter(e => e.getClientRects().length && "
            "e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 90))", TARGETS)
        for target in small:
            self.note("targets", name, target)
        self.look_at_axe(name)
        for percent in (100, 200):
            self.b.text_size(percent)
            size = self.b.find("html").value_of_css_property("font-size")
            wider, who = self.b.overflow()
            if wider > 0 or size != f"{16 * percent // 100}px":
                self.note(f"{percent} %", name, f"{size}, {wider} px too wide: {who}")
        self.b.text_size(100)

    def look_at_axe(self, name):
        """Whole in light; what dark can change is contrast. The page is as it is: only axe needs scripts to run."""
        if not self.has_axe:
            return
        self.b.scripts(True)
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
            self.b.scheme(scheme)
            for violation in self.b.axe(rules):
                self.note("axe", f"{name} {scheme}", violation)
        self.b.scheme("light")
        self.b.scripts(name.endswith("with script"))

    def look_at_words(self, name, lang):
        text = self.b.text("body")
        sample, of_sample, sketched = MARKS[lang]
        if sample not in self.b.text(".sample"):
            self.note("marks", name, "no banner of sample data")
        if any(of_sample in dd.text for dd in self.b.all("dd")) and sketched not in self.b.text():
            self.note("marks", name, "a sketched area without its notice")
        shown = re.search(KEY, text)
        if shown:
            self.note("words", name, shown.group(0))


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server()
        cls.b = browser.shared()
        cls.b.base = f"http://127.0.0.1:{cls.server.port}"
        cls.b.scheme("light")
        cls.world = states.States(cls.server)
        cls.walk = Walk(cls.b, cls.world)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def nothing(self, *kinds):
        self.assertGreaterEqual(self.walk.visited, 30)
        for kind in kinds:
            self.assertEqual(self.walk.found.get(kind, []), [], kind)

    def test_accessible(self):
        """WCAG 2.1 A and AA, both languages, light and dark, everything unfolded."""
        if browser.axe_missing():
            self.skipTest(browser.axe_missing())
        self.nothing("axe")

    def test_accessibility_rules_can_fail(self):
        if browser.axe_missing():
            self.skipTest(browser.axe_missing())
        self.b.scripts(True)
        self.b.driver.get("data:text/html,<title>t</title><img src=x><p style='color:%23ddd'>pale</p>")
        found = " ".join(self.b.axe())
        self.b.scripts(False)
        for rule in ("image-alt", "html-has-lang", "color-contrast"):
            self.assertIn(rule, found)

    def test_no_wider_than_a_phone(self):
        self.nothing("100 %", "200 %")

    def test_width_can_fail(self):
        self.b.size(browser.PHONE)
        self.b.driver.get("data:text/html,<meta name=viewport content='width=device-width'><p style='width:900px'>wide</p>")
        self.assertGreater(self.b.overflow()[0], 0)

    def test_console_is_silent(self):
        self.nothing("console")
        self.b.driver.get("data:text/html,<img src='http://127.0.0.1:1/x'>")
        self.assertNotEqual(self.b.messages(), [], "a console that never speaks proves nothing")

    def test_targets_are_large(self):
        self.nothing("targets")

    def test_sample_data_and_sketched_areas_are_marked(self):
        self.nothing("marks")

    def test_every_word_is_there(self):
        self.nothing("words")

    def test_large_text_needs_no_script(self):
        """A link turns it on, a cookie keeps it, nothing runs out of the page."""
        b = self.b
        b.size(browser.PHONE)
        b.open("/resident/report", "zh")
        b.find(".text-size").click()
        for name, path in self.world.paths():
            b.open(path)
            self.assertEqual(b.find("html").value_of_css_property("font-size"), "22px", name)
            self.assertLessEqual(b.overflow()[0], 0, (name, b.overflow()))
        self.assertEqual(b.find(".text-size").text, "标准字号")
        b.find(".text-size").click()
        b.open("/resident/")
        self.assertEqual(b.find("html").value_of_css_property("font-size"), "16px")

    def test_inside_another_app_nothing_is_downloaded(self):
        b = self.b
        b.user_agent(b.agent + " MicroMessenger/8.0.49")
        try:
            b.open("/resident/receipt/" + self.world.tracks["filed"], "zh")
            self.assertEqual([a.get_attribute("href") for a in b.all(".downloads") if a.is_displayed()], [])
            self.assertIn("截屏", b.text())
            b.open(states.PLACE)
            self.assertEqual([a for a in b.all(".downloads") if a.is_displayed()], [])
        finally:
            b.user_agent()
        b.open("/resident/receipt/" + self.world.tracks["filed"], "zh")
        self.assertEqual(len([a for a in b.all(".downloads") if a.is_displayed()]), 2)

    def test_weight(self):
        """All that a page loads before a map is asked for: at most 60 KB as it travels, packed by gzip."""
        b, heaviest = self.b, {}
        b.scripts(True)
        for name, path in self.world.paths():
            b.open(path, "zh")
            b.until(lambda: b.driver.execute_script("return document.readyState === 'complete'"))
            names = b.driver.execute_script("return [location.href].concat(performance.getEntriesByType('resource').map(r => r.name))")
            own = [n[len(b.base):] for n in names if n.startswith(b.base) and "/media/" not in n]
            self.assertEqual(len(own), len([n for n in names if not n.startswith("data:") and "/media/" not in n]), "another host")
            heaviest[name] = sum(len(self.world.stranger.get(n, {"Accept-Encoding": "gzip", "Accept": "text/html"}).body) for n in set(own))
        b.scripts(False)
        self.assertLess(max(heaviest.values()), 60 << 10, heaviest)
        self.assertGreater(min(heaviest.values()), 4 << 10, "without style and script nothing was weighed")

    def test_slip_prints_on_one_slip(self):
        """What a grid worker gives to an old person: 80 mm wide, one piece, the code in large type, not her words."""
        self.b.size(browser.DESK)
        self.b.open("/resident/receipt/" + self.world.tracks["filed"] + "?slip=1", "zh")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "slip.pdf")
            with open(path, "wb") as f:
                f.write(self.b.pdf(css_size=True))
            text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
            about = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
        self.assertEqual(text.count("\f"), 1, text)
        self.assertRegex(about, r"Page size:\s+22[67]")  # points: 80 mm
        flat = "".join(text.split())
        self.assertIn(self.world.tracks["filed"], flat)
        self.assertIn("12345", flat)
        self.assertNotIn("路灯三天没亮", flat)

    def test_receipt_prints_on_one_sheet(self):
        self.b.size(browser.DESK)
        self.b.open("/resident/receipt/" + self.world.tracks["filed"], "zh")
        with tempfile.TemporaryDirectory() as folder:
            path = os.environ.get("KEEP_PDF") or os.path.join(folder, "receipt.pdf")
            with open(path, "wb") as f:
                f.write(self.b.pdf())
            text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(text.count("\f"), 1, text)
        flat = "".join(text.split())
        self.assertIn(self.world.tracks["filed"], flat)
        for word in ("路灯三天没亮", "下一步", f"127.0.0.1:{self.server.port}/resident/track", "12345", "虚构"):
            self.assertIn(word, flat)
        for word in ("再反映一件", "English", "下载存证"):
            self.assertNotIn(word, flat)


if __name__ == "__main__":
    unittest.main()
