#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The notifier on a real server and a real screen: dunst, xfce4-notifyd or notification-daemon."""

import pathlib
import shutil
import sys
import tempfile
import unittest

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
XFCONFD = "/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd"
HOSTILE = "<b>Tag</b> & \u202eco\x1b"


class Real:
    """What every server must do; a subclass names its program and where a person clicks."""

    command = []
    services = {}

    def setUp(self):
        self.screen = Screen()
        self.addCleanup(self.screen.close)
        home = pathlib.Path(tempfile.mkdtemp(prefix="calcifer-home-"))
        self.addCleanup(shutil.rmtree, home, True)
        (home / "config" / "gtk-3.0").mkdir(parents=True)
        (home / "config" / "gtk-3.0" / "gtk.css").write_text(GTK_CSS)
        for program in self.services.values():
            need(program)
        self.bus = Bus({
            "DISPLAY": self.screen.display, "GDK_BACKEND": "x11", "GTK_THEME": "Adwaita", "NO_AT_BRIDGE": "1",
            "GSETTINGS_BACKEND": "memory", "HOME": str(home), "XDG_RUNTIME_DIR": str(home),
            "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_DATA_HOME": str(home / "data")}, self.services)
        self.addCleanup(self.bus.close)
        self.begin()
        self.probe = Probe(self.bus)
        self.addCleanup(self.probe.close)
        self.probe.expect("available yes", 10)

    def begin(self):
        self.server = start([need(self.command[0]), *self.command[1:]], env=self.bus.environment)
        self.addCleanup(stop, self.server)

    def keep(self, what):
        self.screen.keep(f"{type(self).__name__.lower()}-{what}")

    def show(self, topic, summary, body):
        self.probe.show(topic, "default:Explain", "taken:Taken", "snooze:Snooze 1 hour", summary=summary, body=body,
                        icon="dialog-information", category="device")

    def bubble(self, unlike=None):
        """The picture when there is something on screen, and something else than before."""
        return self.screen.still(what="a bubble", wanted=lambda p: p.box() is not None and p != unlike)

    def bare(self):
        self.screen.still(what="the bare screen", wanted=lambda p: p.box() is None)

    def beside(self, one):
        """A second bubble has come beside the one in the picture."""
        both = self.bubble(unlike=one)
        self.assertGreater(both.box().height, 1.5 * one.box().height)

    def test_life(self):
        """Shown, replaced in its place, a second beside it, that one withdrawn, then the first."""
        self.bare()
        self.show("dose", HOSTILE + " 1", HOSTILE + "\n1,000 IU, planned for 08:00")
        first = self.bubble()
        self.keep("1-shown")
        self.show("dose", HOSTILE + " 2", HOSTILE + "\n2,000 IU, planned for 09:00")
        second = self.bubble(unlike=first)
        self.keep("2-replaced")
        self.assertLess(second.box().height, 1.3 * first.box().height)
        self.show("sun", "Another", "Line one\nline two")
        self.beside(second)
        self.keep("3-two-topics")
        self.probe.withdraw("sun")
        self.screen.still(what="the picture from before", wanted=lambda p: p == second)
        self.probe.withdraw("dose")
        self.bare()
        turn(0.5)
        self.bare()   # nothing left in a queue
        self.assertEqual(self.probe.told(), [])

    def test_click(self):
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00")
        picture = self.bubble()
        self.keep("4-to-be-clicked")
        key = self.press(picture)
        self.probe.expect(f"action dose {key}")
        self.probe.expect("closed dose dismissed")
        self.assertEqual(self.probe.told(), [f"action dose {key}", "closed dose dismissed"])
        self.bare()
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00")   # a new bubble after the old one's end
        self.bubble()

    def test_restarted(self):
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00")
        self.show("seen", "Seen", "and withdrawn")
        self.bubble()
        self.probe.withdraw("seen")
        turn(0.3)
        self.server.kill()
        self.server.wait()
        self.probe.expect("available no")
        self.bare()
        self.probe.events.clear()
        self.begin()
        self.probe.expect("available yes", 10)
        self.bubble()
        self.keep("5-after-restart")
        self.assertEqual(self.probe.told(), [])


class Dunst(Real, unittest.TestCase):
    command = ["dunst"]

    def press(self, picture):
        """No buttons here: a middle click on the bubble is the default action."""
        self.screen.click(*picture.box().middle, button=2)
        return "default"

    def test_left_click_dismisses(self):
        self.show("dose", "A dose is due", "1,000 IU")
        self.screen.click(*self.bubble().box().middle)
        self.probe.expect("closed dose dismissed")
        self.bare()


class Xfce(Real, unittest.TestCase):
    command = ["/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd"]
    services = {"org.xfce.Xfconf": XFCONFD}

    def press(self, picture):
        """Draws a button for the default, too: Explain, Taken, Snooze."""
        buttons = picture.patches(BUTTON)
        self.assertEqual(len(buttons), 3, buttons)
        self.screen.click(*buttons[1].middle)
        return "taken"


class NotificationDaemon(Real, unittest.TestCase):
    command = ["/usr/lib/notification-daemon/notification-daemon"]

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

    def test_click_on_the_bubble_is_the_default(self):
        self.show("dose", "A dose is due", "1,000 IU")
        box = self.bubble().box()
        self.screen.click(box.left + 40, box.top + 40)
        self.probe.expect("action dose default")
        wait_for(lambda: self.probe.told()[-1] == "closed dose dismissed", what="the close")


if __name__ == "__main__":
    unittest.main(verbosity=2)
