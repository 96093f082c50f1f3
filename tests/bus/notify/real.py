# SPDX-License-Identifier: GPL-2.0-or-later
"""The notifier on a real server and a real screen: what tests on dunst, xfce4-notifyd and notification-daemon share."""

import json
import pathlib
import shutil
import subprocess
import tempfile

from harness import Bus, Probe, need, start, stop, turn, wait_for
from screen import Screen

# Buttons in a colour that nothing else on the screen has, so that they can be found.
BUTTON = (0xcd, 0xe5, 0xd3)
GTK_CSS = """
button, button:hover, button:active {
  background-image: none; background-color: #cde5d3; color: #102010; border: 1px solid #406050;
  box-shadow: none; text-shadow: none;
}
"""
NAME = "org.freedesktop.Notifications"
XFCONFD = "/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd"
HOSTILE = "<b>Tag</b> & \u202eco\x1b"


class Ear:
    """Every Notify on a bus, in order, as (summary, body, keys of the actions)."""

    def __init__(self, bus, folder):
        self.path = folder / "heard"
        with open(self.path, "wb") as out:
            self.process = start([need("busctl"), f"--address={bus.address}", "--json=short",
                                  f"--match=type='method_call',interface='{NAME}',member='Notify'", "monitor"],
                                 stdout=out, stderr=subprocess.STDOUT)
        wait_for(lambda: "Monitoring" in self.path.read_text(errors="replace"), what="the monitor")

    def notified(self):
        lines = [line for line in self.path.read_text(errors="replace").splitlines() if line.startswith("{")]
        told = [json.loads(line)["payload"]["data"] for line in lines]
        return [(data[3], data[4], data[5][0::2]) for data in told]

    def close(self):
        stop(self.process)


class Real:
    """A server on a screen, and the probe; a subclass names the program and where a person clicks."""

    command = []
    services = {}
    lingers_s = 3   # a closed bubble may still be seen so long

    def setUp(self):
        self.screen = Screen()
        self.addCleanup(self.screen.close)
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="calcifer-home-"))
        self.addCleanup(shutil.rmtree, self.home, True)
        (self.home / "config" / "gtk-3.0").mkdir(parents=True)
        (self.home / "config" / "gtk-3.0" / "gtk.css").write_text(GTK_CSS)
        for program in self.services.values():
            need(program)
        self.bus = self.make_bus()
        self.closed = []   # (id, reason) as the server tells the whole bus
        self.ear = self.bus.connect()
        self.ear.signal_subscribe(None, NAME, "NotificationClosed", None, None, 0,
                                  lambda *signal: self.closed.append(signal[5].unpack()))
        self.begin()
        self.probe = Probe(self.bus)
        self.addCleanup(self.probe.close)
        self.probe.expect("available yes", 10)

    def make_bus(self):
        bus = Bus({
            "DISPLAY": self.screen.display, "GDK_BACKEND": "x11", "GTK_THEME": "Adwaita", "NO_AT_BRIDGE": "1",
            "GSETTINGS_BACKEND": "memory", "HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"), "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_DATA_HOME": str(self.home / "data")}, self.services)
        self.addCleanup(bus.close)
        return bus

    def begin(self, *options, bus=None):
        self.server = start([need(self.command[0]), *self.command[1:], *options], env=(bus or self.bus).environment)
        self.addCleanup(stop, self.server)

    def end(self):
        """The server dies, and the notifier notices."""
        self.server.kill()
        self.server.wait()
        self.probe.expect("available no")
        self.probe.events.clear()

    def keep(self, what):
        self.screen.keep(f"{type(self).__name__.lower()}-{what}")

    def show(self, topic, summary, body, **more):
        self.probe.show(topic, "default:Explain", "taken:Taken", "snooze:Snooze 1 hour", summary=summary, body=body,
                        icon="dialog-information", category="device", **more)

    def bubble(self, unlike=None):
        """The picture when there is something on screen, and something else than before."""
        return self.screen.still(what="a bubble", wanted=lambda p: p.box() is not None and p != unlike)

    def bare(self):
        self.screen.still(self.lingers_s, what="the bare screen", wanted=lambda p: p.box() is None)

    def beside(self, one):
        """A second bubble has come beside the one in the picture."""
        both = self.bubble(unlike=one)
        self.assertGreater(both.box().height, 1.5 * one.box().height)

    def server_closes(self, number):
        """The server says on the bus that by now so many different bubbles were closed by our calls."""
        wait_for(lambda: len(self.closed) == number, what=f"the server to close bubble {number}")
        self.assertEqual([reason for _, reason in self.closed], [3] * number)
        self.assertEqual(len({bubble for bubble, _ in self.closed}), number)


class OnDunst(Real):
    command = ["dunst"]

    def server_closes(self, number):
        """Told to us alone; here the screen is the proof."""

    def press(self, picture):
        """No buttons here: a middle click on the bubble is the default action."""
        self.screen.click(*picture.box().middle, button=2)
        return "default"


class OnXfce(Real):
    command = ["/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd"]
    services = {"org.xfce.Xfconf": XFCONFD}

    def press(self, picture):
        """Draws a button for the default, too: Explain, Taken, Snooze."""
        buttons = picture.patches(BUTTON)
        self.assertEqual(len(buttons), 3, buttons)
        self.screen.click(*buttons[1].middle)
        return "taken"


class OnNotificationDaemon(Real):
    command = ["/usr/lib/notification-daemon/notification-daemon"]
    lingers_s = 7   # 3.20 closes at once for the bus, but on the screen only when the bubble's 5 s are over

    def beside(self, one):
        """Shows one bubble at a time; the second waits in its queue for some seconds, unseen."""
        turn(0.5)
        self.assertTrue(self.screen.picture() == one)

    def press(self, picture):
        """Taken and Snooze, and to the right and above them the button that closes."""
        buttons = picture.patches(BUTTON)
        self.assertEqual(len(buttons), 3, buttons)
        self.screen.click(*buttons[0].middle)
        return "taken"
