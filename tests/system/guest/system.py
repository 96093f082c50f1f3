# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest as a machine: its clock, what is installed on it, its services."""

import subprocess
import time

from .waiting import until


def set_clock(unix_s):
    """Sets the wall clock, with a jump, as timedated or a user would. Timers on the wall clock feel it."""
    time.clock_settime(time.CLOCK_REALTIME, unix_s)


def install(tree):
    """Copies the tree of `meson install --destdir` over the guest's root, and lets everyone take notice."""
    subprocess.run(["cp", "-a", "--no-preserve=ownership", f"{tree}/.", "/"], check=True)
    subprocess.run(["systemctl", "daemon-reload"], check=True)
    reload_bus()


def reload_bus():
    """Lets the system bus read its policies and services again."""
    subprocess.run(["busctl", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                    "ReloadConfig"], check=True, stdout=subprocess.DEVNULL)


def notice_install(account):
    """Lets a user manager and a session bus that already run see what `install` brought."""
    account.systemctl("daemon-reload")
    account.as_user("busctl", "--user", "call", "org.freedesktop.DBus", "/org/freedesktop/DBus",
                    "org.freedesktop.DBus", "ReloadConfig")


def allow_bus_name(name):
    """Lets root own a name on the system bus, and everyone call it: for the scaffolding of tests only."""
    policy = f"""<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <policy user="root"><allow own="{name}"/></policy>
  <policy context="default"><allow send_destination="{name}"/><allow receive_sender="{name}"/></policy>
</busconfig>
"""
    with open(f"/etc/dbus-1/system.d/{name}.conf", "w", encoding="ascii") as out:
        out.write(policy)
    reload_bus()


def unit_is(state, unit):
    """Whether the system unit's ActiveState is `state`."""
    shown = subprocess.run(["systemctl", "show", "-P", "ActiveState", unit], stdout=subprocess.PIPE, text=True,
                           check=True)
    return shown.stdout.strip() == state


def restart_bluetoothd(timeout_s=30):
    """Restarts bluetoothd in order. Let the peer drop the link first: with one up this kernel can panic."""
    subprocess.run(["systemctl", "restart", "bluetooth.service"], check=True, timeout=timeout_s)
    until("bluetoothd runs", lambda: unit_is("active", "bluetooth.service"), timeout_s)


def set_gatt_channels(channels):
    """Sets [GATT] Channels; 1 keeps notifications in order. Takes effect at bluetoothd's next start."""
    path = "/etc/bluetooth/main.conf"
    with open(path, encoding="utf-8") as conf:
        lines = [line for line in conf.read().splitlines() if not line.startswith("Channels")]
    at = lines.index("[GATT]")
    lines.insert(at + 1, f"Channels = {channels}")
    with open(path, "w", encoding="utf-8") as conf:
        conf.write("\n".join(lines) + "\n")
