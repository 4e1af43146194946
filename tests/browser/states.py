"""Every page and state of the resident's pages, by name: what the accessibility tests walk and the pictures show."""
import browser

PLACE = "/resident/place?lon=119.57&lat=31.72"


class States:
    """Files the cases once; paths() gives (name, path) of what a GET shows, form_states() what a refused form shows."""

    def __init__(self, server):
        self.stranger = server.client()
        self.posts = browser.Posts(server)
        self.tracks = {name: self.file(text) for name, text in (
            ("filed", "东门大街和沿河路路口的路灯三天没亮了，晚上看不清路。"), ("handling", "小区门口的垃圾桶满了没人清"),
            ("waiting", "路边井盖松动，车过的时候很响"), ("closed", "公交站牌被撞歪了"), ("rated", "河边护栏坏了一段"),
            ("refused", "有人打架斗殴"), ("withdrawn", "树枝挡住路灯"))}
        near = self.stranger.get("/api/v1/preview?text=%E5%9E%83%E5%9C%BE%E6%A1%B6%E6%BB%A1%E4%BA%86%E6%B2%A1%E4%BA%BA%E6%B8%85&lon=119.57&lat=31.72").json["similar"]
        self.tracks["joined"] = self.file("小区门口垃圾桶又满了", same_as=near[0]["same_as"])
        for _ in range(6):  # enough of one kind to be counted openly
            self.file("路灯不亮")
        self.tracks["conduct"] = self.file("城管队员收了商户的钱", about={"kind": "conduct", "unit": "cityops"})
        self.posts.dispatch(self.number("handling"))
        self.posts.dispatch(self.number("waiting"))
        self.posts.ask(self.number("waiting"), "请问井盖在路的哪一侧，靠近几号门？")
        for name in ("closed", "rated"):
            self.posts.finish(self.number(name), "站牌已扶正加固，现场核查通过。谢谢您的反映。")
        self.stranger.post(f"/api/v1/track/{self.tracks['rated']}/rate", {"rating": 4, "text": "修得挺快"})
        self.stranger.post(f"/api/v1/track/{self.tracks['withdrawn']}/withdraw", {"text": "已经有人修了"})
        channel = next(f for a in self.posts.operator.case(self.number("refused")).json["actions"] if a["action"] == "refuse"
                       for f in a["fields"] if f["name"] == "channel")
        code = channel["choices"][0]["value"] if channel.get("choices") else "police"
        self.posts.act(self.posts.operator, self.number("refused"), "refuse", channel=code, reason="emergency", note="请立即拨打110报警。")

    def file(self, text, **more):
        reply = self.stranger.file(text, address="东门大街128号门前", **more)
        assert reply.status == 201, reply
        return reply.json["track"]

    def number(self, name):
        return self.tracks[name].split("-")[0]

    def paths(self):
        filed = "/resident/receipt/" + self.tracks["filed"]
        pages = [("home", "/resident/"), ("report", "/resident/report"), ("find", "/resident/track"), ("unknown", "/resident/track/JT1-X"),
                 ("missing", "/resident/nothing-here"), ("receipt", filed), ("slip", filed + "?slip=1"),
                 ("receipt-conduct", "/resident/receipt/" + self.tracks["conduct"]), ("receipt-joined", "/resident/receipt/" + self.tracks["joined"]),
                 ("place", "/resident/place"), ("place-found", "/resident/place?q=%E8%B7%AF"), ("place-none", "/resident/place?q=zzzz"),
                 ("place-point", PLACE), ("place-area", "/resident/place?area=320413"), ("place-outside", "/resident/place?lon=116.4&lat=39.9"),
                 ("map", "/resident/map")]
        return pages + [("track-" + name, "/resident/track/" + track) for name, track in self.tracks.items()]


def refused_report(b, lang):
    """The report form that comes back: a complaint without its unit, everything unfolded."""
    b.open("/resident/report", lang)
    for summary in b.all("summary"):
        summary.click()
    b.find("textarea[name=text]").send_keys("没有人来收垃圾")
    b.find("input[name=address]").send_keys("河滨路8号")
    b.find("input[name=about][value=service]").click()
    b.press(b.find("form .send button"))


def wrong_code(b, lang):
    b.open("/resident/track", lang)
    b.find("input[name=track]").send_keys("JT20260101000017")
    b.press(b.find("form .send button"))


def asked_report(b, lang):
    """The form that comes back with a question: something like it is open nearby."""
    b.open("/resident/report?lon=119.57&lat=31.72", lang)
    b.find("textarea[name=text]").send_keys("路灯不亮，晚上看不清")
    b.press(b.find("form .send button"))


FORMS = [("report-refused", refused_report), ("report-asked", asked_report), ("find-refused", wrong_code)]
