"""Platforms that are not Yiwang: a case comes with their number and deadline, each change is written back once, days of
outage included; a redo opens the same case. The platform is a real HTTP server in this process."""
import base64
import csv
import datetime
import hashlib
import hmac
import http.server
import io
import json
import os
import shutil
import socketserver
import tempfile
import threading
import time
import unittest

import fixture

SECRET = "whsec_" + base64.b64encode(b"a secret that both sides know").decode()


def sign(secret, ident, seconds, body):
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    return "v1," + base64.b64encode(hmac.new(key, f"{ident}.{seconds}.".encode() + body, hashlib.sha256).digest()).decode()


class Platform:
    """Takes what is written back, checks its signature; can be down, refuse, or lose its answer."""

    def __init__(self, answer=None):
        self.deliveries, self.status, self.answer = [], 200, answer or (lambda message: {})
        platform = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ident, seconds = self.headers["webhook-id"], self.headers["webhook-timestamp"]
                good = self.headers["webhook-signature"] == sign(SECRET, ident, seconds, body)
                message = json.loads(body)
                status = platform.status if good else 401
                platform.deliveries.append((ident, status, message))
                reply = json.dumps(platform.answer(message)).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *arguments):
                pass

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/receive"

    def taken(self):
        return [m for _, status, m in self.deliveries if status == 200]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Outside(unittest.TestCase):
    def setUp(self):
        self.platform = Platform()
        self.addCleanup(self.platform.close)
        self.server = fixture.Server()
        self.addCleanup(self.server.close)
        self.book(f'{{code: rx12345, secret: "{SECRET}", every_s: 1, address: "{self.platform.address}"}}', "{code: szcg}")
        self.anybody = self.server.client()
        self.operator = self.server.staff("op", "operator", unit="centre")

    def book(self, *peers):
        with open(os.path.join(self.server.data, "peers.yaml"), "w", encoding="utf-8") as f:
            f.write("name: jintan\npeers:\n" + "".join(f"  - {p}\n" for p in peers))
        self.server.run("reload")

    def deliver(self, kind, data, ident, secret=SECRET, age=0):
        body = json.dumps({"type": kind, "data": data}).encode()
        seconds = str(int(time.time()) - age)
        return self.anybody.post("/api/v1/outside/rx12345", raw=body, headers={
            "webhook-id": ident, "webhook-timestamp": seconds, "webhook-signature": sign(secret, ident, seconds, body)})

    def case_of(self, number, **more):
        due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=10)
        return {"number": number, "category": "井盖破损", "text": "解放路井盖破损，来自市热线", "due": due.isoformat(timespec="seconds"), **fixture.PLACE, **more}

    def act(self, client, number, action, **fields):
        offer = next((a for a in client.case(number).json["actions"] if a["action"] == action), None)
        self.assertIsNotNone(offer, f"{action} is not offered: {client.case(number)}")
        reply = client.act(number, action, {**client.needed(offer), **fields})
        self.assertEqual(reply.status, 200, reply)
        return reply.json

    def settle(self, number, answer):
        first = "accept_dispatch" if self.operator.case(number).json["state"] == "filed" else "dispatch"
        unit = self.act(self.operator, number, first)["unit"]["code"]
        staff = self.server.staff("u_" + unit, "handler", unit=unit)
        self.act(staff, number, "sign")
        self.act(staff, number, "done")
        return self.act(self.operator, number, "close", answer=answer)

    def words(self):
        return [m["data"]["word"] for m in self.platform.taken()]

    def test_a_case_comes_once_and_its_states_go_back_once(self):
        reply = self.deliver("case", self.case_of("CZ-2026-0001"), "m1")
        self.assertEqual(reply.status, 201, reply)
        number = reply.json["number"]
        self.assertEqual(reply.json["outside_number"], "CZ-2026-0001")
        # both clocks, the own one earlier: four fifths of the time
        ends = [datetime.datetime.fromisoformat(reply.json[k]) for k in ("own_due", "due")]
        left = [(e - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 3600 for e in ends]
        self.assertAlmostEqual(left[0], 8, delta=0.05)
        self.assertAlmostEqual(left[1], 10, delta=0.05)
        case = self.operator.case(number).json
        self.assertEqual(case["category"]["code"], "m01023")
        self.assertLessEqual({"imposed", "own"}, {c["name"] for c in case["clocks"]})
        # delivered again, as the same message and as another: the same case
        for ident in ("m1", "m2"):
            body = self.case_of("CZ-2026-0001") if ident == "m2" else None
            again = self.deliver("case", body, ident) if body else None
            if again:
                self.assertEqual((again.status, again.json["number"], again.json["repeated"]), (200, number, True), again)
        # found by the outside number, exactly
        self.assertEqual(self.operator.case("CZ-2026-0001").json["number"], number)
        for q in ("outside:CZ-2026-0001", "CZ-2026-0001"):
            found = self.operator.get("/api/v1/cases?q=" + q).json["items"]
            self.assertEqual([c["number"] for c in found], [number], q)
        self.assertEqual(self.operator.get("/api/v1/cases?q=outside:CZ-2026-000").json["items"], [])
        # the platform is away while the case is settled; afterwards it hears each state once, in order
        self.platform.status = 503
        self.settle(number, "井盖已更换")
        fixture.until(lambda: any(status == 503 for _, status, _ in self.platform.deliveries))
        self.assertEqual(self.platform.taken(), [])
        self.server.stop()
        self.server.start()
        for client in (self.operator, self.anybody):
            client.port, client.connection = self.server.port, None
        self.platform.status = 200
        fixture.until(lambda: "closed" in self.words(), 20)
        self.assertEqual(self.words(), ["status", "status", "closed"])
        last = self.platform.taken()[-1]["data"]
        self.assertEqual((last["origin"], last["number"], last["text"].splitlines()[0]), ("CZ-2026-0001", number, "井盖已更换"))
        self.assertEqual(len({ident for ident, status, _ in self.platform.deliveries if status == 200}), len(self.words()))
        # not satisfied: the same case, with a new deadline, and its states go back again
        redo = self.deliver("case", self.case_of("CZ-2026-0001", text="市民不满意，重办"), "m3")
        self.assertEqual((redo.status, redo.json["number"], redo.json["state"]), (201, number, "accepted"), redo)
        self.settle(number, "已再次处理")
        fixture.until(lambda: self.words().count("closed") == 2)
        # a late copy of the first delivery opens nothing
        self.assertEqual(self.operator.case(number).json["state"], "closed")
        self.server.stop()
        faults = json.loads(self.server.run("verify", "--json").stdout.strip().split("\n")[-1])["faults"]
        self.assertEqual(faults, 0)

    def test_a_copy_of_a_delivery_opens_nothing(self):
        data = self.case_of("CZ-7")
        number = self.deliver("case", data, "once").json["number"]
        self.settle(number, "已处理")
        again = self.deliver("case", data, "once")
        self.assertEqual((again.status, again.json["repeated"]), (200, True), again)
        self.assertEqual(self.operator.case(number).json["state"], "closed")

    def test_what_is_refused(self):
        self.assertEqual(self.deliver("case", self.case_of("X1"), "a", secret="another secret, of nobody").status, 403)
        self.assertEqual(self.deliver("case", self.case_of("X1"), "b", age=3600).status, 403)
        self.assertEqual(self.deliver("reopened", {"number": "never-seen"}, "c").status, 404)
        self.assertEqual(self.deliver("case", {"text": "没有编号"}, "d").status, 422)
        self.assertEqual(self.anybody.post("/api/v1/outside/nobody", {"type": "case", "data": {}}).status, 404)
        self.assertEqual(self.operator.get("/api/v1/cases").json["items"], [])
        auditor = self.server.staff("audit", "auditor")
        log = auditor.get("/api/v1/audit?kind=exchange").json["items"]
        self.assertGreaterEqual(len(log), 2, "forgeries are recorded")

    def test_a_refusal_of_the_platform_is_told_and_does_not_block(self):
        number = self.deliver("case", self.case_of("CZ-9"), "e").json["number"]
        self.platform.status = 422
        self.act(self.operator, number, "accept")
        fixture.until(lambda: "422" in json.dumps(self.operator.case(number).json["history"]))
        self.platform.status = 200
        self.act(self.operator, number, "dispatch")
        fixture.until(lambda: self.words() == ["status"])

    def test_a_case_of_ours_goes_there_and_comes_back_settled(self):
        self.platform.answer = lambda message: {"number": "RX-55"} if message["type"] == "case" else {}
        number = self.operator.file(category="m01023").json["number"]
        self.act(self.operator, number, "hand_over", peer="rx12345")
        fixture.until(lambda: self.platform.taken())
        sent = self.platform.taken()[0]
        self.assertEqual((sent["type"], sent["data"]["number"], sent["data"]["service"]), ("case", number, "井盖破损"))
        fixture.until(lambda: self.operator.case("RX-55").status == 200)
        reply = self.deliver("closed", {"number": "RX-55", "text": "热线已办结", "basis": "市热线答复"}, "f")
        self.assertEqual((reply.status, reply.json["state"]), (201, "closed"), reply)

    def test_files_of_digital_city_management(self):
        folder = tempfile.mkdtemp(prefix="yiwang-outside-")
        self.addCleanup(shutil.rmtree, folder, True)
        path = os.path.join(folder, "szcg.csv")
        mapping = os.path.join(fixture.JINTAN, "import", "szcg.yaml")
        head = ["案卷编号", "上报时间", "结案期限", "经度", "纬度", "问题描述", "地址", "小类", "案卷状态", "所属网格", "处置单位", "受理员"]
        due = (datetime.datetime.now() + datetime.timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")

        def write(state):
            with open(path, "w", encoding="utf-8", newline="") as f:
                w = csv.writer(f)
                w.writerow(head)
                w.writerow(["SZ001", "2026-11-20 08:00:00", due, "119.57", "31.72", "井盖松动", "东门大街", "井盖", state, "", "", ""])
        write("待处置")
        self.assertIn('"filed":1', self.server.run("import", "--map", mapping, "--json", path).stdout)
        self.assertIn('"repeated":1', self.server.run("import", "--map", mapping, "--json", path).stdout)
        case = self.operator.case("SZ001").json
        self.assertLessEqual({"imposed", "own"}, {c["name"] for c in case["clocks"]})
        self.settle(case["number"], "井盖已固定")
        out = os.path.join(folder, "back.csv")

        def told():
            self.server.run("exchange", "export", "--peer", "szcg", out)
            with open(out, encoding="utf-8") as f:
                return list(csv.DictReader(io.StringIO(f.read())))
        rows = told()
        self.assertEqual([(r["outside_number"], r["word"]) for r in rows][-1], ("SZ001", "closed"))
        self.assertEqual(told(), rows, "until it is confirmed it is told again")
        self.server.run("exchange", "confirm", "--peer", "szcg", rows[-1]["no"])
        self.assertEqual(told(), [])
        write("返工")
        for _ in range(2):
            self.server.run("import", "--map", mapping, "--json", path)
        self.assertEqual(self.operator.case("SZ001").json["state"], "accepted")


if __name__ == "__main__":
    unittest.main()
