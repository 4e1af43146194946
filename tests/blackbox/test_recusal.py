"""Recusal through every door: in random organisations, whom a complaint of conduct is about and who stands below gets
neither its words nor its number from any route of the table, from lists, counts, sheets, feeds, another server or a
file. The rules themselves: tests/unit/query/test_recusal.c."""
import csv
import http.client
import json
import os
import random
import shutil
import tempfile
import time
import unittest
import urllib.parse

import fixture
import test_exchange

SECRET, PHONE = "蓝色信封", "13900000000"
PLACE = {"lon": 119.5731, "lat": 31.7223}
AT = "lon={lon}&lat={lat}".format(**PLACE)
SAID = urllib.parse.quote(SECRET)
ROLES = ("handler", "unit_head", "operator", "supervisor", "leader", "auditor", "admin", "investigator", "area_officer", "wall")
QUERIES = ("", "about:conduct", "flag:sealed", "flag:private", "number:{number}", SECRET, "status:open", "procedure:report",
           "unit:{unit}", "unit:discipline", "-status:closed")
PATHS = ("cases?total=yes&limit=100&", "cases?sort=-filed&", "cases.csv?", "stats?by=unit&", "stats.csv?by=unit&")
COUNTED = ("unit", "state", "category", "area:town", "month", "unit,state", "procedure")
ASKED = (f"/api/v1/similar?text={SAID}&{AT}", f"/api/v1/preview?text={SAID}&{AT}", f"/api/v1/places?q={SAID}",
         "/api/v1/audit?limit=500", "/api/v1/public/cases?limit=500", "/api/v1/directory/responsibilities?proposed=1",
         "/open311/v2/requests.json", "/open311/v2/requests.xml?status=open", "/resident/", "/resident/report", "/resident/map", f"/resident/preview?text={SAID}&{AT}", f"/resident/place?text=x&{AT}")
PEER = """peers:
  - {{code: changzhou, label: {{zh: 上级, en: Above}}, level: up, unit: {unit}, give: ["*"]}}
"""


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


