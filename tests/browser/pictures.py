#!/usr/bin/env python3
"""Pictures of every page and state, to be looked at: pictures.py FOLDER [name …]; both languages, sizes and schemes.
pictures.py --receipt FILE.png makes the picture of the README: the receipt on a phone and at a desk (then pngquant 64).
pictures.py --faces docs/faces http://127.0.0.1:8080 WALL_TOKEN [console|wall|field|resident …] makes those of the four faces,
of a demo that has run for an hour (`make demo` prints the token); made small by pngquant, where that is installed."""
import base64
import os
import shutil
import subprocess
import sys
import tempfile
import time

import browser
import states

RECEIPTS = ((browser.PHONE, "zh", "东门大街和沿河路路口的路灯三天没亮了，晚上看不清路。", "东门大街128号门前"),
            ((700, 844), "en", "路灯不亮: the street light at the corner has been out for three days.", "128 Dongmen Street"))
SHEET = """<!doctype html><style>body{{margin:0;padding:24px;background:#dfe4ea;width:{width}px;display:flex;align-items:flex-start}}
img{{display:block;border-radius:8px}} img+img{{margin-left:24px}}</style>"""


def every_page(b, server, folder, wanted):
    os.makedirs(folder, exist_ok=True)
    world = states.States(server)
    for size, scheme, lang in ((s, c, l) for s in (browser.PHONE, browser.DESK) for c in ("light", "dark") for l in ("zh", "en")):
        b.size(size)
        b.scheme(scheme)
        visits = [(n, lambda p=p: b.open(p, lang), True) for n, p in world.paths()] + [(n, lambda f=f: f(b, lang), False) for n, f in states.FORMS]
        for name, visit, scripts in visits:
            if not wanted or name in wanted:
                b.scripts(scripts)
                visit()
                time.sleep(0.3)
                b.picture(os.path.join(folder, f"{name}-{size[0]}-{lang}-{scheme}.png"))
    print("\n".join(b.messages()))


def receipt(b, server, path):
    """Both windows on one sheet, put together by the browser itself."""
    shots, stranger = [], server.client()
    height = browser.PHONE[1]
    for size, lang, text, address in RECEIPTS:
        track = stranger.file(text, address=address).json["track"]
        b.size((size[0], height))
        b.open("/resident/receipt/" + track, lang)
        shots.append((size[0], b.window()))
    width = sum(s[0] for s in shots) + 24
    page = SHEET.format(width=width) + "".join(f"<img width={w} src='data:image/png;base64,{png}'>" for w, png in shots)
    b.size((width + 48, height + 48))
    b.driver.get("data:text/html;base64," + base64.b64encode(page.encode()).decode())
    with open(path, "wb") as f:
        f.write(base64.b64decode(b.window()))


