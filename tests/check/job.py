# SPDX-License-Identifier: GPL-2.0-or-later
"""What is to be run, and what became of it."""

from dataclasses import dataclass, field

# Where a job runs, which is also what it may run beside:
#   MACHINE  a guest of the virtual machine: one at a time, at normal priority, since its clocks are to be believed
#   HOUSE    what mostly waits, on private buses: a few at a time, behind the guest
#   BUILD    a further build, for which tests wait: one at a time, behind the guest, and in no place of the house's
#   MILL     what only computes, for which no time counts: with what is left of the processors
#   ALONE    what nothing else may run beside
MACHINE, HOUSE, BUILD, MILL, ALONE = "machine", "house", "build", "mill", "alone"

OK, FAILED, TIMEOUT, SKIPPED, NEVER = "ok", "failed", "out of time", "skipped", "never ran"
EXIT_SKIPPED = 77


@dataclass(frozen=True)
class Job:
    """`command` runs in `folder`. `needs` is the key of a job that must have passed before."""

    part: str
    name: str
    command: tuple
    folder: str
    lane: str = HOUSE
    suites: tuple = ()
    environment: dict = field(default_factory=dict, compare=False)
    timeout_s: float = 30
    priority: int = 0
    needs: str = ""

    @property
    def key(self):
        return f"{self.part}: {self.name}"


@dataclass
class Result:
    """`figures` are (name, value, unit); `summary` what a program of analysis said of itself; `run` counts from 1,
    and `ended` is a Unix time."""

    part: str
    name: str
    suites: list
    outcome: str
    seconds: float = 0
    cpu_s: float = 0
    figures: list = field(default_factory=list)
    summary: dict = field(default_factory=dict)
    log: str = ""
    run: int = 1
    ended: float = 0

    @property
    def key(self):
        return f"{self.part}: {self.name}"

    @property
    def passed(self):
        return self.outcome == OK
