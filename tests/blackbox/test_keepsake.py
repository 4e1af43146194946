"""What a reporter takes along: the QR code is read back by a decoder of its own, the calendar entry by the rules of RFC 5545."""
import datetime
import re
import unittest

import fixture

# Version: alignment centres, codewords of correction in a block, blocks as (number, data codewords) at level M.
VERSIONS = {1: ([], [(1, 16)]), 2: ([6, 18], [(1, 28)]), 3: ([6, 22], [(1, 44)]), 4: ([6, 26], [(2, 32)]), 5: ([6, 30], [(2, 43)]),
            6: ([6, 34], [(4, 27)]), 7: ([6, 22, 38], [(4, 31)]), 8: ([6, 24, 42], [(2, 38), (2, 39)]), 9: ([6, 26, 46], [(3, 36), (2, 37)])}
MASKS = [lambda r, c: (r + c) % 2, lambda r, c: r % 2, lambda r, c: c % 3, lambda r, c: (r + c) % 3, lambda r, c: (r // 2 + c // 3) % 2,
         lambda r, c: r * c % 2 + r * c % 3, lambda r, c: (r * c % 2 + r * c % 3) % 2, lambda r, c: ((r + c) % 2 + r * c % 3) % 2]


def modules(svg):
    size = int(re.search(r'viewBox="0 0 (\d+) ', svg).group(1)) - 8
    grid = [[0] * size for _ in range(size)]
    for x, y, n in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        for k in range(int(n)):
            grid[int(y) - 4][int(x) - 4 + k] = 1
    return grid


def is_function(version, size, r, c):
    if (r < 9 and c < 9) or (r < 9 and c >= size - 8) or (r >= size - 8 and c < 9) or r == 6 or c == 6:
        return True
    if version >= 7 and ((r < 6 and c >= size - 11) or (c < 6 and r >= size - 11)):
        return True
    centres = VERSIONS[version][0]
    corners = {(6, 6), (6, centres[-1]), (centres[-1], 6)} if centres else set()
    return any(abs(r - a) <= 2 and abs(c - b) <= 2 for a in centres for b in centres if (a, b) not in corners)


def decode(svg):
    grid = modules(svg)
    size = len(grid)
    version = (size - 17) // 4
    places = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    form = int("".join(str(grid[r][c]) for r, c in places), 2) ^ 0x5412
    assert form >> 13 == 0, "level M"
    mask = MASKS[form >> 10 & 7]
    bits, up = [], True
    for right in [c for c in range(size - 1, 0, -2) if c > 6] + [5, 3, 1]:
        right = right if right > 6 or size % 2 == 0 else right
        for r in range(size - 1, -1, -1) if up else range(size):
            for c in (right, right - 1):
                if not is_function(version, size, r, c):
                    bits.append(grid[r][c] ^ (mask(r, c) == 0))
        up = not up
    words = [int("".join(map(str, bits[i:i + 8])), 2) for i in range(0, len(bits) - 7, 8)]
    lengths = [n for count, n in VERSIONS[version][1] for _ in range(count)]
    blocks, at = [[] for _ in lengths], 0
    for i in range(max(lengths)):
        for k, n in enumerate(lengths):
            if i < n:
                blocks[k].append(words[at])
                at += 1
    data = "".join(f"{w:08b}" for block in blocks for w in block)
    assert data[:4] == "0100", "bytes"
    n = int(data[4:12], 2)
    return bytes(int(data[12 + 8 * i:20 + 8 * i], 2) for i in range(n)).decode()


class Keepsake(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.client = cls.server.client()
        cls.filed = cls.client.file().json
        cls.track = cls.filed["track"]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def test_qr(self):
        reply = self.client.get(f"/api/v1/track/{self.track}/qr.svg")
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "image/svg+xml"))
        self.assertIn("default-src 'none'", reply.headers["Content-Security-Policy"])
        self.assertEqual(decode(reply.body.decode()), f"http://127.0.0.1:{self.server.port}/resident/track/{self.track}")
        proxied = {"Host": "yiwang.example", "X-Forwarded-Proto": "https"}
        svg = self.client.get(f"/api/v1/track/{self.track}/qr.svg", proxied).body.decode()
        self.assertEqual(decode(svg), f"https://yiwang.example/resident/track/{self.track}")
        evil = self.client.get(f"/api/v1/track/{self.track}/qr.svg", {"Host": 'x"><script>'})
        self.assertNotIn(b"script", evil.body)

    def test_calendar(self):
        due = self.client.get(f"/api/v1/track/{self.track}").json["due"]
        reply = self.client.get(f"/api/v1/track/{self.track}/calendar.ics?lang=zh")
        self.assertEqual((reply.status, reply.headers["Content-Type"]), (200, "text/calendar; charset=utf-8"))
        raw = reply.body
        self.assertEqual(raw.count(b"\n"), raw.count(b"\r\n"))
        self.assertTrue(raw.endswith(b"END:VCALENDAR\r\n"))
        for line in raw.split(b"\r\n"):
            self.assertLessEqual(len(line), 75, line)
            line.decode() # no character is broken by a fold
        text = raw.decode().replace("\r\n ", "")
        fields = dict(line.split(":", 1) for line in text.split("\r\n") if ":" in line)
        start = datetime.datetime.strptime(fields["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        self.assertEqual(start, datetime.datetime.fromisoformat(due).replace(microsecond=0))
        self.assertTrue(fields["UID"].startswith(self.filed["number"] + "@"))
        self.assertIn("办理期限", fields["SUMMARY"])
        self.assertIn(self.track, fields["URL"])
        self.assertNotIn("东门大街", text, "the calendar of a telephone is no place for the words")

    def test_nothing_for_a_wrong_code(self):
        for name in ("qr.svg", "calendar.ics"):
            reply = self.client.get(f"/api/v1/track/{self.track[:-1]}0/{name}" if self.track[-1] != "0" else f"/api/v1/track/{self.track[:-1]}1/{name}")
            self.assertEqual((reply.status, reply.json["code"]), (404, "unknown_track"))

    def test_no_entry_without_a_due_time(self):
        filed = self.client.file("不用办了").json
        self.assertEqual(self.client.post(f"/api/v1/track/{filed['track']}/withdraw", {"text": "已经好了"}).status, 200)
        reply = self.client.get(f"/api/v1/track/{filed['track']}/calendar.ics")
        self.assertEqual((reply.status, reply.json["code"]), (404, "no_due"))

    def test_receipt_page_shows_both(self):
        page = self.client.get(f"/resident/receipt/{self.track}").body.decode()
        self.assertIn(f'src="/api/v1/track/{self.track}/qr.svg"', page)
        self.assertIn(f'href="/api/v1/track/{self.track}/calendar.ics"', page)


if __name__ == "__main__":
    unittest.main()
