#!/usr/bin/env python3
"""How many frames a second the map pans with 2,000 grids and 20,000 cases, in software rendering.

    measure_map.py [--live N] [--picture FILE.png]     N = cases that move each second while the map is dragged

Builds the map of the faces by itself (web/tests/bench), serves it from a port of its own under the policy of the pages,
drags it with the mouse and wheel, and prints one line of JSON. Exit code 1 below 50 frames a second."""
import argparse
import functools
import http.server
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time

import browser

WEB = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "web")
POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'"
SIZE, WANTED = (1280, 720), 50


class Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_):
        pass


def build(folder):
    subprocess.run(["npx", "vite", "build", "--config", "tests/bench/vite.config.mjs", "--outDir", folder, "--logLevel", "warn"], cwd=WEB, check=True)


def drag(b, seconds):
    """A hand that moves the map to and fro without rest."""
    mouse = functools.partial(b.cdp, "Input.dispatchMouseEvent", button="left", buttons=1)
    x, y = SIZE[0] // 2, SIZE[1] // 2
    mouse(type="mousePressed", x=x, y=y, clickCount=1)
    start = time.time()
    while (at := time.time() - start) < seconds:
        mouse(type="mouseMoved", x=x + int(380 * math.sin(at * 2.1)), y=y + int(200 * math.sin(at * 1.3)))
        time.sleep(0.008)
    mouse(type="mouseReleased", x=x, y=y, clickCount=1)


def gaps(b, act):
    """Times between frames while act runs, sorted, in ms; how often the map was drawn."""
    before = b.driver.execute_script("bench.frames.length = 0; return bench.renders")
    act()
    frames, after = b.driver.execute_script("return [bench.frames.slice(), bench.renders]")
    return sorted(y - x for x, y in zip(frames, frames[1:])), after - before


def said(found, renders, seconds):
    def at(share):
        return round(found[min(len(found) - 1, int(len(found) * share))], 1)
    return {"frames_per_s": round(1000 * len(found) / sum(found), 1), "drawn_per_s": round(renders / seconds, 1),
            "p50_ms": at(.5), "p95_ms": at(.95), "p99_ms": at(.99), "max_ms": round(found[-1], 1)}


def measure(b, seconds, live):
    b.driver.execute_script("bench.live = arguments[0]", live)
    found, renders = gaps(b, lambda: drag(b, seconds))
    return said(found, renders, seconds)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--live", type=int, default=50)
    p.add_argument("--seconds", type=float, default=8)
    p.add_argument("--picture")
    o = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        build(folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        b = browser.shared()
        b.base = f"http://127.0.0.1:{server.server_port}"
        b.scripts(True)
        b.size(SIZE)
        b.open("/index.html")
        for _ in range(300):
            if b.driver.execute_script("return window.bench && bench.ready > 0"):
                break
            time.sleep(0.05)
        result = {"grids": 2000, "cases": 20000, "ready_ms": round(b.driver.execute_script("return bench.ready")),
                  "pan": measure(b, o.seconds, 0), "pan_live": {"moves_per_s": o.live, **measure(b, o.seconds, o.live)}}
        if o.picture:
            b.picture(o.picture)
        result["console"] = b.messages()
        b.close()
        server.shutdown()
    print(json.dumps(result))
    return 0 if min(result["pan"]["frames_per_s"], result["pan_live"]["frames_per_s"]) >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
