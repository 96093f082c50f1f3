#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A tag on hci1 that does everything wrong, one thing after another, and a good one on hci3 that must go on meanwhile.
After each the counts of `calciferctl status --json` are what the tag profile promises.

    test_link_misdeeds.py CALCIFER-PERIPHERAL CALCIFERD CALCIFERCTL [MISHAP...]

One GATT channel, so that of two copies with one sequence the right one comes first. What the tag's bluetoothd cannot
say for it, a wrong ATT error 0x05 or 0xFD, is in tests/bus/link/test_link.py and tests/unit/machine/test_transfer.c.
"""

import sys
import time

from guest import link, system
from guest.waiting import Check, until

CAPACITY = 400
UV, UNKNOWN_TYPE = 1, 9
IN_2001, IN_2099 = 1_000_000_000, 4_070_908_800
HOUR_S = 3600
A_BILLION = 1_000_000_000
ASKED_S = 10      # set up, and asked twice for all, with two seconds of silence each
GAP_ASKED_S = 25  # five requests with two seconds of silence each
GOOD_S = 60       # in which a press on the good tag is here, on a busy host
FLAP_S = 11       # lib/machine/life.h: two connections in a row shorter than 10 s, and the daemon keeps off for a while

check = Check()


class Trial:
    """The two tags, and what is expected of one mishap."""

    def __init__(self, world):
        self.world = world
        self.bad, self.good = world.tag("hci1"), world.tag("hci3")
        for tag, capacity in ((self.bad, CAPACITY), (self.good, 10 * CAPACITY)):
            tag.add(capacity=capacity)
            tag.backlog(10)
            world.adopt(tag)
            world.until_emptied(tag)
        self.up = time.monotonic()

    def counts(self):
        return self.world.daemon.counts(self.bad.address)

    def why(self):
        return self.world.daemon.tag(self.bad.address).get("why") or ""

    def away(self, *deeds):
        """The tag is away while this befalls it; then it comes back. Not so soon that it seems to flap."""
        time.sleep(max(0, self.up + FLAP_S - time.monotonic()))
        self.bad.leave()
        for deed in deeds:
            deed()
        self.bad.back()
        self.world.until(self.bad, "it is connected again", lambda: self.bad.state("connected"), 90)
        self.up = time.monotonic()

    def other_goes_on(self):
        """A press on the good tag is here soon, whatever the bad one does."""
        received = self.world.daemon.counts(self.good.address)["received"]
        self.good.press()
        until("the good tag goes on", lambda: self.world.daemon.counts(self.good.address)["received"] == received + 1,
              GOOD_S, 0.3)

    def expect(self, what, before, until_emptied=True, **more):
        """What the mishap added to the counts; `duplicates` may be anything that is not named."""
        if until_emptied:
            self.world.until_emptied(self.bad)
        wanted = {key: before[key] + more.get(key, 0) for key in before}
        seen = {}

        def told():
            seen.update(self.counts())
            if "duplicates" not in more:
                wanted["duplicates"] = seen["duplicates"]
            return seen == wanted
        self.world.until(self.bad, f"{what}: {wanted}", told, 60)
        self.other_goes_on()
        check(f"{what}: {more}", seen == wanted)


def unruly(trial):
    before = trial.counts()
    trial.away(lambda: [trial.bad.fault(name, n) for name, n in (
        ("drop", 5), ("duplicate", 4), ("shuffle", 8), ("junk", 7), ("early-answer", 5))], lambda: trial.bad.backlog(200))
    trial.expect("dropped, doubled, shuffled, with junk between, and answered early", before, received=200)
    check("what came twice is counted", trial.counts()["duplicates"] > before["duplicates"], trial.counts())
    for name in ("drop", "duplicate", "shuffle", "junk", "early-answer"):
        trial.bad.fault(name, 0)


def altered(trial):
    """The first copy stays; the conflict is kept and told."""
    before = trial.counts()
    trial.away(lambda: trial.bad.fault("alter", 25), lambda: trial.bad.backlog(100))
    trial.expect("every 25th repeated with other content", before, received=100, conflicts=4)
    trial.bad.fault("alter", 0)


def lies_about_deleting(trial):
    before = trial.counts()
    trial.away(lambda: trial.bad.fault("lie-delete"), lambda: trial.bad.backlog(50))
    trial.expect("deletes that are lies", before, until_emptied=False, received=50)
    check("the tag still has them", trial.bad.state("stored") == 50, trial.bad.state("stored"))
    trial.away(lambda: trial.bad.fault("lie-delete", 0))
    trial.expect("in the next connection they are deleted, and were not sent again", before, received=50, duplicates=0)


def lies_about_sending(trial):
    """A gap is lost after three requests in two connections that brought nothing, and not before."""
    before = trial.counts()
    trial.away(lambda: trial.bad.fault("lie-report"), lambda: trial.bad.backlog(20))
    time.sleep(ASKED_S)
    trial.bad.press()
    trial.expect("what it does not send is not lost at once", before, until_emptied=False, received=1)
    time.sleep(GAP_ASKED_S)
    check("nor after many requests in one connection", trial.counts()["lost"] == before["lost"], trial.counts())
    check("nor deleted", trial.bad.state("stored") == 21, trial.bad.state("stored"))
    trial.away()
    trial.expect("in the second it is lost, and told", before, received=1, lost=20)
    trial.bad.fault("lie-report", 0)


def never_answers(trial):
    before = trial.counts()
    trial.away(lambda: trial.bad.fault("never-answer"), lambda: trial.bad.backlog(30))
    trial.world.until(trial.bad, "it is asked", lambda: trial.bad.state("busy"), 60)
    trial.good.backlog(100)
    trial.world.until(trial.good, "a backlog of the good tag comes meanwhile",
                      lambda: trial.good.state("stored") == 0 or trial.world.committed(trial.good) ==
                      trial.good.state("newest"), 60)
    check("while the one never answers, the other's backlog comes", True)
    trial.expect("what it sends without an answer is taken", before, received=30)
    trial.bad.fault("never-answer", 0)


def refuses(trial):
    before = trial.counts()
    trial.away(lambda: trial.bad.fault("racp-error", 0x80), lambda: trial.bad.backlog(30))
    trial.world.until(trial.bad, "it is told", lambda: "what its profile does not allow" in trial.why(), 90)
    trial.expect("a control point that refuses all brings nothing", before, until_emptied=False)
    trial.away(lambda: trial.bad.fault("racp-error", 0))
    trial.expect("and in the next connection all comes", before, received=30)


def clocks(trial):
    """A lost clock comes first: what it stores when it is set bounds the correction of the next."""
    bad = trial.bad
    before = trial.counts()
    trial.away(lambda: bad.fault("clock", 0), lambda: bad.backlog(20, "day"))
    trial.expect("a clock that was lost is set, and dates what waited", before, received=21)
    before = trial.counts()
    trial.away(lambda: bad.fault("clock", IN_2099), lambda: bad.backlog(20, "day"))
    trial.expect("a clock in 2099 is set right, and so is what it dated", before, received=21)
    before = trial.counts()
    trial.away(lambda: bad.fault("clock", 0), lambda: bad.backlog(10, "day"), lambda: bad.fault("reboot"),
               lambda: bad.backlog(10, "day"))
    trial.expect("what a start without a clock stored stays undated", before, received=21, undated=10)
    before = trial.counts()
    for off_s in (HOUR_S, -HOUR_S):
        began = wrongly_set(trial, off_s)
        trial.world.until_emptied(bad)
        first, last = dates(trial, 11)
        check(f"a clock that was {off_s} s off is set, and the ten minutes before are dated right",
              abs(first - began) <= 5 and abs(last - time.time()) <= 60, (first - began, last - time.time()))
    trial.expect("set twice", before, received=22)


def wrongly_set(trial, off_s):
    """Its clock is off, and it stores ten minutes by it. Returns when they truly began."""
    began = []

    def store():
        trial.bad.fault("clock", int(time.time()) + off_s)
        began.append(int(time.time()) - 10 * 60)
        trial.bad.backlog(10, "constant")
    trial.away(store)
    return began[0]


def dates(trial, count):
    """The first and the last date of the newest records of the log, as the ledger corrects them."""
    ((first, last),) = trial.world.daemon.rows(
        "SELECT min(at), max(at) FROM (SELECT at FROM record WHERE log ="
        " (SELECT log FROM log WHERE log_id = ?) ORDER BY id DESC LIMIT ?)", trial.bad.state("log-id"), count)
    return first, last


def untrue(trial):
    before = trial.counts()
    hour = (HOUR_S).to_bytes(2, "little")
    usual = hour + (300).to_bytes(2, "little") * 2
    trial.bad.raw(IN_2099, UV, usual)
    trial.bad.raw(IN_2001, UV, usual)
    trial.bad.raw(int(time.time()) - HOUR_S, UV, hour + (6000).to_bytes(2, "little") * 2)
    trial.bad.raw(int(time.time()) - HOUR_S, UNKNOWN_TYPE, b"")
    trial.expect("of 2099 and of 2001 it is held; an index of 60 and an unknown type are rejected", before, received=4,
                 held=2, rejected=2)


def jumps(trial):
    before = trial.counts()
    trial.away(lambda: trial.bad.fault("jump", A_BILLION), lambda: trial.bad.backlog(20))
    trial.expect("a billion that never was is lost", before, received=20, lost=A_BILLION)


def new_log(trial):
    before, log_id = trial.counts(), trial.bad.state("log-id")
    trial.away(lambda: trial.bad.fault("new-log"), lambda: trial.bad.backlog(20))
    check("another log id", trial.bad.state("log-id") != log_id)
    trial.expect("a new log begins anew, and doubles nothing", before, received=20)


def overflows(trial):
    before = trial.counts()
    trial.away(lambda: trial.bad.backlog(CAPACITY + 100))
    trial.expect("a full tag has overwritten its oldest", before, received=CAPACITY, lost=100)


def flaps(trial):
    """The daemon lets go of it, keeps off for a moment, and connects it by itself; see pitfall 26."""
    before = trial.counts()
    for _ in range(4):
        trial.bad.leave()
        trial.bad.backlog(10)
        trial.bad.back()
        trial.world.until_emptied(trial.bad, 60)
    trial.expect("links that break after seconds", before, received=40)


MISHAPS = (unruly, altered, lies_about_deleting, lies_about_sending, never_answers, refuses, clocks, untrue, jumps, new_log,
           overflows, flaps)


def main(peripheral, calciferd, calciferctl, *names):
    system.set_gatt_channels(1)
    system.restart_bluetoothd()
    world = link.World(peripheral, calciferd, calciferctl)
    trial = Trial(world)
    check("two tags are adopted", True)
    for mishap in MISHAPS:
        if names and mishap.__name__ not in names:
            continue
        print(f"   {time.monotonic() - check.began:6.1f} s  {mishap.__name__}", flush=True)
        mishap(trial)
    check("the good tag's records are all here, and no other", world.differences(trial.good) == ([], []),
          world.differences(trial.good))
    world.close()
    print(f"{check.passed} checks passed in {time.monotonic() - check.began:.0f} s")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
