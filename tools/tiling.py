"""Schematic areas that tile their parent exactly: a honeycomb of small cells, grown into regions.

Every vertex of a honeycomb meets at most three cells, so the outline of a connected region never touches itself at a
corner, and two neighbours share the very same vertices: the tiling has no gap and no overlap by construction. Vertices
are moved a little by noise and then averaged with their neighbours along the border, which makes borders look drawn
by hand; the same moved vertex serves all regions, so exactness is kept.
"""

import heapq
import math


class Honeycomb:
    """Cells (q, r) of pointy-top hexagons with side `side_m` around an origin; vertices have integer ids."""

    def __init__(self, lon0, lat0, side_m, random):
        self.lon0, self.lat0, self.side = lon0, lat0, side_m
        self.m_lat = 110_900.0
        self.m_lon = 111_320.0 * math.cos(math.radians(lat0))
        self.random = random
        self.cells = {}  # (q, r) -> noise, a cost of crossing
        self.places = {}  # vertex id -> (x, y) in metres

    def centre(self, cell):
        q, r = cell
        return (math.sqrt(3) * (q + r / 2) * self.side, 1.5 * r * self.side)

    def neighbours(self, cell):
        q, r = cell
        return ((q + 1, r), (q, r + 1), (q - 1, r + 1), (q - 1, r), (q, r - 1), (q + 1, r - 1))

    def corners(self, cell):
        """The six vertex ids of a cell, counter-clockwise; corner k lies between neighbours k - 1 and k."""
        around = self.neighbours(cell)
        return [tuple(sorted((cell, around[k - 1], around[k]))) for k in range(6)]

    def fill(self, inside):
        """Adds every cell whose centre is inside(x, y), in a fixed order."""
        reach = 400
        for r in range(-reach, reach + 1):
            for q in range(-reach - r // 2, reach - r // 2 + 1):
                x, y = self.centre((q, r))
                if inside(x, y):
                    self.cells[(q, r)] = 0.6 + 0.8 * self.random.random()

    def keep_connected(self):
        """Keeps only the largest connected part."""
        left, best = set(self.cells), set()
        while left:
            start = min(left)
            part, todo = {start}, [start]
            while todo:
                for n in self.neighbours(todo.pop()):
                    if n in left and n not in part:
                        part.add(n)
                        todo.append(n)
            left -= part
            best = max(best, part, key=len)
        self.cells = {c: v for c, v in self.cells.items() if c in best}

    def place_vertices(self, regions):
        """Gives every vertex its place. regions: cell -> region of the finest level; border vertices are smoothed."""
        outline = {}  # vertex -> set of neighbour vertices along a border
        for cell in sorted(self.cells):
            corners = self.corners(cell)
            around = self.neighbours(cell)
            for k in range(6):
                v = corners[k]
                if v not in self.places:
                    x = sum(self.centre(c)[0] for c in v) / 3
                    y = sum(self.centre(c)[1] for c in v) / 3
                    angle, r = self.random.random() * 2 * math.pi, self.random.random() * 0.28 * self.side
                    self.places[v] = (x + r * math.cos(angle), y + r * math.sin(angle))
                if regions.get(around[k]) != regions[cell]:
                    a, b = corners[k], corners[(k + 1) % 6]
                    outline.setdefault(a, set()).add(b)
                    outline.setdefault(b, set()).add(a)
        for _ in range(2):
            moved = {}
            for v, ends in outline.items():
                if len(ends) == 2:
                    (x, y), (a, b) = self.places[v], [self.places[e] for e in sorted(ends)]
                    moved[v] = ((2 * x + a[0] + b[0]) / 4, (2 * y + a[1] + b[1]) / 4)
            self.places.update(moved)

    def lonlat(self, v):
        x, y = self.places[v]
        return (round(self.lon0 + x / self.m_lon, 6), round(self.lat0 + y / self.m_lat, 6))

    def polygons(self, cells):
        """Outline of a set of cells as GeoJSON polygons: outer rings counter-clockwise, each with its holes."""
        cells = set(cells)
        follow = {}
        for cell in sorted(cells):
            corners = self.corners(cell)
            for k, n in enumerate(self.neighbours(cell)):
                if n not in cells:
                    follow[corners[k]] = corners[(k + 1) % 6]
        rings = []
        while follow:
            start = min(follow)
            ring, v = [], start
            while v in follow:
                ring.append(self.lonlat(v))
                v = follow.pop(v)
            rings.append(ring + ring[:1])
        outer = [r for r in rings if signed_area(r) > 0]
        holes = [r for r in rings if signed_area(r) <= 0]
        outer.sort(key=lambda r: -signed_area(r))
        polygons = [[r] for r in outer]
        for hole in holes:
            for polygon in polygons:
                if contains(polygon[0], hole[0]):
                    polygon.append(hole)
                    break
        return polygons


def signed_area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])) / 2


