"""What everybody may see: never words, private or sealed matters or conduct; rounded places; no small counts."""
import time
import unittest
import xml.etree.ElementTree as ET

import fixture

ATOM = "{http://www.w3.org/2005/Atom}"


class Public(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = fixture.Server()
        cls.client = cls.server.client()
        cls.operator = cls.server.staff("operator", "operator", "centre")
        city = cls.client.get("/api/v1/city").json
        private = next(c["code"] for c in city["categories"] if c["private"] and c["procedure"])
        cls.n = 0
        cls.filed = [cls.client.file("路灯坏了秘密文字", lon=119.5701 + i / 10000, lat=31.7203).json for i in range(6)]
        cls.closed = cls.client.file("已经办好的事", lon=119.60012, lat=31.74049, category="s99").json
        closing = cls.operator.act(cls.closed["number"], "reply", {"answer": "已经当场解释清楚", "basis": "样例规定"})
        assert closing.status == 200, closing
        cls.hidden = [
            cls.operator.file("不公开的事", category=private).json["number"],
            cls.client.file("工作人员态度不好", about={"kind": "conduct", "unit": "cityops"}).json["number"],
        ]
        cls.wait()

    @classmethod
    def tearDownClass(cls):
        cls.server.close()

    @classmethod
    def wait(cls):
        seq = max(cls.client.seq, cls.operator.seq)
        cls.operator.get("/api/v1/cases", {"Yiwang-Min-Seq": str(seq)})

    def cases(self, query):
        """Past what is kept for seconds: the limit makes the request another one."""
        type(self).n += 1
        reply = self.client.get(f"/api/v1/public/cases?limit={400 + self.n}&{query}")
        self.assertEqual(reply.status, 200, reply)
        return reply.json["items"]

    def test_only_what_is_open(self):
        items = self.cases("")
        self.assertEqual(len(items), 7)
        raw = self.client.get("/api/v1/public/cases").body.decode()
        for word in ("秘密", "东门", *self.hidden, self.filed[0]["number"]):
            self.assertNotIn(word, raw)
        for item in items:
            self.assertEqual((item["lon"], item["lat"]), (round(item["lon"], 3), round(item["lat"], 3)))
            self.assertTrue(item["category"]["name"] and item["state_label"])

    def test_filters(self):
        self.assertEqual(len(self.cases("status=open")), 6)
        self.assertEqual(len(self.cases("status=closed")), 1)
        self.assertEqual(len(self.cases("bbox=119.59,31.73,119.61,31.75")), 1)
        self.assertEqual(len(self.cases("near=119.57,31.72~500m")), 6)
        self.assertEqual(len(self.cases("near=119.60,31.74~200")), 1)
        self.assertEqual(len(self.cases("area=320413")), 7)
        for query in ("bbox=1,2,3", "bbox=9,9,1,1", "near=1,2", "near=119,31~9000m", "area=x y", "area=999", "status=late", "limit=0", "bbox=a,b,c,d"):
            with self.subTest(query=query):
                reply = self.client.get("/api/v1/public/cases?" + query.replace(" ", "%20"))
                self.assertEqual(reply.status, 422, reply)

    def test_pages_join_without_gap_or_repeat(self):
        whole = [i["id"] for i in self.cases("")]
        seen, query = [], "limit=3"
        while query:
            page = self.client.get("/api/v1/public/cases?" + query).json
            seen += [i["id"] for i in page["items"]]
            query = page["next"] and "limit=3&cursor=" + page["next"]
        self.assertEqual(seen, whole)
        self.assertEqual(len(set(seen)), 7)
        for cursor in ("1", "f1.1", "1.0123456789abc", "x.y"):
            with self.subTest(cursor=cursor):
                reply = self.client.get("/api/v1/public/cases?cursor=" + cursor)
                self.assertEqual((reply.status, reply.json["code"], reply.json["field"]), (422, "bad_cursor", "cursor"))

    def test_boxes_know_no_more_than_the_rounded_place(self):
        """The case at 119.60012, 31.74049 is shown at 119.6, 31.74: a box is about that point alone."""
        self.assertEqual(len(self.cases("bbox=119.5999,31.7399,119.6001,31.7401")), 1)
        self.assertEqual(len(self.cases("bbox=119.6001,31.7404,119.6002,31.7406")), 0)
        self.assertEqual(len(self.cases("near=119.60,31.74~1m")), 1)
        self.assertEqual(len(self.cases("near=119.60012,31.74049~1m")), 0)

    def test_figures(self):
        stats = self.client.get("/api/v1/public/stats?by=area:town&lang=zh").json
        self.assertEqual(stats["suppressed_below"], 5)
        values = [row[-1] for row in stats["rows"]]
        self.assertTrue(all(v is None or v >= 5 for v in values), stats)
        states = self.client.get("/api/v1/public/stats?by=state&lang=zh").json
        by_state = {row[0]: row[1] for row in states["rows"]}
        self.assertEqual((by_state["filed"], by_state["closed"]), (6, None))
        self.assertIn(["待受理"], states["labels"])
        month = self.client.get("/api/v1/public/stats?by=month").json
        self.assertEqual([row[1] for row in month["rows"]], [7])
        top = self.client.get("/api/v1/public/stats?by=category").json
        parents = {c["code"]: c["parent"] for c in self.client.get("/api/v1/city").json["categories"]}
        self.assertTrue(all(parents[row[0]] is None for row in top["rows"]), top)
        for query in ("by=area:grid", "by=unit", "by=", "by=month&measure=rating", "by=month,state"):
            with self.subTest(query=query):
                self.assertEqual(self.client.get("/api/v1/public/stats?" + query).status, 422)
        hours = self.client.get("/api/v1/public/stats?by=month&measure=hours").json
        self.assertEqual(hours["rows"][0][1], None, "one closed case is no figure")

    def test_feed(self):
        reply = self.client.get("/api/v1/public/feed.atom?near=119.60,31.74~300&lang=zh")
        self.assertTrue(reply.headers["Content-Type"].startswith("application/atom+xml"))
        feed = ET.fromstring(reply.body)
        entries = feed.findall(ATOM + "entry")
        self.assertEqual(len(entries), 2, "filed and settled")
        self.assertTrue(entries[0].find(ATOM + "title").text.startswith("已办结"))
        self.assertEqual(len({e.find(ATOM + "id").text for e in entries}), 2)
        for e in (feed, *entries):
            self.assertTrue(e.find(ATOM + "id").text and e.find(ATOM + "updated").text and e.find(ATOM + "title").text)
        self.assertTrue(feed.find(ATOM + "link").get("href").startswith("http://127.0.0.1:"))
        self.assertNotIn("办好的", reply.body.decode())
        whole = ET.fromstring(self.client.get("/api/v1/public/feed.atom").body)
        self.assertEqual(len(whole.findall(ATOM + "entry")), 8)

    def test_what_is_kept_is_good_for_seconds(self):
        path = "/api/v1/public/cases?limit=399"
        first = self.client.get(path)
        self.assertIn("max-age", first.headers["Cache-Control"])
        self.client.file("后来的一件", lon=119.58, lat=31.73)
        self.wait()
        again = self.client.get(path, {"If-None-Match": first.headers["ETag"]})
        self.assertEqual(again.status, 304, "what is kept is still good")


if __name__ == "__main__":
    unittest.main()
