#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What ./check makes of tests: with tests, logs and histories that are made up."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.dont_write_bytecode = True
import git
import main
import page
import plan
import told
import vouch
from job import ALONE, BUILD, FAILED, HOUSE, MACHINE, MILL, NEVER, OK, SKIPPED, TIMEOUT, Job, Result
from memory import Memory
from schedule import Schedule

IDENTITY = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"))}


def shell(name, script, **more):
    return Job("ordinary", name, ("sh", "-c", script), "/", **more)


def result(name, outcome=OK, part="ordinary", suites=("bus",), **more):
    return Result(part, name, list(suites), outcome, **more)


def enough():
    """What a page cannot do without."""
    return [result("daemon-kill-thousand", figures=[("kills", 1000, "times")], seconds=960, cpu_s=170),
            result("daemon-fuzz-long", figures=[("bus-fuzz-seconds", 600, "s")]),
            result("lockdown", suites=("system-soak",), figures=[("exposure", 0.6, "of 10")]),
            result("fuzz-text", part="fuzzers", suites=("fuzz",), figures=[("executions", 1234567, "times")]),
            result("fuzz-life", part="fuzzers", suites=("fuzz",), figures=[("executions", 1000000, "times")]),
            result("clang-tidy", suites=("analysis",), summary={"tool": "clang-tidy", "findings": 0, "files": 300})]


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, "trust.jsonl")


class AtTheEnd(InFolder):
    def test_what_failed_is_told_with_its_last_lines(self):
        log = Path(self.folder, "log")
        log.write_text("".join(f"line {n}\n" for n in range(main.END_LINES)) + "AssertionError: no bubble\n",
                       encoding="utf-8")
        with mock.patch("main.say") as said:
            main.tell_failed([result("main-job", FAILED, log=str(log)), result("place", NEVER)])
        lines = "\n".join(call.args[0] for call in said.call_args_list).splitlines()
        self.assertEqual(lines[0], "FAILED: ordinary: main-job: failed")
        self.assertIn("AssertionError: no bubble", lines)
        self.assertNotIn("line 0", lines)
        self.assertEqual(lines[-1], "FAILED: ordinary: place: never ran")


class Told(unittest.TestCase):
    def test_figures(self):
        text = "begun\nfigure: kills 1000 times\n   figure: exposure 0.6 of 10\nfigure: seeds 4\nno figure: this\nfigure: x y\n"
        self.assertEqual(told.figures(text), [("kills", 1000, "times"), ("exposure", 0.6, "of 10"), ("seeds", 4, "")])

    def test_summary_is_the_last_line(self):
        self.assertEqual(told.summary('looked\n{"tool": "cppcheck", "findings": 0}\n'), {"tool": "cppcheck", "findings": 0})
        for text in ("", "looked\n", '{"tool": "cppcheck"}\nand more\n', "[1]", '{"findings": 0}', '{"tool"'):
            self.assertEqual(told.summary(text), {}, text)


