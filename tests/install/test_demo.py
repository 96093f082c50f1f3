#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The demonstration comes to its end, and shows what it is there to show. Usage: test_demo.py DEMO BUILD-FOLDER."""

import re
import subprocess
import sys


def main():
    demo, build = sys.argv[1:]
    done = subprocess.run(["/usr/bin/python3", demo, build], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=150)
    print(done.stdout)
    assert done.returncode == 0, f"it ended with {done.returncode}"
    for wanted in (r"bubble, notice: Vitamin D is low", r"C0:FF:EE:C0:FF:EE is adopted", r"received 8[4-9], lost 0",
                   r"goes into the shade", r"bubble, notice: Half of a sunburn dose", r"Vitamin D +[1-9][0-9]* of 600 IU",
                   r"Vitamin K2 +90 ug", r"That was the main job"):
        assert re.search(wanted, done.stdout), f"it does not show {wanted}"


if __name__ == "__main__":
    main()
