"""Base maps as people see them: a PMTiles file of pictures or of vector tiles, and a map service behind the proxy, drawn for
real. No page asks another host, and the service's key never reaches a browser. Measuring, printing and sheets of the map."""
import http.server
import os
import re
import shutil
import tempfile
import threading
import unittest
import urllib.parse

from selenium.webdriver.common.by import By
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import browser
import pmtiles
import test_insight

KEY = "k3y-of-the-service"
PLACE = (119.57, 31.72)
PINK, GREEN, WATER = (230, 20, 160), (20, 200, 60), (0xc4, 0xdc, 0xee)  # WATER: as basestyle.ts paints it
SHARE = """const [r, g, b] = arguments
  let hits = 0, all = 0
  for (const c of document.querySelectorAll('.ol-layer canvas')) {
    if (!c.width) continue
    const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data
    all += c.width * c.height
    for (let i = 0; i < d.length; i += 4) if (Math.abs(d[i] - r) < 4 && Math.abs(d[i + 1] - g) < 4 && Math.abs(d[i + 2] - b) < 4 && d[i + 3] > 250) hits++
  }
  return all ? hits / all : 0"""


class Service(http.server.BaseHTTPRequestHandler):
    asked = []

    def do_GET(self):
        Service.asked.append(self.path)
        body = browser.fixture.png(256, 256, GREEN)
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class BaseMaps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ["no_proxy"] = "127.0.0.1"
        cls.upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        threading.Thread(target=cls.upstream.serve_forever, daemon=True).start()
        cls.folder = tempfile.mkdtemp(prefix="yiwang-base-")
        city, data = os.path.join(cls.folder, "city"), os.path.join(cls.folder, "data")
        shutil.copytree(browser.fixture.JINTAN, city)
        os.mkdir(data)
        url = f"http://127.0.0.1:{cls.upstream.server_port}/t?z={{z}}&x={{x}}&y={{y}}&tk={{key}}"
        with open(os.path.join(city, "city.yaml"), "a", encoding="utf-8") as f:
            f.write(f'map:\n  wmts:\n    - {{name: vec, label: {{zh: 测试图, en: Test map}}, url: "{url}", key_file: map.key, zoom_min: 3, zoom_max: 16, notice: 测试图 GS-1}}\n')
        with open(os.path.join(data, "map.key"), "w", encoding="ascii") as f:
            f.write(KEY)
        cls.file = os.path.join(cls.folder, "base.pmtiles")
        cls.write(pmtiles.RASTER)
        cls.server = browser.fixture.Server(city=city, data=data, options=("--map", cls.file))
        cls.server.staff("sup", "supervisor", password=test_insight.PASSWORD)
        cls.server.client().file()
        cls.c = test_insight.Console(cls.server)
        cls.b = cls.c.b
        cls.b.scheme("light")
        cls.c.login("sup")

    @classmethod
    def tearDownClass(cls):
        cls.b.driver.get("about:blank")
        cls.b.scripts(False)
        cls.server.close()
        cls.upstream.shutdown()
        cls.upstream.server_close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def write(cls, kind):
        zooms = range(6, 13)
        body = browser.fixture.png(256, 256, PINK) if kind == pmtiles.RASTER else pmtiles.vector_tile("water", "lake")
        with open(cls.file + ".new", "wb") as f:
            f.write(pmtiles.archive({t: body for t in pmtiles.around(*PLACE, zooms, 3)}, kind, zooms))
        os.replace(cls.file + ".new", cls.file)

    def drawn(self, colour, least=.2):
        self.b.until(lambda: self.b.driver.execute_script(SHARE, *colour) > least, 20)

    def stays_at_home(self):
        """Everything the page has asked for came from our server; nothing it holds or was sent names the key."""
        names = self.b.driver.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
        self.assertEqual([n for n in names if not n.startswith((self.b.base, "blob:" + self.b.base, "data:"))], [])
        html = self.b.driver.execute_script("return document.documentElement.outerHTML")
        self.assertNotIn(KEY, html + " ".join(names) + self.server.client().get("/api/v1/city").body.decode())
        self.assertNotIn(f":{self.upstream.server_port}", html + " ".join(names))
        self.assertEqual(self.b.messages(), [])

    def test_pictures_of_an_archive(self):
        self.write(pmtiles.RASTER)
        self.c.go("/map?areas=0&cases=0")  # the archive is what this city has: nobody needs to choose it
        self.drawn(PINK)
        choice = self.b.find(".bar option[value=pmtiles]")
        self.assertTrue(choice.is_selected())
        self.stays_at_home()
        self.b.all(".map .tools button")[1].click()  # further away than the archive has tiles everywhere
        self.b.all(".map .tools button")[1].click()
        self.drawn(PINK, .01)
        self.stays_at_home()
        choice.find_element(By.XPATH, "../option[@value='none']").click()
        self.b.until(lambda: self.b.driver.execute_script(SHARE, *PINK) == 0)

    def test_vector_tiles_of_an_archive(self):
        self.write(pmtiles.VECTOR)
        self.c.go("/map?areas=0&cases=0&base=pmtiles")
        self.drawn(WATER)
        self.stays_at_home()

    def test_a_map_service(self):
        Service.asked.clear()
        self.c.go("/map?areas=0&cases=0&base=vec")
        self.drawn(GREEN)
        self.assertIn("GS-1", self.b.text(".map"))
        self.assertTrue(Service.asked)
        self.assertTrue(all(urllib.parse.parse_qs(urllib.parse.urlsplit(p).query)["tk"] == [KEY] for p in Service.asked))
        self.stays_at_home()
        for _ in range(9):  # nearer than the service has pictures: its last ones are enlarged
            self.b.all(".map .tools button")[0].click()
        self.b.until(lambda: self.b.driver.execute_script("return document.querySelector('.ol-scale-line-inner').textContent").endswith(" m"))
        self.drawn(GREEN)
        self.assertEqual(max(int(re.search(r"z=(\d+)", p).group(1)) for p in Service.asked), 16)
        self.stays_at_home()

    def test_colours_let_the_base_through(self):
        self.c.go("/map?base=vec&cases=0")
        self.c.settled()
        self.drawn(GREEN, .02)

    def test_the_picture_to_print_holds_the_base(self):
        self.c.go("/map?areas=0&cases=0&base=vec")
        self.drawn(GREEN)
        self.c.press("p")
        self.c.wait(".sheet img")
        at = "const i = document.querySelector('.sheet img'), c = document.createElement('canvas'); c.width = c.height = 1;" \
             "const x = c.getContext('2d'); x.drawImage(i, -i.naturalWidth / 2, -i.naturalHeight / 2); return [...x.getImageData(0, 0, 1, 1).data].slice(0, 3)"
        self.assertEqual(self.b.driver.execute_script(at), list(GREEN))
        pdf = self.b.pdf(css_size=True)
        self.assertEqual(len(re.findall(rb"/Type\s*/Page\b", pdf)), 1, "one sheet")
        box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
        self.assertGreater(float(box.group(1)), float(box.group(2)), "across")

    def test_residents_see_it_too(self):
        self.write(pmtiles.RASTER)
        self.b.size(browser.PHONE)
        self.b.open("/resident/map", "zh")
        button = next((e for e in self.b.all("main button") if "图" in e.text), None)
        if button:
            button.click()
        self.drawn(PINK, .05)
        self.stays_at_home()
        self.b.size(browser.DESK)

    # --- measuring ---

    def shown_metres(self):
        text = self.b.text(".under output")
        n = re.search(r"([\d.,]+)\s*(公里|米)", text)
        return float(n.group(1).replace(",", "")) * (1000 if n.group(2) == "公里" else 1) if n else 0

    def scale(self):
        """Metres of ground a pixel, in the middle of the map, as its scale bar says."""
        bar = self.b.find(".ol-scale-line-inner")
        n, unit = bar.get_attribute("textContent").split()
        return float(n) * (1000 if unit == "km" else 1) / self.b.driver.execute_script("return parseFloat(arguments[0].style.width)", bar)

    def test_measuring_with_the_mouse(self):
        self.c.go("/map?base=none&cases=0")
        self.c.settled()
        next(e for e in self.b.all(".under button") if "测距" in e.text).click()
        canvas = self.b.find(".map .canvas")
        hand = ActionChains(self.b.driver, duration=50)
        hand.move_to_element_with_offset(canvas, -100, 0).click().pause(.5).move_by_offset(200, 0).click().pause(.5).move_by_offset(0, 80).double_click().perform()
        expected = 280 * self.scale()
        self.b.until(lambda: abs(self.shown_metres() - expected) < .02 * expected)
        self.assertEqual(self.b.messages(), [])

    def test_measuring_with_the_keyboard_is_true_to_the_ground(self):
        self.c.go("/map?base=none&cases=0")
        self.c.settled()
        button = next(e for e in self.b.all(".under button") if "测距" in e.text)
        button.send_keys(Keys.ENTER)
        canvas = self.b.find(".map .canvas")
        self.b.driver.execute_script("arguments[0].focus()", canvas)
        hand = ActionChains(self.b.driver)
        hand.send_keys(Keys.ENTER, Keys.ARROW_RIGHT).pause(.5).send_keys(Keys.ARROW_RIGHT).pause(.5).send_keys(Keys.ENTER).perform()
        pixels = 2 * 128  # what an arrow key moves
        self.b.until(lambda: self.shown_metres() > 0)
        one = self.shown_metres()
        self.assertLess(abs(one - pixels * self.scale()), .03 * one)
        ActionChains(self.b.driver).send_keys(Keys.ARROW_UP).pause(.5).send_keys(Keys.ENTER).perform()
        self.b.until(lambda: abs(self.shown_metres() - one * 1.5) < .01 * one, 5)
        ActionChains(self.b.driver).send_keys(Keys.BACKSPACE).perform()
        self.b.until(lambda: abs(self.shown_metres() - one) < .01 * one, 5)
        if not browser.axe_missing():
            self.assertEqual(self.b.axe(), [])
        ActionChains(self.b.driver).send_keys(Keys.ESCAPE).perform()
        self.c.wait(".under output", gone=True)
        self.assertEqual(self.b.messages(), [])


if __name__ == "__main__":
    unittest.main()
