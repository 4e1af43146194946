"""Pictures of the week's moments in the faces, as their users see them."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "browser"))
import browser  # noqa: E402
import pictures  # noqa: E402

HOMES = {"console": ("/", browser.DESK), "field": ("/field/", browser.PHONE), "resident": ("", browser.PHONE)}
READY = {"console": "h1, .history, tbody tr, .card", "field": ".card, .history, ul.cards"}


class Week(pictures.Gallery):
    def __init__(self, server, folder):
        super().__init__(browser.shared(), folder, f"http://127.0.0.1:{server.port}", "")
        self.b.scheme("light")

    def look(self, name, face, who, path, lang="zh"):
        home, size = HOMES[face]
        self.b.size(size)
        if face == "resident":
            self.b.open(path, lang)
        else:
            self.login(home, who, lang)
            self.go(path, READY[face])
        self.shoot(name, 2)

    def close(self):
        self.b.close()
