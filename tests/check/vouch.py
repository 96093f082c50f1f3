# SPDX-License-Identifier: GPL-2.0-or-later
"""One line on the page of trust: which commit it vouches for, and how much has changed since."""

import os
import re

import git

COMMIT = re.compile(r"^\| commit \| `([0-9a-f]{40})`", re.M)


def line(root):
    path = os.path.join(root, git.PAGE)
    if not os.path.exists(path):
        return f"{git.PAGE} is not there: ./check --all writes it"
    with open(path, encoding="utf-8") as file:
        found = COMMIT.search(file.read())
    if not found:
        return f"{git.PAGE} names no commit: ./check --all writes it anew"
    commit = found[1]
    since = git.commits_since(root, commit)
    if since is None:
        return f"{git.PAGE} vouches for {commit[:7]}, of which there is no history here"
    whole, code = since
    return f"{git.PAGE} vouches for {commit[:7]}; since then {code} commits touched the code, and {whole - code} documentation alone"
