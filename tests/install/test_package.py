#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Builds the Debian packages from a copy of the source, and looks at what is in them and what lintian says.

Usage: test_package.py ROOT BUILD
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import debian
import test_install
from test_install import run

# What Debian adds to a package, and what its tools compress.
OF_DEBIAN = re.compile(r"usr/share/doc/[^/]+/(copyright|changelog\.gz)|usr/share/doc-base/calcifer\.[\w.-]+")


def files_of(package):
    names = [line.split()[5] for line in run("dpkg", "-c", package).splitlines()]
    return {name.removeprefix("./") for name in names if not name.endswith("/")}


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.packages = debian.build(test_install.ROOT, cls.folder.name)

    def test_together_they_hold_the_manifest(self):
        there = files_of(self.packages["calcifer"]) | files_of(self.packages["libcalcifer-dev"])
        there = {name.removesuffix(".gz") for name in there if not OF_DEBIAN.fullmatch(name)}
        where = test_install.folders()
        wanted = {str(Path(where[line.split("/")[0]], *line.split("/")[1:])) for line in test_install.manifest()}
        self.assertEqual(sorted(there ^ wanted), [])

    def test_programs_and_library_are_apart(self):
        library = files_of(self.packages["libcalcifer-dev"])
        self.assertTrue(all(re.match("usr/(include/calcifer|lib/|share/doc/libcalcifer-dev)", name) for name in library),
                        library)

    def test_nothing_runs_unasked(self):
        """Whether it runs is each person's own choice: it is enabled again only where it was before."""
        lines = [line.strip() for line in run("dpkg", "-I", self.packages["calcifer"], "postinst").splitlines()]
        enabling = [i for i, line in enumerate(lines) if re.search(r"--user enable\b", line)]
        self.assertEqual(len(enabling), 1)
        self.assertIn("if deb-systemd-helper --user debian-installed 'calciferd.service' ; then", lines[:enabling[0]])

    def test_lintian(self):
        changes = next(Path(self.folder.name).glob("*.changes"))
        done = subprocess.run(["lintian", "--allow-root", "--fail-on", "error,warning,info", "-I", changes],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))


if __name__ == "__main__":
    test_install.ROOT, test_install.BUILD = (Path(word).resolve() for word in sys.argv[1:3])
    del sys.argv[1:3]
    unittest.main()
