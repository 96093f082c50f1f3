#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Translations are whole: po/POTFILES names each file with marked sentences and no other; what a person reads in a
marked file is marked; what the client translates for the daemon is what the daemon says, and all that a refusal says
(what was expected instead, and the errors of requests) is among it; every language of po/LINGUAS has every sentence, in
its plural forms and with its conversions.

A sentence is a text with two words in a row, markup aside. It is marked by _(), N_() or P_(). What is no sentence for
people (an example to be typed, a name for machines) has VERBATIM in a comment on its line; a command to be typed, which
begins with the name of a program and ends without a full stop, needs none.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from house import PRODUCT, Faults, Tree, line_of

MARKED = re.compile(r"(?<![A-Za-z0-9_])(_|N_|P_)\(")
STRINGS = re.compile(r'/\*.*?\*/|//[^\n]*|\'(?:\\.|[^\'\\\n])\'|("(?:\\.|[^"\\\n])*"(?:\s*"(?:\\.|[^"\\\n])*")*)', re.S)
SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}")
# What the daemon says in English, and the client in the person's language.
BORROWED = "ctl/daemon_sentences.c"
LABELS, FOODS = "ctl/food_labels.c", "data/foods.csv"
# An error of a request, and a gap in it.
JOINT = r'"\s*"'
TEXT = r'"(?:\\.|[^"\\\n])*"'
REFUSED = re.compile(rf"CAL_ERROR_\w+,\s*({TEXT}(?:\s*(?:(?:G_\w+_FORMAT|PRI\w+)\s*)?{TEXT})*)")
CONVERSION = re.compile(r'%[-+0 #]*\d*(?:\.(?:\d+|\*))?(?:hh?|ll?|z)?[a-z]|%"\s*(?:G_\w+_FORMAT|PRI\w+)\s*"')

MARKUP = re.compile(r"<[^<>]*(>|$)")
COMMAND = re.compile(r'"(sudo|systemctl|rfkill|bluetoothctl|timedatectl|calciferctl) [^"]*(?<!\.)"$')
KEYWORDS = ("_", "N_", "P_:1,2")

# Who speaks to programs alone: the completions of the shells.
FOR_PROGRAMS = ("ctl/complete.c",)


def lines_of(tree, path):
    return [line for line in tree.text(path).splitlines() if line and not line.startswith("#")]


def has_marks(tree, path):
    """Whether a text is marked there; the definition of a mark is none."""
    return any(not tree.code(path)[:match.start()].rsplit("\n", 1)[-1].lstrip().startswith("#define")
               for match in MARKED.finditer(tree.code(path)))


def is_sentence(text):
    whole = re.sub(r'"\s+"', "", text).replace('\\"', "'")
    return SENTENCE.search(MARKUP.sub("", whole)) is not None and not COMMAND.match(whole)


def sentences(tree, path):
    """(line, text, whether it is marked) of each text for people."""
    text, code = tree.text(path), tree.code(path)
    for match in STRINGS.finditer(text):
        if match.group(1) is None or not is_sentence(match.group(1)):
            continue
        ahead = code[:match.start()].rstrip()
        while ahead.endswith((",", '"')):  # the second text of P_() stands behind the first
            ahead = ahead.rstrip('," \n')
        start = text.rfind("\n", 0, match.start()) + 1
        lines = text[start:text.find("\n", match.end())]
        yield line_of(text, match.start()), match.group(1), bool(
            re.search(r"(?<![A-Za-z0-9_])(_|N_|P_)\($", ahead)) or "VERBATIM" in lines


def check_marks(tree, faults):
    listed = lines_of(tree, Path("po/POTFILES"))
    sources = {str(path): path for path in tree.files(*PRODUCT, suffixes={".c", ".h"})}
    if listed != sorted(listed):
        faults.add("po/POTFILES", 1, "not in order")
    for name in listed:
        if name not in sources or not has_marks(tree, sources[name]):
            faults.add("po/POTFILES", 1, f"{name} marks no sentence")
    for name, path in sources.items():
        if name not in listed and has_marks(tree, path):
            faults.add(path, 1, "marks sentences, and po/POTFILES does not name it")
        speaks = path.parts[0] == "ctl" or path.parts[:2] == ("lib", "message")
        if name in listed or (speaks and name not in FOR_PROGRAMS):
            for line, text, marked in sentences(tree, path):
                if not marked:
                    faults.add(path, line, f"{text[:40]} is not marked for translation")
    return listed


