#!/usr/bin/env python3
"""Pictures of every page and state, to be looked at: pictures.py FOLDER [name …]; both languages, sizes and schemes."""
import os
import sys

import browser
import states


def main():
    folder, wanted = sys.argv[1], sys.argv[2:]
    os.makedirs(folder, exist_ok=True)
    server = browser.fixture.Server()
    b = browser.shared()
    try:
        b.base = f"http://127.0.0.1:{server.port}"
        world = states.States(server)
        for size, scheme, lang in ((s, c, l) for s in (browser.PHONE, browser.DESK) for c in ("light", "dark") for l in ("zh", "en")):
            b.size(size)
            b.scheme(scheme)
            visits = [(n, lambda p=p: b.open(p, lang)) for n, p in world.paths()] + [(n, lambda f=f: f(b, lang)) for n, f in states.FORMS]
            for name, visit in visits:
                if wanted and name not in wanted:
                    continue
                visit()
                b.picture(os.path.join(folder, f"{name}-{size[0]}-{lang}-{scheme}.png"))
        print("\n".join(b.messages()))
    finally:
        b.close()
        server.close()


main()
