#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A real server that is absent, restarted, stands still, refuses, or can do less; seen on a real screen."""

import signal
import time
import unittest

from gi.repository import GLib

from harness import turn, wait_for
from real import BUTTON, HOSTILE, NAME, Ear, OnDunst, OnNotificationDaemon, OnXfce
from veil import EXCESS_S, Veil

AT_ONCE_S = 1.0  # a call to a server that stands still would last longer
STANDSTILL_S = 3.0
LONG = "2"  # urgency of a bubble that does not expire by itself


class Trouble:
    def setUp(self):
        super().setUp()
        self.calls = Ear(self.bus, self.home)
        self.addCleanup(self.calls.close)

    def summaries(self):
        return [summary for summary, _body, _actions in self.calls.notified()]

    def veil(self, **how):
        """The server anew, on a bus behind, with less than it can do."""
        self.end()
        behind = self.make_bus()
        self.begin(bus=behind)
        connection = behind.connect()
        wait_for(lambda: connection.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "NameHasOwner",
                                              GLib.Variant("(s)", (NAME,)), None, 0, -1, None).unpack()[0],
                 10, "the server behind")
        veil = Veil(self.bus, behind, **how)
        self.probe.expect("available yes", 10)
        return veil

    def test_absent(self):
        """What was wanted while there was no server comes when there is one, in its newest words, and once."""
        self.end()
        self.show("dose", "A dose is due", "before", urgency=LONG)
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00", urgency=LONG)
        self.show("sun", "Half of a sunburn", "and over")
        self.probe.withdraw("sun")
        turn(0.5)
        self.assertEqual((self.calls.notified(), self.screen.picture().box()), ([], None))
        self.begin()
        self.probe.expect("available yes", 10)
        self.bubble()
        self.keep("6-after-absence")
        self.assertEqual([body for _, body, _ in self.calls.notified()], ["1,000 IU, planned for 08:00"])
        self.assertEqual(self.probe.told(), [])

    def test_restarted_under_two_bubbles(self):
        """Both come back as they were, and are not doubled."""
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00", urgency=LONG)
        one = self.bubble()
        self.show("sun", "Half of a sunburn dose", "53 % of a sunburn dose (MED) today", urgency=LONG)
        self.beside(one)
        before = self.screen.still()
        self.end()
        self.bare()
        self.begin()
        self.probe.expect("available yes", 10)
        wait_for(lambda: len(self.summaries()) == 4, what="both again")
        after = self.bubble()
        self.keep("7-two-after-restart")
        self.assertEqual((after.box().width, after.box().height), (before.box().width, before.box().height))
        self.assertEqual(sorted(self.summaries()[2:]), sorted(self.summaries()[:2]))
        turn(1)
        self.assertEqual(len(self.summaries()), 4)
        self.assertEqual(self.probe.told(), [])
        self.probe.withdraw("dose")
        self.probe.withdraw("sun")
        self.bare()

    def test_standstill(self):
        """The server's process is stopped. Nothing of ours waits for it, and when it goes on only the end is seen."""
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00", urgency=LONG)
        first = self.bubble()
        self.server.send_signal(signal.SIGSTOP)
        self.addCleanup(self.server.send_signal, signal.SIGCONT)
        began = time.monotonic()
        for number in range(2, 6):
            self.show("dose", "A dose is due", f"{number},000 IU, planned for 09:00", urgency=LONG)
        self.show("sun", "Half of a sunburn dose", "and over")
        self.probe.withdraw("sun")
        self.assertLess(time.monotonic() - began, AT_ONCE_S)
        turn(STANDSTILL_S)
        self.assertTrue(self.screen.picture() == first)
        self.server.send_signal(signal.SIGCONT)
        wait_for(lambda: self.calls.notified()[-1][1].startswith("5,000"), what="the last words")
        self.standstill_is_over(first)
        self.assertEqual([body[0] for summary, body, _ in self.calls.notified() if summary == "A dose is due"],
                         ["1", "2", "5"])
        self.probe.withdraw("dose")
        self.bare()
        self.assertEqual(self.probe.told(), [])

    def standstill_is_over(self, first):
        """One bubble, with other words than before."""
        wait_for(lambda: (picture := self.bubble(unlike=first)).box().height < 1.3 * first.box().height and picture,
                 what="one bubble, in its last words")
        self.keep("8-after-standstill")

    def test_excess(self):
        """Withdrawn and wanted again within a second, which is too soon for Plasma: tried once more, later, and shown."""
        veil = self.veil(plasma=True)
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00")
        first = self.bubble()
        self.probe.withdraw("dose")
        self.bare()
        turn(EXCESS_S)
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00")
        wait_for(lambda: len(self.calls.notified()) == 2, what="the next")
        self.probe.withdraw("dose")
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00")
        wait_for(lambda: veil.refused == 1, what="the refusal")
        refused = time.monotonic()
        wait_for(lambda: len(self.calls.notified()) == 4, what="the second attempt")
        self.assertGreater(time.monotonic() - refused, EXCESS_S)
        again = self.bubble()
        self.keep("9-after-excess")
        self.assertEqual((again.box().width, again.box().height), (first.box().width, first.box().height))
        turn(2.5)
        self.assertEqual((veil.refused, len(self.calls.notified())), (1, 4))
        self.assertEqual(self.probe.told(), [])

    def test_critical_makes_way(self):
        """One that does not expire by itself is withdrawn, and the next is seen."""
        self.show("sun", "A sunburn dose", "100 % of a sunburn dose (MED) today", urgency=LONG)
        first = self.bubble()
        self.probe.withdraw("sun")
        self.bare()
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00")
        self.bubble(unlike=first)
        self.keep("13-after-a-critical-one")

    def test_hostile_without_markup(self):
        """A name with markup in it looks the same to the letter, whether the server takes markup or not."""
        self.show("dose", HOSTILE, HOSTILE + "\nis silent", urgency=LONG)
        marked = self.bubble()
        self.keep("10-hostile-with-markup")
        self.without_markup()
        plain = self.screen.still(what="the same picture", wanted=lambda p: p == marked)
        self.keep("11-hostile-without-markup")
        self.assertTrue(plain == marked)
        sent = [body.split("\n")[0] for _, body, _ in self.calls.notified()]
        self.assertEqual(sent, ["&lt;b&gt;Tag&lt;/b&gt; &amp; co", "<b>Tag</b> & co"])

    def without_markup(self):
        self.veil(without=("body-markup",))

    def test_without_actions(self):
        """None is sent, and no button is drawn; the bubble still shows and goes."""
        self.veil(without=("actions",))
        self.show("dose", "A dose is due", "1,000 IU, planned for 08:00", urgency=LONG)
        picture = self.bubble()
        self.keep("12-without-actions")
        self.assertEqual(self.calls.notified()[-1][2], [])
        self.assertLess(len(picture.patches(BUTTON)), self.buttons_of_its_own + 1)
        self.probe.withdraw("dose")
        self.bare()
        self.assertEqual(self.probe.told(), [])

    buttons_of_its_own = 0


class Dunst(Trouble, OnDunst, unittest.TestCase):
    def without_markup(self):
        """No veil: it can be told so itself."""
        self.end()
        (self.home / "dunstrc").write_text("[global]\n    markup = no\n")
        self.begin("-config", str(self.home / "dunstrc"))
        self.probe.expect("available yes", 10)


class Xfce(Trouble, OnXfce, unittest.TestCase):
    pass


class NotificationDaemon(Trouble, OnNotificationDaemon, unittest.TestCase):
    buttons_of_its_own = 1  # the one that closes


if __name__ == "__main__":
    unittest.main(verbosity=2)
