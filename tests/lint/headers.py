#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Public headers: each compiles alone, as C11 and as C++, is listed for installing, and has a test that begins
with its example.

Usage: headers.py ROOT BUILD
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from house import FUNCTION, Faults, Tree, compiled

FLAGS = ["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"]
LANGUAGES = {"C11": (["cc", "-std=c11", "-Wstrict-prototypes"], "c"), "C++": (["c++", "-std=c++11"], "cc")}
FIRST_TEST = re.compile(r"\bcmocka_unit_test\w*\(\s*(\w+)")


def check_alone(tree, headers, faults):
    """One compiler run a language, one little source a header, so that no header leans on another."""
    for language, (compiler, suffix) in LANGUAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            for header in headers:
                Path(folder, f"{header.stem}.{suffix}").write_text(
                    f"#include <calcifer/{header.name}>\n#include <calcifer/{header.name}>\n"
                    f"extern int lint_{header.stem};\n", encoding="utf-8")
            sources = sorted(str(path) for path in Path(folder).iterdir())
            done = subprocess.run([*compiler, *FLAGS, "-I", tree.root / "include", *sources],
                                  capture_output=True, text=True, check=False)
            if done.returncode:
                faults.add("include/calcifer", 0, f"not clean {language}:\n{done.stderr}")


def check_linkage(tree, header, faults):
    code = tree.code(header)
    if FUNCTION.search(code) and 'extern "C"' not in tree.text(header):
        faults.add(header, 1, 'declares functions outside extern "C"')


def check_listed(tree, headers, faults):
    path = Path("include/calcifer/meson.build")
    listed = set(re.findall(r"'([^']+\.h)'", tree.text(path)))
    there = {header.name for header in headers}
    for name in sorted(there - listed):
        faults.add(path, 1, f"{name} lies there and is not installed")
    for name in sorted(listed - there):
        faults.add(path, 1, f"{name} is listed and does not exist")


def check_tested(tree, header, built, faults):
    """A header without functions has nothing to show."""
    if not FUNCTION.search(tree.code(header)):
        return
    tests = [path for path in tree.files("tests/unit", suffixes={".c"}) if path.name == f"test_{header.stem}.c"]
    if not tests:
        faults.add(header, 1, f"has no tests/unit/ROOM/test_{header.stem}.c")
        return
    first = FIRST_TEST.search(tree.code(tests[0]))
    if not first or first.group(1) != "test_example":
        faults.add(tests[0], 1, "its first test is not test_example, the header's example")
    if tests[0] not in built:
        faults.add(tests[0], 1, "no meson.build builds this test")


def main():
    tree, faults = Tree(sys.argv[1]), Faults()
    headers = tree.files("include/calcifer", suffixes={".h"})
    built = compiled(tree, sys.argv[2])
    check_alone(tree, headers, faults)
    check_listed(tree, headers, faults)
    for header in headers:
        check_linkage(tree, header, faults)
        check_tested(tree, header, built, faults)
    faults.end(len(headers))


if __name__ == "__main__":
    main()
