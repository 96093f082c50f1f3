# SPDX-License-Identifier: GPL-2.0-or-later
"""Decoding."""

from figure import Figure
from measure import pairs_of

TEXT = """One advertisement of a weather tag with four objects, nanoseconds of this process."""


def measure(page, programs, decade, long):
    found = pairs_of(programs["decode"], "15")
    page.add("Decoding", TEXT, [
        Figure("BTHome, plain", "ns", found["decode"], "a loop that copies the same bytes one by one", most=3,
               note="How the compiler happens to lay that loop out makes it 4 or 8 ns on one and the same machine."),
        Figure("BTHome, encrypted", "ns", found["decode-sealed"], "nettle's AES-128-CCM over the same bytes, key "
               "schedule included", most=1.25, note="At most 1.25 × the time is at least 0.8 × the speed."),
    ])
