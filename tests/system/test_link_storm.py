#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A transfer in bad weather: while a tag empties itself, its link breaks, bluetoothd is killed, the daemon is killed,
at moments that a seed draws, until all is here. Then every record lies in the ledger once, byte for byte.

bluetoothd 5.66 may also fall by itself when its clients and links go in such a row, which is no failure of ours: it is
started anew, as its owner would, and that is told.

    test_link_storm.py CALCIFER-PERIPHERAL CALCIFERD CALCIFERCTL [RECORDS [SEED]]
"""

import random
import signal
import sys
import time

from guest import link
from guest.waiting import Check

RECORDS = 2000
PER_NOTIFICATION = 1
INTERVAL_MS = 10   # so slow that most blows strike while records come
CALM_S = 0.5, 5.0  # between two blows
CALM_OF_MANY_S = 2.0, 16.0  # with more records than RECORDS, as it takes a quarter of a minute to get over a blow
HASTY = 0.2        # of the blows
MORE_MAX = 60      # records that are stored after a blow
PATIENCE_S = 90
EACH_AT_LEAST = 2
FALLS_MAX = 2      # of bluetoothd by itself, which was seen once

check = Check()


def cut(_world, tag):
    return tag.cut()


def bluetoothd_dies(_world, tag):
    tag.cut()
    link.kill_bluetoothd()
    return True


def daemon_dies(world, _tag):
    world.daemon.end(signal.SIGKILL)
    world.daemon.start()
    return True


# Each says whether it struck: a link that is down cannot be cut.
BLOWS = {"link": cut, "bluetoothd": bluetoothd_dies, "daemon": daemon_dies}


class Bluetoothd:
    """As its owner keeps it up: started anew when it fell, which is told, and believed a few times."""

    def __init__(self, tag):
        self.tag, self.falls = tag, 0

    def keep_up(self):
        if link.is_bluetoothd_there():
            return
        self.falls += 1
        print(f"   {time.monotonic() - check.began:6.1f} s  bluetoothd fell by itself", flush=True)
        if self.falls > FALLS_MAX:
            raise AssertionError(f"bluetoothd fell {self.falls} times")
        self.tag.cut()
        link.start_bluetoothd()


def weather(world, tag, bluetoothd, dice, records):
    """Blows until the records are here and each kind struck often enough. Returns how often each did."""
    struck = dict.fromkeys(BLOWS, 0)
    bag = []
    while world.committed(tag) < records or min(struck.values()) < EACH_AT_LEAST:
        wait_for_a_moment(world, tag, bluetoothd, dice, records)
        bag = bag or dice.sample(sorted(BLOWS), len(BLOWS))
        kind = bag.pop()
        before = tag.state("deleted-up-to"), world.committed(tag)
        hit = BLOWS[kind](world, tag)
        struck[kind] += hit
        print(f"   {time.monotonic() - check.began:6.1f} s  {kind if hit else '-':10} when (deleted, committed) was {before}", flush=True)
        tag.backlog(dice.randrange(MORE_MAX))
    return struck


def wait_for_a_moment(world, tag, bluetoothd, dice, records):
    """A while in which something came, and now and then one in which the last blow is not got over yet."""
    before = world.committed(tag)
    calm = time.monotonic() + dice.uniform(*(CALM_OF_MANY_S if records > RECORDS else CALM_S))
    hasty = dice.random() < HASTY
    late = calm + PATIENCE_S
    while time.monotonic() < calm or not (hasty or world.committed(tag) > before or tag.state("stored") == 0):
        bluetoothd.keep_up()
        world.safe(tag)
        if time.monotonic() > late:
            raise AssertionError(f"nothing comes any more: {world.daemon.tag(tag.address)}")
        time.sleep(0.1)


def main(peripheral, calciferd, calciferctl, records=RECORDS, seed=None):
    seed = int(seed) if seed else random.SystemRandom().randrange(1 << 32)
    print(f"   seed {seed}", flush=True)
    world = link.World(peripheral, calciferd, calciferctl)
    tag = world.tag()
    tag.add(capacity=int(records) + 10000, per_notification=PER_NOTIFICATION)
    tag.backlog(int(records))
    tag.fault("interval-ms", INTERVAL_MS)
    world.adopt(tag)
    check("the tag is adopted", True)
    bluetoothd = Bluetoothd(tag)
    struck = weather(world, tag, bluetoothd, random.Random(seed), int(records))
    world.until(tag, "all is received and deleted", lambda: bluetoothd.keep_up() or world.emptied(tag))
    check(f"each blow struck: {struck}", min(struck.values()) >= EACH_AT_LEAST, struck)
    history = tag.history()
    check("every record that the tag ever had is in the ledger, byte for byte, and no other",
          world.differences(tag) == ([], []), world.differences(tag))
    check(f"each of the {len(history)} once", len(world.daemon.records(tag.address)) == len(history))
    counts = world.daemon.counts(tag.address)
    check("and so they are counted", counts | {"duplicates": 0} == dict.fromkeys(link.COUNTS, 0) | {
        "received": len(history)}, counts)
    print(f"   {counts['duplicates']} came more than once", flush=True)
    print(f"figure: blows {sum(struck.values())} of {len(struck)} kinds\nfigure: records {len(history)} each here once")
    world.close()
    print(f"{check.passed} checks passed in {time.monotonic() - check.began:.0f} s")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
