# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's half of the system tests: what a test script imports inside the virtual machine."""
