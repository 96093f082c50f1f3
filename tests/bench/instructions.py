#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the hot paths cost in instructions, by callgrind, against what is written down.

    instructions.py PROGRAM COUNTS [--write]

Instructions do not depend on the load of the machine. Those of our own code and of the libraries that are built one
way for all processors are counted; libc, libm and nettle choose among versions of their functions by the processor,
and are only told. What remains differs between builds of one compiler by nothing, between compilers of one year by some
per cent: a tenth more fails, and so does a tenth less, which is a gain to be written down, or a path that lost its work.
"""

import collections
import os
import subprocess
import sys
import tempfile

PATHS = ("hot_decode", "hot_decode_sealed", "hot_record", "hot_minute", "hot_day", "hot_advert")
BY_PROCESSOR = ("libc.so", "libm.so", "libnettle", "ld-linux")
TOLERANCE = 0.10


def costs(path):
    """{object: instructions} of a callgrind file."""
    names, found, current, skip = {}, collections.Counter(), "", False
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("ob="):
                number, _, name = line[3:].strip().partition(" ")
                names.setdefault(number, name)
                current = names[number]
            elif line.startswith("cob="):
                number, _, name = line[4:].strip().partition(" ")
                names.setdefault(number, name)
            elif line.startswith("calls="):
                skip = True  # the next line is of what was called, and is counted there
            elif line[:1] in "0123456789+-*" and line.strip():
                found[current] += 0 if skip else int(line.split()[-1])
                skip = False
    return found


def count(program, function):
    """(of what is the same everywhere, of the rest)"""
    with tempfile.TemporaryDirectory(prefix="calcifer-hot-") as folder:
        out = os.path.join(folder, "out")
        subprocess.run(["valgrind", "--tool=callgrind", "--collect-atstart=no", f"--toggle-collect={function}",
                        f"--callgrind-out-file={out}", program, folder], check=True, stderr=subprocess.DEVNULL)
        found = costs(out)
    rest = sum(number for name, number in found.items() if any(word in name for word in BY_PROCESSOR))
    return sum(found.values()) - rest, rest


def read(path):
    with open(path, encoding="utf-8") as file:
        rows = (line.split() for line in file if not line.startswith("#"))
        return {name: int(number) for name, number in rows}


def main():
    program, path = sys.argv[1:3]
    found = {name: count(program, name) for name in PATHS}
    if "--write" in sys.argv:
        with open(path, "w", encoding="utf-8") as file:
            file.write("# SPDX-License-Identifier: GPL-2.0-or-later\n"
                       "# Instructions of tests/bench/hot.c, by instructions.py --write.\n")
            file.writelines(f"{name} {ours}\n" for name, (ours, _) in found.items())
    wrong = 0
    for name, expected in read(path).items():
        ours, rest = found[name]
        change = ours / expected - 1
        bad = abs(change) > TOLERANCE or expected == 0
        wrong += bad
        print(f"{name:18} {ours:9} instructions, {change:+.1%}, and {rest} in libc, libm and nettle{'  WRONG' * bad}")
    sys.exit(1 if wrong or set(read(path)) != set(PATHS) else 0)


if __name__ == "__main__":
    main()
