"""Reading one report of JSON beside other parsers."""
import os
import subprocess

from figures import Figures

TITLE = "JSON: one report of some 475 bytes"
REPORT = ('{"text":"西城第1社区第1网格路灯不亮，晚上看不清楚很容易出事，老人和小孩走路都要绕开，已经好几天了没有人管，请在周末之前解决，'
          '麻烦给一个明确的答复。旁边就是学校门口，照片拍不清楚请到现场核实，周围几家店铺都反映过","lon":119.5712345,"lat":31.7212345,"address":"东门大街 12 号门前公交站台往东五十米",'
          '"contact":{"name":"样例","phone":"0519-00000017"}}')


def run(b):
    f = Figures("json", TITLE)
    path, count = b.path("report.json"), b.by_scale(20000, 200000, 500000)
    with open(path, "w", encoding="utf-8") as out:
        out.write(REPORT)
    f.setting = f"{len(REPORT.encode())} bytes; ours reads it into a report with all checks, the others into their tree only."

    def program(name, *arguments):
        command = [os.path.join(b.build, "bench", name), *map(str, arguments)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    peers = [n for n in ("jansson", "json_c", "cjson") if os.path.exists(os.path.join(b.build, "bench", "peer_json_" + n))]
    sides = {"ours": lambda: program("json", "--file", path, "--count", count)}
    sides.update({n: lambda n=n: program("peer_json_" + n, path, count) for n in peers})
    found = b.pairs(sides)
    for name in peers:
        f.ratio(name, "ns", found["ours"], found[name])
    if not peers:
        f.value("ours", "ns", found["ours"])
        f.note("no other parser is installed: libjansson-dev, libjson-c-dev, libcjson-dev")
    return f
