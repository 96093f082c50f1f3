# SPDX-License-Identifier: GPL-2.0-or-later
"""The one error of the harness."""


class CannotRun(Exception):
    """The machine cannot be built or started here; the text says what is missing and what helps."""
