# SPDX-License-Identifier: GPL-2.0-or-later
"""The cache: packages downloaded and unpacked, never installed, and the initrd made of them.

    CACHE/debs/*.deb          as apt fetched and verified them
    CACHE/tree/               their files: boot/vmlinuz-V, lib/modules/V, usr/bin/btvirt, bin/busybox
    CACHE/initrd.cpio         see initrd.py
    CACHE/complete            the key of what is above; written last, so half a cache is never used
"""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
from pathlib import Path

from . import initrd
from .errors import CannotRun
from .packages import HERE, names

# What of the kernel package no guest of ours touches: nine tenths of its 400 MB.
UNWANTED = [f"./lib/modules/*/kernel/{folder}" for folder in (
    "drivers/gpu", "drivers/media", "drivers/infiniband", "drivers/scsi", "drivers/iio", "drivers/ata",
    "drivers/net/ethernet", "drivers/net/wireless", "drivers/staging", "drivers/usb", "drivers/hwmon",
    "drivers/platform", "drivers/mtd", "drivers/target", "drivers/md", "drivers/edac", "drivers/isdn",
    "fs/xfs", "fs/btrfs", "fs/ocfs2", "fs/ceph", "fs/f2fs", "fs/gfs2", "fs/nfsd", "fs/jfs",
    "sound", "net/sctp", "net/tipc", "net/dccp", "net/batman-adv")]


class Cache:
    """Paths of what a boot needs. Made by `ready`, never by hand."""

    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        self.debs = self.folder / "debs"
        self.tree = self.folder / "tree"
        self.initrd = self.folder / "initrd.cpio"

    @property
    def release(self):
        """The kernel's release, as uname would say it."""
        return next((self.tree / "lib/modules").iterdir()).name

    @property
    def kernel(self):
        return self.tree / f"boot/vmlinuz-{self.release}"

    @property
    def btvirt(self):
        return self.tree / "usr/bin/btvirt"


def ready(folder):
    """The cache in `folder`, filled if it was not. Safe to be called by several processes at once."""
    cache = Cache(folder)
    cache.folder.mkdir(parents=True, exist_ok=True)
    with _locked(cache.folder / "lock"):
        stamp = cache.folder / "complete"
        key = _key()
        if not stamp.exists() or stamp.read_text(encoding="ascii") != key:
            stamp.unlink(missing_ok=True)
            _fill(cache)
            stamp.write_text(key, encoding="ascii")
    return cache


def _key():
    """Changes when anything changes that the cache is made from, save the archive's newer versions."""
    parts = ["fetched.txt", "modules.txt", "guest/init", "harness/initrd.py", "harness/cache.py"]
    digest = hashlib.sha256()
    for part in parts:
        digest.update((HERE / part).read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _locked(path):
    with open(path, "w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fill(cache):
    if not cache.debs.exists():
        _download(cache.debs)
    shutil.rmtree(cache.tree, ignore_errors=True)
    cache.tree.mkdir()
    for deb in sorted(cache.debs.glob("*.deb")):
        _unpack(deb, cache.tree)
    _run(["depmod", "-b", str(cache.tree), cache.release])
    initrd.build(cache, names("modules.txt"))


def _download(debs):
    """Fetches into a folder beside `debs` and renames it, so that `debs` exists only when whole."""
    part = debs.with_name("debs.part")
    try:
        _fetch_all(part)
    except CannotRun:
        # Absent lists name nothing, and old ones name files that the archive no longer has.
        _run(["apt-get", "-q", "update"])
        _fetch_all(part)
    part.rename(debs)


def _fetch_all(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    wanted = [_real_name(name) for name in names("fetched.txt")]
    # Without the setting apt warns that its own user cannot write here.
    _run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *wanted], cwd=folder)


def _real_name(name):
    """What the kernel's metapackage depends on; any other name as it is."""
    if not name.startswith("linux-image"):
        return name
    for line in _run(["apt-cache", "depends", "--important", name]).splitlines():
        if "Depends: linux-image-" in line:
            return line.split()[-1]
    raise CannotRun(f"the package lists do not say which kernel {name} stands for")


def _unpack(deb, tree):
    tar = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE)
    excluded = [f"--exclude={pattern}" for pattern in UNWANTED]
    _run(["tar", "-x", "-C", str(tree), "--no-same-owner", "--wildcards", *excluded], stdin=tar.stdout)
    if tar.wait():
        raise CannotRun(f"{deb.name} is damaged: remove {deb.parent} and try again")


def _run(command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)
    if done.returncode:
        raise CannotRun(f"`{' '.join(command)}` failed:\n{done.stdout}")
    return done.stdout
