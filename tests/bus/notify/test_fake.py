#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The notifier against a server that is absent, slow, refusing, restarted, plain, forgetful or hostile."""

import os
import pathlib
import sys
import time
import unittest

import fake
from gi.repository import GLib
from harness import Bus, Probe, turn, wait_for


class Case(unittest.TestCase):
    services = None

    def setUp(self):
        self.bus = Bus(services=self.services)
        self.addCleanup(self.bus.close)
        self.probe = Probe(self.bus)
        self.addCleanup(self.probe.close)

    def server(self, **how):
        server = fake.Server(self.bus, **how)
        self.probe.expect("available yes") if not how.get("replace") else None
        return server

    def on_screen(self, server, *summaries):
        wait_for(lambda: sorted(server.summaries()) == sorted(summaries),
                 what=f"{summaries} on screen, there is {server.summaries()}")

    def settled(self, server, *summaries):
        """On screen, and still so after a while."""
        self.on_screen(server, *summaries)
        turn(0.15)
        self.assertEqual(sorted(server.summaries()), sorted(summaries))


class Message(Case):
    def shown(self, server, **words):
        actions = words.pop("actions", ())
        self.probe.show("t", *actions, **words)
        wait_for(lambda: server.notified, what="Notify")
        return server.notified[-1]

    def test_every_argument_and_hint(self):
        bubble = self.shown(self.server(), summary="Sun", body="half", urgency=2, icon="weather-clear",
                            category="device", transient="yes", actions=("taken:Taken", "snooze:Snooze 1 hour"))
        self.assertEqual(bubble.app, "Calcifer")
        self.assertEqual(bubble.replaces, 0)
        self.assertEqual(bubble.icon, "weather-clear")
        self.assertEqual((bubble.summary, bubble.body), ("Sun", "half"))
        self.assertEqual(bubble.actions, ["default", "Details", "taken", "Taken", "snooze", "Snooze 1 hour"])
        self.assertEqual(bubble.timeout, 0)
        self.assertEqual(bubble.hints, {
            "desktop-entry": "'org.calciferd'", "urgency": "byte 0x02", "category": "'device'",
            "image-path": "'weather-clear'", "transient": "true"})

    def test_least(self):
        bubble = self.shown(self.server(), summary="s", urgency=0)
        self.assertEqual((bubble.icon, bubble.body, bubble.timeout), ("", "", -1))
        self.assertEqual(bubble.hints, {"desktop-entry": "'org.calciferd'", "urgency": "byte 0x00"})
        self.assertEqual(bubble.keys(), ["default"])

    def test_markup_is_escaped_in_the_body_alone(self):
        evil = "<b>x</b> & <img src='file:///etc/passwd'/>"
        bubble = self.shown(self.server(), summary=evil, body=evil, actions=("k:" + evil[:20],))
        self.assertEqual(bubble.summary, evil)
        self.assertEqual(bubble.body, "&lt;b&gt;x&lt;/b&gt; &amp; &lt;img src='file:///etc/passwd'/&gt;")
        self.assertEqual(bubble.actions[3], "‹b›x‹/b› ＆ ‹img src=")

    def test_without_markup_nothing_is_escaped(self):
        bubble = self.shown(self.server(capabilities=("body", "actions")), summary="s", body="1 < 2 & 3")
        self.assertEqual(bubble.body, "1 < 2 & 3")

    def test_without_actions_none_is_sent(self):
        bubble = self.shown(self.server(capabilities=("body",)), summary="s", actions=("taken:Taken",))
        self.assertEqual(bubble.actions, [])

    def test_without_capabilities_plain_text(self):
        bubble = self.shown(self.server(capabilities=None), summary="s", body="<b>", actions=("taken:Taken",))
        self.assertEqual((bubble.body, bubble.actions), ("<b>", []))

    def test_hostile_text(self):
        name = b"tag\x1b[2J\a\xe2\x80\xaegnp.\xff\x00".replace(b"\x00", b"") + b"\nline"
        bubble = self.shown(self.server(), summary=name, body=name + b"x" * 5000)
        self.assertEqual(bubble.summary, "tag[2Jgnp.\ufffd line")
        self.assertTrue(bubble.body.startswith("tag[2Jgnp.\ufffd\nlinex"))
        self.assertEqual(len(bubble.body), 1000)
        self.assertTrue(bubble.body.endswith("x…"))

    def test_capabilities_are_read_once(self):
        server = self.server()
        for number in range(5):
            self.probe.show("t", summary=f"s{number}")
            self.on_screen(server, f"s{number}")
        self.assertEqual(server.asked, 1)