class Runs(InFolder):
    def run_all(self, *jobs, passed=()):
        return {one.name: one for one in Schedule(jobs, self.folder, passed).results()}

    def test_outcomes(self):
        results = self.run_all(shell("good", "echo figure: kills 3 times"), shell("bad", "exit 1"), shell("skip", "exit 77"),
                               shell("dead", "kill -9 $$"), shell("late", "sleep 60", timeout_s=0.2))
        self.assertEqual({name: one.outcome for name, one in results.items()},
                         {"good": OK, "bad": FAILED, "skip": SKIPPED, "dead": FAILED, "late": TIMEOUT})
        self.assertEqual(results["good"].figures, [("kills", 3, "times")])
        self.assertLess(results["late"].seconds, 30)

    def test_what_needs_another(self):
        needing = shell("of it", "true", needs="ordinary: build")
        self.assertEqual(self.run_all(shell("build", "true"), needing)["of it"].outcome, OK)
        self.assertEqual(self.run_all(shell("build", "exit 1"), needing)["of it"].outcome, NEVER)
        self.assertEqual(self.run_all(needing)["of it"].outcome, NEVER)
        self.assertEqual(self.run_all(needing, passed=["ordinary: build"])["of it"].outcome, OK)
        again = self.run_all(shell("build", "exit 1"), needing, passed=["ordinary: build"])
        self.assertEqual(again["of it"].outcome, NEVER)

    def most(self, lane, n, beside=()):
        """Of how many lanes at most the tests ran at one time, with n of this lane and those that are beside."""
        seen = []

        class Fake:
            def __init__(self, job, _log):
                self.job, self.left = job, 5

            def poll(self):
                seen.append(sorted(process.job.lane for process in schedule.running))
                self.left -= 1
                return None if self.left else result(self.job.name)

        jobs = [shell(f"{one}{i}", "", lane=one) for i, one in enumerate([lane] * n + list(beside))]
        schedule = Schedule(jobs, self.folder)
        with mock.patch("schedule.Process", Fake), mock.patch("schedule.POLL_S", 0):
            self.assertEqual(len(list(schedule.results())), len(jobs))
        return max(seen, key=len)

    def test_lanes(self):
        self.assertEqual(self.most(MACHINE, 3, [HOUSE]), [HOUSE, MACHINE])
        self.assertEqual(self.most(HOUSE, 5, [MACHINE, MILL]), [HOUSE, HOUSE, MACHINE, MILL])
        self.assertEqual(self.most(HOUSE, 5, [MILL]), [HOUSE, HOUSE, HOUSE, MILL])
        self.assertEqual(self.most(HOUSE, 5, [MACHINE, BUILD, BUILD]), [BUILD, HOUSE, HOUSE, MACHINE])
        self.assertEqual(self.most(MILL, 5), [MILL] * 2)
        self.assertEqual(self.most(ALONE, 3), [ALONE])
        self.assertNotIn(ALONE, self.most(HOUSE, 2, [ALONE]))

    def test_order(self):
        jobs = [shell("last", "true"), shell("long", "true", timeout_s=600), shell("first", "true", priority=2),
                shell("next", "true", priority=1)]
        self.assertEqual([job.name for job in Schedule(jobs, self.folder).pending], ["first", "next", "long", "last"])

    def test_closed_early_it_ends_what_runs(self):
        stream = Schedule([shell("long", "sleep 60"), shell("short", "true")], self.folder).results()
        self.assertEqual(next(stream).name, "short")
        with mock.patch("process.Process.kill", autospec=True, side_effect=__import__("process").Process.kill) as kill:
            stream.close()
        self.assertEqual([call.args[0].popen.returncode for call in kill.call_args_list], [-15])


class Remembers(InFolder):
    def test_a_run_goes_on(self):
        memory = Memory(self.path)
        memory.forget("c0ffee")
        self.assertEqual(memory.begin(1000), 1)
        memory.add(result("good", ended=1060))
        memory.add(result("bad", FAILED, ended=1090))
        again = Memory(self.path)
        self.assertEqual((again.commit, again.passed()), ("c0ffee", {"ordinary: good"}))
        self.assertEqual(again.begin(2000), 2)
        again.add(result("bad", run=2, ended=2030))
        last = Memory(self.path)
        self.assertEqual((len(last.runs), last.passed(), last.took_s()), (2, {"ordinary: good", "ordinary: bad"}, 120))

    def test_what_fails_later_has_not_passed(self):
        memory = Memory(self.path)
        memory.forget("c0ffee")
        memory.add(result("moody"))
        memory.add(result("moody", FAILED))
        self.assertEqual(Memory(self.path).passed(), set())

    def test_a_line_cut_short(self):
        memory = Memory(self.path)
        memory.forget("c0ffee")
        memory.add(result("good"))
        with open(self.path, "a", encoding="utf-8") as file:
            file.write('{"part": "ordin')
        self.assertEqual(Memory(self.path).passed(), {"ordinary: good"})

    def test_only_what_did_not_pass_is_left(self):
        jobs = [shell("build", "true"), shell("good", "true"), shell("bad", "true")]
        left = main.left_to_run(jobs, {"ordinary: build", "ordinary: good"})
        self.assertEqual([job.name for job in left], ["build", "bad"])


