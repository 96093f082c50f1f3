# SPDX-License-Identifier: GPL-2.0-or-later
"""What the analysers share: the sources that a build compiles, what is suppressed, and one way to tell what was found.

Each analyser is a program: ANALYSER ROOT BUILD [SOURCE ...]. It prints one line a finding, FILE:LINE: what [CHECK], and
last a line of JSON that counts them; it exits 1 when there was a finding. A verdict is kept in BUILD/analysis and
stands until the source, one of its headers, the options or the analyser itself changes.
"""

import collections
import concurrent.futures
import fnmatch
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

PRODUCT = ("lib", "daemon", "ctl")
AT_ONCE = 2
FINDING = re.compile(r"^(?P<path>/?[^:\n]+):(?P<line>\d+):(?:\d+:)? (?:fatal )?(?:warning|error): (?P<text>.*) \[(?P<check>[^\]\s]+)\]$")
# A suppression: TOOL :: CHECK :: FILE :: words of the line :: reason
SUPPRESSIONS = Path("tests/analysis/suppressions.txt")

Finding = collections.namedtuple("Finding", "path line check text")


class Unit:
    """A source, and the command that compiles it."""

    def __init__(self, source, entry):
        self.source, self.directory = source, entry["directory"]
        self.words = without_output([word for word in shlex.split(entry["command"]) if Path(word).name != "ccache"])

    def headers(self):
        """Itself and the headers that it includes, without those of the system."""
        made = subprocess.run([*self.words, "-MM"], cwd=self.directory, capture_output=True, text=True, check=True).stdout
        names = made.split(":", 1)[1].replace("\\\n", " ").split()
        return sorted(Path(self.directory, name).resolve() for name in names)


def without_output(words):
    kept = [word for word in words if word not in ("-MD", "-c", "-Werror")]
    for option in ("-MQ", "-MF", "-o"):
        at = kept.index(option)
        del kept[at:at + 2]
    return kept


def units(root, build, names=()):
    """The product's sources, each once; a name that no build compiles is a mistake of whoever asks."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        source = Path(entry["directory"], entry["file"]).resolve()
        if source.is_relative_to(root):
            source = source.relative_to(root)
            if str(source) in names or (not names and source.parts[0] in PRODUCT):
                found.setdefault(source, Unit(source, entry))
    for name in names:
        if Path(name) not in found:
            sys.exit(f"{name}: not compiled in {build}")
    return [found[source] for source in sorted(found)]


def findings_of(root, directory, output):
    """What a tool printed in the form of compilers."""
    for line in output.splitlines():
        match = FINDING.match(line)
        if match:
            path = Path(os.path.normpath(Path(directory, match["path"])))
            if path.is_relative_to(root):
                yield Finding(str(path.relative_to(root)), int(match["line"]), match["check"], match["text"])


class Desk:
    """One run of one analyser over the sources."""

    def __init__(self, tool, version, options, ask):
        """`ask`: Unit -> Findings of it; `options`: whatever else the answer depends on."""
        self.tool, self.ask = tool, ask
        self.root, self.build = (Path(argument).resolve() for argument in sys.argv[1:3])
        self.units = units(self.root, self.build, sys.argv[3:])
        said = subprocess.run(version, capture_output=True, text=True, check=True).stdout
        self.basis = "\n".join([said, *options, Path(__file__).read_text(encoding="utf-8")])
        self.kept = self.build / "analysis" / tool
        self.kept.mkdir(parents=True, exist_ok=True)
        self.asked = 0

    def key(self, unit):
        basis = hashlib.sha256(self.basis.encode())
        basis.update(" ".join(unit.words).encode())
        for path in unit.headers():
            basis.update(str(path).encode() + b"\0" + path.read_bytes())
        return basis.hexdigest()

    def verdict(self, unit):
        """What was found, now or when nothing was different."""
        key, path = self.key(unit), self.kept / (str(unit.source).replace("/", "-") + ".json")
        if path.exists():
            old = json.loads(path.read_text(encoding="utf-8"))
            if old["key"] == key:
                return [Finding(*row) for row in old["findings"]]
        self.asked += 1
        found = sorted(set(self.ask(self.root, unit)))
        path.write_text(json.dumps({"key": key, "findings": found}), encoding="utf-8")
        return found

    def run(self):
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            found = sorted({finding for verdict in pool.map(self.verdict, self.units) for finding in verdict})
        end(self.root, self.tool, found, whole=not sys.argv[3:], files=len(self.units), asked=self.asked)


class Suppression:
    def __init__(self, line, words):
        self.line, self.used = line, 0
        self.tool, self.check, self.path, self.words, self.reason = words

    def holds(self, root, finding):
        if not (fnmatch.fnmatchcase(finding.path, self.path) and fnmatch.fnmatchcase(finding.check, self.check)):
            return False
        lines = (root / finding.path).read_text(encoding="utf-8").splitlines()
        return self.words == "*" or self.words in lines[finding.line - 1]


def suppressions(root, tool):
    for line, text in enumerate((root / SUPPRESSIONS).read_text(encoding="utf-8").splitlines(), 1):
        if text and not text.startswith("#"):
            words = [word.strip() for word in text.split("::")]
            if len(words) != 5 or not all(words[:3]) or not words[4]:
                sys.exit(f"{SUPPRESSIONS}:{line}: not TOOL :: CHECK :: FILE :: words of the line :: reason")
            if words[0] == tool:
                yield Suppression(line, words)


def end(root, tool, found, whole, **counts):
    """Prints what is not suppressed and the counts, and leaves the program. What suppresses nothing is a finding."""
    told, suppressed, known = [], 0, list(suppressions(root, tool))
    for finding in found:
        holding = [entry for entry in known if entry.holds(root, finding)]
        for entry in holding:
            entry.used += 1
        suppressed += bool(holding)
        if not holding:
            told.append(finding)
    if whole:
        told += [Finding(str(SUPPRESSIONS), entry.line, "stale", "suppresses nothing any more")
                 for entry in known if not entry.used]
    for finding in told:
        print(f"{finding.path}:{finding.line}: {finding.text} [{finding.check}]")
    print(json.dumps({"tool": tool, **counts, "findings": len(told), "suppressed": suppressed}))
    sys.exit(1 if told or not counts["files"] else 0)
