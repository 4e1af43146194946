"""Open311 GeoReport v2 as a server: every call in both forms, both cities, filing by a key, the refusals of the standard;
nothing of a person, of a private or sealed matter or of a complaint of conduct in any reply."""
import base64
import datetime
import json
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree

import fixture

BASE = "/open311/v2/"
SECRET = "Mrs. Secretly said so"
SPOT = {"lat": "42.3554", "long": "-71.0640"}
FIELDS = ["service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible", "service_notice",
          "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url"]


def as_json(element, lists=("services", "endpoints", "formats", "attributes", "values", "service_requests", "errors")):
    """The conversion of the standard: what the JSON form of the XML has to be, all texts."""
    if element.tag in lists:
        return [as_json(e) for e in element]
    if len(element):
        return {e.tag: as_json(e) for e in element}
    return (element.text or "").strip() or None


def texts(value):
    if isinstance(value, dict):
        return {k: texts(v) for k, v in value.items()}
    if isinstance(value, list):
        return [texts(v) for v in value]
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.3f}" if isinstance(value, float) else str(value) if value is not None else None


class Calls(unittest.TestCase):
    def get(self, call, expected=200, **query):
        """In both forms, which must say the same."""
        q = "?" + urllib.parse.urlencode(query) if query else ""
        xml, found = (self.anybody.get(BASE + call + form + q, self.language) for form in (".xml", ".json"))
        self.assertEqual((xml.status, found.status), (expected, expected), (call, xml, found))
        self.assertEqual(xml.headers["Content-Type"], "text/xml; charset=utf-8")
        self.assertEqual(found.headers["Content-Type"], "application/json; charset=utf-8")
        self.assertTrue(xml.body.startswith(b'<?xml version="1.0" encoding="utf-8"?>'), xml)
        self.assertEqual(as_json(ElementTree.fromstring(xml.body)), texts(found.json), call)
        return found.json

    def post(self, form="json", query="", headers=None, **fields):
        pairs = [(k, v) for k, all in fields.items() for v in (all if isinstance(all, list) else [all])]
        body = urllib.parse.urlencode([(k.replace("__", "[") + ("]" if "__" in k else ""), v) for k, v in pairs]).encode()
        return self.anybody.call("POST", BASE + "requests." + form + query, headers={**self.language, **(headers or {})}, raw=body,
                                 kind="application/x-www-form-urlencoded; charset=utf-8")

    def refused(self, reply, status):
        self.assertEqual(reply.status, status, reply)
        self.assertEqual([sorted(e) for e in reply.json], [["code", "description"]], reply)
        self.assertEqual(reply.json[0]["code"], str(status))
        self.assertTrue(reply.json[0]["description"])


