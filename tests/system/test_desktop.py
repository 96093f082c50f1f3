#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A desktop in the guest: bubbles are seen, kept as pictures, and clicked.

dunst shows a bubble and gives way at a click, its middle button invoking the default action; in
notification-daemon, which draws buttons, a click on the second one is what the sender hears. The wall clock jumps.
"""

import os
import sys
import time

from guest import account, desktop, system
from guest.waiting import Check, until

check = Check()


def shown_by_dunst(wearer, screen, bus):
    screen.start_server("dunst")
    log = "/artefacts/dunst-sender.txt"
    sender = wearer.spawn("notify-send", "-t", "0", "-A", "default=Open", "Vitamin D is low", "120 IU today", log=log)
    x, y, width, height = screen.picture_of_bubble("/artefacts/dunst.png")
    check("dunst shows a bubble, and its picture is kept", width > 100)
    screen.click(x + width // 2, y + height // 2, button=2)
    check.equal("the middle button invokes the default action", invoked(bus, 1), ["default"])
    screen.until_no_bubble()
    check.equal("the sender heard it and ended well", sender.wait(20), 0)
    screen.stop_server()
    check("nobody serves notifications after dunst has gone", not screen.served())


def clicked_in_notification_daemon(wearer, screen, bus):
    screen.start_server("notification-daemon")
    log = "/artefacts/nd-sender.txt"
    sender = wearer.spawn("notify-send", "-t", "0", "-A", "taken=Taken", "-A", "later=Later", "-A", "never=Not today",
                          "Vitamin D is low", "120 IU today", log=log)
    drawn = screen.click_action(1, "/artefacts/notification-daemon.png")
    check.equal("notification-daemon draws three buttons", drawn, 3)
    check.equal("a click on the second is its action", invoked(bus, 2)[1:], ["later"])
    check.equal("the sender ended well", sender.wait(20), 0)
    with open(log, encoding="utf-8") as heard:
        check.equal("and heard the action", heard.read().strip(), "later")


def invoked(bus, count):
    """Keys of the actions that were invoked, once there are `count`."""
    return until(f"{count} actions are invoked", lambda: len(keys := [
        message["payload"]["data"][1] for message in bus.messages("ActionInvoked")]) >= count and keys)


def clock():
    before, steady = time.time(), time.monotonic()
    system.set_clock(before + 86400)
    moved = time.time() - before
    check("the wall clock jumps by a day, and the steady one does not",
          86400 <= moved < 86460 and time.monotonic() - steady < 60, moved)


def main():
    wearer = account.create("wearer")
    wearer.start_manager()
    screen = desktop.Desktop(wearer)
    screen.start()
    bus = desktop.SessionMonitor(wearer, "/artefacts/session.json")
    shown_by_dunst(wearer, screen, bus)
    clicked_in_notification_daemon(wearer, screen, bus)
    bus.stop()
    screen.stop()
    clock()
    wearer.stop_manager()
    # The runtime directory goes after the manager, by a unit of its own.
    check("the user manager ends with its session bus", until(
        "the session bus is gone", lambda: not os.path.exists(f"{wearer.runtime_dir}/bus")))
    print(f"{check.passed} checks passed")


if __name__ == "__main__":
    sys.exit(main())
