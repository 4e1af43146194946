#!/usr/bin/env python3
"""A living day in the sample city: residents, operators, grid workers and units act through the API, seeded.

    python3 tools/demo.py [--port 8080] [--city city/jintan] [--data build/demo] [--speed 1] [--seed 1] [--fresh]
                          [--minutes 0] [--no-build-up]

Everything goes through HTTP, as real people's programs would; what is filed here is invented and says so. Ctrl-C stops
the server cleanly. `kill -9` it: it is started again on the same data, and every report, photo and act that it had
acknowledged is asked for; the list of them is kept beside the data, so that a new demo on old data asks too."""
import argparse
import csv
import datetime
import http.client
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
import zlib
import zoneinfo

import demo_past

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.environ.get("YIWANG", os.path.join(ROOT, "build", "yiwang"))
PASSWORD = "yiwang-demo"
SHOWN = ("operator1", "dispatcher1", "supervisor1", "cityops1", "grid_xicheng1", "leader1", "auditor1", "admin1", "wall1")

# How people usually go on: the first fitting action wins with its chance; the rest is left for the next round.
HABITS = {
    "centre": [("ask_check", 0.1), ("accept_dispatch", 0.9), ("accept", 0.5), ("designate", 0.5), ("dispatch", 1.0), ("grant_extension", 0.7),
               ("refuse_extension", 0.3), ("refuse_suspension", 1.0), ("ask_verification", 0.9), ("close", 0.9), ("rework", 0.5)],
    "unit": [("make_safe_done", 0.7), ("sign", 0.9), ("sign_assist", 0.9), ("return", 0.3), ("request_extension", 0.02), ("done_assist", 0.6),
             ("done", 0.5)],
    "grid": [("solve_on_spot", 1.0), ("check_found", 0.9), ("verify_pass", 0.85), ("verify_fail", 0.5)],
    "supervisor": [("urge", 0.05), ("supervise", 0.02)],
}
# What each post looks at.
QUEUES = {"centre": "state:filed,accepted,feedback,closing", "unit": "state:handling,accepted", "grid": "state:filed,checking,verifying",
          "supervisor": "status:open"}
# Not everything is done at once. A case rests in a state with this chance, for so many hours at most (filed: shorter, or all
# of them would be late); and so many of her tasks nobody takes from the grid worker whom people log in as.
REST, REST_HOURS, REST_FILED_HOURS, HER_OWN = 0.1, 8, 1, 14
HOME_SHARE = 0.12  # of the reports are from her area
BUILD_UP = 30  # reports by residents before the day begins
REPLIES = ["已到现场处理完毕。", "已更换损坏部件，恢复正常。", "已清理并复查。", "已联系责任方整改到位。", "已修复，照片留存。"]
REASONS = ["经核实不属于本单位职责范围。", "需要等待材料到货。", "现场情况与描述不符，请补充。"]


class Client:
    """One keep-alive connection; a broken one is opened again."""

    def __init__(self, port, token=None):
        self.port, self.token, self.connection = port, token, None

    def call(self, method, path, body=None, headers=None, png=None):
        head = {"Content-Type": "image/png" if png else "application/json", "Accept-Language": "zh"}
        if self.token:
            head["Authorization"] = "Bearer " + self.token
        head.update(headers or {})
        data = png or (json.dumps(body).encode() if body is not None else None)
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                self.connection.request(method, path, data, head)
                reply = self.connection.getresponse()
                text = reply.read()
                try:
                    return reply.status, json.loads(text)
                except ValueError:
                    return reply.status, {}
            except (OSError, http.client.HTTPException):
                self.connection = None
                if attempt == 2:
                    return 0, {}


