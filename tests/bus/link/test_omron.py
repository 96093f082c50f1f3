# SPDX-License-Identifier: GPL-2.0-or-later
"""An OMRON environment sensor against the fake org.bluez: found, adopted, its log read once.
Usage: test_omron.py CALCIFER-SIM LINK-PROBE [test names]"""

import time

from bus import options
from case import EVENT, TAG, LinkCase, main

OMRON = 4
COMPANY = 0x02d5


class OmronCase(LinkCase):
    def sensor(self, ago=None, rows=0, **more):
        """One that was set so many seconds ago, and has measured so many rows since."""
        self.sim.AddTag(TAG, options(omron=True, name="Env", company=COMPANY, random=True, **more))
        if ago is not None:
            self.do("start", ago)
            self.do("rows", rows)

    def do(self, name, value):
        self.sim.Fault(TAG, "omron-" + name, value)

    def rows(self, log=None):
        return self.probe.sequences(TAG, log)

    def wait_rows(self, count, seconds=30):
        """Distinct ones: two logs may have the same sequences."""
        def come():
            return len({(t["log"], s) for t in self.probe.all("records", TAG) for s in t["sequences"]})
        self.assertTrue(self.probe.wait(lambda: come() >= count, seconds),
                        "%d of %d rows; %s" % (come(), count, self.why()))

    def logs(self):
        return [t["log"] for t in self.probe.all("floor", TAG)]


