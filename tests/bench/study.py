#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A study's wearers, exported and loaded into a PostgreSQL of its own: study.py BUILD [WEARERS [DAYS]]

Makes the ledgers, exports each twice, loads all files by COPY, then half of them again, and sees that each record and
entry is there once. As root it runs PostgreSQL as the user postgres, whom Debian's package makes."""

import contextlib
import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


class Cluster:
    """A PostgreSQL that listens on a socket in its own folder, and nowhere else."""

    def __init__(self, folder):
        self.folder = folder
        self.programs = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self.run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "-D", self.folder + "/data")
        self.run("pg_ctl", "-D", self.folder + "/data", "-w", "-l", self.folder + "/log", "-o",
                 f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c max_wal_size=4GB "
                 "-c shared_buffers=512MB", "start")

    def run(self, program, *words, text=None):
        command = [os.path.join(self.programs, program), *words]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", *command]
        return subprocess.run(command, check=True, input=text, stdout=subprocess.PIPE, text=True, cwd=self.folder).stdout

    def sql(self, text):
        return self.run("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", self.user, "-d",
                        "postgres", text=text).strip()

    def number(self, text):
        return int(self.sql(text))

    def close(self):
        self.run("pg_ctl", "-D", self.folder + "/data", "-m", "immediate", "stop")


def load(cluster, files):
    """Seconds; each file is one wearer's."""
    script = [f"\\copy line FROM '{path}' CSV HEADER\nCALL take('{os.path.basename(path)[:6]}');" for path in files]
    start = time.monotonic()
    cluster.sql("\n".join(script))
    return time.monotonic() - start


def expect(what, found, expected):
    print(f"{what}: {found}")
    if found != expected:
        raise SystemExit(f"{what}: {expected} were expected")


def measure(build, folder, wearers, days):
    exports = os.path.join(folder, "exports")
    os.mkdir(exports)
    os.chmod(folder, 0o755)
    start = time.monotonic()
    made = subprocess.run([os.path.join(build, "tests", "bench", "bench-study"), exports, str(wearers), str(days)],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    n_wearers, n_records, n_entries, n_lines = map(int, made.split())
    files = sorted(glob.glob(exports + "/*.csv"))
    size = sum(os.path.getsize(path) for path in files)
    print(f"{n_wearers} ledgers of {days} days made and exported twice in {time.monotonic() - start:.0f} s: "
          f"{n_lines} lines, {size / 2**20:.0f} MiB")
    os.mkdir(folder + "/cluster")
    cluster = Cluster(folder + "/cluster")
    with contextlib.closing(cluster):
        with open(os.path.join(HERE, "study.sql"), encoding="utf-8") as file:
            cluster.sql(file.read())
        taken_s = load(cluster, files)
        print(f"loaded in {taken_s:.0f} s, {n_lines / taken_s:.0f} lines a second")
        expect("wearers", cluster.number("SELECT count(*) FROM wearer"), n_wearers)
        expect("records", cluster.number("SELECT count(*) FROM record"), n_records)
        expect("entries", cluster.number("SELECT count(*) FROM entry"), n_entries)
        print(f"lines that were there already: {n_lines - n_records - n_entries}")
        expect("names that a spreadsheet would take for a formula",
               cluster.number("SELECT count(*) FROM entry WHERE name LIKE '=%'"), n_entries // 4)
        again_s = load(cluster, files[::2])
        print(f"half of the files once more in {again_s:.0f} s")
        expect("records then", cluster.number("SELECT count(*) FROM record"), n_records)
        expect("entries then", cluster.number("SELECT count(*) FROM entry"), n_entries)
        expect("conflicts", cluster.number("SELECT count(*) FROM conflict"), 0)
        tamper(cluster, files[0])
        bytes_ = cluster.number("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname ~ '^record_[0-9]$'")
        print(f"a record takes {bytes_ / n_records:.0f} bytes, index included")
        start = time.monotonic()
        cluster.sql("VACUUM ANALYZE; SELECT wearer, at::date, count(*) FROM record GROUP BY 1, 2")
        print(f"records of each wearer and day counted in {time.monotonic() - start:.1f} s")


def tamper(cluster, path):
    """The same identity with another content is told, and does not replace what is there."""
    with open(path, encoding="utf-8") as file:
        head, *rows = file.read().splitlines()
    row = next(row for row in rows if ',"record",' in row)
    raw = row.split(",")[9].strip('"')
    other = os.path.join(os.path.dirname(path), os.path.basename(path)[:6] + "-3.csv")
    with open(other, "w", encoding="utf-8") as file:
        file.write("\n".join([head, row.replace(raw, raw[:-2] + ("00" if raw[-2:] != "00" else "01"))]) + "\n")
    before = cluster.number("SELECT count(*) FROM record")
    load(cluster, [other])
    expect("conflicts behind a changed record", cluster.number("SELECT count(*) FROM conflict"), 1)
    expect("records behind it", cluster.number("SELECT count(*) FROM record"), before)


def main():
    build, wearers, days = sys.argv[1], *(int(word) for word in (sys.argv[2:] + ["1000", "2"][len(sys.argv) - 2:]))
    with tempfile.TemporaryDirectory(prefix="calcifer-study-") as folder:
        measure(build, folder, wearers, days)


if __name__ == "__main__":
    main()
