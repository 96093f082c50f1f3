#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The README's pictures can be made anew, and show something. Usage: test_pictures.py PICTURES BUILD-FOLDER FOLDER."""

import subprocess
import sys
from pathlib import Path

# At least: width, height, colours.
SHOWN = {"terminal": (600, 300, 50), "bubble": (250, 60, 50), "report": (900, 1200, 100)}


def main():
    pictures, build, folder = sys.argv[1:]
    for name in SHOWN:
        Path(folder, f"{name}.png").unlink(missing_ok=True)
    subprocess.run(["/usr/bin/python3", pictures, build, folder], check=True, timeout=300)
    for name, least in SHOWN.items():
        told = subprocess.run(["identify", "-format", "%w %h %k", f"{folder}/{name}.png"], stdout=subprocess.PIPE, text=True,
                              check=True).stdout
        seen = tuple(int(number) for number in told.split())
        print(f"{name}: {seen}")
        assert all(one >= wanted for one, wanted in zip(seen, least)), f"{name}.png shows too little: {seen}"


if __name__ == "__main__":
    main()