class Omron(OmronCase):
    def test_it_is_known_by_its_name_and_maker(self):
        self.sensor()
        self.sim.AddTag("C0:00:00:00:00:07", options(omron=True, name="Env", random=True))
        self.probe.say("scan", 3)
        self.assertIsNotNone(self.probe.wait_for("found", TAG, kind=OMRON, name="OMRON 2JCIE-BL01"))
        self.assertIsNotNone(self.probe.wait_for("scanned", error=None))
        self.assertEqual([t["kind"] for t in self.probe.all("found", "C0:00:00:00:00:07") if t["kind"] == OMRON], [])

    def test_it_is_adopted_without_a_bond(self):
        self.sensor(ago=3600 * 5, rows=40)
        self.adopt(TAG, OMRON)
        self.wait_rows(39)
        self.ready()
        self.assertFalse(self.state()["bonded"])
        self.assertFalse(self.device("Paired"))
        self.assertEqual(len(self.rows()), 39)
        self.assertEqual(self.probe.all("status", TAG)[-1]["name"], "OMRON 2JCIE-BL01")

    def test_one_that_does_not_tell_what_it_is_is_connected_and_looked_at(self):
        self.sim.AddTag(TAG, options(omron=True, name="IM-BL01", random=True))
        self.adopt(TAG, OMRON)

    def test_a_backlog_comes_once_and_in_order(self):
        self.sensor(ago=300 * 1000, rows=999)
        self.adopt(TAG, OMRON)
        self.wait_rows(998)
        time.sleep(0.3)
        got = self.rows()
        self.assertEqual(len(got), 998)
        self.assertEqual(sorted(got), list(range(got[0], got[0] + 998)))
        self.assertEqual(self.state()["sets"], 0)
        self.assertTrue([t for t in self.probe.all("status", TAG) if t["of"] == 998])
        self.assertEqual(self.probe.all("status", TAG)[-1]["of"], 0)

    def test_a_link_cut_in_mid_transfer_resumes(self):
        self.sensor(ago=300 * 2000, rows=1999)
        self.adopt(TAG, OMRON)
        for _ in range(3):
            mark = self.probe.mark()
            self.assertTrue(self.probe.wait(lambda: self.probe.all("records", TAG, mark), 15))
            self.sim.CutLink(TAG)
        self.wait_rows(1998, 60)
        self.assertEqual(len(self.rows()), 1998)
        self.assertEqual(len(self.logs()), 1)

    def test_a_clock_that_is_unset_is_set_and_its_rows_follow(self):
        self.sensor()
        self.adopt(TAG, OMRON)
        self.assertTrue(self.probe.wait(lambda: self.state()["sets"] == 1))
        self.assertTrue(self.probe.wait(lambda: "keeps no log" in self.why()))
        self.do("rows", 20)
        mark = self.probe.mark()
        self.sim.CutLink(TAG)
        self.wait_rows(19)
        self.ready(since=mark)
        self.assertEqual(self.state()["sets"], 1)
        self.assertAlmostEqual(self.logs()[0], time.time(), delta=60)

    def test_a_clock_that_is_not_believable_is_not_given_on(self):
        self.sensor()
        self.probe.say("believe", "no")
        self.adopt(TAG, OMRON)
        self.assertTrue(self.probe.wait(lambda: "clock" in self.why()))
        self.assertEqual(self.state()["sets"], 0)
        self.probe.say("believe", "yes")
        self.probe.say("clock")
        self.assertTrue(self.probe.wait(lambda: self.state()["sets"] == 1))

    def test_a_wrong_clock_is_set_when_all_rows_are_here(self):
        self.sensor(ago=300 * 100, rows=99)
        self.do("off", 7200)
        self.adopt(TAG, OMRON)
        self.assertTrue(self.probe.wait(lambda: self.state()["sets"] == 1))
        self.assertEqual(len(self.rows()), 99) # 98 rows, and what its clock showed
        self.do("rows", 30)
        self.sim.CutLink(TAG)
        self.assertTrue(self.probe.wait(lambda: len(self.logs()) == 2, 15))
        self.wait_rows(99 + 12)

    def test_a_new_battery(self):
        self.sensor(ago=300 * 50, rows=50)
        self.adopt(TAG, OMRON)
        self.wait_rows(49)
        self.do("battery", 0)
        self.sim.CutLink(TAG)
        self.assertTrue(self.probe.wait(lambda: self.state()["sets"] == 1))
        self.do("rows", 15)
        self.sim.CutLink(TAG)
        self.wait_rows(49 + 14)
        self.assertEqual(len(self.logs()), 2)
        self.assertEqual(len(self.rows()), 49 + 14)

    def test_the_ring_overwrites(self):
        """More than 2048 pages while it was away: what was overwritten is lost, the rest is not, once."""
        self.sensor(ago=300 * 13 * 2100, rows=40)
        self.adopt(TAG, OMRON)
        self.wait_rows(39)
        self.sim.SetInRange(TAG, False)
        self.assertTrue(self.probe.wait(lambda: not self.state()["connected"]))
        self.do("rows", 2055 * 13)
        self.sim.SetInRange(TAG, True)
        self.assertTrue(self.probe.wait(lambda: self.probe.all("lost", TAG), 15))
        lost = self.probe.all("lost", TAG)[0]
        self.assertEqual(lost["first"], self.rows()[0] + 39)
        first = self.rows()[0]
        newest = first + 39 + 2055 * 13
        oldest = ((newest - 1) // 13 - 2047) * 13 + 1
        self.assertEqual(lost["last"], oldest - 1)
        mark = self.probe.mark()
        self.assertTrue(self.probe.wait(lambda: self.probe.all("records", TAG, mark), 15))
        self.assertIn(oldest, self.rows())

    def test_a_page_that_takes_its_time(self):
        self.sensor(ago=300 * 50, rows=50)
        self.do("retrieving", 20)
        self.adopt(TAG, OMRON)
        self.wait_rows(49)

    def test_storage_that_fails_loses_nothing(self):
        self.sensor(ago=300 * 50, rows=50)
        self.probe.say("fail", "records")
        self.adopt(TAG, OMRON)
        self.assertTrue(self.probe.wait(lambda: "stored here" in self.why()))
        self.assertEqual(self.rows(), [])
        self.probe.say("fail", "no")
        self.sim.CutLink(TAG)
        self.wait_rows(49)
        self.assertEqual(len(self.rows()), 49)

    def test_beside_a_tag(self):
        other = "C0:00:00:00:00:03"
        self.sensor(ago=300 * 200, rows=199)
        self.tag(100, other)
        self.adopt(TAG, OMRON)
        self.adopt(other, EVENT)
        self.wait_rows(198)
        self.wait_all(101, other)


class OmronPatience(OmronCase):
    """The link's clocks run forty times as fast as those of the sensor."""
    speed = 40

    def test_the_newest_is_shown_each_minute_and_counted_by_the_log_alone(self):
        self.sensor(ago=300 * 50, rows=50)
        self.do("off", 0)
        self.do("uv", 725)
        self.probe.say("believe", "no")
        self.adopt(TAG, OMRON)
        self.wait_rows(49)
        self.assertIsNotNone(self.probe.wait_for("uv", TAG, hundredths=725, kind=OMRON))
        before = len(self.rows())
        self.do("rows", 3)
        self.wait_rows(before + 3)
        self.assertEqual(len(self.rows()), before + 3)

    def test_a_page_that_cannot_be_retrieved_is_lost_at_last(self):
        self.sensor(ago=300 * 150, rows=30)
        self.probe.say("believe", "no")
        self.adopt(TAG, OMRON)
        self.wait_rows(29)
        self.do("broken", 3)
        self.do("rows", 120)
        self.assertTrue(self.probe.wait(lambda: "manual" in self.why(), 20))
        self.assertEqual(self.probe.all("lost", TAG), [])
        self.assertTrue(self.probe.wait(lambda: self.probe.all("lost", TAG), 60))
        self.wait_rows(149 - 13)
        lost = self.probe.all("lost", TAG)
        self.assertEqual([t["last"] - t["first"] for t in lost], [12])


if __name__ == "__main__":
    main()
