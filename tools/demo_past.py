"""The past of the sample city: some weeks of settled matters, invented and seeded, and what yesterday left open. They come in
by `yiwang import`, as the history of the system that a city had before would."""
import csv
import datetime
import os
import random
import subprocess

DAYS, A_DAY = 32, 620
OPEN_SINCE = datetime.timedelta(hours=20)  # of the youngest some are still open
WORKDAYS = (1.15, 1.1, 1.05, 1.0, 1.1, 0.75, 0.6)
HOURS = (1, 1, 1, 1, 1, 2, 5, 10, 16, 18, 16, 12, 8, 8, 14, 16, 14, 12, 10, 8, 6, 4, 2, 1)
COLUMNS = ("number", "happened", "closed", "category", "lon", "lat", "text", "channel")


def rows(city, seed, now):
    """Dictionaries, oldest first. city: its matters and a place(rng)."""
    rng = random.Random(f"{seed}/past")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for back in range(DAYS, -1, -1):
        day = midnight - datetime.timedelta(days=back)
        times = sorted(day + datetime.timedelta(hours=rng.choices(range(24), HOURS)[0], seconds=rng.randrange(3600))
                       for _ in range(round(A_DAY * WORKDAYS[day.weekday()] * rng.uniform(0.8, 1.2))))
        for n, at in enumerate(t for t in times if t < now):
            matter, (lon, lat) = rng.choice(city.matters), city.place(rng)
            closed = at + datetime.timedelta(hours=min(rng.lognormvariate(1.9, 1.1), 160))
            is_open = closed > now or now - at < OPEN_SINCE and rng.random() < 0.3
            yield {"number": f"{day:%Y%m%d}-{n:04}", "happened": at.isoformat(" ", "seconds"), "closed": "" if is_open else closed.isoformat(" ", "seconds"),
                   "category": matter["category"], "lon": lon, "lat": lat, "text": matter["text"], "channel": matter["channel"]}


def bring_in(program, city_folder, data, city, seed, now):
    """Imports them; the line that the import prints. in: data is not being served; now in the city's time. '' = the city has no mapping."""
    mapping = os.path.join(city_folder, "import", "sample.yaml")
    if not os.path.exists(mapping):
        return ""
    path = data + ".past.csv"
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.DictWriter(f, COLUMNS)
        out.writeheader()
        out.writerows(rows(city, seed, now))
    r = subprocess.run([program, "import", "--city", city_folder, "--data", data, "--map", mapping, path], text=True, capture_output=True, check=False)
    return (r.stderr + r.stdout).strip().splitlines()[-1] if r.returncode == 0 else "the past could not be imported: " + r.stderr


def registers(program, city_folder, data):
    """Imports the sample registers of the city, if it has any; what the imports print."""
    told = []
    for name in ("components", "places"):
        mapping, rows = os.path.join(city_folder, "import", name + ".yaml"), os.path.join(city_folder, "sample", name + ".csv")
        if os.path.exists(mapping) and os.path.exists(rows):
            r = subprocess.run([program, "import", "--city", city_folder, "--data", data, "--map", mapping, rows], text=True, capture_output=True, check=False)
            told.append(f"{name}: " + ((r.stderr + r.stdout).strip().splitlines() or ["?"])[-1])
    return told
