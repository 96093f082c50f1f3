# SPDX-License-Identifier: GPL-2.0-or-later
"""The initrd: busybox, guest/init and the kernel modules that a root over 9p and Bluetooth need."""

import re
import shutil
import subprocess
from pathlib import Path

from .errors import CannotRun
from .packages import HERE


def build(cache, module_names):
    """Writes cache.initrd from the unpacked packages in cache.tree."""
    root = cache.folder / "initrd"
    shutil.rmtree(root, ignore_errors=True)
    for folder in ("bin", "modules", "proc", "sys", "dev"):
        (root / folder).mkdir(parents=True)
    shutil.copy2(cache.tree / "bin/busybox", root / "bin/busybox")
    shutil.copy2(HERE / "guest/init", root / "init")
    (root / "init").chmod(0o755)
    modules = load_order(cache, module_names)
    for module in modules:
        shutil.copy2(module, root / "modules" / module.name)
    order = "".join(f"/modules/{module.name}\n" for module in modules)
    (root / "modules/order").write_text(order, encoding="ascii")
    _pack(root, cache.initrd)


def load_order(cache, module_names):
    """Files of the modules and of all they depend on, each once, in the order to insert them."""
    files = []
    for name in module_names:
        shown = subprocess.run(
            ["modprobe", "-d", str(cache.tree), "-S", cache.release, "-C", "/dev/null", "--show-depends", name],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        if shown.returncode:
            raise CannotRun(f"the kernel {cache.release} has no module {name}: {shown.stderr.strip()}")
        # A line is `insmod FILE [parameters]`, or `builtin NAME`.
        found = [Path(file) for file in re.findall(r"^insmod (.+?\.ko)\b", shown.stdout, re.MULTILINE)]
        files += [file for file in found if file not in files]
    return files


def _pack(root, image):
    """A cpio archive of `root`, not compressed: an emulated processor reads it faster than it unpacks one."""
    listing = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*"))) + "\n"
    with open(image, "wb") as out:
        done = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc", "-R", "0:0"], cwd=root,
                              input=listing.encode(), stdout=out, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise CannotRun(f"cpio failed: {done.stderr.decode(errors='replace')}")
