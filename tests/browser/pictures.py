#!/usr/bin/env python3
"""Pictures of every page and state, to be looked at: pictures.py FOLDER [name …]; both languages, sizes and schemes.
pictures.py --receipt FILE.png makes the picture of the README: the receipt on a phone and at a desk (then pngquant 64)."""
import base64
import os
import sys
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


def main():
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


main()