def contains(ring, p):
    inside = False
    for a, b in zip(ring, ring[1:]):
        if (a[1] > p[1]) != (b[1] > p[1]) and p[0] < a[0] + (p[1] - a[1]) * (b[0] - a[0]) / (b[1] - a[1]):
            inside = not inside
    return inside


def grow(comb, cells, seeds, shares, rounds=14):
    """Divides cells among seeds: every part is connected; sizes follow the shares, which are approached by changing
    the speed of growth. out: cell -> number of the seed."""
    cells = set(cells)
    total = sum(shares)
    speed = [math.sqrt(s) for s in shares]
    best, best_error = None, None
    for _ in range(rounds):
        owner, heap = {}, []
        for i, seed in enumerate(seeds):
            heapq.heappush(heap, (0.0, i, seed))
        while heap:
            cost, i, cell = heapq.heappop(heap)
            if cell in owner:
                continue
            owner[cell] = i
            for n in comb.neighbours(cell):
                if n in cells and n not in owner:
                    heapq.heappush(heap, (cost + comb.cells[n] / speed[i], i, n))
        sizes = [0] * len(seeds)
        for i in owner.values():
            sizes[i] += 1
        error = max(abs(sizes[i] / len(cells) - shares[i] / total) / (shares[i] / total) for i in range(len(seeds)))
        if best is None or error < best_error:
            best, best_error = owner, error
        for i in range(len(seeds)):
            speed[i] *= max(0.7, min(1.4, (shares[i] / total * len(cells) / max(1, sizes[i])) ** 0.35))
    return best


def spread_seeds(comb, cells, n, weight, random):
    """n seeds among cells, far from each other where weight(cell) is small, close where it is large."""
    ordered = sorted(cells)
    seeds = [ordered[random.randrange(len(ordered))]]
    near = {c: float("inf") for c in ordered}
    while len(seeds) < n:
        sx, sy = comb.centre(seeds[-1])
        top, pick = -1.0, None
        for c in ordered:
            x, y = comb.centre(c)
            near[c] = min(near[c], math.hypot(x - sx, y - sy))
            value = near[c] * weight(c) * (0.7 + 0.3 * random.random())
            if value > top and c not in seeds:
                top, pick = value, c
        seeds.append(pick)
    return seeds


def split(comb, cells, n, weight, random):
    """Divides cells into n connected parts of about equal weight; two Lloyd steps make them compact."""
    seeds = spread_seeds(comb, cells, n, weight, random)
    owner = None
    for step in range(3):
        owner = grow(comb, cells, seeds, [1.0 / max(weight(s), 0.05) for s in seeds], rounds=6)
        if step == 2:
            break
        for i in range(n):
            part = sorted(c for c, o in owner.items() if o == i)
            mx = sum(comb.centre(c)[0] for c in part) / len(part)
            my = sum(comb.centre(c)[1] for c in part) / len(part)
            seeds[i] = min(part, key=lambda c: (comb.centre(c)[0] - mx) ** 2 + (comb.centre(c)[1] - my) ** 2)
    parts = [[] for _ in range(n)]
    for cell in sorted(owner):
        parts[owner[cell]].append(cell)
    parts.sort(key=lambda part: (-max(c[1] for c in part), part[0]))
    return parts


def check_tiling(shapes, total):
    """Proves the tiling: no two edges cross, and the areas add up. shapes: [(code, polygons)]; total: outline."""
    edges = set()
    area = 0.0
    for _, polygons in shapes:
        for polygon in polygons:
            for ring in polygon:
                area += signed_area(ring)
                for a, b in zip(ring, ring[1:]):
                    if a == b:
                        raise ValueError("an edge without length")
                    edges.add((a, b) if a < b else (b, a))
    whole = sum(signed_area(ring) for polygon in total for ring in polygon)
    if abs(area - whole) > 1e-9 * abs(whole):
        raise ValueError(f"areas add up to {area}, not to {whole}")
    check_crossings(sorted(edges))


def check_crossings(edges):
    size = 0.004
    buckets = {}
    for e in edges:
        (ax, ay), (bx, by) = e
        for i in range(int(min(ax, bx) / size), int(max(ax, bx) / size) + 1):
            for j in range(int(min(ay, by) / size), int(max(ay, by) / size) + 1):
                buckets.setdefault((i, j), []).append(e)
    for members in buckets.values():
        for i, (a, b) in enumerate(members):
            for c, d in members[:i]:
                if len({a, b, c, d}) == 4 and cross(a, b, c) * cross(a, b, d) <= 0 and cross(c, d, a) * cross(c, d, b) <= 0:
                    raise ValueError(f"edges cross near {a}")


def cross(o, a, b):
    v = (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
    return 0 if abs(v) < 1e-18 else v
