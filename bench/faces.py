"""The faces in a real Chromium: what a first visit loads, when it can be used, how fast a list repaints and a map pans."""
import json
import os
import sys
import time

import bench
from figures import Figures

sys.path.insert(0, os.path.join(bench.ROOT, "tests", "browser"))

TITLE = "Faces: first load, interactive, repaint, panning"
DIST = os.path.join(bench.ROOT, "web", "dist")
PASSWORD = "bench-password-1"
# ready = the page's own list is there, its search box takes keys and nothing else is under way; looked for in the page, from its
# beginning, because asking from outside waits for what the throttled page does meanwhile
READY = """(function look() {
  if (document.querySelector('#main tbody tr') && document.querySelector('#main input')) setTimeout(() => { window.yiwangReady = performance.now() }, 0);
  else requestAnimationFrame(look);
})()"""
# from the event's arrival in the page to the frame that shows it
REPAINT = """window.yiwangTook = null;
performance.clearMarks();
const seen = new MutationObserver(() => {
  const mark = performance.getEntriesByName('yiwang-event').pop();
  if (!mark) return;
  seen.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.yiwangTook = performance.now() - mark.startTime }, 0));
});
seen.observe(document.querySelector('#main tbody'), {childList: true, subtree: true, characterData: true, attributes: true})"""


def packed(name):
    """Bytes of a file of the bundle as they travel, gzip."""
    path = os.path.join(DIST, name)
    return os.path.getsize(path + ".gz" if os.path.exists(path + ".gz") else path)


def first_load(keys):
    """What these entries and all their static parts weigh. out: bytes of scripts, of styles."""
    with open(os.path.join(DIST, ".vite", "manifest.json"), encoding="utf-8") as f:
        manifest = json.load(f)
    scripts, styles, todo = set(), set(), list(keys)
    while todo:
        part = manifest[todo.pop()]
        scripts.add(part["file"])
        styles.update(part.get("css", []))
        todo += [k for k in part.get("imports", []) if manifest[k]["file"] not in scripts]
    return sum(map(packed, scripts)), sum(map(packed, styles))


def interactive(browser, slower):
    """Milliseconds from the start of the navigation until the list can be used, with a cold cache."""
    browser.cdp("Network.clearBrowserCache")
    browser.cdp("Emulation.setCPUThrottlingRate", rate=slower)
    browser.driver.get("about:blank")
    browser.driver.get(browser.base + "/#/cases")
    took, end = None, time.time() + 30
    while took is None and time.time() < end:
        time.sleep(0.05)
        took = browser.driver.execute_script("return window.yiwangReady")
    browser.cdp("Emulation.setCPUThrottlingRate", rate=1)
    return took


def repaints(browser, act, count):
    """Milliseconds from an event's arrival until the frame with it, for each of count events."""
    times = []
    for _ in range(count):
        browser.driver.execute_script(REPAINT)
        act()
        end = time.time() + 10
        while browser.driver.execute_script("return window.yiwangTook") is None and time.time() < end:
            time.sleep(0.02)
        took = browser.driver.execute_script("return window.yiwangTook")
        if took is None:
            raise SystemExit("bench: an event was not shown")
        times.append(took)
    return times


def run(b):
    import browser as chromium
    f = Figures("faces", TITLE)
    cases = b.by_scale(200, 2000, 20000)
    f.setting = f"{cases} cases, a list of 50; Chromium, headless, without a graphics processor."
    console, console_styles = first_load(["index.html", "src/console/cases/ListPage.vue"])
    resident, resident_styles = first_load(["src/resident/main.ts"])
    f.value("console, first load: scripts before map and charts", "KB gzip", [console / 1000], 250)
    f.value("console, first load: styles", "KB gzip", [console_styles / 1000])
    server = b.serve(b.fill(cases))
    operator = server.staff("watcher", "operator", "centre", password=PASSWORD)
    window = chromium.Browser()
    b.roots.append(window.driver.service.process.pid)  # ours: its work is what is measured
    try:
        window.base = f"http://127.0.0.1:{server.port}"
        window.scripts(True)
        window.size((1366, 768))
        page = server.client().get("/resident/report").body
        sheet = server.client().get("/resident/style.css", {"Accept-Encoding": "gzip"}).body
        f.value("resident, first load: page, styles, script", "KB", [(resident + resident_styles + len(page) + len(sheet)) / 1000], 60)
        window.driver.get(window.base + "/")
        window.driver.execute_async_script("""const done = arguments[arguments.length - 1];
            fetch('/api/v1/session', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({login: 'watcher', password: arguments[0]})}).then(() => done())""", PASSWORD)
        window.cdp("Page.addScriptToEvaluateOnNewDocument", source=READY)
        found = b.pairs({"normal": lambda: interactive(window, 1), "slow": lambda: interactive(window, 4)})
        f.value("console interactive, CPU 4 times slower", "ms", found["slow"], 1500, b.contended, peer=found["normal"])
        number = [0]

        def act():
            number[0] += 1
            operator.file(f"东门大街路灯不亮 {number[0]}")
        times = sorted(repaints(window, act, b.by_scale(5, 20, 50)))
        f.value("list of 50 repainted after an event, worst", "ms", [times[-1]], 100, b.contended)
        f.value("the same, median", "ms", [times[len(times) // 2]])
    finally:
        b.roots.remove(window.driver.service.process.pid)
        window.close()
    b.end(server)
    return f
