# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs jobs beside each other, by lanes.

        pending ──▶ running ──▶ ended
           └────▶ never ran, when what it needs did not pass

What is ALONE begins when all others have ended."""

import os
import re
import time

from job import ALONE, BUILD, HOUSE, MACHINE, MILL, NEVER, Result
from process import Process

POLL_S = 0.05
ROOM = {MACHINE: 1, HOUSE: 3, BUILD: 1, MILL: 2}
BESIDE_GUESTS = 2  # of the house: a bubble in the guest expires by its clock, however slowly it is drawn


class Schedule:
    def __init__(self, jobs, logs, passed=(), run=1):
        """What may take long begins first, so that the end is not one job that all wait for.

        `logs`: a folder. `passed`: keys of what need not be run, for what needs it."""
        self.pending = sorted(jobs, key=lambda job: (-job.priority, -job.timeout_s))
        self.logs, self.run = logs, run
        self.running = []
        self.waited_for = {job.key for job in jobs}
        self.passed = set(passed) - self.waited_for

    def results(self):
        """Yields each Result as it comes. Closed early, it leaves no process behind."""
        try:
            while self.pending or self.running:
                yield from self._drop()
                self._begin()
                yield from self._ended()
                time.sleep(POLL_S)
        finally:
            for process in self.running:
                process.kill()

    def _drop(self):
        for job in [job for job in self.pending if job.needs and job.needs not in self.passed | self.waited_for]:
            self.pending.remove(job)
            yield self._settle(Result(job.part, job.name, list(job.suites), NEVER))

    def _begin(self):
        for job in list(self.pending):
            if (not job.needs or job.needs in self.passed) and self._has_room(job.lane):
                self.pending.remove(job)
                self.running.append(Process(job, self._log(job)))

    def _has_room(self, lane):
        lanes = [process.job.lane for process in self.running]
        if lane == ALONE:
            return not lanes and all(job.lane == ALONE for job in self.pending)
        guests = MACHINE in lanes or any(job.lane == MACHINE for job in self.pending)
        return lanes.count(lane) < (BESIDE_GUESTS if lane == HOUSE and guests else ROOM[lane])

    def _log(self, job):
        return os.path.join(self.logs, re.sub(r"[^\w-]+", "-", job.part), re.sub(r"[^\w-]+", "-", job.name) + ".txt")

    def _ended(self):
        for process in list(self.running):
            result = process.poll()
            if result:
                self.running.remove(process)
                yield self._settle(result)

    def _settle(self, result):
        result.run, result.ended = self.run, time.time()
        self.waited_for.discard(result.key)
        if result.passed:
            self.passed.add(result.key)
        return result
