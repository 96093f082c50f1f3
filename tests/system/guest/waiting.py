# SPDX-License-Identifier: GPL-2.0-or-later
"""Waiting with a deadline; nothing in a test sleeps for luck."""

import time


class Timeout(AssertionError):
    """What was waited for did not come."""


def until(what, condition, timeout_s=40.0, pause_s=0.1):
    """Calls condition() until it is true and returns its value; raises Timeout, naming `what`."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise Timeout(f"not within {timeout_s:g} s: {what}")
        time.sleep(pause_s)


class Check:
    """Counts assertions, prints one line for each, and stops the script at the first that fails."""

    def __init__(self):
        self.passed = 0
        self.began = time.monotonic()

    def __call__(self, what, holds, seen=None):
        if not holds:
            raise AssertionError(f"{what}" + (f"; seen: {seen!r}" if seen is not None else ""))
        self.passed += 1
        print(f"ok {self.passed:3} {time.monotonic() - self.began:6.1f} s  {what}", flush=True)

    def equal(self, what, seen, wanted):
        if seen != wanted:
            raise AssertionError(f"{what}: wanted {wanted!r}, seen {seen!r}")
        self(what, True)
