"""Writing the files of a city package: CSV and GeoJSON in one fixed form, so that a second run changes no byte."""

import csv
import gzip
import json
import os

REPO = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.path.join(os.path.dirname(REPO), "shared")


def read_csv(path):
    """Rows of a CSV file (plain or gzip) as dictionaries."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def write_csv(path, header, rows):
    """Writes rows (lists) under a header."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)
    print(f"{os.path.relpath(path, REPO)}: {len(rows)} rows")


def write_geojson(path, features):
    """features: [(code, polygons)], polygons = [[ring, …], …], ring = [(lon, lat), …] closed, or None: a name without a
    place. One feature a line."""
    lines = []
    for code, polygons in features:
        geometry = None
        if polygons:
            several = len(polygons) > 1
            geometry = {"type": "MultiPolygon" if several else "Polygon", "coordinates": polygons if several else polygons[0]}
        feature = {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    with open(path, "w", encoding="utf-8") as f:
        f.write('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n")
    print(f"{os.path.relpath(path, REPO)}: {len(features)} shapes, {os.path.getsize(path) // 1024} KB")


def write_calendar(folder, notices):
    """notices: {year: [(date, kind, name)]}; one file a notice."""
    os.makedirs(folder, exist_ok=True)
    for year, days in sorted(notices.items()):
        write_csv(os.path.join(folder, f"{year}.csv"), ["date", "kind", "name"], sorted(days))


def numbers():
    """A source of invented telephone numbers: exchange 0000 is not assigned."""
    n = [0]

    def take():
        n[0] += 1
        return f"0519-0000{n[0]:04d}"

    return take