def scene(rng, width, height):
    """A street that is nowhere, as a function of x and y: sky, houses, pavement, road, and something on it."""
    horizon, kerb = height * 3 // 8, height // 2
    walls = [tuple(rng.randrange(120, 190) for _ in range(3)) for _ in range(6)]
    tops = [rng.randrange(height // 12, horizon - height // 10) for _ in range(6)]
    spot_x, spot_y, spot = rng.randrange(width // 4, width * 3 // 4), rng.randrange(kerb + height // 10, height * 3 // 4), rng.randrange(width // 14, width // 7)
    post_x, light = rng.randrange(width // 8, width * 7 // 8), rng.randrange(160, 215)

    def at(x, y):
        if (x - spot_x) ** 2 + 6 * (y - spot_y) ** 2 < spot ** 2:
            return (48, 46, 44) if (x - spot_x) ** 2 + 6 * (y - spot_y) ** 2 < (spot * 0.86) ** 2 else (92, 90, 86)
        if abs(x - post_x) < width // 160 and height // 8 < y < kerb or abs(x - post_x - width // 40) < width // 40 and abs(y - height // 8) < height // 90:
            return (70, 74, 80)
        if y < horizon:
            k = x * 6 // width
            if y < tops[k]:
                return (light + 20, light + 30 - y // 8, 240 - y // 6)
            is_window = (x * 6 % width) * 5 // width % 2 == 1 and (y - tops[k]) % (height // 12) > height // 20 and y < horizon - height // 30
            return tuple(c * (70 if is_window else 100) // 100 for c in walls[k])
        if y < kerb:
            return (178, 174, 166) if (x + y * 2) % (width // 16) > 2 else (158, 154, 148)
        if y < kerb + height // 60:
            return (210, 206, 198)
        is_line = abs(y - (kerb + (height - kerb) * 2 // 3)) < height // 120 and (x * 9 // width) % 2 == 0
        return (222, 220, 212) if is_line else (104 + (x * 7 + y * 13) % 7, 106 + (x * 7 + y * 13) % 7, 110)
    return at


def picture(rng, width=480, height=360):
    """A PNG of a spot in a street: what a telephone would send, but invented."""
    at, rows = scene(rng, width, height), bytearray()
    for y in range(height):
        rows.append(0)  # no filter
        for x in range(width):
            rows += bytes(at(x, y))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + chunk(b"IEND", b"")


def bounds(feature):
    shape = feature["geometry"]
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [p for polygon in polygons for ring in polygon for p in ring]


class City:
    """What the demo must know of the package. home: the area of the grid worker whom people log in as."""

    def __init__(self, folder):
        self.folder = folder
        self.up = {a["code"]: a["parent"] for a in self.table("areas")}
        self.patrol = next((k["key"] for k in self.table("categories") if k["procedure"] == "patrol"), None)
        self.matters, self.accounts = self.table("sample/matters"), self.table("sample/accounts")
        with open(os.path.join(folder, "areas.geojson"), encoding="utf-8") as f:
            shapes = [s for s in json.load(f)["features"] if s["geometry"]]
        parents = set(self.up.values())
        self.grids = [s for s in shapes if s["properties"]["code"] not in parents]
        self.home = next((a["area"] for a in self.accounts if a["login"] in SHOWN and a["role"] == "grid_worker"), None)
        self.home_grids = [s for s in self.grids if self.within(s["properties"]["code"], self.home)]

    def table(self, name):
        with open(os.path.join(self.folder, name + ".csv"), encoding="utf-8") as f:
            return list(csv.DictReader(f))

    def within(self, area, other):
        """Whether an area is, or lies in, another one."""
        while area and area != other:
            area = self.up.get(area)
        return bool(area)

    def now(self):
        with open(os.path.join(self.folder, "city.yaml"), encoding="utf-8") as f:
            zone = next(line.split("name:")[1].split(",")[0].strip() for line in f if line.startswith("zone:"))
        return datetime.datetime.now(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)

    def place(self, rng):
        """A point near the middle of a random grid."""
        points = bounds(rng.choice(self.home_grids if self.home_grids and rng.random() < HOME_SHARE else self.grids))
        lon = sum(p[0] for p in points) / len(points)
        lat = sum(p[1] for p in points) / len(points)
        near = rng.choice(points)
        share = rng.random() * 0.5
        return round(lon + (near[0] - lon) * share, 6), round(lat + (near[1] - lat) * share, 6)


class Promises:
    """Our own list of what the server acknowledged, on disk beside the data: tracks with their photo, and the version
    of a case after an act."""

    def __init__(self, path, keep):
        self.lock = threading.Lock()
        self.photo_of, self.version_of = {}, {}
        if keep and os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                for words in (line.split() for line in f if line.endswith("\n")):
                    if words[0] == "filed":
                        self.photo_of[words[1]] = words[2] if len(words) > 2 else ""
                    else:
                        self.version_of[words[1]] = max(int(words[2]), self.version_of.get(words[1], 0))
        self.file = open(path, "a" if keep else "w", buffering=1, encoding="utf-8")

    def filed(self, track, photo=""):
        with self.lock:
            self.photo_of[track] = photo
            self.file.write(f"filed {track} {photo}\n")

    def acted(self, number, version):
        with self.lock:
            self.version_of[number] = max(version, self.version_of.get(number, 0))
            self.file.write(f"acted {number} {version}\n")

    def check(self, resident, staff):
        """One line: whether the server still has all of it."""
        with self.lock:
            photo_of, version_of = dict(self.photo_of), dict(self.version_of)
        missing, unasked = [], 0
        for track, photo in photo_of.items():
            status, _ = resident.call("GET", f"/api/v1/track/{track}")
            if status == 200 and photo:
                status, _ = resident.call("GET", f"/api/v1/track/{track}/media/{photo}?variant=thumb")
            unasked += status == 0
            if status not in (0, 200):
                missing.append(track.rsplit("-", 1)[0])
        for number, version in version_of.items():
            status, case = staff.call("GET", f"/api/v1/cases/{number}")
            unasked += status == 0
            if status != 0 and (status != 200 or case["version"] < version):
                missing.append(f"{number} version {version}")
        photos, total = sum(1 for photo in photo_of.values() if photo), len(photo_of)
        what = f"{total} acknowledged reports ({photos} with a photo) and the acts on {len(version_of)} cases"
        if missing:
            return f"MISSING: {len(missing)} of {what}: {', '.join(missing[:5])}"
        if unasked:
            return f"nothing found missing, but {unasked} of {what} could not be asked for: the server went away"
        return f"nothing of {what} is missing"


class Counts:
    def __init__(self):
        self.lock = threading.Lock()
        self.filed = self.photos = self.acted = self.rated = self.refused = 0
        self.tracks = []
        self.problems = {}

    def problem(self, what):
        with self.lock:
            self.problems[what] = self.problems.get(what, 0) + 1


def value_for(field, rng, case):
    kind = field["type"]
    if kind == "choice":
        return rng.choice(field["choices"])["value"]
    if kind == "number":
        return rng.choice([5, 5, 4, 4, 3])
    if kind == "bool":
        return "true"
    if kind == "condition":
        condition = case.get("condition") or {}
        return condition.get("code", "")
    if kind == "category":
        return case["category"]["code"]
    if kind in ("unit", "units"):
        return (case.get("unit") or {}).get("code", "cityops")
    if kind == "text":
        return rng.choice(REASONS if "reason" in field["name"] else REPLIES)
    return ""


def fields_for(offer, rng, case, photo=None):
    """What the offer demands; photo: uploads one and returns its id."""
    fields = {f["name"]: value_for(f, rng, case) for f in offer["fields"] if f["required"] and f["type"] != "media"}
    for f in offer["fields"]:
        if f["type"] == "media" and photo and (f["required"] or rng.random() < 0.2):
            fields[f["name"]] = [photo()]
    return fields


class Camera:
    """A few invented pictures, sent again and again."""

    def __init__(self, world, client, rng):
        self.world, self.client, self.rng, self.pictures = world, client, rng, []

    def upload(self):
        if len(self.pictures) < 8:
            self.pictures.append(picture(self.rng))
        status, reply = self.client.call("POST", "/api/v1/media", png=self.rng.choice(self.pictures))
        if status not in (0, 201):
            self.world.counts.problem(f"photo: {status} {reply.get('code')}")
        return reply["id"] if status == 201 else ""


class Staff(threading.Thread):
    """Somebody at a post who looks at the open cases of her own and does what comes next."""

    def __init__(self, world, login, post, token):
        super().__init__(daemon=True)
        self.world, self.login, self.post, self.query = world, login, post, QUEUES[post]
        self.client = Client(world.port, token)
        self.rng = random.Random(f"{world.seed}/{login}")
        self.camera = Camera(world, self.client, self.rng)

    def run(self):
        while not self.world.stopping.is_set():
            self.round()
            self.world.stopping.wait(self.rng.uniform(0.6, 1.4) * self.world.pause())

    def find_something(self):
        """即办即结: a grid worker sees something on her round, reports it and, in the next round, solves it on the spot."""
        matter = self.rng.choice(self.world.city.matters)
        lon, lat = self.world.city.place(self.rng)
        status, reply = self.client.call("POST", "/api/v1/reports", {"text": matter["text"], "lon": lon, "lat": lat, "channel": "field"},
                                         {"Idempotency-Key": str(uuid.uuid4())})
        if status == 201:
            self.world.promises.filed(reply["track"])
            with self.world.counts.lock:
                self.world.counts.filed += 1

    def patrol(self):
        """She looks at the point that waits longest and says so by one act."""
        _, reply = self.client.call("GET", "/api/v1/patrol/points?mine=1")
        if not reply.get("items"):
            return
        point = self.rng.choice(reply["items"][:5])
        status, filed = self.client.call("POST", "/api/v1/reports", {"text": point["name"], "category": self.world.city.patrol, "channel": "field",
                                                                     "attributes": {"point": point["code"]}}, {"Idempotency-Key": str(uuid.uuid4())})
        if status != 201:
            self.world.counts.problem(f"patrol: {status} {filed.get('code')} {filed.get('field', '')}")
            return
        self.world.promises.filed(filed["track"])
        status, case = self.client.call("GET", f"/api/v1/cases/{filed['number']}")
        offers = {o["action"]: o for o in case["actions"]} if status == 200 else {}
        if "confirm" in offers:
            self.act(filed["number"], case, offers["confirm"])

    def round(self):
        if self.post == "grid" and self.rng.random() < 0.002:
            self.find_something()
        if self.post == "grid" and self.world.city.patrol and self.rng.random() < 0.01:
            self.patrol()
        sort = self.rng.choice(("due", "filed"))  # from both ends: what rests gathers at the old one
        status, listing = self.client.call("GET", f"/api/v1/cases?q={self.query}&sort={sort}&limit={40 if self.post == 'unit' else 100}")
        if status != 200:
            if status:
                self.world.counts.problem(f"{self.login}: list {status} {listing.get('code')}")
            return
        items = [i for i in listing["items"] if not self.rests(i)]
        if self.post == "grid":
            items = self.not_hers(items)
        self.rng.shuffle(items)
        for item in items[: 4 if self.world.building_up else 2]:
            self.step(item["number"])

    def rests(self, item):
        dice = random.Random(f"{self.world.seed}/{item['number']}/{item['state']}")
        hours = dice.uniform(0.3, 1) * (REST_FILED_HOURS if item["state"] == "filed" else REST_HOURS)
        return dice.random() < REST and time.time() - self.world.began < hours * 3600 / self.world.options.speed

    def not_hers(self, items):
        """Without the first tasks of the grid worker whom people log in as: her day is theirs."""
        hers = sorted((i for i in items if i["area"] and self.world.city.within(i["area"]["code"], self.world.city.home)), key=lambda i: i["number"])
        return [i for i in items if i not in hers[:HER_OWN]]

    def step(self, number):
        status, case = self.client.call("GET", f"/api/v1/cases/{number}")
        if status != 200:
            return
        offers = {o["action"]: o for o in case["actions"]}
        for action, chance in HABITS[self.post]:
            if action in offers and self.rng.random() < chance:
                self.act(number, case, offers[action])
                return

    def act(self, number, case, offer):
        body = fields_for(offer, self.rng, case, self.camera.upload)
        if offer.get("task"):
            body["task"] = offer["task"]
        status, reply = self.client.call("POST", f"/api/v1/cases/{number}/actions/{offer['action']}", body,
                                         {"If-Match": f'"{case["version"]}"', "Idempotency-Key": str(uuid.uuid4())})
        if status == 200:
            self.world.promises.acted(number, reply.get("version", case["version"] + 1))  # out of sight now: at least one more
            with self.world.counts.lock:
                self.world.counts.acted += 1
        elif status not in (0, 409):
            self.world.counts.problem(f"{offer['action']}: {status} {reply.get('code')} {reply.get('field', '')}")


class Residents(threading.Thread):
    def __init__(self, world):
        super().__init__(daemon=True)
        self.world = world
        self.client = Client(world.port)
        self.rng = random.Random(f"{world.seed}/residents")
        self.camera = Camera(world, self.client, self.rng)
        self.known = []  # what others may report too

    def run(self):
        while not self.world.stopping.is_set():
            if self.world.building_up and self.world.counts.filed < BUILD_UP or self.rng.random() < 0.6:
                self.file()
            else:
                self.rate()
            self.world.stopping.wait(0.08 if self.world.building_up else self.rng.expovariate(1) * 20 * self.world.pause())

    def file(self):
        matter = self.rng.choice(self.world.city.matters)
        lon, lat = self.world.city.place(self.rng)
        body, photo, key = {"text": matter["text"], "lon": lon, "lat": lat}, "", str(uuid.uuid4())
        if self.known and self.rng.random() < 0.1:
            body = self.me_too(dict(self.rng.choice(self.known[-60:])))
        if self.rng.random() < 0.15 and (photo := self.camera.upload()):
            body["media"] = [photo]
        status = 0
        while status == 0 and not self.world.stopping.is_set():
            status, reply = self.client.call("POST", "/api/v1/reports", body, {"Idempotency-Key": key})
            if status == 0:  # no answer: she sends it again with the same key, so it is taken once
                self.world.stopping.wait(0.3)
        if status == 201:
            self.world.promises.filed(reply["track"], photo)
            with self.world.counts.lock:
                self.world.counts.filed += 1
                self.world.counts.photos += photo != ""
                self.world.counts.tracks.append(reply["track"])
            self.known.append({"text": body["text"], "lon": body["lon"], "lat": body["lat"]})
        elif status:
            self.world.counts.problem(f"report: {status} {reply.get('code')} {reply.get('field', '')}")

    def me_too(self, body):
        """Somebody comes by the same place: if it is known there, she joins it instead of reporting it again."""
        q = urllib.parse.urlencode(body)
        status, seen = self.client.call("GET", "/api/v1/preview?" + q)
        if status == 200 and seen["similar"]:
            body["same_as"] = seen["similar"][0]["same_as"]
        return body

    def rate(self):
        with self.world.counts.lock:
            tracks = self.world.counts.tracks[-400:]
        if not tracks:
            return
        track = self.rng.choice(tracks)
        status, case = self.client.call("GET", f"/api/v1/track/{track}")
        offers = {o["action"]: o for o in case.get("may", [])} if status == 200 else {}
        if "rate" in offers:
            body = fields_for(offers["rate"], self.rng, case)
            if self.client.call("POST", f"/api/v1/track/{track}/rate", body)[0] == 200:
                with self.world.counts.lock:
                    self.world.counts.rated += 1


class World:
    def __init__(self, options):
        self.options, self.port, self.seed = options, options.port, options.seed
        self.stopping, self.counts = threading.Event(), Counts()
        self.building_up, self.began = not options.no_build_up, time.time()
        self.city, self.server, self.people = City(options.city), None, []
        self.promises = Promises(options.data + ".acknowledged", os.path.isdir(options.data))

    def pause(self):
        return (0.15 if self.building_up else 2.0) / self.options.speed

    def program(self, *arguments, text=None):
        command = [PROGRAM, arguments[0]]
        command += [*arguments[1:]]
        return subprocess.run(command, input=text, text=True, capture_output=True)

    def start_server(self):
        o = self.options
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "--city", o.city, "--data", o.data, "--listen", f"127.0.0.1:{o.port}", "--limits", "off"],
            stdout=subprocess.DEVNULL, stderr=open(o.data + ".log", "a", encoding="utf-8"))
        client = Client(o.port)
        for _ in range(300):
            if client.call("GET", "/readyz")[0] == 200:
                return
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        with open(o.data + ".log", encoding="utf-8") as f:
            sys.stderr.write(f.read()[-2000:])
        sys.exit(f"the server did not start; is the port taken? make demo PORT={o.port + 1}")

    def account(self, login, role, unit="", area="", label="", password=False):
        more = ["--role", role, "--label", label or login]
        more += ["--unit", unit] if unit else []
        more += ["--area", area] if area else []
        r = self.program("user", "add", "--city", self.options.city, "--data", self.options.data, "--login", login, *more,
                         *(["--password-stdin"] if password else []), text=PASSWORD if password else "")
        if r.returncode != 0:
            sys.exit(f"account {login}: {r.stderr}")

    def token(self, login):
        return self.program("token", "add", "--city", self.options.city, "--data", self.options.data, "--login", login).stdout.strip()

    def hire(self, shown):
        """The sample's accounts: those that people log in to, with a password, or the others."""
        listed = [a for a in self.city.accounts if (a["login"] in SHOWN) == shown]
        for a in listed:
            self.account(a["login"], a["role"], a["unit"], a["area"], a["label"], shown)
        return listed

    def employ_centre(self, accounts):
        posts = {"operator": "centre", "dispatcher": "centre", "supervisor": "supervisor"}
        for a in accounts:
            if a["role"] in posts:
                self.employ(a["login"], posts[a["role"]])

    def hire_rest(self):
        """Besides, somebody at every unit and in every town, with tokens only."""
        for u in self.city.table("units"):
            if u["kind"] in ("centre", "discipline"):
                continue
            self.account("demo_" + u["code"], "handler", u["code"], label=self.label(u, "经办（演示）", "desk (demo)"))
            self.employ("demo_" + u["code"], "unit")
        for t in self.city.table("areas"):
            if t["level"] in ("town", "street", "zone"):
                self.account("demo_grid_" + t["code"], "grid_worker", "", t["code"], self.label(t, "网格员（演示）", "grid worker (demo)"))
                self.employ("demo_grid_" + t["code"], "grid")

    @staticmethod
    def label(row, zh, en):
        """A name to be shown for who acts for a unit or area, in the language that the package's tables begin with."""
        first = next(k for k in row if k.startswith("name_"))
        return row[first] + zh if first == "name_zh" else f"{row[first]} {en}"

    def employ(self, login, post):
        person = Staff(self, login, post, self.token(login))
        self.people.append(person)
        person.start()

    def summary(self, admin):
        _, rows = admin.call("GET", "/api/v1/stats?by=status")
        by = {r[0]: int(r[1]) for r in rows.get("rows", [])}
        _, late = admin.call("GET", "/api/v1/stats?measure=overdue")
        overdue = int(late["rows"][0][0]) if late.get("rows") else 0
        c = self.counts
        with c.lock:
            line = (f"{time.strftime('%H:%M:%S')}  cases {sum(by.values()):,}: {by.get('open', 0):,} open, {by.get('closed', 0):,} closed, "
                    f"{overdue:,} overdue | this run: {c.filed:,} filed ({c.photos:,} with a photo), {c.acted:,} acts, {c.rated:,} rated")
            problems = sorted(c.problems.items(), key=lambda kv: -kv[1])
        more = f" … {len(problems) - 3} more" if len(problems) > 3 else ""
        return line + (" | refused: " + ", ".join(f"{k} ×{v}" for k, v in problems[:3]) + more if problems else "")


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--port", type=int, default=8080)
    p.add_argument("--city", default=os.path.join(ROOT, "city", "jintan"))
    p.add_argument("--data", default=os.path.join(ROOT, "build", "demo"))
    p.add_argument("--speed", type=float, default=1)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--fresh", action="store_true", help="begin with an empty city")
    p.add_argument("--minutes", type=float, default=0, help="stop after so many minutes; 0 = until Ctrl-C")
    p.add_argument("--no-build-up", action="store_true", help="do not fill the city quickly first")
    return p.parse_args()


def announce(o, seconds, logins, wall):
    home = f"http://127.0.0.1:{o.port}"
    print(f"\nYiwang serves the sample city at {home}/   (ready after {seconds:.1f} s)")
    print(f"  console 工作台        {home}/")
    print(f"  field 网格端          {home}/field/")
    print(f"  wall 大屏             {home}/wall#token={wall}")
    print(f"  residents 居民        {home}/resident/")
    print(f"  description of API   {home}/api/openapi.json")
    print(f"  demo logins          {', '.join(logins)}   password: {PASSWORD}")
    print("  样例数据均为虚构。All sample data is invented. Ctrl-C stops.\n", flush=True)


def main():
    o = parse()
    began = time.time()
    if o.fresh and os.path.isdir(o.data):
        shutil.rmtree(o.data)
    os.makedirs(os.path.dirname(o.data), exist_ok=True)
    world = World(o)
    is_new = not os.path.isdir(o.data)
    world.building_up = world.building_up and is_new
    if is_new and not o.no_build_up:
        for told in demo_past.registers(PROGRAM, o.city, o.data):
            print(told)
    if is_new and not o.no_build_up and (told := demo_past.bring_in(PROGRAM, o.city, o.data, world.city, o.seed, world.city.now())):
        print("the past weeks, invented:", told, flush=True)
    world.start_server()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        live(world, began)
    except KeyboardInterrupt:
        pass
    finally:
        world.stopping.set()
        if world.server.poll() is None:
            world.server.send_signal(signal.SIGTERM)
            world.server.wait(timeout=30)
        print("\nstopped; the data stays in", os.path.relpath(o.data, ROOT))


def live(world, began):
    o, resident, leader = world.options, Client(world.port), Client(world.port)
    shown = world.hire(True)
    announce(o, time.time() - began, [a["login"] for a in shown if a["login"] != "wall1"], world.token("wall1"))
    leader.token = world.token("leader1")
    if world.promises.photo_of:
        print("on the data of an earlier demo:", world.promises.check(resident, leader), flush=True)
    Residents(world).start()
    world.employ_centre(shown + world.hire(False))
    world.hire_rest()
    end = time.time() + o.minutes * 60 if o.minutes else float("inf")
    told = time.time()
    while time.time() < end:
        time.sleep(0.2)
        if world.counts.filed >= BUILD_UP and time.time() - began > 45:
            world.building_up = False
        if world.server.poll() is not None:
            died = time.time()
            print(f"the server has gone ({'killed' if world.server.returncode == -9 else 'exit ' + str(world.server.returncode)}); "
                  "it is started again on the same data", flush=True)
            world.start_server()
            print(f"it answers again after {time.time() - died:.1f} s;", world.promises.check(resident, leader), flush=True)
        if time.time() - told >= 5:
            told = time.time()
            print(world.summary(leader), flush=True)


main()
