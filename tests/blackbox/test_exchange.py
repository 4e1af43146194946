"""Two servers of different levels exchange cases over a line that drops, repeats, reorders and goes down; a front hands
reports to the inner network by files; what is forged or replayed is refused and recorded."""
import http.client
import http.server
import json
import os
import random
import shutil
import socketserver
import tempfile
import threading
import unittest

import fixture

CASES = 6
PEERS = """peers:
  - {{code: {code}, label: {{zh: 平台, en: Server}}, level: {level}, {more}give: ["*"], own_share: 80, contact: {contact}}}
"""
REPLY_LOST, SENT_TWICE, NEVER_CAME, LATE_COPY = 0.15, 0.25, 0.15, 0.2


class Line:
    """An address that passes bundles on to a server, badly."""

    def __init__(self, target):
        self.target, self.down, self.bad, self.rng = target, False, True, random.Random(20261124)
        self.bundles, self.counts, self.lock = [], dict.fromkeys(("lost", "twice", "late", "down"), 0), threading.Lock()
        line = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                line.carry(self)

            def log_message(self, *arguments):
                pass

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def post(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.target(), timeout=30)
        try:
            connection.request("POST", "/api/v1/exchange", body, {"Content-Type": "application/json"})
            r = connection.getresponse()
            return r.status, r.read()
        finally:
            connection.close()

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def carry(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self.lock:
            self.bundles.append(body)
            luck, old = self.rng.random(), self.rng.choice(self.bundles)
            late = self.rng.random() < LATE_COPY
        if self.down:
            self.count("down")
            return  # the connection ends without an answer
        try:
            if self.bad and late:
                self.count("late")
                self.post(old)
            if self.bad and luck < NEVER_CAME:
                self.count("lost")
                return
            status, reply = self.post(body)
            if self.bad and luck < NEVER_CAME + REPLY_LOST:
                self.count("lost")
                return
            if self.bad and luck < NEVER_CAME + REPLY_LOST + SENT_TWICE:
                self.count("twice")
                status, reply = self.post(body)
        except OSError:
            return
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(reply)))
        handler.end_headers()
        handler.wfile.write(reply)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Pair(unittest.TestCase):
    def server(self, peer, level, more="", contact="no"):
        """A server whose package knows one peer."""
        folder = tempfile.mkdtemp(prefix="yiwang-exchange-")
        self.addCleanup(shutil.rmtree, folder, True)
        city = os.path.join(folder, "city")
        shutil.copytree(fixture.JINTAN, city)
        with open(os.path.join(city, "peers.yaml"), "w", encoding="utf-8") as f:
            f.write(PEERS.format(code=peer, level=level, more=more, contact=contact))
        server = fixture.Server(city=city)
        self.addCleanup(server.close)
        server.key = server.run("exchange", "key").stdout.strip()
        return server

    def connect(self, server, name, peer, key, address="", front=""):
        with open(os.path.join(server.data, "peers.yaml"), "w", encoding="utf-8") as f:
            f.write(f"name: {name}\n" + (f"front: {front}\n" if front else "") + "peers:\n")
            f.write(f"  - {{code: {peer}, key: {key}, every_s: 1" + (f', address: "{address}"' if address else "") + "}\n")
        server.run("reload")

    def act(self, client, number, action, **fields):
        case = client.case(number).json
        offer = next((a for a in case["actions"] if a["action"] == action), None)
        self.assertIsNotNone(offer, f"{action} is not offered in {case['state']}: {case['actions']}")
        reply = client.act(number, action, {**client.needed(offer), **fields})
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def settle(self, unit_of, operator, number, answer):
        """From wherever it is to closed."""
        case = self.act(operator, number, "accept_dispatch" if operator.case(number).json["state"] == "filed" else "dispatch")
        unit = unit_of(case["unit"]["code"])
        self.act(unit, number, "sign")
        self.act(unit, number, "done")
        self.act(operator, number, "close", answer=answer)

    def verify(self, server):
        server.stop()
        r = server.run("verify", "--json")
        self.assertEqual(json.loads(r.stdout.strip().split("\n")[-1])["faults"], 0, r.stdout)

    @staticmethod
    def follow(client, server):
        """After a restart the server listens on another port."""
        if client.port != server.port:
            client.port, client.connection = server.port, None
        return client

    def units(self, server):
        known = {}

        def unit_of(code):
            if code not in known:
                known[code] = server.staff("u_" + code, "handler", code)
            return self.follow(known[code], server)
        return unit_of


