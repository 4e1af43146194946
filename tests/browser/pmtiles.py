"""Small base maps for the tests, written by hand: PMTiles version 3 with pictures or vector tiles around a place."""
import gzip
import json
import math
import struct

RASTER, VECTOR = 2, 1  # types of tiles: PNG, MVT


def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def tile_id(z, x, y):
    """The number of a tile: those of the zooms before, then its place on the Hilbert curve."""
    number, n, d = (4 ** z - 1) // 3, 2 ** z, 0
    s = n // 2
    while s > 0:
        rx, ry = int((x & s) > 0), int((y & s) > 0)
        d += s * s * ((3 * rx) ^ ry)
        if ry == 0:
            if rx == 1:
                x, y = n - 1 - x, n - 1 - y
            x, y = y, x
        s //= 2
    return number + d


def tile_of(lon, lat, z):
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * 2 ** z), int(y * 2 ** z)


def around(lon, lat, zooms, ring=2):
    for z in zooms:
        cx, cy = tile_of(lon, lat, z)
        for x in range(max(0, cx - ring), min(2 ** z, cx + ring + 1)):
            for y in range(max(0, cy - ring), min(2 ** z, cy + ring + 1)):
                yield z, x, y


def archive(tiles, kind, zooms):
    """in: {(z, x, y): bytes}. One root directory, gzipped as the format's tools do it."""
    entries = sorted((tile_id(*t), data) for t, data in tiles.items())
    data, ids, lengths, offsets, last, at = b"", b"", b"", b"", 0, 0
    for number, body in entries:
        ids += varint(number - last)
        lengths += varint(len(body))
        offsets += varint(at + 1)
        data, last, at = data + body, number, at + len(body)
    root = gzip.compress(varint(len(entries)) + ids + varint(1) * len(entries) + lengths + offsets)
    about = gzip.compress(json.dumps({"name": "test", "attribution": "test"}).encode())
    head = b"PMTiles\x03" + struct.pack("<11Q", 127, len(root), 127 + len(root), len(about), 0, 0, 127 + len(root) + len(about), len(data),
                                       len(entries), len(entries), len(entries))
    head += bytes([1, 2, 2 if kind == VECTOR else 1, kind, min(zooms), max(zooms)])
    head += struct.pack("<4iB2i", -1800000000, -850000000, 1800000000, 850000000, min(zooms), 0, 0)
    assert len(head) == 127
    return head + root + about + data


def field(number, kind, body):
    return varint(number << 3 | kind) + (varint(len(body)) + body if kind == 2 else varint(body))


def zigzag(n):
    return varint(n << 1 if n >= 0 else (-n << 1) - 1)


def vector_tile(name, kind):
    """A tile filled by one area of a layer, with a kind."""
    geometry = varint(1 << 3 | 1) + zigzag(0) + zigzag(0) + varint(3 << 3 | 2)
    for dx, dy in ((4096, 0), (0, 4096), (-4096, 0)):
        geometry += zigzag(dx) + zigzag(dy)
    geometry += varint(1 << 3 | 7)
    feature = field(1, 0, 1) + field(2, 2, varint(0) + varint(0)) + field(3, 0, 3) + field(4, 2, geometry)
    layer = field(15, 0, 2) + field(1, 2, name.encode()) + field(2, 2, feature) + field(3, 2, b"kind")
    layer += field(4, 2, field(1, 2, kind.encode())) + field(5, 0, 4096)
    return gzip.compress(field(3, 2, layer))