def halves(piece):
    """Of a piece of a few words, which the daemon may put together itself."""
    words = piece.split()
    return [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))] if len(words) <= 4 else []


def check_borrowed(tree, faults):
    """The client's list of what the daemon says: each piece between the gaps stands in a text of daemon or core."""
    said = ""
    for path in tree.files("daemon", "lib", suffixes={".c"}):
        said += re.sub(r'"\s*"', "", re.sub(r'"\s*(G_\w+_FORMAT|PRI\w+)\s*"', "", tree.text(path)))
    path = Path(BORROWED)
    for line, text, _ in sentences(tree, path):
        for piece in re.sub(r'"\s*"', "", text)[1:-1].split("%s"):
            bare = piece.strip(" ;:,.'\"()\\")
            if bare not in said and not any(first in said and second in said for first, second in halves(bare)):
                faults.add(path, line, f"the daemon does not say '{bare}'")


def check_lent(tree, faults):
    """All that a refusal says has its row in the client's list, else it stays English."""
    rows = re.sub(JOINT, "", tree.text(Path(BORROWED)))
    for path in tree.files("lib/balance", suffixes={".c"}):
        for line, text, marked in sentences(tree, path):
            is_said = "_Static_assert" not in tree.text(path).splitlines()[line - 1]
            if is_said and not marked and f'N_({re.sub(JOINT, "", text)})' not in rows:
                faults.add(path, line, f"{text[:40]} has no row in {BORROWED}")
    for path in tree.files("daemon/app", suffixes={".c"}):
        for match in REFUSED.finditer(tree.text(path)):
            pieces = CONVERSION.split(re.sub(JOINT, "", match.group(1)))
            if not all(piece.strip(" ;:,.'\"()\\") in rows for piece in pieces):
                faults.add(path, line_of(tree.text(path), match.start()),
                           f"{match.group(1)[:40]} has no row in {BORROWED}")


def check_food_labels(tree, faults):
    """Each label of the installed foods has its row, else it stays English."""
    rows = tree.text(Path(LABELS))
    foods = tree.text(Path(FOODS)).splitlines()
    column = foods[0].split(",").index("label")
    for number, food in enumerate(foods[1:], 2):
        label = food.split(",")[column]
        if f'N_("{label}")' not in rows:
            faults.add(Path(FOODS), number, f"{label} has no row in {LABELS}")


def run(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def check_language(tree, faults, language, template):
    catalogue = Path("po", f"{language}.po")
    if not (tree.root / catalogue).is_file():
        faults.add("po/LINGUAS", 1, f"{catalogue} is missing")
        return
    done = [run("msgfmt", "--check", "-o", "/dev/null", tree.root / catalogue),
            run("msgcmp", tree.root / catalogue, template)]
    text = tree.text(catalogue)
    for said in (line for each in done if each.returncode for line in each.stderr.splitlines()):
        faults.add(catalogue, 1, said)
    for match in re.finditer(r"^#, .*fuzzy|^#~ msgid", text, re.M):
        faults.add(catalogue, line_of(text, match.start()), "a guess, or a sentence that is no more")


def main():
    tree, faults = Tree(sys.argv[1]), Faults()
    listed = [tree.root / name for name in check_marks(tree, faults) if (tree.root / name).is_file()]
    check_borrowed(tree, faults)
    check_lent(tree, faults)
    check_food_labels(tree, faults)
    languages = lines_of(tree, Path("po/LINGUAS"))
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "calcifer.pot")
        done = run("xgettext", "--from-code=UTF-8", *(f"--keyword={word}" for word in KEYWORDS), "-o", template, *listed)
        if done.returncode:
            faults.add("po/POTFILES", 1, done.stderr.strip())
        for language in languages:
            check_language(tree, faults, language, template)
    faults.end(len(listed) * len(languages))


if __name__ == "__main__":
    main()
