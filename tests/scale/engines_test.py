#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped files for engines that are not here: manifests against the published schemas of Kubernetes, where
the package kubernetes-validate is installed, and the DAG on the page about Airflow, whose tasks are run for real in
their order with stand-ins for its decorators. The engines themselves are not run."""
import os
import subprocess
import sys
import tempfile
import types
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import doc_pages  # noqa: E402
import harness  # noqa: E402
from harness import END, ROOT, START  # noqa: E402

try:
    import kubernetes_validate
    import yaml
except ImportError:
    kubernetes_validate = None


class FailForGood(Exception):
    pass


class Skip(Exception):
    pass


def stand_ins():
    """What the DAG imports. A task is the function itself; expand calls it for each value."""
    def task(function=None, **_):
        if function is None:
            return task
        function.expand = lambda window: [function(one) for one in window]
        return function

    airflow = types.ModuleType("airflow")
    decorators = types.ModuleType("airflow.decorators")
    decorators.dag = lambda **_: lambda function: function
    decorators.task = task
    exceptions = types.ModuleType("airflow.exceptions")
    exceptions.AirflowFailException, exceptions.AirflowSkipException = FailForGood, Skip
    return {"airflow": airflow, "airflow.decorators": decorators, "airflow.exceptions": exceptions}


class Engines(unittest.TestCase):
    @unittest.skipUnless(kubernetes_validate, "kubernetes-validate is not installed")
    def test_manifests(self):
        for file in sorted((ROOT / "configs/kubernetes").glob("*.yaml")):
            for part in yaml.safe_load_all(file.read_text()):
                for version in ("1.29", kubernetes_validate.latest_version()):
                    with self.subTest(f"{file.name}: {part['kind']} {version}"):
                        kubernetes_validate.validate(part, version, strict=True)

    def played(self, command, code):
        """Exit code of a recipe whose erp2mysql ends with `code`, and how often that was called."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("erp2mysql", f"echo >> {folder}/calls; exit {code}"), ("sleep", "")):
                file = Path(folder) / name
                file.write_text(f"#!/bin/sh\n{text}\n")
                file.chmod(0o755)
            process = subprocess.Popen(["sh", "-c", command, "sh", "job", "from", "to"],
                                       env={"PATH": f"{folder}:/usr/bin:/bin"})
            ended = process.wait(20)
            return ended, len((Path(folder) / "calls").read_text().splitlines())

    def test_recipes_by_exit_code(self):
        """3 is success, what may pass is tried again, and 11 never looks like done."""
        slurm = (ROOT / "configs/slurm/backfill.sh").read_text()
        dolphin = next("\n".join(block.text) for block in
                       doc_pages.blocks((ROOT / "docs/deploy/dolphinscheduler.md").read_text())
                       if any("--shard" in line for line in block.text))
        for code, ends, again in ((0, 0, False), (3, 0, False), (11, 11, True), (75, 75, True), (64, 64, False)):
            for name, command in (("slurm", slurm), ("dolphin", dolphin)):
                with self.subTest(f"{name} {code}"):
                    ended, calls = self.played(command, code)
                    self.assertEqual((ended, calls > 1), (ends, again))
            for name, command in self.manifest_commands():
                with self.subTest(f"{name} {code}"):
                    self.assertEqual(self.played(command, code), (ends, 1))

    def manifest_commands(self):
        """The script of each manifest, without a parser of YAML."""
        for file in sorted((ROOT / "configs/kubernetes").glob("*.yaml")):
            lines = file.read_text().splitlines()
            first = next(i for i, line in enumerate(lines) if line.endswith("- |")) + 1
            depth = len(lines[first]) - len(lines[first].lstrip())
            end = next(i for i in range(first, len(lines)) if not lines[i].startswith(" " * depth))
            yield file.name, "\n".join(line[depth:] for line in lines[first:end])

    def run_dag(self, job, windows=f"plan(params={{'from': '{START}', 'to': '{END}'}})"):
        """The DAG for the days of the mock; the engine gives it its parameters."""
        page = (ROOT / "docs/deploy/airflow.md").read_text()
        text = next("\n".join(block.text) for block in doc_pages.blocks(page)
                    if any("@dag" in line for line in block.text))
        for old, new in (("/etc/erp2mysql/jobs/saleout.json", str(job)), ("plan())", f"{windows})"),
                         ("\"7d\"", "\"1d\"")):
            self.assertIn(old, text)
            text = text.replace(old, new)
        exec(compile(text, "airflow.md", "exec"), {"__name__": "dag"})

    def test_tasks_of_the_dag(self):
        world = harness.World("--orders", "300")
        before = dict(os.environ), dict(sys.modules)
        try:
            os.environ.update({**world.env(), "PATH": f"{Path(harness.TOOL).parent}:{os.environ['PATH']}"})
            sys.modules.update(stand_ins())
            job = world.job()
            self.run_dag(job)
            self.assertEqual(world.differences(START, END), [])
            windows = world.rows("erp2mysql_window", ["status", "attempt"])
            self.assertEqual({(row["status"], row["attempt"]) for row in windows}, {("done", "1")})
            asked = world.stats()["requests"]
            self.run_dag(job)  # nothing is left to do
            self.assertEqual(world.stats()["requests"], asked)
            os.environ["MYSQL_PASSWORD"] = "wrong"
            with self.assertRaises(FailForGood):
                self.run_dag(job, "['20231231T160000Z-20240101T160000Z']")
        finally:
            os.environ.clear()
            os.environ.update(before[0])
            for name in stand_ins():
                if name not in before[1]:
                    sys.modules.pop(name, None)
            world.close()


unittest.main()
