"""Another city in the four faces: Boston's name, map and list, its own clock and telephones, and not one Chinese letter in English."""
import re
import time
import unittest
import zoneinfo
from datetime import datetime

import browser
import test_insight

HAN = "[\u2e80-\u303f\u3400-\u9fff\uff00-\uffef]"
SHOWN = """return document.body.innerText + ' ' + [...document.querySelectorAll('[title],[aria-label],[placeholder],[alt]')]
  .map(e => [e.title, e.getAttribute('aria-label'), e.placeholder, e.alt].join(' ')).join(' ')"""
TEXTS = [("Deep pothole near the corner, cars swerve around it", -71.0589, 42.3555), ("Street light has been out for two weeks", -71.0810, 42.3500),
         ("Dead raccoon on the sidewalk", -71.0650, 42.2995), ("Graffiti on the wall of the underpass", -71.1130, 42.3090)]


class Boston(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = browser.fixture.Server(city=browser.fixture.BOSTON)
        cls.server.staff("op", "operator", "bos311", password=test_insight.PASSWORD)
        cls.server.staff("walker", "grid_worker", area="downtown_financial", password=test_insight.PASSWORD)
        cls.server.run("user", "add", "--login", "wall1", "--role", "wall")
        cls.token = cls.server.run("token", "add", "--login", "wall1").stdout.strip()
        stranger = cls.server.client()
        for text, lon, lat in TEXTS:
            cls.filed = stranger.file(text, lon=lon, lat=lat)
            assert cls.filed.status == 201, cls.filed
        cls.c = test_insight.Console(cls.server)
        cls.b = cls.c.b
        cls.b.scheme("light")
        cls.c.login("op")

    @classmethod
    def tearDownClass(cls):
        cls.b.driver.get("about:blank")
        cls.b.scripts(False)
        cls.b.size(browser.DESK)
        cls.server.close()

    def looks(self, name):
        with self.subTest(name):
            text = self.b.driver.execute_script(SHOWN).replace("中文", "")  # the name of the other language, in that language
            self.assertEqual(sorted(set(re.findall(r"\S*" + HAN + r"\S*", text))), [])
            # the field app offers to be installed by its own button
            self.assertEqual([m for m in self.b.messages() if "beforeinstallprompt" not in m], [])
            self.assertLessEqual(self.b.overflow()[0], 0, self.b.overflow())
            if not browser.axe_missing():
                self.assertEqual(self.b.axe(), [])

    def test_console(self):
        for path in ("/cases?q=status:open", "/map", "/stats?period=7d", "/directory", "/directory?tab=duties"):
            self.c.go(path, "en")
            self.c.settled()
            self.looks(path)
        self.assertIn("Boston", self.b.text("body"))

    def test_map_draws_what_lies_below_an_area(self):
        self.c.go("/map", "en")
        self.c.settled()
        self.c.wait(".beside tbody tr")
        names = [e.text for e in self.b.all(".beside tbody td:first-child")]
        self.assertEqual(len(names), 23)
        self.assertIn("Downtown / Financial District", names)
        drawn = "const c = [...document.querySelectorAll('.ol-layer canvas')].filter(c => c.width); return c.reduce((n, x) => n + " \
                "x.getContext('2d').getImageData(0, 0, x.width, x.height).data.filter((v, i) => i % 4 === 3 && v > 250).length, 0)"
        self.b.until(lambda: self.b.driver.execute_script(drawn) > 20000)  # coloured areas, not only circles

    def test_list_tells_the_time_of_boston(self):
        self.c.go("/cases?q=status:open&sort=due", "en")
        self.c.wait("tbody tr", text="pothole")
        due = self.server.client().get("/api/v1/track/" + self.filed.json["track"]).json["due"]
        here = datetime.fromisoformat(due.replace("Z", "+00:00")).astimezone(zoneinfo.ZoneInfo("America/New_York"))
        self.assertIn(here.strftime("%H:%M"), self.b.text("table"))

    def test_wall(self):
        self.b.size((1920, 1080))
        self.b.driver.get("about:blank")
        self.b.driver.get(f"{self.b.base}/wall?lang=en#token={self.token}")
        self.c.wait("main h2", text="Boston")
        self.b.until(lambda: self.b.find("dd").text not in ("", "–"))
        self.looks("wall")
        self.b.size(browser.DESK)

    def test_residents(self):
        self.b.driver.get("about:blank")
        self.b.messages()
        self.b.size(browser.PHONE)
        for path in ("/resident/", "/resident/report", "/resident/map", "/resident/place?lon=-71.0589&lat=42.3555", "/resident/track/" + self.filed.json["track"]):
            self.b.open(path, "en")
            time.sleep(.3)
            self.looks(path)
        self.b.size(browser.DESK)

    def test_field(self):
        self.b.size(browser.PHONE)
        self.b.driver.delete_all_cookies()
        self.b.driver.get(f"{self.b.base}/field/?lang=en")
        self.c.wait("input[type=password]")
        self.b.find("input:not([type=password])").send_keys("walker")
        self.b.find("input[type=password]").send_keys(test_insight.PASSWORD, test_insight.Keys.ENTER)
        self.c.wait("main h1, main h2, main .card, main ul")
        self.b.messages()
        self.looks("field")
        self.b.size(browser.DESK)
        self.c.login("op")


if __name__ == "__main__":
    unittest.main()