class Topics(Case):
    def test_one_bubble_a_topic(self):
        server = self.server()
        self.probe.show("a", summary="a1")
        self.probe.show("b", summary="b1")
        self.on_screen(server, "a1", "b1")
        self.probe.show("a", summary="a2")
        self.settled(server, "a2", "b1")
        self.assertEqual([b.replaces for b in server.notified], [0, 0, 1])

    def test_the_same_words_are_sent_once(self):
        server = self.server()
        for _ in range(3):
            self.probe.show("a", summary="a1")
        self.settled(server, "a1")
        self.assertEqual(len(server.notified), 1)

    def test_withdrawn(self):
        server = self.server()
        self.probe.show("a", summary="a1")
        self.on_screen(server, "a1")
        self.probe.withdraw("a")
        self.probe.withdraw("never shown")
        self.settled(server)
        self.assertEqual(server.closed, [1])
        self.assertEqual(self.probe.told(), [])

    def test_withdrawn_that_would_stay(self):
        """A critical one is made one that passes before it is closed: notification-daemon needs it."""
        server = self.server()
        self.probe.show("a", summary="a1", urgency=2)
        self.settled(server, "a1")
        self.probe.withdraw("a")
        self.settled(server)
        self.assertEqual([(b.replaces, b.summary, b.timeout, b.hints["urgency"]) for b in server.notified],
                         [(0, "a1", 0, "byte 0x02"), (1, "a1", -1, "byte 0x00")])
        self.assertEqual(server.closed, [1])

    def test_withdrawn_and_shown_at_once(self):
        server = self.server()
        self.probe.show("a", summary="a1")
        self.settled(server, "a1")  # the answer is there too: before it, the two would be one change of the bubble
        self.probe.withdraw("a")
        self.probe.show("a", summary="a2")
        self.settled(server, "a2")
        self.assertEqual(server.notified[-1].replaces, 0)

    def test_closed_reasons(self):
        server = self.server()
        reasons = {1: "expired", 2: "dismissed", 3: "withdrawn", 4: "undefined", 0: "undefined", 99: "undefined"}
        for number, (reason, word) in enumerate(reasons.items(), start=1):
            self.probe.show(f"t{number}", summary="s")
            self.on_screen(server, "s")
            server.close(number, reason)
            self.probe.expect(f"closed t{number} {word}")

    def test_closed_and_shown_again_is_a_new_bubble(self):
        server = self.server()
        self.probe.show("a", summary="s")
        self.on_screen(server, "s")
        server.close(1, fake.DISMISSED)
        self.probe.expect("closed a dismissed")
        self.probe.show("a", summary="s")
        self.settled(server, "s")
        self.assertEqual([b.replaces for b in server.notified], [0, 0])

    def test_actions(self):
        server = self.server()
        self.probe.show("a", "taken:Taken", summary="s")
        self.on_screen(server, "s")
        server.press(77, "taken")      # another program's bubble
        server.press(1, "format-disk")  # never offered
        server.press(1, "taken")
        server.press(1, "default")
        self.probe.expect("action a default")
        self.assertEqual(self.probe.told(), ["action a taken", "action a default"])

    def test_no_other_peer_presses_buttons(self):
        server = self.server()
        self.probe.show("a", "taken:Taken", summary="s")
        self.on_screen(server, "s")
        stranger = self.bus.connect()
        names = stranger.call_sync("org.freedesktop.DBus", "/", "org.freedesktop.DBus", "ListNames", None, None, 0,
                                   -1, None).unpack()[0]
        for name in [None] + [n for n in names if n.startswith(":")]:
            stranger.emit_signal(name, fake.PATH, fake.NAME, "ActionInvoked", GLib.Variant("(us)", (1, "taken")))
            stranger.emit_signal(name, fake.PATH, fake.NAME, "NotificationClosed", GLib.Variant("(uu)", (1, 2)))
        stranger.flush_sync(None)
        turn(0.2)
        server.press(1, "default")
        self.probe.expect("action a default")
        self.assertEqual(self.probe.told(), ["action a default"])

    def test_an_id_used_again_belongs_to_its_new_topic(self):
        server = self.server()
        self.probe.show("a", summary="a")
        self.on_screen(server, "a")
        server.close(1, fake.EXPIRED)
        self.probe.expect("closed a expired")
        server.next_id = 1
        self.probe.show("b", summary="b")
        self.on_screen(server, "b")
        server.press(1, "default")
        self.probe.expect("action b default")
        self.assertNotIn("action a default", self.probe.told())

    def test_an_id_given_twice_ends_the_first(self):
        server = self.server()
        self.probe.show("a", summary="a")
        self.on_screen(server, "a")
        server.next_id = 1
        self.probe.show("b", summary="b")
        self.probe.expect("closed a undefined")
        self.settled(server, "b")
        self.probe.withdraw("a")
        self.settled(server, "b")

    def test_id_zero_is_none(self):
        server = self.server()
        server.next_id = 0
        self.probe.show("a", summary="a")
        self.probe.expect("closed a undefined")

    def test_each_other_word_is_another_bubble(self):
        server = self.server()
        words = {"summary": "s", "body": "b", "urgency": 0, "icon": "i", "category": "c"}
        shown = 0
        for change, actions in (({}, ()), ({"body": "b2"}, ()), ({"urgency": 1}, ()), ({"icon": "i2"}, ()),
                                ({"category": "c2"}, ()), ({"transient": "yes"}, ()), ({}, ("k:K",)),
                                ({}, ("k:L",)), ({}, ("m:L",))):
            words.update(change)
            for _ in range(2):  # and the same once more is not
                self.probe.show("a", *actions, **words)
            shown += 1
            wait_for(lambda: len(server.notified) == shown, what=f"number {shown}: {change} {actions}")
            turn(0.05)
        self.assertEqual(len(server.notified), shown)

    def test_what_is_no_signal_of_it_is_passed_over(self):
        server = self.server()
        self.probe.show("a", "taken:Taken", summary="s")
        self.settled(server, "s")
        server.babble("ActionInvoked", GLib.Variant("(s)", ("taken",)))
        server.babble("NotificationClosed", GLib.Variant("(u)", (1,)))
        server.babble("ActivationToken", GLib.Variant("(us)", (1, "token")))
        server.press(1, "default")
        self.probe.expect("action a default")
        self.assertEqual(self.probe.told(), ["action a default"])

    def test_an_answer_that_is_none(self):
        """It may be on the screen, and nobody knows by which number: told as gone, and not sent again and again."""
        server = self.server(xml=fake.XML.replace('<arg type="i" direction="in"/><arg type="u" direction="out"/>',
                                                  '<arg type="i" direction="in"/><arg type="s" direction="out"/>'))
        server.answer = lambda number: GLib.Variant("(s)", ("thanks",))
        self.probe.show("a", summary="a")
        self.probe.expect("closed a undefined")
        turn(0.2)
        self.assertEqual(len(server.notified), 1)

    def test_the_end_takes_all_down(self):
        server = self.server()
        self.probe.show("a", summary="a")
        self.probe.show("b", summary="b")
        self.on_screen(server, "a", "b")
        server.press(2, "default")  # heard behind the numbers of both, without which nothing can be closed
        self.probe.expect("action b default")
        self.assertEqual(self.probe.quit(), 0)
        self.settled(server)