class Gallery:
    """The four faces as people find them on a day of the demo."""

    def __init__(self, b, folder, address, token):
        self.b, self.folder, self.token, b.base = b, folder, token, address
        b.cdp("Emulation.setScrollbarsHidden", hidden=True)
        b.scripts(True)
        os.makedirs(folder, exist_ok=True)

    def save(self, name, png):
        path = os.path.join(self.folder, name + ".png")
        with open(path, "wb") as f:
            f.write(png)
        if shutil.which("pngquant"):
            subprocess.run(["pngquant", "--force", "--skip-if-larger", "--speed", "1", "--output", path, "96", path], check=False)
        print(f"{name}: {os.path.getsize(path) // 1024} KB", *self.b.messages())

    def shoot(self, name, seconds=1.5):
        time.sleep(seconds)  # charts and maps have drawn, a live row has lost its colour
        self.save(name, base64.b64decode(self.b.window()))

    def seen(self, css):
        return self.b.until(lambda: [e for e in self.b.all(css) if e.is_displayed()], 20)

    def ask(self, path):
        return self.b.driver.execute_async_script("const done = arguments[1]; fetch('/api/v1' + arguments[0]).then(r => r.json()).then(done)", path)

    def login(self, path, who, lang):
        self.b.driver.get("about:blank")
        self.b.open("/resident/", lang)
        self.b.driver.delete_all_cookies()
        self.b.driver.execute_script("localStorage.clear(); sessionStorage.clear(); indexedDB.deleteDatabase('yiwang-field')")
        self.b.open(path, lang)
        self.b.until(lambda: self.b.all("#login"), 20)
        for css, text in (("#login", who), ("#password", "yiwang-demo")):
            self.b.find(css).send_keys(text)
        self.b.find("form button[type=submit]").click()
        self.b.until(lambda: self.b.all(".frame, .tabs"), 20)

    def go(self, where, css):
        self.b.driver.execute_script("location.hash = arguments[0]", where)
        self.b.until(lambda: self.b.all(css), 20)

    def case_with_photo(self):
        """A case on its way through several hands, with a photo of the matter and of the work if there is one."""
        rows = self.ask("/cases?limit=100&q=area:320413001%20state:verifying,closing,feedback&sort=filed")["items"]
        cases = [self.ask("/cases/" + r["number"]) for r in rows]
        return max(cases, key=lambda c: (2 * bool(c["media"]) + any(h.get("media") for h in c["history"][1:]), len(c["history"])))["number"]

    def sheet(self, name):
        """The paper as it comes out of the printer."""
        with tempfile.TemporaryDirectory() as folder:
            pdf = os.path.join(folder, "sheet.pdf")
            with open(pdf, "wb") as f:
                f.write(self.b.pdf(css_size=True))
            subprocess.run(["pdftoppm", "-png", "-r", "96", "-singlefile", pdf, pdf[:-4]], check=True)
            with open(pdf[:-4] + ".png", "rb") as f:
                self.save(name, f.read())

    def console(self):
        b, large = self.b, (1920, 1080)
        b.size(browser.DESK)
        self.login("/", "operator1", "zh")
        number = self.case_with_photo()
        for name, where, css in (("list", "/cases?q=status:open&sort=due", "tbody tr"), ("case", "/cases/" + number, ".history"), ("desk", "/desk", ".queue button"),
                                 ("map", "/map", ".map canvas"), ("figures", "/stats?period=7d", ".chart canvas")):
            self.go(where, css)
            self.shoot(f"console-{name}-zh", 3)
        self.go("/call", "#call-text")
        b.find("#call-text").send_keys("东门大街128号门前的井盖坏了，车子开过哐当响")
        b.find("#call-address").send_keys("石桥路")
        self.seen("[role=option]")[0].click()
        self.shoot("console-call-zh", 2)
        self.go("/print/order/" + number, ".sheet")
        time.sleep(1)
        self.sheet("console-order-zh")
        b.size(large)
        for name, where, css in (("list", "/cases?q=status:open&sort=due", "tbody tr"), ("map", "/map?level=community", ".map canvas")):
            self.go(where, css)
            self.shoot(f"console-{name}-zh-1920", 3)
        b.size(browser.DESK)
        self.login("/", "operator1", "en")
        self.go("/cases/" + number, ".history")
        self.shoot("console-case-en", 3)
        self.go("/map", ".map canvas")
        self.shoot("console-map-en", 3)

    def wall(self):
        for name, lang, size in (("zh-1920", "zh", (1920, 1080)), ("en-1920", "en", (1920, 1080)), ("zh-3840", "zh", (3840, 2160))):
            self.b.size(size)
            self.b.driver.get("about:blank")
            self.b.driver.get(f"{self.b.base}/wall?lang={lang}#token={self.token}")
            self.b.until(lambda: self.b.all(".board canvas"), 20)
            self.shoot("wall-" + name, 6)

    def field(self):
        b = self.b
        b.size(browser.PHONE)
        b.place(119.5705, 31.7388)
        self.login("/field/", "grid_xicheng1", "zh")
        self.go("/", ".card")
        self.shoot("field-tasks-zh")
        b.all(".choices .button")[2].click()
        b.until(lambda: b.all(".stop"))
        b.all(".choices .button")[3].click()
        b.until(lambda: b.all(".map canvas"))
        self.shoot("field-way-zh", 2.5)
        b.all(".choices .button")[3].click()
        b.until(lambda: b.all(".card .button.main"))[0].click()
        b.until(lambda: b.all(".sheet form"))
        self.shoot("field-act-zh")
        b.find(".sheet header button").click()
        self.go("/report", ".often")
        self.shoot("field-report-zh")
        b.all(".often")[1].click()
        b.until(lambda: b.all("#report-address"))[0].send_keys("石桥")
        self.seen("[role=option]")
        self.shoot("field-where-zh")
        self.login("/field/", "grid_xicheng1", "en")
        self.go("/patrol", "ul.cards")
        self.shoot("field-patrol-en")

    def resident(self):
        b = self.b
        b.size(browser.PHONE)
        stranger = browser.fixture.Client(int(b.base.rsplit(":", 1)[1].strip("/")))
        text = "东门大街和沿河路路口的路灯三天没亮了，晚上看不清路。"
        tracks = [stranger.file(text, lon=119.57 + i / 1000, lat=31.72, address="东门大街128号门前").json["track"] for i in range(8)]
        for name, path, lang in (("home", "/resident/", "zh"), ("receipt", "/resident/receipt/" + tracks[0], "zh"), ("around", "/resident/place?lon=119.5705&lat=31.7388", "zh"),
                                 ("figures", "/resident/map", "zh"), ("home", "/resident/", "en")):
            b.open(path, lang)
            self.shoot(f"resident-{name}-{lang}", 2)
        b.open("/resident/report", "zh")
        b.find("textarea[name=text]").send_keys(text)
        b.find("input[name=address]").send_keys("东门大街128号门前")
        self.shoot("resident-report-zh", 2.5)
        for _ in range(24):  # until the demo's people have gone some way with one of them
            way = sorted((len(stranger.get("/api/v1/track/" + t).json["history"]), t) for t in tracks)
            if way[-1][0] >= 6:
                break
            time.sleep(5)
        b.open("/resident/track/" + way[-1][1], "zh")
        self.shoot("resident-track-zh")


def main():
    if sys.argv[1] == "--faces":
        b = browser.shared()
        try:
            b.scheme("light")
            gallery = Gallery(b, *sys.argv[2:5])
            for face in sys.argv[5:] or ("console", "wall", "field", "resident"):
                getattr(gallery, face)()
        finally:
            b.close()
        return
    server = browser.fixture.Server()
    b = browser.shared()
    try:
        b.base = f"http://127.0.0.1:{server.port}"
        b.scheme("light")
        if sys.argv[1] == "--receipt":
            b.cdp("Emulation.setScrollbarsHidden", hidden=True)
            receipt(b, server, sys.argv[2])
        else:
            every_page(b, server, sys.argv[1], sys.argv[2:])
    finally:
        b.close()
        server.close()


if __name__ == "__main__":
    main()
