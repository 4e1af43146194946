"""Real Chromium over a real server: emulation of sizes, schemes, text size, place and network; console, axe."""
import atexit
import base64
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "blackbox"))
import fixture  # noqa: E402  (the server and its API clients, shared with the black-box tests)
from selenium import webdriver  # noqa: E402
from selenium.common.exceptions import WebDriverException  # noqa: E402
from selenium.webdriver.chrome.options import Options  # noqa: E402
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402

DESK, PHONE = (1366, 768), (390, 844)
FLAGS = ("--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync --font-render-hinting=none --disable-dev-shm-usage").split()
AXE = os.path.join(fixture.ROOT, "web", "node_modules", "axe-core", "axe.min.js")
AXE_RUN = """const done = arguments[arguments.length - 1];
const only = arguments[0] ? {type: 'rule', values: arguments[0]} : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
axe.run(document, {runOnly: only, resultTypes: ['violations']})
  .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | '))),
        e => done(['axe failed: ' + e]))"""

KEY = re.compile(r"\b(nav|list|view|case|call|desk|paper|settings|password|help|filter|column|bulk|conflict|contact|photo|draft|template|form|picker|app|clock|"
                 r"due|limit|notice|sit|stats|dir|proc|post|audit|via|kind|map|chart|wall|login|key|flag|field|sort|action)\.[a-z][a-z_.0-9]*\b(?<!\.js)")