class TwoLevels(Pair):
    def setUp(self):
        self.town, self.city = self.server("changzhou", "up"), self.server("town", "down", "unit: cityops, ")
        self.there, self.back = Line(lambda: self.city.port), Line(lambda: self.town.port)
        self.addCleanup(self.there.close)
        self.addCleanup(self.back.close)
        self.connect(self.town, "town", "changzhou", self.city.key, self.there.address)
        self.connect(self.city, "changzhou", "town", self.town.key, self.back.address)
        self.operator = self.town.staff("op", "operator", "centre")
        self.above = self.city.staff("op", "operator", "centre")
        self.town.auditor, self.city.auditor = self.town.staff("au", "auditor"), self.city.staff("au", "auditor")

    def hand_over(self, text):
        filed = self.town.client().file(text).json
        reply = self.operator.act(filed["number"], "hand_over", {"peer": "changzhou", "note": "请贵平台办理"})
        self.assertEqual(reply.status, 200, reply)
        return filed

    def listed(self):
        return {row["text"]: row for row in self.above.get("/api/v1/cases?q=channel:system&limit=100").json["items"]}

    def test_nothing_is_lost_or_doubled(self):
        unit_of = self.units(self.city)
        filed = {f"路灯不亮 {i}": self.hand_over(f"路灯不亮 {i}") for i in range(CASES // 2)}
        fixture.until(lambda: len(self.listed()) == CASES // 2)
        # the line is down while both go on
        self.there.down = self.back.down = True
        filed.update({f"路灯不亮 {i}": self.hand_over(f"路灯不亮 {i}") for i in range(CASES // 2, CASES)})
        first = self.listed()["路灯不亮 0"]["number"]
        self.settle(unit_of, self.above, first, "灯已修好")
        fixture.until(lambda: self.there.counts["down"] and self.back.counts["down"])
        self.assertEqual(self.operator.case(filed["路灯不亮 0"]["number"]).json["state"], "elsewhere")
        self.city.kill()
        self.city.start()
        self.follow(self.above, self.city)
        self.there.down = self.back.down = False
        there = fixture.until(lambda: len(self.listed()) == CASES and self.listed())
        self.assertEqual(set(there), set(filed), "each case is there, under its own words")
        # the answer came back once; the reporter is not satisfied; the same case is opened again there
        track = filed["路灯不亮 0"]["track"]
        reporter = self.town.client()
        got = fixture.until(lambda: (lambda t: t if t["state"] == "closed" else None)(reporter.get(f"/api/v1/track/{track}").json))
        self.assertEqual(sum("灯已修好" in (h["text"] or "") for h in got["history"]), 1, got)
        self.assertEqual(reporter.post(f"/api/v1/track/{track}/reopen", {"text": "晚上又灭了"}).status, 200)
        fixture.until(lambda: self.above.case(first).json["state"] == "accepted")
        self.assertIn("晚上又灭了", json.dumps(self.above.case(first).json, ensure_ascii=False))
        self.assertEqual(self.operator.case(filed["路灯不亮 0"]["number"]).json["state"], "elsewhere")
        # a question to the reporter and the answer go through both
        second = there["路灯不亮 1"]["number"]
        self.act(self.above, second, "ask", question="是哪一盏？")
        track = filed["路灯不亮 1"]["track"]
        fixture.until(lambda: reporter.get(f"/api/v1/track/{track}").json["state"] == "waiting")
        self.assertEqual(reporter.post(f"/api/v1/track/{track}/answer", {"text": "东门口第三盏"}).status, 200)
        fixture.until(lambda: self.above.case(second).json["state"] != "waiting")
        self.assertIn("东门口第三盏", json.dumps(self.above.case(second).json, ensure_ascii=False))
        self.settle(unit_of, self.above, first, "线路已更换")
        for i in range(1, CASES):
            self.settle(unit_of, self.above, there[f"路灯不亮 {i}"]["number"], f"已处理 {i}")
        numbers = [f["number"] for f in filed.values()]
        fixture.until(lambda: all(self.operator.case(n).json["state"] == "closed" for n in numbers))
        self.assertEqual(len(self.listed()), CASES)
        bad = {what: self.there.counts[what] + self.back.counts[what] for what in self.there.counts}
        self.assertTrue(all(bad.values()), f"the line was as bad as was meant: {bad}")
        self.deadlines(there["路灯不亮 2"]["number"], filed["路灯不亮 2"]["number"])
        self.refusals()
        self.quiet()
        fixture.until(lambda: any(not json.loads(b)["messages"] for b in self.there.bundles))
        self.fetching()
        self.verify(self.town)
        self.verify(self.city)

    def deadlines(self, there, here):
        """The deadline that was imposed, to the millisecond, and an earlier one beside it; its number there is known here."""
        mine = next(c for c in self.operator.case(here).json["clocks"] if c["name"] == "handling")
        clocks = {c["name"]: c for c in self.above.case(there).json["clocks"]}
        self.assertEqual(clocks["imposed"]["due"], mine["due"])
        self.assertLess(clocks["own"]["due"], clocks["imposed"]["due"])
        self.assertEqual([(p["direction"], p["peer"]["code"], p["number"]) for p in self.operator.case(here).json["partners"]],
                         [("at", "changzhou", there)])
        self.assertEqual([(p["direction"], p["peer"]["code"], p["number"]) for p in self.above.case(there).json["partners"]],
                         [("from", "town", here)])
        first = self.above.case(there).json["history"][0]["facts"]
        self.assertEqual((first["outside_system"], first["outside_number"]), ("town", here))

    def refusals(self):
        """Forged, replayed, for somebody else, from nobody."""
        raw = next(b for b in reversed(self.there.bundles) if json.loads(b)["messages"])
        genuine = json.loads(raw)
        before = len(self.listed())

        def send(bundle):
            return self.city.client().post("/api/v1/exchange", bundle)

        def recorded():
            return len(self.city.auditor.get("/api/v1/audit?kind=exchange&limit=500").json["items"])
        self.follow(self.city.auditor, self.city)
        count = recorded()
        forged = {**genuine, "have": genuine["have"] + 1}
        for bundle, status, code in (
                (forged, 403, "forged"),
                ({**genuine, "from": "stranger"}, 403, "unknown_peer"),
                ({**genuine, "to": "province"}, 422, "not_for_us"),
                ({**genuine, "at": genuine["at"] - 86400000}, 403, "forged"),
                ({"v": 1}, 422, "bad_bundle")):
            reply = send(bundle)
            self.assertEqual((reply.status, reply.json.get("code")), (status, code), reply)
        self.assertGreaterEqual(recorded(), count + 1)
        tampered = raw.replace(b'"number":"JT', b'"number":"XT', 1).replace(b'"origin":"JT', b'"origin":"XT', 1)
        self.assertNotEqual(tampered, raw)
        reply = self.city.client().post("/api/v1/exchange", raw=tampered)
        self.assertEqual((reply.status, reply.json["code"]), (403, "forged"), "a message was changed on the way")
        count = recorded()
        self.assertEqual(self.city.client().post("/api/v1/exchange", raw=raw).status, 200, "a replay is answered")
        self.assertGreater(recorded(), count, "and recorded")
        self.assertEqual(len(self.listed()), before, "and changes nothing")

    def fetching(self):
        """A server that only fetches signs what it asks for; without that there is nothing."""
        asking = next(b for b in reversed(self.there.bundles) if not json.loads(b)["messages"])
        client = self.city.client()
        self.assertEqual(client.get("/api/v1/exchange/outbox").status, 422)
        got = client.get("/api/v1/exchange/outbox?after=0", {"Yiwang-Exchange": asking.decode()})
        self.assertEqual((got.status, got.json["to"]), (200, "town"), got)
        changed = asking.replace(b'"have":', b'"have":1', 1)
        self.assertEqual(client.get("/api/v1/exchange/outbox", {"Yiwang-Exchange": changed.decode()}).status, 403)

    def quiet(self):
        """Everything confirmed on both sides."""
        for server in (self.town, self.city):
            fixture.until(lambda s=server: "waiting 0" in s.run("exchange", "status").stdout)


class Front(Pair):
    def test_by_files_with_hours_between(self):
        front, inner = self.server("inner", "up", contact="yes"), self.server("front", "beside")
        self.connect(front, "front", "inner", inner.key, front="inner")
        self.connect(inner, "inner", "front", front.key)
        reporter = front.client()
        filed = reporter.file("井盖缺失", contact={"name": "王", "phone": "13800000000"}, media=[reporter.photo()]).json
        self.assertEqual(filed["state"], "elsewhere", filed)
        path = os.path.join(front.data, "out.bundle")
        front.run("exchange", "export", "--peer", "inner", path)
        with open(path, "rb") as f:
            self.assertNotIn("井盖".encode(), f.read(), "whoever carries the file reads nothing")
        self.assertNotEqual(front.run("exchange", "import", path, check=False).returncode, 0, "it is not for the front")
        self.assertIn("1 taken", inner.run("exchange", "import", path).stdout)
        self.assertIn("0 taken, 0 refused, 1 known already", inner.run("exchange", "import", path).stdout)
        operator = inner.staff("op", "operator", "centre")
        case = fixture.until(lambda: operator.get("/api/v1/cases?q=channel:system").json["items"])[0]
        self.assertEqual(case["text"], "井盖缺失")
        shown = operator.case(case["number"]).json
        self.assertEqual(len([h for h in shown["history"] if h["media"]]), 1, "the photo came along")
        contact = operator.post(f"/api/v1/cases/{case['number']}/contact", {"purpose": "回访"})
        if contact.status == 422:
            contact = operator.post(f"/api/v1/cases/{case['number']}/contact", {"purpose": "回访核实情况"})
        self.assertEqual(contact.json["phone"], "13800000000", contact)
        self.settle(self.units(inner), operator, case["number"], "井盖已补装")
        back = os.path.join(inner.data, "back.bundle")
        inner.run("exchange", "export", "--peer", "front", back)
        front.run("exchange", "import", back)
        track = reporter.get(f"/api/v1/track/{filed['track']}").json
        self.assertEqual(track["state"], "closed", track)
        self.assertIn("井盖已补装", json.dumps(track, ensure_ascii=False))
        self.verify(front)
        self.verify(inner)


if __name__ == "__main__":
    unittest.main()