class Organisation:
    """The sample city with another tree of units; a server above stands for one of them."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.city = os.path.join(tempfile.mkdtemp(prefix="yiwang-recusal-"), "city")
        shutil.copytree(fixture.JINTAN, self.city)
        path = os.path.join(self.city, "units.csv")
        self.units = rows(path)
        movable = [u for u in self.units if u["kind"] not in ("centre", "discipline")]
        self.rng.shuffle(movable)
        for i, unit in enumerate(movable):
            unit["parent"] = self.rng.choice(movable[:i])["code"] if i and self.rng.random() < 0.7 else ""
        with open(path, "w", encoding="utf-8", newline="") as f:
            w = csv.DictWriter(f, self.units[0].keys())
            w.writeheader()
            w.writerows(self.units)
        self.above_area = {a["code"]: a["parent"] for a in rows(os.path.join(self.city, "areas.csv"))}
        self.by = {u["code"]: u for u in self.units}
        offices = [u for u in movable if u["area"]]
        self.accused = max(movable, key=lambda u: len(self.below(u["code"])))["code"] if seed % 2 else self.rng.choice(offices)["code"]
        self.theirs = sorted(self.below(self.accused))
        apart = [u["code"] for u in movable if u["code"] not in self.theirs]
        self.peer_is_theirs = seed % 3 == 0 or not apart
        with open(os.path.join(self.city, "peers.yaml"), "w", encoding="utf-8") as f:
            f.write(PEER.format(unit=self.rng.choice(self.theirs if self.peer_is_theirs else apart)))

    def inside(self, area, outer):
        while area and area != outer:
            area = self.above_area[area]
        return bool(area)

    def below(self, accused):
        """Who is the accused or stands below: a part of it, or an office inside its area; and so on."""
        found = {accused}
        while True:
            areas = [self.by[b]["area"] for b in found if self.by[b]["area"]]
            more = {u["code"] for u in self.units if u["parent"] in found or any(u["area"] and self.inside(u["area"], a) for a in areas)}
            if more <= found:
                return found
            found |= more


class Recusal(unittest.TestCase):
    def people(self, org):
        """Of the accused and of one below, everybody; and who walks their area without a unit."""
        others = [u for u in org.theirs if u != org.accused]
        wanted = [(role, org.accused) for role in ROLES] + [(role, org.rng.choice(others)) for role in org.rng.sample(ROLES, 4) if others]
        wanted = [(role, unit, "320413001" if role == "area_officer" else "") for role, unit in wanted]
        area = org.by[org.accused]["area"]
        wanted += [(role, "", area) for role in ("grid_worker", "investigator", "area_officer") if area]
        for i, (role, unit, area) in enumerate(wanted):
            client = self.server.staff(f"theirs{i}", role, unit, area)
            client.label = (role, unit, area)
            yield client

    def file(self, org):
        """Complaints at different steps: new, split, handed on, given out, joined with another of the same."""
        self.found, self.photo = [], self.server.client().photo()
        for _ in range(5):
            filed = self.server.client().file(f"他收了一个{SECRET}", about={"kind": "conduct", "unit": org.accused}, media=[self.photo] * (not self.found),
                                              contact={"name": "李四", "phone": PHONE}, **PLACE)
            self.assertEqual(filed.status, 201, filed)
            self.found.append(filed.json["number"])
        _, split, handed, given, joined = self.found
        act = lambda number, action, **fields: self.investigator.act(number, action, fields)
        self.assertEqual(act(split, "split", text=f"另一个{SECRET}").status, 200)
        self.found += [link["number"] for link in self.investigator.case(split).json["links"]]
        self.assertEqual(len(self.found), 6)
        reply = act(handed, "hand_over", peer="changzhou")
        self.assertEqual(reply.status, 403 if org.peer_is_theirs else 200, reply)
        for unit in org.theirs:
            for field in ("unit", "assist"):
                reply = act(given, "accept_dispatch", **{field: unit})
                self.assertEqual((reply.status, reply.json["code"]), (403, "recused_unit"), reply)
        self.assertEqual(act(given, "accept_dispatch", note=SECRET).status, 200)
        self.assertEqual(act(joined, "merge", case=split).status, 200)
        reply = act(self.found[0], "merge", case=self.plain)
        self.assertEqual((reply.status, reply.json["code"]), (409, "cannot_join"), reply)
        reply = self.operator.act(self.plain, "merge", {"case": split})
        self.assertEqual((reply.status, reply.json["code"]), (404, "unknown_case"), reply)

    def addresses(self, number, unit):
        """Every address of the table with this case put in, and more ways to ask."""
        values = {"number": number, "track": number + "-AAAAAAAAAAAAAAAA", "id": self.photo, "name": "none", "z": "1", "x": "0", "y": "0",
                  "letter": "report_reply.pdf", "grid": "320413001001001", "peer": "changzhou"}
        for path, methods in self.operations.items():
            if "get" in methods and path != "/api/v1/events":
                yield path.format(**values)
        for q in self.rng.sample(QUERIES, 4):
            q = urllib.parse.quote(q.format(number=number, unit=unit))
            yield from (f"/api/v1/{path}q={q}" for path in PATHS)
        yield from ASKED

    def counted(self, client):
        caught_up = {"Yiwang-Min-Seq": str(max(self.operator.seq, self.investigator.seq))}
        replies = [client.get(f"/api/v1/stats?by={by}", caught_up) for by in COUNTED]
        replies += [client.get(f"/api/v1/cases?total=yes&limit=1&q={q}") for q in ("", "status:open")]
        return [(r.status, r.body) for r in replies]

    def listen(self, client):
        connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=0.3)
        connection.request("GET", "/api/v1/events", headers={"Authorization": "Bearer " + client.token})
        return connection, connection.getresponse()

    @staticmethod
    def heard(connection, reply):
        got, end = b"", time.time() + 3
        try:
            while time.time() < end:
                chunk = reply.read1(65536)
                if not chunk:
                    break
                got += chunk
        except OSError:
            pass
        connection.close()
        return got

    def assert_blind(self, body, what):
        text = body.decode("utf-8", "replace")
        for secret in (SECRET, PHONE, *self.found):
            if secret in text:
                self.fail(f"{what}: {text[max(0, text.index(secret) - 300):][:500]}")

    def refused(self, client, number, actions):
        """Every action of every procedure, a reading, an erasure, joining: as if there were no such case."""
        for action in actions:
            reply = client.act(number, action)
            self.assertEqual((reply.status, reply.json["code"]), (404, "unknown_case"), (client.label, action, reply))
        for path, body in (("contact", {"purpose": "看看"}), ("erase", {"reason": "看看"}), ("letters/report_reply", {})):
            reply = client.post(f"/api/v1/cases/{number}/{path}", body)
            self.assertIn(reply.status, (403, 404), (client.label, path, reply))
            self.assert_blind(reply.body.replace(number.encode(), b""), path)
        self.assertEqual(client.file("同样的事", same_as=number).status, 422)

    def play(self, seed):
        org = Organisation(seed)
        self.rng = org.rng
        self.addCleanup(shutil.rmtree, os.path.dirname(org.city), True)
        self.server = fixture.Server(city=org.city)
        self.addCleanup(self.server.close)
        line = test_exchange.Line(lambda: 0)
        line.down = True
        self.addCleanup(line.close)
        key = self.server.run("exchange", "key").stdout.strip()
        with open(os.path.join(self.server.data, "peers.yaml"), "w", encoding="utf-8") as f:
            f.write(f"name: here\npeers:\n  - {{code: changzhou, key: {key}, every_s: 1, address: \"{line.address}\"}}\n")
        self.server.run("reload")
        self.operations = self.server.client().get("/api/openapi.json").json["paths"]
        actions = sorted({a["code"] for p in self.server.client().get("/api/v1/procedures").json["items"] for a in p["actions"]})
        self.investigator = self.server.staff("investigator", "investigator", "discipline")
        people = list(self.people(org))
        self.operator = self.server.staff("operator", "operator", "centre")
        self.plain = self.server.client().file(about={"kind": "service", "unit": org.accused}).json["number"]
        self.operator.act(self.plain, "note", {"note": "样例"})
        before = [self.counted(client) for client in people]
        streams = [self.listen(client) for client in people if client.get("/api/v1/cases").status == 200]
        self.file(org)
        sent = time.time()
        versions = [self.investigator.case(n).json["version"] for n in self.found]
        for client, counts in zip(people, before):
            for path in self.addresses(self.found[0], org.accused):
                reply = client.get(path)
                self.assertLess(reply.status, 500, path)
                body = reply.body.replace(self.found[0].encode(), b"") if self.found[0] in path else reply.body
                self.assert_blind(body, (client.label, path))
            for number in self.found:
                reply = client.case(number)
                self.assertIn(reply.status, (403, 404), (client.label, reply))
            self.refused(client, self.found[3], self.rng.sample(actions, 20))
            self.assertEqual(self.counted(client), counts, client.label)
        for connection, reply in streams:
            self.assert_blind(self.heard(connection, reply), "feed")
        self.assertEqual([self.investigator.case(n).json["version"] for n in self.found], versions)
        time.sleep(max(0, sent + 2.5 - time.time()))  # the courier goes every second
        self.assertEqual(any(SECRET.encode() in b or json.dumps(SECRET)[1:-1].encode() in b for b in line.bundles), not org.peer_is_theirs)

    def test_organisations(self):
        for seed in range(int(os.environ.get("YIWANG_RECUSAL_SEEDS", "2"))):
            with self.subTest(seed=seed):
                self.play(seed)


if __name__ == "__main__":
    unittest.main()
