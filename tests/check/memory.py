# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of the tests of one commit, kept on disk as it comes, so that a run that was cut short can go on.

A line of JSON each: what is first tells the commit, one tells that a run began, the others are results."""

import dataclasses
import json
import os

from job import Result


class Memory:
    """Of several results of one test the last counts."""

    def __init__(self, path):
        self.path = path
        self.commit, self.runs, self.by_key, self.last = "", [], {}, {}
        if os.path.exists(path):
            self._read()

    def _read(self):
        with open(self.path, encoding="utf-8") as file:
            for line in file:
                try:
                    told = json.loads(line)
                except ValueError:  # cut short in the middle of a line
                    continue
                self._take(told)

    def _take(self, told):
        if "commit" in told:
            self.commit = told["commit"]
        elif "began" in told:
            self.runs.append(told["began"])
        else:
            self._keep(Result(**told))

    def _write(self, told, mode="a"):
        with open(self.path, mode, encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")

    def forget(self, commit):
        """Begins anew, for this commit."""
        self.commit, self.runs, self.by_key, self.last = commit, [], {}, {}
        self._write({"commit": commit}, "w")

    def begin(self, at):
        """`at`: the Unix time. Returns the number of the run."""
        self._take({"began": at})
        self._write({"began": at})
        return len(self.runs)

    def add(self, result):
        self._keep(result)
        self._write(dataclasses.asdict(result))

    def _keep(self, result):
        self.by_key[result.key] = result
        self.last[result.run] = result.ended

    def took_s(self):
        """How long the runs were, together: each from its beginning to its last result."""
        return sum(self.last.get(n, began) - began for n, began in enumerate(self.runs, 1))

    def passed(self):
        return {key for key, result in self.by_key.items() if result.passed}

    def results(self):
        return list(self.by_key.values())
