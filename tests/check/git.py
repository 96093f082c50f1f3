# SPDX-License-Identifier: GPL-2.0-or-later
"""What of the history a run of the tests depends on."""

import subprocess

PAGE = "doc/trust.md"
NO_CODE = (":(exclude,glob)**/*.md", ":(exclude,glob)doc/*.png")


def ask(root, *words):
    """What git says; None where it has nothing to say, as without a history."""
    try:
        done = subprocess.run(["git", "-C", root, *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def head(root):
    return ask(root, "rev-parse", "HEAD")


def changes(root):
    """What the tree has and no commit has, but for the page that a run writes."""
    return ask(root, "status", "--porcelain", "--", ".", f":(exclude){PAGE}")


def commits_since(root, commit):
    """(all, those that touch more than documentation); None for a commit that this history does not have."""
    whole = ask(root, "rev-list", "--count", f"{commit}..HEAD")
    code = ask(root, "rev-list", "--count", f"{commit}..HEAD", "--", ".", *NO_CODE)
    return (int(whole), int(code)) if whole is not None and code is not None else None
