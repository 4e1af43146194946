"""Bad input gets a problem document with a stable code, the field and a hint; never a crash or a stack trace."""
import json
import resource
import socket
import subprocess
import time
import unittest
import urllib.parse

import fixture

BAD_REPORTS = [
    (b"", 400, "bad_json"), (b"{", 400, "bad_json"), (b"[]", 400, "bad_json"), (b'{"text":"a"} x', 400, "bad_json"),
    (b'{"text":NaN}', 400, "bad_json"), (b'{"text":"\xff\xfe"}', 400, "bad_json"), (b'{"text":"\\ud800"}', 400, "bad_json"),
    (b'{"text":' + b"[" * 5000 + b"]" * 5000 + b"}", 400, "bad_json"),
    (b'{"text":"a","text":"b"}', (400, 422), None),
    (json.dumps({}).encode(), 422, "missing_field"), (json.dumps({"text": "  "}).encode(), 422, "missing_field"),
    (json.dumps({"text": 5}).encode(), 422, "wrong_type"), (json.dumps({"text": "a", "lon": "119"}).encode(), 422, "wrong_type"),
    (json.dumps({"text": "a", "nonsense": 1}).encode(), 422, "unknown_field"),
    (json.dumps({"text": "a", "contact": {"ssn": "1"}}).encode(), 422, "unknown_field"),
    (json.dumps({"text": "x" * 4001}).encode(), 422, "too_long"),
    (json.dumps({"text": "a", "lon": 119.57}).encode(), 422, "bad_place"),
    (json.dumps({"text": "a", "lon": 31.72, "lat": 119.57}).encode(), 422, "bad_place"),
    (json.dumps({"text": "a", "lon": 1e300, "lat": 1}).encode(), 422, "bad_place"),
    (json.dumps({"text": "a", "lon": 116.4, "lat": 39.9}).encode(), 422, "outside_jurisdiction"),
    (json.dumps({"text": "a", "category": "m99999"}).encode(), 422, "unknown_category"),
    (json.dumps({"text": "a", "category": "m06013", "condition": "m06010.1"}).encode(), 422, "unknown_condition"),
    (json.dumps({"text": "a", "media": ["00"]}).encode(), 422, "unknown_media"),
    (json.dumps({"text": "a", "media": ["x"] * 10}).encode(), 422, "too_many_media"),
    (json.dumps({"text": "a", "about": {"kind": "evil", "unit": "cityops"}}).encode(), 422, "wrong_type"),
    (json.dumps({"text": "a", "about": {"kind": "service", "unit": "nobody"}}).encode(), 422, "unknown_unit"),
    (json.dumps({"text": "a", "happened": "2026-01-01T00:00:00+08:00"}).encode(), 422, "staff_only"),
    (b'{"text":"a","lon":1' + b"0" * 400 + b',"lat":1}', (400, 422), None),
]


def is_open(s):
    try:
        return s.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False