class Browser:
    """One Chromium with an empty profile. The resident's pages work without script, so it runs with scripts disabled unless a
    test asks."""

    def __init__(self):
        options = Options()
        options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        self.profile = tempfile.mkdtemp(prefix="yiwang-chromium-")
        for flag in FLAGS + ["--user-data-dir=" + self.profile]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")), options=options)
        self.driver.set_script_timeout(120)
        self.base = ""
        self.agent = self.driver.execute_script("return navigator.userAgent")
        self.scripts(False)
        atexit.register(self.close)

    def close(self):
        if self.driver is not None:
            self.driver.quit()
            self.driver = None
            shutil.rmtree(self.profile, ignore_errors=True)

    def cdp(self, name, **parameters):
        return self.driver.execute_cdp_cmd(name, parameters)

    def scripts(self, on):
        self.cdp("Emulation.setScriptExecutionDisabled", value=not on)

    def size(self, size):
        self.cdp("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=size == PHONE)

    def scheme(self, scheme):
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def text_size(self, percent):
        """The reader's own text size, as set in the browser."""
        self.cdp("Page.setFontSizes", fontSizes={"standard": 16 * percent // 100, "fixed": 13 * percent // 100})

    def place(self, lon, lat):
        """Where the browser is, and that pages may know it."""
        self.cdp("Browser.grantPermissions", permissions=["geolocation"])
        self.cdp("Emulation.setGeolocationOverride", longitude=lon, latitude=lat, accuracy=12)

    def offline(self, on):
        self.cdp("Network.enable")
        self.cdp("Network.emulateNetworkConditions", offline=on, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    def user_agent(self, text=""):
        """Another name for the browser; empty = its own again."""
        self.cdp("Emulation.setUserAgentOverride", userAgent=text or self.agent)

    def until(self, what, seconds=10):
        """Waits until what() gives something that counts, and returns it."""
        end = time.time() + seconds
        while True:
            try:
                found = what()
                if found:
                    return found
            except WebDriverException:  # in the middle of a change
                pass
            if time.time() > end:
                raise AssertionError("it did not come about; the page says: " + self.text("body")[:2000])
            time.sleep(0.05)

    def open(self, path, lang=None):
        self.driver.get(self.base + path + (("&" if "?" in path else "?") + "lang=" + lang if lang else ""))

    def language(self, lang):
        self.open("/resident/", lang)

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def press(self, target):
        """Clicks (in: an element, or something that presses keys) and waits until the next page is there."""
        page = self.find("html")
        target() if callable(target) else target.click()
        try:
            for _ in range(300):
                page.is_enabled()
                time.sleep(0.05)
        except WebDriverException:  # the old page is gone; the driver has several words for it
            return
        raise AssertionError("no next page came: " + self.text("body"))

    def text(self, css="main"):
        return self.find(css).text

    def path(self):
        return self.driver.current_url[len(self.base):].split("?")[0]

    def messages(self):
        """What the console said since the last call: errors, refused styles and scripts. That a page of the resident's
        answers with 4xx is no defect: a refused form does."""
        said = [m["message"] for m in self.driver.get_log("browser")]
        said = [m for m in said if "willReadFrequently" not in m]  # advice on speed, of the map's search for what lies under a pointer
        return [m for m in said if not ("/resident/" in m and "the server responded with a status of 4" in m and ".css" not in m)]

    def overflow(self):
        """By how many pixels the page is wider than the window, and who is."""
        return self.driver.execute_script(
            "const w = document.documentElement.clientWidth, wide = [...document.querySelectorAll('body *')].filter(e => "
            "e.getBoundingClientRect().right > w + 1 && !e.closest('.skip,.visually-hidden')).map(e => e.outerHTML.slice(0, 80));"
            "return [document.documentElement.scrollWidth - w, wide]")

    def axe(self, rules=None):
        """Violations of WCAG 2.1 A and AA on the page as it is; of some rules only, where another state was looked at whole."""
        if not self.driver.execute_script("return typeof axe === 'object'"):  # reading it in takes longer than a look
            with open(AXE, encoding="utf-8") as f:
                self.driver.execute_script(f.read())
        return self.driver.execute_async_script(AXE_RUN, rules)

    def window(self):
        """What the window shows, as PNG in base64."""
        return self.cdp("Page.captureScreenshot")["data"]

    def picture(self, path):
        """The whole page as a PNG."""
        shot = self.cdp("Page.captureScreenshot", captureBeyondViewport=True)
        with open(path, "wb") as f:
            f.write(base64.b64decode(shot["data"]))

    def pdf(self, css_size=False):
        """The page as it is printed, on A4 or on the paper it asks for."""
        return base64.b64decode(self.cdp("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, printBackground=False, preferCSSPageSize=css_size)["data"])


    def looks(self, name):
        """What is wrong with the page as it is: axe whole in light, contrast in dark, where nothing else can differ; too wide;
        a key instead of a word."""
        found = []
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])) if not axe_missing() else ():
            self.scheme(scheme)
            found += [f"{name} {scheme}: {v}" for v in self.axe(rules)]
        self.scheme("light")
        found += [f"{name}: {n} px too wide: {who}" for n, who in [self.overflow()] if n > 0]
        shown = KEY.search(self.text("body"))
        return found + ([f"{name}: a key is shown: {shown.group(0)}"] if shown else [])


_shared = []


def shared():
    """One browser for the whole run: starting it costs seconds."""
    if not _shared:
        _shared.append(Browser())
    return _shared[0]


def axe_missing():
    """Installs axe-core by name, with the other packages of web/; why the accessibility tests cannot run, or ''."""
    if os.path.exists(AXE):
        return ""
    r = subprocess.run([sys.executable, os.path.join(fixture.ROOT, "tools", "web.py"), "--packages"], capture_output=True, text=True)
    return "" if os.path.exists(AXE) else "npm ci failed: " + r.stderr[-300:]


def photo():
    """A small PNG with a colour gradient, as a path."""
    width, height = 120, 90
    rows = b"".join(b"\0" + b"".join(bytes((x * 2, y * 2, 120)) for x in range(width)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    handle, path = tempfile.mkstemp(suffix=".png")
    with os.fdopen(handle, "wb") as f:
        f.write(body)
    atexit.register(os.unlink, path)
    return path


class Posts:
    """The city's side: every post as itself, over the API."""

    def __init__(self, server):
        self.server = server
        self.operator = server.staff("operator", "operator", "centre")
        self.grid = server.staff("grid", "grid_worker", area="320413")
        self.handlers = {}

    def act(self, who, number, action, **body):
        offers = {a["action"]: a for a in who.case(number).json["actions"]}
        reply = who.act(number, action, {**who.needed(offers[action]), **body})
        assert reply.status == 200, (action, reply)
        return reply.json

    def handler(self, unit):
        if unit not in self.handlers:
            self.handlers[unit] = self.server.staff("h_" + unit, "handler", unit)
        return self.handlers[unit]

    def dispatch(self, number):
        case = self.act(self.operator, number, "accept_dispatch")
        self.act(self.handler(case["unit"]["code"]), number, "sign")
        return self.handler(case["unit"]["code"])

    def ask(self, number, question):
        self.act(self.operator, number, "ask", question=question)

    def finish(self, number, answer, dispatched=False):
        """Dispatches, has it done and verified, closes with the answer."""
        case = self.operator.case(number).json
        worker = self.handler(case["unit"]["code"]) if dispatched else self.dispatch(number)
        self.act(worker, number, "done", result="已到现场更换灯泡，恢复照明。")
        self.act(self.operator, number, "ask_verification")
        # without a place no grid worker is in charge, and the centre looks itself
        self.act(self.grid if self.grid.case(number).status == 200 else self.operator, number, "verify_pass")
        self.act(self.operator, number, "close", answer=answer, outcome="solved")
