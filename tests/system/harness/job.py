# SPDX-License-Identifier: GPL-2.0-or-later
"""The job: a folder that the guest mounts at /run/calcifer-vm/job, what it runs, and its answer."""

import json
from pathlib import Path

from .packages import HERE, names

GUEST = HERE / "guest"


class Job:
    """One script with its arguments, laid down in `folder` for one boot."""

    def __init__(self, folder, command, controllers=2):
        self.folder = Path(folder)
        self.controllers = controllers
        self.command = [str(word) for word in command]

    def lay(self, cache):
        """Writes job.json, the path of the kernel's modules, the guest's units and their masks."""
        self._status.unlink(missing_ok=True)
        job = {"command": self.command, "adapters": [f"hci{index}" for index in range(self.controllers)]}
        (self.folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        (self.folder / "modules").write_text(f"{cache.tree}/lib/modules\n", encoding="utf-8")
        units = self.folder / "systemd/system"
        units.mkdir(parents=True, exist_ok=True)
        for template in (GUEST / "units").iterdir():
            text = template.read_text(encoding="utf-8")
            for word, path in (("@BTVIRT@", cache.btvirt), ("@GUEST@", GUEST), ("@CONTROLLERS@", self.controllers)):
                # systemd reads % as the start of a specifier.
                text = text.replace(word, str(path).replace("%", "%%"))
            (units / template.name).write_text(text, encoding="utf-8")
        for name in names("guest/masked.txt"):
            link = units / name
            link.unlink(missing_ok=True)
            link.symlink_to("/dev/null")

    def status(self):
        """The script's exit status, or None while the guest has not told it."""
        try:
            return int(self._status.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None

    @property
    def _status(self):
        return self.folder / "status"
