# SPDX-License-Identifier: GPL-2.0-or-later
"""An ordinary new user of the guest, and its user manager."""

import os
import pwd
import subprocess

from .waiting import until


class Account:
    """A user without ~/.local and ~/.config. Made by `create`."""

    def __init__(self, name):
        entry = pwd.getpwnam(name)
        self.name, self.uid, self.gid, self.home = name, entry.pw_uid, entry.pw_gid, entry.pw_dir
        self.display = None
        self.groups = []

    @property
    def runtime_dir(self):
        return f"/run/user/{self.uid}"

    @property
    def bus_address(self):
        return f"unix:path={self.runtime_dir}/bus"

    def environment(self):
        """What a login would give, and DISPLAY once a desktop runs. Nothing is inherited."""
        values = {"HOME": self.home, "USER": self.name, "LOGNAME": self.name, "SHELL": "/bin/sh", "LANG": "C.UTF-8",
                  "PATH": "/usr/local/bin:/usr/bin:/bin", "XDG_RUNTIME_DIR": self.runtime_dir,
                  "DBUS_SESSION_BUS_ADDRESS": self.bus_address}
        if self.display:
            values["DISPLAY"] = self.display
        return values

    def start_manager(self, timeout_s=60):
        """Lets the user linger, and waits for the user manager and its session bus."""
        subprocess.run(["loginctl", "enable-linger", self.name], check=True)
        subprocess.run(["systemctl", "start", f"user@{self.uid}.service"], check=True, timeout=timeout_s)
        until("the session bus", lambda: os.path.exists(f"{self.runtime_dir}/bus"), timeout_s)

    def stop_manager(self):
        subprocess.run(["loginctl", "disable-linger", self.name], check=True)
        subprocess.run(["systemctl", "stop", f"user@{self.uid}.service"], check=True)

    def read_groups(self):
        """As a login does: what groups the user is in by now counts from then on."""
        self.groups = os.getgrouplist(self.name, self.gid)

    def as_user(self, *command, check=True, timeout_s=60, text_in=None, stdin=None, **environment):
        """Runs a command as the user. Returns the CompletedProcess, its stdout and stderr being text.

        What it reads is text_in, or the descriptor stdin.

        With `check` a status other than 0 raises AssertionError with what the command printed.
        """
        done = subprocess.run(command, **self._identity(environment), input=text_in, stdin=stdin, timeout=timeout_s, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def spawn(self, *command, log=None, **environment):
        """Starts a command as the user and returns its Popen; both outputs go to the file `log`, if given."""
        with open(log or os.devnull, "wb") as out:
            return subprocess.Popen(command, **self._identity(environment), stdin=subprocess.DEVNULL, stdout=out,
                                    stderr=out)

    def systemctl(self, *words, check=True, timeout_s=60):
        """systemctl --user; returns its stdout, stripped."""
        return self.as_user("systemctl", "--user", *words, check=check, timeout_s=timeout_s).stdout.strip()

    def journal(self, unit):
        """What a user unit logged in this boot."""
        shown = subprocess.run(["journalctl", "-b", "-o", "short-monotonic", "--no-pager", f"_UID={self.uid}",
                                f"USER_UNIT={unit}", "+", f"_UID={self.uid}", f"_SYSTEMD_USER_UNIT={unit}"],
                               stdout=subprocess.PIPE, text=True, check=True)
        return shown.stdout

    def _identity(self, environment):
        return {"user": self.uid, "group": self.gid, "extra_groups": self.groups, "cwd": self.home,
                "env": self.environment() | environment}


def create(name="wearer"):
    """Creates the user, with an empty home."""
    subprocess.run(["useradd", "--create-home", "--skel", "/dev/null", "--shell", "/bin/sh", name], check=True)
    return Account(name)
