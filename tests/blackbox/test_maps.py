"""Base maps: the PMTiles file in ranges, and a map service behind the proxy, asked for real over HTTP."""
import http.server
import math
import os
import shutil
import tempfile
import threading
import time
import unittest
import urllib.parse

import fixture

os.environ["no_proxy"] = "127.0.0.1"
KEY = "k3y-of-the-service"


class Service(http.server.BaseHTTPRequestHandler):
    """A map service: what it answers is chosen by `mode`, what it was asked is noted."""
    mode, asked = "tile", []

    def do_GET(self):
        Service.asked.append(self.path)
        if Service.mode == "silent":
            time.sleep(9.5)
        status, kind, body = {"tile": (200, "image/png", fixture.png()), "silent": (200, "image/png", fixture.png()), "none": (404, "text/plain", b"-"),
                              "json": (200, "application/json", b'{"error":"bad key"}'), "broken": (500, "text/html", b"oops"),
                              "moved": (302, "text/html", b""), "huge": (200, "image/png", b"x" * 600000)}[Service.mode]
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "/other")
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def tile(lon, lat, z):
    n = 2 ** z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * n), int(y * n)


class Maps(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
        threading.Thread(target=cls.upstream.serve_forever, daemon=True).start()
        cls.folder = tempfile.mkdtemp(prefix="yiwang-map-")
        city, cls.data = os.path.join(cls.folder, "city"), os.path.join(cls.folder, "data")
        shutil.copytree(fixture.JINTAN, city)
        os.mkdir(cls.data)
        url = f"http://127.0.0.1:{cls.upstream.server_port}/t?z={{z}}&x={{x}}&y={{y}}&tk={{key}}"
        with open(os.path.join(city, "city.yaml"), "a", encoding="utf-8") as f:
            f.write(f'map:\n  wmts:\n    - {{name: vec, label: {{zh: 矢量, en: Vector}}, url: "{url}", key_file: map.key, zoom_min: 3, zoom_max: 17}}\n'
                    f'    - {{name: keyless, label: {{zh: 缺钥匙, en: No key}}, url: "{url}", key_file: absent.key}}\n')
        with open(os.path.join(cls.data, "map.key"), "w", encoding="ascii") as f:
            f.write(KEY + "\n")
        cls.server = fixture.Server(city=city, data=cls.data)
        cls.client = cls.server.client()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.upstream.shutdown()
        cls.upstream.server_close()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        Service.mode = "tile"
        Service.asked.clear()

    def ask(self, z, dx=0, name="vec", place=(119.57, 31.72)):
        x, y = tile(*place, z)
        return self.client.get(f"/api/v1/map/wmts/{name}/{z}/{x + dx}/{y}")

    def test_a_tile_is_fetched_once(self):
        first, second = self.ask(15), self.ask(15)
        self.assertEqual((first.status, first.headers["Content-Type"]), (200, "image/png"))
        self.assertEqual(first.body, fixture.png())
        self.assertEqual(second.body, first.body)
        self.assertEqual(len(Service.asked), 1)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(Service.asked[0]).query)
        self.assertEqual((query["z"], query["tk"]), (["15"], [KEY]))
        self.assertIn("max-age", first.headers["Cache-Control"])

    def test_what_is_offered(self):
        offered = self.client.get("/api/v1/city?lang=en").json["map"]["wmts"]
        self.assertEqual([(m["name"], m["label"]) for m in offered], [("vec", "Vector")])
        self.assertNotIn(KEY, self.client.get("/api/v1/city").body.decode())
        reply = self.ask(14, name="keyless")
        self.assertEqual((reply.status, reply.json["code"]), (404, "no_map"))
        self.assertEqual(Service.asked, [])

    def test_bounds(self):
        for reply in (self.ask(2), self.ask(18), self.ask(14, place=(116.4, 39.9)), self.ask(14, name="other"), self.client.get("/api/v1/map/wmts/vec/5/40/1"),
                      self.client.get("/api/v1/map/wmts/vec/5/-1/1"), self.client.get("/api/v1/map/wmts/vec/a/b/c")):
            self.assertEqual(reply.status, 404, reply)
        self.assertEqual(Service.asked, [])

    def test_what_the_service_may_do_wrong(self):
        for i, (mode, status, code) in enumerate([("none", 404, "no_tile"), ("json", 502, "upstream_failed"), ("broken", 502, "upstream_failed"),
                                                  ("moved", 502, "upstream_failed"), ("huge", 502, "upstream_failed")]):
            with self.subTest(mode=mode):
                Service.mode = mode
                reply = self.ask(13, dx=i - 2)
                self.assertEqual((reply.status, reply.json["code"]), (status, code))
                self.assertNotIn(KEY, reply.body.decode())
        self.assertEqual(len(Service.asked), 5, "no redirect is followed")
        Service.mode = "tile"
        self.assertEqual(self.ask(13).status, 200, "a failure is not kept")

    def test_a_silent_service(self):
        Service.mode = "silent"
        start = time.monotonic()
        reply = self.ask(12)
        self.assertEqual((reply.status, reply.json["code"]), (504, "upstream_timeout"))
        self.assertLess(time.monotonic() - start, 9.4)
        self.assertEqual(self.client.get("/healthz").status, 200)

    def test_pmtiles(self):
        path = "/api/v1/map/base.pmtiles"
        reply = self.client.get(path)
        self.assertEqual((reply.status, reply.json["code"]), (404, "no_map"))
        content = bytes(range(256)) * 40
        with open(os.path.join(self.data, "map.pmtiles"), "wb") as f:
            f.write(content)
        try:
            offered = self.client.get("/api/v1/city").json["map"]
            self.assertTrue(offered["pmtiles"])
            self.assertEqual(self.client.get(path).headers["Cache-Control"], "no-cache")
            self.assertIn("immutable", self.client.get(f"{path}?v={offered['pmtiles_version']}").headers["Cache-Control"])
            os.utime(os.path.join(self.data, "map.pmtiles"), (1, 1))
            self.assertNotEqual(self.client.get("/api/v1/city").json["map"]["pmtiles_version"], offered["pmtiles_version"])
            self.assertEqual(self.client.get(f"{path}?v={offered['pmtiles_version']}").headers["Cache-Control"], "no-cache")
            whole = self.client.get(path, {"Accept-Encoding": "gzip"})
            self.assertEqual((whole.status, whole.body, whole.headers["Content-Encoding"]), (200, content, None))
            part = self.client.get(path, {"Range": "bytes=100-199"})
            self.assertEqual((part.status, part.body, part.headers["Content-Range"]), (206, content[100:200], f"bytes 100-199/{len(content)}"))
            self.assertEqual(self.client.get(path, {"If-None-Match": whole.headers["ETag"]}).status, 304)
            stale = self.client.get(path, {"Range": "bytes=0-1", "If-Range": '"other"'})
            self.assertEqual(stale.status, 200)
            self.assertEqual(self.client.get(path, {"Range": "bytes=999999-"}).status, 416)
        finally:
            os.remove(os.path.join(self.data, "map.pmtiles"))

    def test_map_option(self):
        file = os.path.join(self.folder, "named.pmtiles")
        with open(file, "wb") as f:
            f.write(b"PMTiles")
        server = fixture.Server(options=("--map", file))
        try:
            self.assertEqual(server.client().get("/api/v1/map/base.pmtiles").body, b"PMTiles")
        finally:
            server.close()
        with self.assertRaises(RuntimeError):
            fixture.Server(options=("--map", file + ".absent"))

    def test_a_package_with_a_bad_map_is_refused(self):
        for i, line in enumerate(('url: "ftp://x/{z}/{x}/{y}"', 'url: "https://x/{z}/{x}"', 'url: "https://x/{z}/{x}/{y}?k={key}"',
                                  'url: "https://x/{z}/{x}/{y}", zoom_min: 9, zoom_max: 3')):
            city = os.path.join(self.folder, f"bad{i}")
            shutil.copytree(fixture.JINTAN, city)
            with open(os.path.join(city, "city.yaml"), "a", encoding="utf-8") as f:
                f.write(f"map: {{wmts: [{{name: vec, label: {{zh: 图, en: Map}}, {line}}}]}}\n")
            checked = fixture.subprocess.run([fixture.PROGRAM, "check", city], capture_output=True, text=True)
            self.assertEqual(checked.returncode, 1, checked.stdout + checked.stderr)


if __name__ == "__main__":
    unittest.main()
