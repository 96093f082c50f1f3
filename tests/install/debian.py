# SPDX-License-Identifier: GPL-2.0-or-later
"""The Debian packages, built from a copy of the source."""

import shutil
from pathlib import Path

from test_install import run


def build(root, folder):
    """Builds them in the folder, which is there, and returns their files by name."""
    source = Path(folder, "calcifer")
    shutil.copytree(root, source, ignore=shutil.ignore_patterns("build*", ".git", "__pycache__"))
    run("dpkg-buildpackage", "--build=binary", "--no-sign", cwd=source)
    return {path.name.split("_")[0]: path for path in Path(folder).glob("*.deb")}
