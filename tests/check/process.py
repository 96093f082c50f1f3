# SPDX-License-Identifier: GPL-2.0-or-later
"""A job while it runs: in a session of its own, so that all of it can be ended."""

import os
import signal
import subprocess
import time

import told
from job import BUILD, EXIT_SKIPPED, FAILED, HOUSE, MILL, OK, SKIPPED, TIMEOUT, Result

BEHIND = {HOUSE: ["nice", "-n", "5"], BUILD: ["nice", "-n", "5"], MILL: ["chrt", "--idle", "0"]}
# Where the kernel shares processors out by session, priorities count within one alone, and the session has one of its own.
AUTOGROUP_NICE = {MILL: 15}
GRACE_S = 10


class Process:
    def __init__(self, job, log):
        self.job, self.log = job, log
        self.began = time.monotonic()
        self.timed_out = False
        os.makedirs(os.path.dirname(log), exist_ok=True)
        with open(log, "wb") as out:
            self.popen = subprocess.Popen([*BEHIND.get(job.lane, []), *job.command], cwd=job.folder, stdin=subprocess.DEVNULL,
                                          stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **job.environment},
                                          start_new_session=True)
        if job.lane in AUTOGROUP_NICE:
            self._stand_behind(AUTOGROUP_NICE[job.lane])

    def poll(self):
        """None while it runs; its Result once it has ended."""
        overdue_s = time.monotonic() - self.began - self.job.timeout_s
        if overdue_s > 0 and not self.timed_out:
            self.timed_out = True
            self._signal(signal.SIGTERM)
        if overdue_s > GRACE_S:
            self._signal(signal.SIGKILL)
        pid, status, usage = os.wait4(self.popen.pid, os.WNOHANG)
        if pid == 0:
            return None
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        return self._result(usage.ru_utime + usage.ru_stime)

    def kill(self):
        """At once, the whole group, and waits for it."""
        self._signal(signal.SIGTERM)
        try:
            self.popen.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.popen.wait()

    def _stand_behind(self, nice):
        try:
            with open(f"/proc/{self.popen.pid}/autogroup", "w", encoding="ascii") as group:
                group.write(f"{nice}")
        except OSError:
            pass

    def _signal(self, number):
        try:
            os.killpg(self.popen.pid, number)
        except (ProcessLookupError, PermissionError):  # gone, or behind sudo, which has a time of its own
            pass

    def _outcome(self):
        if self.timed_out:
            return TIMEOUT
        return {0: OK, EXIT_SKIPPED: SKIPPED}.get(self.popen.returncode, FAILED)

    def _result(self, cpu_s):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            text = file.read()
        job = self.job
        return Result(job.part, job.name, list(job.suites), self._outcome(), round(time.monotonic() - self.began, 2),
                      round(cpu_s, 2), told.figures(text), told.summary(text) if "analysis" in job.suites else {}, self.log)
