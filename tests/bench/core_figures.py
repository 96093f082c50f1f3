# SPDX-License-Identifier: GPL-2.0-or-later
"""Decoding."""

from figure import Figure
from measure import pairs_of

TEXT = """One advertisement of a weather tag with four objects, nanoseconds of this process.

Other decoders are not part of this run. Measured once, on another machine: bthome-ble (Python) decoded some 28 000 plain
or 24 000 encrypted advertisements a second, 36 000 and 42 000 ns each, and Theengs some 1 000 a second."""


def measure(page, programs, decade):
    found = pairs_of(programs["decode"], "15")
    page.add("Decoding", TEXT, [
        Figure("BTHome, plain", "ns", found["decode"], "a loop that copies the same bytes one by one", most=3,
               note="How the compiler happens to lay that loop out makes it 4 or 8 ns on one and the same machine."),
        Figure("BTHome, encrypted", "ns", found["decode-sealed"], "nettle's AES-128-CCM over the same bytes, key "
               "schedule included", most=1.25, note="At most 1.25 × the time is at least 0.8 × the speed."),
    ])