class Slow(Case):
    """The answer comes late; what happens meanwhile must follow with the right id."""

    def held(self, *actions):
        server = self.server()
        server.next_id = 41
        server.hold = True
        self.probe.show("a", *actions, summary="a1")
        self.on_screen(server, "a1")
        return server

    def test_replaced_meanwhile(self):
        server = self.held()
        self.probe.show("a", summary="a2")
        self.probe.show("a", summary="a3")
        turn(0.1)
        self.assertEqual(len(server.notified), 1)
        server.release()
        self.settled(server, "a3")
        self.assertEqual([b.replaces for b in server.notified], [0, 41])

    def test_withdrawn_meanwhile(self):
        server = self.held()
        self.probe.withdraw("a")
        turn(0.1)
        self.assertEqual(server.closed, [])
        server.release()
        self.settled(server)
        self.assertEqual(server.closed, [41])

    def test_withdrawn_and_shown_meanwhile(self):
        server = self.held()
        self.probe.withdraw("a")
        self.probe.show("a", summary="a2")
        server.release()
        self.settled(server, "a2")
        self.assertEqual(server.closed, [])

    def test_pressed_before_the_answer(self):
        server = self.held("taken:Taken")
        server.press(41, "taken")
        server.close(41, fake.DISMISSED)
        turn(0.1)
        self.assertEqual(self.probe.told(), [])
        server.release()
        self.probe.expect("closed a dismissed")
        self.assertEqual(self.probe.told(), ["action a taken", "closed a dismissed"])

    def test_five_seconds_hold_up_nobody(self):
        server = self.held()
        began = time.monotonic()
        self.probe.show("b", summary="b")
        self.on_screen(server, "a1", "b")
        self.assertLess(time.monotonic() - began, 1)
        self.probe.withdraw("a")
        turn(5)
        server.release()
        self.settled(server, "b")

    def test_capabilities_late(self):
        self.server().die()
        self.probe.expect("available no")
        server = fake.Server(self.bus)
        server.hold_capabilities = True
        self.probe.show("a", summary="a1")
        self.probe.show("b", summary="b1")
        self.probe.withdraw("b")
        self.probe.show("a", summary="a2")
        turn(0.2)
        self.assertEqual(server.notified, [])
        server.release()
        self.settled(server, "a2")
        self.assertEqual(len(server.notified), 1)

    def test_inhibited(self):
        """Do not disturb: accepted, filed at once, and said so before the answer."""
        server = self.server(inhibited=True)
        self.probe.show("a", summary="a1")
        self.probe.expect("closed a expired")
        self.assertEqual(len(server.notified), 1)


    def test_only_what_is_of_this_bubble_follows(self):
        """Before the answer nobody knows which signals are: those of others' bubbles are dropped, however many."""
        server = self.held("taken:Taken")
        server.press(41, "taken")
        for number in range(100, 110):
            server.press(number, "taken")
        turn(0.1)
        server.release()
        self.probe.expect("action a taken")
        self.assertEqual(self.probe.told(), ["action a taken"])

    def end(self):
        """Whatever is under way, the end comes at once, and what comes back later finds nobody."""
        self.assertEqual(self.probe.quit(), 0)

    def test_the_end_before_the_answer(self):
        self.held()
        self.end()

    def test_the_end_before_the_capabilities(self):
        self.server().die()
        self.probe.expect("available no")
        server = fake.Server(self.bus)
        server.hold_capabilities = True
        self.probe.show("a", summary="a")
        wait_for(lambda: server.asked, what="the question")
        self.end()

    def test_the_end_while_a_bubble_is_closed(self):
        server = self.server()
        self.probe.show("a", summary="a")
        self.settled(server, "a")
        server.hold_closing = True
        self.probe.withdraw("a")
        wait_for(lambda: server.closed == [1], what="CloseNotification")
        self.end()


