"""An invented past of the sample city, with a burst in one community, brought in by `yiwang import`."""
import csv
import datetime
import json
import os
import random
import subprocess

import fixture

MAP = os.path.join(fixture.JINTAN, "import", "sample.yaml")
CATEGORY, PRIVATE = "m06010", "d04"
DAYS = 200


def communities():
    """Codes of the communities that have a shape, each with a place inside."""
    with open(os.path.join(fixture.JINTAN, "areas.csv"), encoding="utf-8") as f:
        codes = [row["code"] for row in csv.DictReader(f) if row["level"] == "community"]
    with open(os.path.join(fixture.JINTAN, "areas.geojson"), encoding="utf-8") as f:
        shapes = {s["properties"]["code"]: s["geometry"] for s in json.load(f)["features"]}
    return {c: inside(shapes[c]) for c in sorted(codes) if c in shapes}


def inside(geometry):
    """The middle of the longest level line through the middle: it is inside, whatever the shape."""
    ring = (geometry["coordinates"] if geometry["type"] == "Polygon" else geometry["coordinates"][0])[0]
    y = (min(p[1] for p in ring) + max(p[1] for p in ring)) / 2 + 1e-6
    xs = sorted(a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in zip(ring, ring[1:]) if (a[1] > y) != (b[1] > y))
    left, right = max(zip(xs[::2], xs[1::2]), key=lambda s: s[1] - s[0])
    return (left + right) / 2, y


def today():
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).replace(hour=0, minute=0, second=0, microsecond=0)


def bring_in(data):
    """Two cases a day somewhere, and in the last four days before today fourteen in one community and fourteen private ones in
    another; into the data folder. Returns the community of the burst."""
    draw, places = random.Random(7), communities()
    codes = sorted(places)
    burst = codes[30]
    rows = [(back, draw.choice(codes), CATEGORY) for back in range(DAYS, 0, -1) for _ in range(2)]
    rows += [(1 + k % 4, burst, CATEGORY) for k in range(14)] + [(1 + k % 4, codes[5], PRIVATE) for k in range(14)]
    path = data + ".csv"
    with open(path, "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f)
        out.writerow(["number", "happened", "closed", "category", "lon", "lat", "text", "channel"])
        for i, (back, community, category) in enumerate(rows):
            at = today() - datetime.timedelta(days=back) + datetime.timedelta(hours=9, seconds=i)
            lon, lat = places[community]
            out.writerow([f"P{i}", f"{at:%Y-%m-%d %H:%M:%S}", f"{at + datetime.timedelta(hours=3):%Y-%m-%d %H:%M:%S}", category, f"{lon:.6f}", f"{lat:.6f}", "样例", "phone"])
    r = subprocess.run([fixture.PROGRAM, "import", "--city", fixture.JINTAN, "--data", data, "--map", MAP, path], capture_output=True, text=True)
    assert r.returncode == 0, r
    return burst
