#!/usr/bin/env python3
"""Turns a file into a C array: embed.py INPUT OUTPUT NAME gives `static const char NAME[] = …` and NAME_len."""
import sys

source, target, name = sys.argv[1:4]
data = open(source, "rb").read()
lines = [", ".join(str(b if b < 128 else b - 256) for b in data[i : i + 24]) for i in range(0, len(data), 24)]
with open(target, "w", encoding="ascii") as out:
    out.write("/* Made by tools/embed.py. */\n")
    out.write(f"static const char {name}[] = {{\n" + ",\n".join(lines + ["0"]) + "};\n")
    out.write(f"static const size_t {name}_len = {len(data)};\n")