class Refusing(Case):
    def test_once_then_shown(self):
        server = self.server()
        server.refuse = 1
        began = time.monotonic()
        self.probe.show("a", summary="a1")
        self.on_screen(server, "a1")
        self.assertGreaterEqual(time.monotonic() - began, 1.5)
        self.assertEqual(len(server.notified), 2)
        self.assertEqual(self.probe.told(), [])

    def test_always_is_tried_twice_and_told(self):
        server = self.server()
        server.refuse = 1000
        self.probe.show("a", summary="a1")
        self.probe.expect("closed a refused")
        turn(2.5)
        self.assertEqual(len(server.notified), 2)
        self.assertEqual(self.probe.told(), ["closed a refused"])

    def test_a_refused_replacement_leaves_nothing_stale(self):
        server = self.server()
        self.probe.show("a", summary="a1")
        self.on_screen(server, "a1")
        server.refuse = 2
        self.probe.show("a", summary="a2")
        self.probe.expect("closed a refused")
        self.settled(server)
        self.assertEqual([b.replaces for b in server.notified], [0, 1, 1])

    def test_many_words_do_not_make_many_attempts(self):
        server = self.server()
        server.refuse = 1
        for number in range(20):
            self.probe.show("a", summary=f"a{number}")
        self.settled(server, "a19")
        self.assertEqual(len(server.notified), 2)

    def test_withdrawn_while_resting(self):
        server = self.server()
        server.refuse = 1
        self.probe.show("a", summary="a1")
        wait_for(lambda: server.notified, what="Notify")
        turn(0.1)
        self.probe.withdraw("a")
        turn(2.3)
        self.assertEqual(len(server.notified), 1)


