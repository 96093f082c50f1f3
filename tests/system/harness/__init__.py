# SPDX-License-Identifier: GPL-2.0-or-later
"""The host's half of the system tests: from Debian packages to a booted guest and its verdict."""