class History(InFolder):
    def setUp(self):
        super().setUp()
        patch = mock.patch.dict(os.environ, IDENTITY)
        patch.start()
        self.addCleanup(patch.stop)
        subprocess.run(["git", "init", "-q", self.folder], check=True)
        root = mock.patch.object(main, "ROOT", self.folder)
        root.start()
        self.addCleanup(root.stop)
        self.first = self.commit("a.c")

    def commit(self, *names):
        for name in names:
            path = Path(self.folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{os.urandom(4).hex()}\n", encoding="utf-8")
            git.ask(self.folder, "add", name)
        git.ask(self.folder, "commit", "-q", "-m", "more")
        return git.head(self.folder)

    def write(self, text):
        Path(self.folder, "doc").mkdir(exist_ok=True)
        Path(self.folder, git.PAGE).write_text(text, encoding="utf-8")

    def build(self):
        folder = os.path.join(self.folder, ".git")  # which the tree does not hold
        return folder

    def test_vouches(self):
        self.assertIn("is not there", vouch.line(self.folder))
        self.write("nothing\n")
        self.assertIn("names no commit", vouch.line(self.folder))
        self.write(f"| what | |\n| commit | `{self.first}` |\n")
        for names in (["doc/model.md"], ["b.c"], ["README.md", "c.c"], ["doc/report.png"]):
            self.commit(*names)
        self.assertIn(f"vouches for {self.first[:7]}; since then 2 commits touched the code, and 2 documentation alone",
                      vouch.line(self.folder))
        self.write(f"| what | |\n| commit | `{'1' * 40}` |\n")
        self.assertIn("no history", vouch.line(self.folder))

    def test_a_tree_that_differs_is_refused(self):
        main.refuse_unless_known()
        self.write("the page itself may differ\n")
        main.refuse_unless_known()
        Path(self.folder, "a.c").write_text("other\n", encoding="utf-8")
        with self.assertRaisesRegex(SystemExit, "a.c"):
            main.refuse_unless_known()

    def test_without_a_history(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(main, "ROOT", folder):
            with self.assertRaisesRegex(SystemExit, "no git history"):
                main.refuse_unless_known()

    def test_another_commit_is_not_continued(self):
        with self.assertRaisesRegex(SystemExit, "nothing to continue"):
            main.recall(self.build(), True)
        main.recall(self.build(), False).add(result("good"))
        self.assertEqual(main.recall(self.build(), True).passed(), {"ordinary: good"})
        self.commit("b.c")
        with self.assertRaisesRegex(SystemExit, "nothing to continue"):
            main.recall(self.build(), True)
        self.assertEqual(main.recall(self.build(), False).passed(), set())

    def page_of(self, results):
        memory = main.recall(self.build(), False)
        memory.begin(1000)
        for one in results:
            memory.add(one)
        faults = main.write_page(memory)
        path = Path(self.folder, git.PAGE)
        return faults, path.read_text(encoding="utf-8") if path.exists() else None

    def test_the_page_is_written(self):
        Path(self.folder, "doc").mkdir()
        faults, text = self.page_of(enough() + [result("build", part="fuzzers", suites=())])
        self.assertEqual(faults, [])
        for part in (f"| commit | `{self.first}` |", "| passed | 6 of 6 |", "`daemon-kill-thousand` | kills | 1,000 | times",
                     "| text | 1,234,567 |", "| all | 2,234,567 |", "| clang-tidy | 0 | files 300 |", "one run",
                     "| ordinary | virtual machine | 1 |", "`lockdown` | exposure | 0.6 | of 10"):
            self.assertIn(part, text)
        self.assertIn("since then 0 commits", vouch.line(self.folder))

    def test_the_page_is_not_written(self):
        for spoilt, fault in (
                ([result("daemon-tags", FAILED)], "daemon-tags: failed"),
                ([result("gcc", suites=("analysis",))], "gcc ended without a summary"),
                ([result("fuzz-tag", NEVER, "fuzzers")], "fuzz-tag: never ran")):
            with self.subTest(fault):
                faults, text = self.page_of(enough() + spoilt)
                self.assertEqual((len(faults), text), (1, None))
                self.assertIn(fault, faults[0])

    def test_figures_that_the_page_wants(self):
        for i, fault in ((0, "no test told of kills"), (1, "no test told of bus-fuzz-seconds"), (2, "no test told of exposure")):
            results = enough()
            results[i].figures = []
            self.assertEqual(page.lacking(results), [fault])
        results = enough()
        results[0].part = "sanitized"
        self.assertEqual(page.lacking(results), ["no test told of kills"])
        results = enough()
        results[0].figures, results[2].figures = [("kills", 999, "times")], [("exposure", 1.1, "of 10")]
        self.assertEqual(page.lacking(results), ["kills is 999, and should be 1000 at least",
                                                 "exposure is 1.1, and should be 1.0 at most"])

    def test_a_tree_that_changed_meanwhile(self):
        Path(self.folder, "doc").mkdir()
        memory = main.recall(self.build(), False)
        memory.begin(1000)
        for one in enough():
            memory.add(one)
        Path(self.folder, "a.c").write_text("other\n", encoding="utf-8")
        self.assertEqual(main.write_page(memory), ["the tree is not what it was at the beginning"])
        self.commit("a.c")
        self.assertEqual(main.write_page(memory), ["the tree is not what it was at the beginning"])

    def test_the_runs_are_counted(self):
        self.assertIn("2 min 5 s, gathered over 3 runs", page.text(self.first, [1, 2, 3], 125, enough()))


def test_of(name, *suites, parallel=True, cmd=("tests/x",)):
    return {"name": name, "suite": [f"calcifer:{suite}" for suite in suites], "is_parallel": parallel, "cmd": list(cmd),
            "env": {}, "workdir": None, "timeout": 30, "priority": 0, "depends": []}


TESTS = [test_of("plan", "core"), test_of("words", "core", cmd=("/usr/bin/python3", "words.py")),
         test_of("daemon-kill", "bus", "slow"), test_of("daemon-kill-thousand", "soak"), test_of("daemon-entries", "bus"),
         test_of("boot", "system", parallel=False), test_of("place", "system-soak", parallel=False),
         test_of("thresholds", "soak", "mill", parallel=False), test_of("demo", "soak", parallel=False),
         test_of("clang-tidy", "analysis"), test_of("coverage", "analysis", parallel=False), test_of("lint-text", "lint")]


class Plan(unittest.TestCase):
    def names(self, mode):
        return {job.name for job in plan.ordinary(TESTS, mode, "/build")}

    def test_modes(self):
        quick = {"plan", "words", "daemon-entries", "lint-text"}
        self.assertEqual(self.names("quick"), quick)
        self.assertEqual(self.names("default"), quick - {"daemon-entries"} | {"daemon-kill", "boot"})
        self.assertEqual(self.names("all"), {test["name"] for test in TESTS} - {"daemon-kill"})

    def test_lanes(self):
        lanes = {job.name: job.lane for job in plan.ordinary(TESTS, "all", "/build")}
        self.assertEqual([lanes[name] for name in ("plan", "boot", "place", "thresholds", "clang-tidy", "coverage", "demo")],
                         [HOUSE, MACHINE, MACHINE, MILL, MILL, ALONE, ALONE])

    def test_a_short_form_runs_where_the_long_one_does_not(self):
        without = [test for test in TESTS if test["name"] != "daemon-kill-thousand"]
        self.assertIn("daemon-kill", {job.name for job in plan.ordinary(without, "all", "/build")})

    def test_sanitized(self):
        everything = [job.name for job in plan.sanitized(TESTS, "all", "/build")]
        some = [job.name for job in plan.sanitized(TESTS, "default", "/build")]
        self.assertEqual(everything, ["build", "plan", "words", "daemon-kill", "daemon-entries"])
        self.assertEqual(some, ["build", "plan", "words", "daemon-entries"])
        self.assertEqual([job.lane for job in plan.sanitized(TESTS, "default", "/build")], [BUILD, HOUSE, HOUSE, HOUSE])

    def test_leaks_of_commands_are_looked_for_with_everything(self):
        told = {mode: {job.environment["ASAN_OPTIONS"] for job in plan.sanitized(TESTS, mode, "/build") if job.name != "build"}
                for mode in ("default", "all")}
        self.assertEqual(told["all"], {plan.SANITIZERS["ASAN_OPTIONS"]})
        self.assertEqual(told["default"], {f"{plan.SANITIZERS['ASAN_OPTIONS']}:include_if_exists='/build/asan.%b'"})
        with tempfile.TemporaryDirectory() as folder:
            plan.leave_unsearched(folder)
            self.assertEqual(os.listdir(folder), ["asan.calciferctl"])

    def test_of_the_bus_each_runs(self):
        """By default once, in one of the two builds; with everything in both."""
        for mode, often in (("default", 1), ("all", 2)):
            jobs = plan.ordinary(TESTS, mode, "/build") + plan.sanitized(TESTS, mode, "/build")
            self.assertEqual([job.name for job in jobs].count("daemon-entries"), often)

    def test_what_ran_in_one_build_alone_is_told(self):
        jobs = plan.ordinary(TESTS, "default", "/build") + plan.sanitized(TESTS, "default", "/build")
        with mock.patch("main.say") as said:
            main.tell_left_out(TESTS, "default", jobs)
        lines = [call.args[0] for call in said.call_args_list]
        self.assertIn("left out: without sanitizers: daemon-entries", lines)
        self.assertFalse([line for line in lines if line.startswith("left out: suite bus")])

    def test_valgrind_sees_programs_of_the_core(self):
        job, = plan.under_valgrind(TESTS, "/build")
        self.assertEqual((job.name, job.command[0], job.lane), ("plan", "valgrind", MILL))

    def test_root(self):
        with mock.patch("os.geteuid", return_value=1000):
            commands = {job.name: job.command[0] for job in plan.ordinary(TESTS, "default", "/build")}
        self.assertEqual((commands["boot"], commands["plan"]), ("sudo", "tests/x"))


if __name__ == "__main__":
    unittest.main()
