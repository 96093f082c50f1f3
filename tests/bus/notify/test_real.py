#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The notifier on a real server and a real screen: dunst, xfce4-notifyd or notification-daemon."""

import unittest

from harness import turn, wait_for
from real import HOSTILE, OnDunst, OnNotificationDaemon, OnXfce


class Life:
    """What every server must do."""

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
        self.server_closes(1)
        self.screen.still(what="the picture from before", wanted=lambda p: p == second)
        self.probe.withdraw("dose")
        self.server_closes(2)
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
        self.end()
        self.bare()
        self.begin()
        self.probe.expect("available yes", 10)
        self.bubble()
        self.keep("5-after-restart")
        self.assertEqual(self.probe.told(), [])


class Dunst(Life, OnDunst, unittest.TestCase):
    def test_left_click_dismisses(self):
        self.show("dose", "A dose is due", "1,000 IU")
        self.screen.click(*self.bubble().box().middle)
        self.probe.expect("closed dose dismissed")
        self.bare()


class Xfce(Life, OnXfce, unittest.TestCase):
    pass


class NotificationDaemon(Life, OnNotificationDaemon, unittest.TestCase):
    def test_click_on_the_bubble_is_the_default(self):
        self.show("dose", "A dose is due", "1,000 IU")
        box = self.bubble().box()
        self.screen.click(box.left + 40, box.top + 40)
        self.probe.expect("action dose default")
        wait_for(lambda: self.probe.told()[-1] == "closed dose dismissed", what="the close")


if __name__ == "__main__":
    unittest.main(verbosity=2)
