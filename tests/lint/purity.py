#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Purity by symbols: what libcalcifer.a may ask of its surroundings, and who holds state.

  - the archive's undefined symbols are functions that compute: strings and memory, libm, nettle, snprintf
  - no object of the product holds writable data; what is set once by the loader (.data.rel.ro) is none
  - every source of the product is compiled, with the warnings that the house's rules lean on

Usage: purity.py ROOT BUILD ARCHIVE
"""

import re
import subprocess
import sys
from pathlib import Path

from house import Faults, Tree, compiled

LIBC = set("""
    memchr memcmp memcpy memmem memmove memset strchr strcmp strcspn strlen strncmp strncpy strnlen strpbrk strrchr
    strspn strstr strcpy strcat strncat
    snprintf vsnprintf abs labs qsort bsearch
    __assert_fail __memcpy_chk __memmove_chk __memset_chk __snprintf_chk __vsnprintf_chk __strcpy_chk __strcat_chk
    __stack_chk_fail _GLOBAL_OFFSET_TABLE_ __stack_chk_guard
    """.split())
LIBM = set("""
    acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim floor fma
    fmax fmin fmod frexp hypot ldexp llrint llround log log10 log1p log2 lrint lround modf nearbyint pow remainder
    rint round sin sincos sinh sqrt tan tanh trunc
    """.split())
NETTLE = re.compile(r"nettle_[a-z0-9_]+$")

# Writable data that is justified: (source, symbol) and why.
STATE = {
    ("daemon/error.c", r"quark\.\d+"): "GLib keeps here the number that it gave our domain of errors",
}
WRITABLE = re.compile(r"^\.(data|bss|tdata|tbss)(?!\.rel\.ro)(\.|$)|^\*COM\*$")
OBJDUMP = re.compile(r"^[0-9a-f]+ (.{7}) (\S+)\t[0-9a-f]+ (?:\.hidden )?(\S+)$")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def undefined(archive):
    """Symbols that the archive needs and does not define, each with a member that needs it."""
    needed, defined = {}, set()
    for line in output("nm", "-A", archive).splitlines():
        where, kind, name = re.match(r"(.*?):(?:[0-9a-f]+)?\s+(\S) (\S+)$", line).groups()
        if kind in "Uwv":
            needed.setdefault(name, where.rsplit(":", 1)[-1])
        else:
            defined.add(name)
    return {name: member for name, member in needed.items() if name not in defined}


def check_undefined(archive, faults):
    for name, member in sorted(undefined(archive).items()):
        if name not in LIBC and name not in LIBM and not NETTLE.match(name):
            faults.add(f"{Path(archive).name}({member})", 0, f"the core may not use {name}")


def writable(objects):
    """(section, symbol) of everything in the object that can change while the program runs."""
    for line in output("objdump", "-t", objects).splitlines():
        match = OBJDUMP.match(line)
        if match and WRITABLE.match(match.group(2)) and "d" not in match.group(1)[4:6]:
            yield match.group(2), match.group(3)


def justified(source, symbol):
    return any(str(source) == where and re.fullmatch(what, symbol) for where, what in STATE)


def check_state(tree, build, faults):
    built = compiled(tree, build)
    looked_at = 0
    for source in tree.files("lib", "daemon", "ctl", suffixes={".c"}):
        if source not in built:
            faults.add(source, 1, "nothing compiles this file")
        for objects, command in built.get(source, ()):
            looked_at += 1
            if "-Wswitch-enum" not in command or "-Werror" not in command:
                faults.add(source, 1, "compiled without -Wswitch-enum or -Werror")
            for section, symbol in writable(objects):
                if not justified(source, symbol):
                    faults.add(source, 1, f"{symbol} is a mutable global ({section})")
    return looked_at


def main():
    tree, build, archive = Tree(sys.argv[1]), sys.argv[2], sys.argv[3]
    faults = Faults()
    check_undefined(archive, faults)
    faults.end(check_state(tree, build, faults))


if __name__ == "__main__":
    main()