class Boston(Calls):
    language = {}

    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server(city=fixture.BOSTON)
        cls.anybody = cls.server.client()
        cls.operator = cls.server.staff("op", "operator", unit="bos311")
        cls.key = cls.server.staff("app", "open311_app").token
        cls.other = cls.server.staff("other_app", "open311_app").token

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    def seen(self):
        """The views hold what was written."""
        self.operator.get("/api/v1/cases?limit=1", {"Yiwang-Min-Seq": str(max(self.anybody.seq, self.operator.seq))})

    def filed(self, **more):
        reply = self.post(api_key=self.key, **{"service_code": "mpothole", "description": "A deep hole", **SPOT, **more})
        self.assertEqual(reply.status, 201, reply)
        return reply.json[0]

    def test_discovery_services_and_definitions(self):
        d = self.get("discovery")
        self.assertEqual([e["specification"] for e in d["endpoints"]], ["http://wiki.open311.org/GeoReport_v2"])
        self.assertEqual(d["endpoints"][0]["formats"], ["text/xml", "application/json"])
        self.assertLessEqual(datetime.datetime.fromisoformat(d["changeset"]), datetime.datetime.now(datetime.timezone.utc))
        services = self.get("services", jurisdiction_id="boston.example")
        self.assertEqual({s["type"] for s in services}, {"realtime"})
        pothole = next(s for s in services if s["service_code"] == "mpothole")
        self.assertEqual((pothole["group"], pothole["metadata"]), ("Streets and lights", True))
        self.assertNotIn("未", str(services), "English first")
        definition = self.get("services/mpothole")
        self.assertEqual([v["key"] for v in definition["attributes"][0]["values"]], ["mpothole.1", "mpothole.2"])
        self.assertEqual(self.get("services/manimaldead")["attributes"], [])
        for call in ("services/nothing", "requests/0000000000000", "requests/x", "tokens/x"):
            self.get(call, expected=404)
        self.get("services", expected=404, jurisdiction_id="chicago.example")
        self.assertEqual(len(self.get("services", jurisdiction_id="")), len(services))
        self.assertEqual(self.anybody.get(BASE + "services").status, 404)

    def test_filing_and_reading(self):
        answer = self.filed(first_name="Ada", last_name="-", phone="617-555-0100", email="ada@example.org", attribute__condition="mpothole.2",
                            description=SECRET, address_string="12 Secret Street")
        self.assertNotIn("token", answer)
        ident = answer["service_request_id"]
        number = answer["service_notice"].split()[3].rstrip(":")
        track = answer["service_notice"].rsplit("/", 1)[1]
        self.assertEqual(self.anybody.get("/resident/track/" + track).status, 200)
        case = self.operator.case(number).json
        self.assertEqual((case["condition"]["code"], case["channel"], case["text"]), ("mpothole.2", "open311", SECRET))
        self.assertEqual(self.operator.post(f"/api/v1/cases/{number}/contact", {"purpose": "call back"}).json,
                         {"name": "Ada", "phone": "617-555-0100", "email": "ada@example.org"})
        one = self.get("requests/" + ident)
        self.assertEqual([list(r) for r in one], [FIELDS])
        self.assertEqual((one[0]["status"], one[0]["lat"], one[0]["long"], one[0]["service_name"]), ("open", 42.355, -71.064, one[0]["service_name"]))
        self.assertEqual(self.get("tokens/" + ident), [{"service_request_id": ident, "token": ident}])
        self.seen()
        self.assertEqual(self.get("requests", service_request_id=f"{ident},0000000000000"), one)
        self.assertIn(ident, [r["service_request_id"] for r in self.get("requests", service_code="mpothole,manimaldead", status="open")])
        self.assertEqual(self.get("requests", service_code="manimaldead"), [])
        self.assertNotIn(ident, [r["service_request_id"] for r in self.get("requests", status="closed")])
        for form in (".xml", ".json"):
            for call in ("requests", "requests/" + ident):
                body = self.anybody.get(BASE + call + form).body.decode()
                for secret in (SECRET, "Secret Street", "Ada", "0100", "example.org", number, track):
                    self.assertNotIn(secret, body)
        # the answer is for whom it was filed by
        staff = self.server.staff("pw", "handler", unit=self.operator.act(number, "accept_dispatch").json["unit"]["code"])
        for client, action, body in ((staff, "sign", {}), (staff, "done", None), (self.operator, "close", {"answer": "Filled & levelled"})):
            offer = next(a for a in client.case(number).json["actions"] if a["action"] == action)
            self.assertEqual(client.act(number, action, {**client.needed(offer), **(body or {})}).status, 200, action)
        closed = self.get("requests/" + ident)
        self.assertEqual((closed[0]["status"], closed[0]["status_notes"]), ("closed", "Settled"))
        self.assertEqual(self.get("requests/" + ident, api_key=self.key)[0]["status_notes"], "Filled & levelled")
        self.assertEqual(self.get("requests/" + ident, api_key=self.other)[0]["status_notes"], "Settled")
        self.get("requests/" + ident, expected=403, api_key="none")

    def test_the_window_and_its_pages(self):
        mine = [self.filed(description=f"hole {i}")["service_request_id"] for i in range(5)]
        self.seen()
        now = datetime.datetime.now(datetime.timezone.utc)
        day = datetime.timedelta(days=1)
        stamp = lambda t: t.isoformat(timespec="seconds")
        listed = [r["service_request_id"] for r in self.get("requests", start_date=stamp(now - day), end_date=stamp(now + day))]
        self.assertLessEqual(set(mine), set(listed))
        paged = [r["service_request_id"] for page in range(1, 1 + (len(listed) + 1) // 2)
                 for r in self.get("requests", start_date=stamp(now - day), end_date=stamp(now + day), page=page, page_size=2)]
        self.assertEqual(paged, listed)
        self.assertEqual(self.get("requests", start_date=stamp(now - day), end_date=stamp(now + day), page=500, page_size=2), [])
        self.assertEqual(self.get("requests", end_date=stamp(now - day)), [])
        # ninety days from the beginning, no more
        self.assertEqual(self.get("requests", start_date=stamp(now - 100 * day), end_date=stamp(now + day)), [])
        for wrong in ({"start_date": "yesterday"}, {"status": "done"}, {"page": "0"}, {"page_size": "100000"}, {"page": "9999"},
                      {"start_date": stamp(now), "end_date": stamp(now - day)}):
            self.get("requests", expected=400, **wrong)
        self.get("requests", expected=404, service_code="nothing")

    def test_refusals_of_filing(self):
        self.refused(self.post(service_code="mpothole", description="x", **SPOT), 403)
        self.refused(self.post(api_key="wrong", service_code="mpothole", description="x", **SPOT), 403)
        self.refused(self.post(api_key=self.operator.token, service_code="mpothole", description="x", **SPOT), 403)
        self.refused(self.post(api_key=self.key, description="x", **SPOT), 400)
        self.refused(self.post(api_key=self.key, service_code="nothing", description="x", **SPOT), 404)
        self.refused(self.post(api_key=self.key, service_code="mpothole", description="x"), 400)
        self.refused(self.post(api_key=self.key, service_code="mpothole", description="x", lat="42.3"), 400)
        self.refused(self.post(api_key=self.key, service_code="mpothole", description="x", lat="10", long="10"), 400)
        self.refused(self.post(api_key=self.key, service_code="mpothole", description="x" * 4001, **SPOT), 400)
        self.refused(self.post(api_key=self.key, service_code="mpothole", attribute__condition="mbedbugs.1", **SPOT), 400)
        self.refused(self.post(api_key=self.key, service_code="mpothole", media_url="data:image/png;base64,AAAA", **SPOT), 400)
        self.refused(self.anybody.call("POST", BASE + "requests.json", body={"service_code": "mpothole"}), 400)
        reply = self.post("xml", service_code="mpothole", **SPOT)
        error = ElementTree.fromstring(reply.body)
        self.assertEqual((reply.status, error.tag, error[0].tag, error[0][0].text), (403, "errors", "error", "403"))

    def test_what_becomes_private_is_gone(self):
        answer = self.filed()
        ident, number = answer["service_request_id"], answer["service_notice"].split()[3].rstrip(":")
        self.get("requests/" + ident)
        self.assertEqual(self.operator.act(number, "accept", {"category": "mbedbugs"}).status, 200)
        for call in ("requests/", "tokens/"):
            self.get(call + ident, expected=404)
        self.get("requests/" + ident, expected=404, api_key=self.key)

    def test_photos_and_addresses_of_photos(self):
        photo = "data:image/png;base64," + base64.b64encode(fixture.png()).decode()
        number = self.filed(media_url=[photo, "https://photos.example/1.jpg"])["service_notice"].split()[3].rstrip(":")
        case = self.operator.case(number).json
        self.assertEqual(len(case["media"]), 1, case["media"])
        self.assertEqual(case["text"].splitlines()[1:], ["media_url: https://photos.example/1.jpg"])

    def test_how_clients_are(self):
        # the jurisdiction in the query of a POST, service_name too, an empty last name, brackets encoded or not
        reply = self.post(query="?jurisdiction_id=boston.example", api_key=self.key, service_code="mpothole", service_name="Pothole", last_name="",
                          deviceid="x", description="", **SPOT)
        self.assertEqual(reply.status, 201, reply)
        # one answer was lost: the same once more
        key = {"Idempotency-Key": "n-1"}
        first, again = (self.post(headers=key, api_key=self.key, service_code="mpothole", description="twice", **SPOT) for _ in range(2))
        self.assertEqual(first.json[0]["service_request_id"], again.json[0]["service_request_id"])
        other = self.post(headers=key, api_key=self.other, service_code="mpothole", description="twice", **SPOT)
        self.assertNotEqual(first.json[0]["service_request_id"], other.json[0]["service_request_id"])

    def test_what_is_nobodys_business(self):
        report = {"text": SECRET, "lon": -71.064, "lat": 42.3554, "category": "mpothole"}
        listed = lambda size: {r["service_request_id"] for r in self.get("requests", page_size=size)}
        self.filed()
        self.seen()
        before = listed(901)
        for more in ({"about": {"kind": "conduct", "unit": "pwd"}}, {"channel": "exercise"}, {"category": "mbedbugs"}):
            self.assertEqual(self.operator.post("/api/v1/reports", {**report, **more}).status, 201)
        self.seen()
        self.assertEqual(listed(902), before)
        self.assertEqual(self.operator.post("/api/v1/reports", report).status, 201)
        self.seen()
        self.assertEqual(len(listed(903)), len(before) + 1, "an ordinary one is there")


class Jintan(Calls):
    language = {"Accept-Language": "zh"}

    def test_both_languages_and_no_private_service(self):
        self.server = fixture.Server()
        self.addCleanup(self.server.close)
        self.anybody = self.server.client()
        key = self.server.staff("app", "open311_app").token
        services = self.get("services")
        private = {c["code"] for c in self.anybody.get("/api/v1/city").json["categories"] if c["procedure"] != "report"}
        self.assertTrue(private)
        self.assertFalse({s["service_code"] for s in services} & private)
        self.refused(self.post(api_key=key, service_code=sorted(private)[0], description="x", lat="31.72", long="119.57"), 404)
        reply = self.post(api_key=key, service_code="m01023", description="井盖破损", lat="31.72", long="119.57")
        self.assertEqual(reply.status, 201, reply)
        one = self.get("requests/" + reply.json[0]["service_request_id"])[0]
        self.assertEqual(one["status_notes"], "已收到")
        self.assertTrue(one["requested_datetime"].endswith("+08:00"))


if __name__ == "__main__":
    unittest.main()
