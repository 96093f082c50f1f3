# SPDX-License-Identifier: GPL-2.0-or-later
"""What must come before what: the part of a recorded conversation that no run of bluetoothd contradicts.

bluetoothd tells changed properties when it has nothing else to do, so how they are gathered into signals, and
whether they pass an answer, differs from run to run. A recording is therefore broken into atoms, one property or
one interface or one call each, and several runs of one scenario are kept. Their common atoms must all be there
in any other run, and their common order must hold in it: that is what a simulator is held to.

A file NAME.order holds runs, each begun by a line `run`; every other line is an atom. No bus and no D-Bus library
is needed to read one. As a program:

    order.py add KEPT NEW      adds NEW's runs to KEPT where they say something that KEPT does not
    order.py check KEPT NEW    tells what of KEPT is missing or reversed in NEW, with status 1
"""

import os
import sys

RUN = "run"


def numbered(atoms):
    """The atoms with their repetition told: the second `x` becomes `x (2)`."""
    seen = {}
    out = []
    for atom in atoms:
        seen[atom] = seen.get(atom, 0) + 1
        out.append(atom if seen[atom] == 1 else f"{atom} ({seen[atom]})")
    return out


def read(path):
    """The runs in a file, each a list of numbered atoms."""
    runs = []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line == RUN:
                runs.append([])
            elif line and not line.startswith("#"):
                runs[-1].append(line)
    return runs


def write(path, runs):
    with open(path, "w", encoding="utf-8") as out:
        out.write("# SPDX-License-Identifier: GPL-2.0-or-later\n")
        for run in runs:
            out.write("\n".join([RUN, *run]) + "\n")


def common(runs):
    """Atoms that are in every run, in the order of the first."""
    return [atom for atom in runs[0] if all(atom in run for run in runs[1:])]


def missing(run, runs):
    """Common atoms of `runs` that `run` lacks."""
    return [atom for atom in common(runs) if atom not in run]


def reversed_pairs(run, runs):
    """Pairs (earlier, later) that stand in this order in all of `runs`, and the other way round in `run`."""
    places = [{atom: at for at, atom in enumerate(one)} for one in runs]
    here = {atom: at for at, atom in enumerate(run)}
    both = [atom for atom in common(runs) if atom in here]
    return [(one, two) for at, one in enumerate(both) for two in both[at + 1:]
            if all(place[one] < place[two] for place in places) and here[one] > here[two]]


def differences(run, runs):
    """What speaks against `run`, a line each."""
    return [f"missing: {atom}" for atom in missing(run, runs)] + \
        [f"reversed: {one}  is before  {two}" for one, two in reversed_pairs(run, runs)]


def main(verb, kept_path, new_path):
    kept = read(kept_path) if os.path.exists(kept_path) else []
    new = read(new_path)
    if verb == "add":
        for run in new:
            if not kept or differences(run, kept):
                kept.append(run)
        write(kept_path, kept)
        return 0
    found = [line for run in new for line in differences(run, kept)]
    print("\n".join(found) or f"{new_path} agrees with {kept_path}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