class Absent(Case):
    def test_shown_when_one_appears(self):
        self.probe.show("a", summary="a1")
        self.probe.show("a", summary="a2")
        self.probe.show("b", summary="b1")
        self.probe.withdraw("b")
        turn(0.1)
        server = self.server()
        self.settled(server, "a2")
        self.assertEqual(len(server.notified), 1)

    def test_transient_is_given_up(self):
        self.probe.show("a", summary="a1", transient="yes")
        self.probe.expect("closed a lost")
        self.probe.show("a", summary="a2", transient="yes")   # within the pause between attempts
        wait_for(lambda: self.probe.told() == ["closed a lost"] * 2, what="the second loss")
        server = self.server()
        self.settled(server)

    def test_topics_are_bounded(self):
        self.probe.show("loud", summary="loud", urgency=2)
        for number in range(70):
            self.probe.show(f"t{number}", summary=f"s{number}")
        self.probe.show("low", summary="low", urgency=0)
        lost = [f"closed t{n} lost" for n in range(7)] + ["closed low lost"]
        wait_for(lambda: self.probe.told() == lost, what=f"{lost}, told {self.probe.told()}")
        server = self.server()
        self.settled(server, "loud", *[f"s{n}" for n in range(7, 70)])

    def test_restarted(self):
        """Dismissed and expired stay away; what was on screen or on its way comes again, once."""
        server = self.server()
        for topic in ("kept", "dismissed", "expired", "transient"):
            more = {"transient": "yes"} if topic == "transient" else {}
            self.probe.show(topic, summary=topic, **more)
        self.on_screen(server, "kept", "dismissed", "expired", "transient")
        server.close(2, fake.DISMISSED)
        server.close(3, fake.EXPIRED)
        self.probe.expect("closed expired expired")
        server.hold = True
        self.probe.show("on its way", summary="on its way")
        wait_for(lambda: len(server.notified) == 5, what="the fifth")
        server.die()
        self.probe.expect("available no")
        self.probe.show("meanwhile", summary="meanwhile")
        second = fake.Server(self.bus)
        self.settled(second, "kept", "on its way", "meanwhile")
        self.assertEqual({b.replaces for b in second.notified}, {0})
        self.assertEqual(self.probe.told(), ["closed dismissed dismissed", "closed expired expired",
                                             "closed transient lost"])

    def test_withdrawn_between_two_servers(self):
        server = self.server()
        self.probe.show("a", summary="a")
        self.on_screen(server, "a")
        server.die()
        self.probe.expect("available no")
        self.probe.withdraw("a")
        second = fake.Server(self.bus)
        turn(0.3)
        self.assertEqual((second.notified, second.closed), ([], []))

    def test_replaced_by_another_server(self):
        """The name changes hands without ever being free, as with `--replace`."""
        first = self.server()
        self.probe.show("a", summary="a")
        self.on_screen(first, "a")
        second = fake.Server(self.bus, capabilities=("body",), replace=True)
        self.settled(second, "a")
        self.assertEqual((second.asked, second.notified[0].replaces, second.notified[0].actions), (1, 0, []))
        first.press(1, "default")      # a dead man's button
        turn(0.1)
        self.assertEqual(self.probe.told(), [])


class Activated(Case):
    """The bus can start a server, and does so only when something is due."""

    def setUp(self):
        self.record = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / f"calcifer-activated-{os.getpid()}"
        for path in (self.record, pathlib.Path(f"{self.record}.screen")):
            path.unlink(missing_ok=True)
            self.addCleanup(lambda p=path: p.unlink(missing_ok=True))
        program = pathlib.Path(fake.__file__).resolve()
        self.services = {fake.NAME: f"{sys.executable} {program} {self.record}"}
        super().setUp()

    def screen(self):
        path = pathlib.Path(f"{self.record}.screen")
        return path.read_text() if path.exists() else ""

    def test_started_for_the_first_bubble(self):
        turn(0.3)
        self.assertFalse(self.record.exists())
        self.probe.show("a", summary="a1")
        self.probe.show("b", summary="b1", transient="yes")
        wait_for(lambda: self.screen() == "a1\nb1", 10, "the started server's screen")
        self.assertEqual(self.record.read_text(), "started\n")


class Unstartable(Case):
    """The bus knows a server that will not start."""

    services = {fake.NAME: "/bin/false"}

    def test_waits(self):
        self.probe.show("a", summary="a1")
        self.probe.show("b", summary="b1", transient="yes")
        self.probe.expect("closed b lost")
        server = self.server()
        self.settled(server, "a1")


if __name__ == "__main__":
    unittest.main(verbosity=2)
