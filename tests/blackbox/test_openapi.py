"""Replies checked against the schemas that the server itself publishes."""
import unittest

import fixture

try:
    import jsonschema
except ImportError:
    jsonschema = None


@unittest.skipUnless(jsonschema, "python3-jsonschema is absent")
class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.client = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        cls.document = cls.client.get("/api/openapi.json").json

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def check(self, name, value):
        schema = {"$ref": f"#/components/schemas/{name}", "components": self.document["components"]}
        jsonschema.Draft202012Validator(schema).validate(value)

    def test_replies(self):
        filed = self.client.file().json
        self.check("Filed", filed)
        self.check("Track", self.client.get(f"/api/v1/track/{filed['track']}").json)
        self.check("Receipt", self.client.get(f"/api/v1/track/{filed['track']}/receipt").json)
        self.check("Case", self.operator.case(filed["number"]).json)
        self.check("Case", self.operator.act(filed["number"], "accept_dispatch").json)
        wait = {"Yiwang-Min-Seq": str(self.operator.seq)}
        self.check("CaseList", self.operator.get("/api/v1/cases", headers=wait).json)
        self.check("Stats", self.operator.get("/api/v1/stats?by=unit,status", headers=wait).json)
        self.check("Session", self.operator.get("/api/v1/session").json)
        self.check("Located", self.client.get("/api/v1/areas/locate?lon=119.57&lat=31.72").json)
        self.check("FeatureCollection", self.client.get("/api/v1/areas?level=town").json)
        similar = self.client.get("/api/v1/similar?lon=119.57&lat=31.72&category=" + filed["category"]["code"], headers=wait).json
        self.check("Similar", similar)
        self.assertNotIn(filed["number"], str(similar))
        preview = self.client.get("/api/v1/preview?text=%E8%B7%AF%E7%81%AF%E4%B8%8D%E4%BA%AE&lon=119.57&lat=31.72", headers=wait).json
        self.check("Preview", preview)
        self.check("Preview", self.client.get("/api/v1/preview").json)
        joined = self.client.file(same_as=preview["similar"][0]["same_as"]).json
        self.check("Filed", joined)
        self.check("Track", self.client.get(f"/api/v1/track/{joined['track']}").json)
        self.check("Places", self.client.get("/api/v1/places?q=%E8%A5%BF%E5%9F%8E&lon=119.57&lat=31.72").json)
        self.check("Templates", self.operator.get("/api/v1/templates").json)
        self.check("PatrolPoints", self.operator.get("/api/v1/patrol/points").json)
        self.check("Coverage", self.operator.get("/api/v1/patrol/coverage").json)
        self.check("Meters", self.operator.get("/api/v1/meters").json)
        self.check("Grids", self.operator.get("/api/v1/grids?area=320413001").json)
        self.check("GridSheet", self.operator.get("/api/v1/grids/320413001001001/sheet").json)
        self.check("Case", self.operator.act(filed["number"], "note", {"note": "x", "lon": 119.57, "lat": 31.72}).json)
        self.check("City", self.client.get("/api/v1/city").json)
        self.check("CaseList", self.operator.get("/api/v1/cases?with=actions", headers=wait).json)
        self.check("Procedures", self.client.get("/api/v1/procedures").json)
        self.check("DirectoryUnits", self.operator.get("/api/v1/directory/units").json)
        self.check("Responsibilities", self.operator.get("/api/v1/directory/responsibilities").json)
        self.check("PublicCases", self.client.get("/api/v1/public/cases").json)
        self.check("PublicStats", self.client.get("/api/v1/public/stats?by=month").json)
        self.check("Log", self.server.staff("auditor", "auditor", "centre").get("/api/v1/audit").json)
        self.check("LogHead", self.client.get("/api/v1/audit/log").json)
        self.check("Problem", self.client.post("/api/v1/reports", {}).json)

    def test_every_operation_is_described(self):
        ids = [op["operationId"] for path in self.document["paths"].values() for op in path.values()]
        self.assertEqual(len(ids), len(set(ids)))
        for expected in ("fileReport", "trackReport", "actOnCase", "listCases", "countCases", "streamCases", "login", "locate"):
            self.assertIn(expected, ids)

    def test_no_field_about_persons(self):
        text = str(self.document).lower().replace("/healthz", "")
        for word in ("religion", "ethnic", "health", "score", "profile", "watch", "id_card", "gender", "birth"):
            self.assertFalse(word in text, word)


class Feed(unittest.TestCase):
    def test_put_gone_and_resume(self):
        import http.client
        server = fixture.Server()
        try:
            operator = server.staff("operator", "operator", "centre")

            def stream(last=None):
                c = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
                head = {"Authorization": "Bearer " + operator.token}
                if last:
                    head["Last-Event-ID"] = str(last)
                c.request("GET", "/api/v1/events?q=state:filed", headers=head)
                reply = c.getresponse()
                self.assertEqual(reply.status, 200)
                self.assertTrue(reply.headers["Content-Type"].startswith("text/event-stream"))
                return reply

            def events(reply, n):
                found, event = [], {}
                while len(found) < n:
                    line = reply.readline().decode().rstrip("\n")
                    if line == "" and event:
                        found.append(event)
                        event = {}
                    elif ": " in line and not line.startswith(":"):
                        key, value = line.split(": ", 1)
                        event[key] = value
                return found

            first = stream()
            number = server.client().file().json["number"]
            put = events(first, 1)[0]
            self.assertEqual(put["event"], "put")
            self.assertIn(number, put["data"])
            operator.act(number, "accept_dispatch")
            gone = events(first, 1)[0]
            self.assertEqual(gone["event"], "gone", gone)
            first.close()
            second = server.client().file().json["number"]
            resumed = events(stream(gone["id"]), 1)[0]
            self.assertIn(second, resumed["data"])
        finally:
            server.close()


if __name__ == "__main__":
    unittest.main()