class Input(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.client = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def problem(self, reply, status, code):
        statuses = status if isinstance(status, tuple) else (status,)
        self.assertIn(reply.status, statuses, reply)
        self.assertEqual(reply.headers["Content-Type"], "application/problem+json", reply)
        body = reply.json
        for key in ("type", "title", "status", "detail", "code"):
            self.assertIn(key, body)
        if code:
            self.assertEqual(body["code"], code, reply)
        return body

    def test_bad_reports(self):
        for raw, status, code in BAD_REPORTS:
            with self.subTest(raw=raw[:60]):
                body = self.problem(self.client.post("/api/v1/reports", raw=raw), status, code)
                if code not in (None, "bad_json"):
                    self.assertTrue(body.get("field"), body)
        self.assertEqual(self.client.get("/healthz").status, 200)

    def test_future_time_from_staff(self):
        reply = self.operator.file(happened="2100-01-01T00:00:00+08:00")
        self.assertEqual(self.problem(reply, 422, "bad_time")["field"], "happened")

    def test_too_large(self):
        self.problem(self.client.post("/api/v1/reports", raw=b'{"text":"' + b"x" * 70000 + b'"}'), 413, None)

    def test_unknown_addresses_and_methods(self):
        self.problem(self.client.get("/api/v1/nothing"), 404, None)
        reply = self.client.call("DELETE", "/api/v1/reports")
        self.problem(reply, 405, None)
        self.assertIn("POST", reply.headers["Allow"])
        self.problem(self.client.get("/api/v1/track/JT20261124000017-0000000000000000"), 404, "unknown_track")
        self.problem(self.client.get("/api/v1/track/nonsense"), 404, "unknown_track")

    def test_queries(self):
        for q, code in (("status:strange", None), ("area:999", None), ("near:1,2", None), ("(((", None), ('"open', None), ("x" * 3000, None),
                        ("due:<2x", None), ("nofield:1", None), ("status:open or", None)):
            with self.subTest(q=q[:20]):
                body = self.problem(self.operator.get("/api/v1/cases?q=" + urllib.parse.quote(q)), (400, 413, 422), code)
                self.assertTrue(body.get("hint") or body.get("detail"), body)
        self.problem(self.operator.get("/api/v1/cases?limit=0"), 422, "bad_value")
        self.problem(self.operator.get("/api/v1/cases?sort=up"), 422, "bad_value")
        self.problem(self.operator.get("/api/v1/cases?cursor=%00%ff"), (400, 422), None)

    def test_pictures_that_are_none(self):
        for raw in (b"GIF89a<script>alert(1)</script>", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0" + b"\0" * 100, b"<svg onload=x>"):
            with self.subTest(raw=raw[:8]):
                reply = self.client.post("/api/v1/media", raw=raw, kind="image/gif")
                self.assertIn(reply.status, (400, 415, 422), reply)
                self.assertEqual(reply.headers["Content-Type"], "application/problem+json")

    def test_silent_and_slow_connections(self):
        silent = []
        for _ in range(400):
            s = socket.socket()
            s.connect(("127.0.0.1", self.server.port))
            silent.append(s)
        slow = socket.socket()
        slow.connect(("127.0.0.1", self.server.port))
        slow.sendall(b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
        time.sleep(0.2)
        self.assertEqual(self.client.file().status, 201)
        for s in silent + [slow]:
            s.close()

    def test_ten_thousand_silent_connections(self):
        """Others are served meanwhile; crowded as it is, who says nothing is gone after seconds."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
        self.assertGreaterEqual(hard, 11000, "this machine allows too few descriptors")
        silent = []
        try:
            for _ in range(10000):
                s = socket.socket()
                s.connect(("127.0.0.1", self.server.port))
                silent.append(s)
            self.assertEqual(self.client.file().status, 201)
            end = time.time() + 40
            while time.time() < end and any(is_open(s) for s in silent[::997]):
                time.sleep(0.5)
            self.assertFalse([s for s in silent[::997] if is_open(s)])
            self.assertEqual(self.client.file().status, 201)
        finally:
            for s in silent:
                s.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def test_half_a_body_files_nothing(self):
        before = self.operator.get("/api/v1/stats").json["rows"]
        s = socket.socket()
        s.connect(("127.0.0.1", self.server.port))
        s.sendall(b"POST /api/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n" + b'{"text":"half')
        s.close()
        time.sleep(0.3)
        self.assertEqual(self.operator.get("/api/v1/stats").json["rows"], before)


class Words(unittest.TestCase):
    def test_wrong_command_lines(self):
        for arguments in ([], ["nonsense"], ["serve"], ["serve", "--city"], ["check"], ["import", "--city", "x", "--data", "y", "f"], ["serve", "--limits", "on", "--city", "x", "--data", "y"]):
            with self.subTest(arguments=arguments):
                r = subprocess.run([fixture.PROGRAM, *arguments], capture_output=True, text=True)
                self.assertEqual(r.returncode, 2, r)
                self.assertIn("yiwang", r.stderr)


if __name__ == "__main__":
    unittest.main()
