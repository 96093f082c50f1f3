# SPDX-License-Identifier: GPL-2.0-or-later
"""doc/performance.md, written from what was measured, and the same tables for a terminal."""

import os
import platform
import subprocess
import time

from figure import HEADS

HEAD = """<!-- SPDX-License-Identifier: GPL-2.0-or-later -->
# Speed and size

Written by `./check --bench`, not by hand. Each figure stands beside a floor: the least program that does the same
work, measured in the same run, ours and the floor in turn. The aim is a ratio of the two, since a time alone says more
of the machine than of the program. Of the pairs' ratios the median is told, and between which two values half of them
lie. A figure that misses its aim says so. None of them is a test: no build fails for a slow machine.
"""


def run(*words):
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def field(path, name):
    try:
        with open(path, encoding="utf-8") as file:
            return next((line.split(":", 1)[1].strip() for line in file if line.startswith(name)), "")
    except OSError:
        return ""


def commit(root):
    """What was measured; "and changes" when the tree has some that are not committed."""
    head = run("git", "-C", root, "log", "-1", "--format=%h of %cs")
    changed = run("git", "-C", root, "status", "--porcelain", "--untracked-files=no", "--", ":!doc/performance.md")
    return (head or "unknown") + (", and changes" if changed else "")


def machine():
    kib = int(field("/proc/meminfo", "MemTotal").split()[0])
    return [f"{field('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores, {kib / 2**20:.0f} GiB of memory",
            f"{field_of_release()}, Linux {platform.release()}, {run('systemd-detect-virt') or 'unknown'} (virtualization)"]


def field_of_release():
    with open("/etc/os-release", encoding="utf-8") as file:
        values = dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
    return values.get("PRETTY_NAME", "unknown").strip('"')


def table(rows, heads):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def aligned(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


class Page:
    def __init__(self, root):
        self.root = root
        self.began = time.time()
        self.load = os.getloadavg()[0]
        self.sections = []  # (title, text, figures or rows)

    def add(self, title, text, figures):
        self.sections.append((title, text, figures))
        print(f"\n{title}\n" + aligned([HEADS] + [figure.cells() for figure in figures]), flush=True)

    def facts(self):
        minutes, seconds = divmod(int(time.time() - self.began), 60)
        return [f"commit: {commit(self.root)}", *machine(),
                f"measured on {time.strftime('%Y-%m-%d', time.gmtime(self.began))} in {minutes} min {seconds} s, the "
                f"machine's load {self.load:.1f} when it began and {os.getloadavg()[0]:.1f} at the end"]

    def markdown(self):
        parts = [HEAD, "\n".join("- " + fact for fact in self.facts()) + "\n"]
        for title, text, figures in self.sections:
            parts.append(f"## {title}\n\n{text}\n\n" + table([figure.cells() for figure in figures], HEADS) + "\n")
            notes = [f"- {figure.name}: floor: {figure.floor}." + (f" {figure.note}" if figure.note else "")
                     if figure.floor else f"- {figure.name}: {figure.note}" for figure in figures
                     if figure.floor or figure.note]
            parts.append("\n".join(notes) + "\n")
        return "\n".join(parts)

    def tally(self):
        verdicts = [figure.verdict for _, _, figures in self.sections for figure in figures]
        return f"{verdicts.count('met')} aims met, {verdicts.count('missed')} missed"
