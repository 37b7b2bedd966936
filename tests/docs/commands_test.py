#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command in the documentation works as it stands there.

A page's blocks are typed into one shell, one after the other, in a folder that looks like a clone, with
erp2mysql, the mock and a private MariaDB. Exit codes and, where a page shows it, output must be as told.
Commands that cannot be run here are listed in NOT_RUN with the reason; they are parsed. Command lines of
erp2mysql, in blocks, crontabs and inline, must name commands and flags that exist.

    commands_test.py [PAGE…]     these pages only; ends with the number of commands run
"""
import collections
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import cli_reference  # noqa: E402
import doc_pages  # noqa: E402
import harness  # noqa: E402
from harness import ROOT  # noqa: E402

# What a command begins with, and why it is not run here. Everything else is.
NOT_RUN = {
    "cmake": "builds the tree that this test runs in",
    "sh tests/install-deps.sh": "changes the machine",
    "cpack": "packs; tests/package does it",
    "sudo": "changes the machine",
    "apt-get": "changes the machine",
    "systemctl": "needs a running systemd",
    "systemd-analyze": "needs installed units; tests/package does it",
    "journalctl": "needs a running systemd",
    "docker": "needs a daemon",
    "kubectl": "needs a cluster",
    "sbatch": "needs a cluster; tests/scale has one",
    "squeue": "needs a cluster",
    "sh tests/run.sh": "is the suite that this test is part of",
    ".ci/run": "is the suite that this test is part of",
    "sh configs/demo/run.sh": "builds, and starts what the tutorial starts step by step",
    "sh tests/prove.sh": "takes hours; short forms of its parts are tests",
    "sh tests/bench/run.sh": "takes minutes and the whole machine",
    "build/release/tests/page_bench": "is a measurement, built on request",
    "build/release/tests/expr_bench": "is a measurement, built on request",
    "build/release/tests/writer_bench": "is a measurement, built on request",
    "bash tests/support/get_mysql.sh": "downloads a server",
    "ERP2MYSQL_TEST_MYSQL=": "needs that server",
    "PKG_CONFIG_PATH=": "builds once more, with the library of that server",
    "sh tests/lint/tidy.sh": "takes minutes; a job of its own in CI",
    "python3 tests/": "is a test or a measurement of its own",
}
KINDS = {"sh", "console", "cron", "json", "ini", "yaml", "dockerfile", "sql", "text", "python", ""}
OUTSIDE = ("/etc/", "/var/lib/", "/var/log/", "/usr/share/", "/run/secrets/", "/opt/")
SEPARATORS = re.compile(r"&&|\|\||[|;>\n]|\$\(|\)$|\$\?")


def pages():
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")),
             *sorted((ROOT / "configs").rglob("*.md"))]
    return [page for page in found if page.exists()]


def tool_lines(command):
    """The command lines of erp2mysql in a shell command, without what stands around them."""
    text = re.sub(r"\\\n\s*", " ", command)
    for part in SEPARATORS.split(re.sub(r"'[^']*'|\"[^\"]*\"", lambda m: SEPARATORS.sub("_", m[0]), text)):
        found = re.match(r"\s*(?:[A-Z_]+=\S+ |exec |! |timeout \S+ |/usr/bin/time -f \S+ )*"
                         r"(?:\S*/)?erp2mysql (.*)", part)
        if found:
            yield found[1]


def reason_not_to_run(command):
    for start, reason in NOT_RUN.items():
        if command.startswith(start):
            return reason
    return None


class Shell:
    """One shell in which a page is typed; what it leaves running ends with it."""
    MARK = "@@end of command@@"

    def __init__(self, folder, env):
        self.process = subprocess.Popen(
            ["sh"], cwd=folder, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=harness.die_with_parent)

    def type(self, command, seconds=240):
        """(exit code, output)"""
        text = f"{{ {command}\n}} </dev/null\nprintf '\\n{self.MARK}%s\\n' $?\n"
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()
        out, end = b"", time.monotonic() + seconds
        while self.MARK.encode() not in out or not out.endswith(b"\n"):
            if not select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"no end after {seconds} s; so far:\n{out.decode(errors='replace')}")
            some = os.read(self.process.stdout.fileno(), 65536)
            if not some:
                raise AssertionError(f"the shell ended:\n{out.decode(errors='replace')}")
            out += some
        said, _, code = out.decode().partition(f"\n{self.MARK}")
        return int(code), said + "\n" if said and not said.endswith("\n") else said

    def others(self):
        """Names of living processes that the shell started."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            except OSError:
                continue
            state, _, _, session = rest.split()[:4]
            if int(session) == self.process.pid != int(stat.parent.name) and state != "Z":
                yield name

    def close(self):
        """Names of processes that the page left behind."""
        end = time.monotonic() + 5
        while (left := list(self.others())) and time.monotonic() < end:
            time.sleep(0.1)  # those that were told to end
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return left


def easy(job):
    """No pauses, and few windows up to the present: pages speak of years."""
    job["rateLimit"] = [{"requests": 1000, "per": "1s"}]
    job["sync"]["window"] = "7d"
    job["source"]["omissionRemedy"] = {"takeOverRequest": [
        {"field": "start_time", "value": "{{DAYS_AGO_2|datetime}}"},
        {"field": "end_time", "value": "{{CURRENT_TIME|datetime}}"}]}


def clone(folder):
    """A folder that looks like a clone where everything is built, with the files that pages speak of."""
    for name in ("docs", "tests", "src", "include", "README.md", "CMakeLists.txt", "LICENSE"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "configs", folder / "configs")
    for preset in ("release", "ci"):
        mock = folder / "build" / preset / "tests/mock"
        mock.mkdir(parents=True)
        (mock / "erp2mysql-mock").symlink_to(harness.erp_mock.BINARY)
        (folder / "build" / preset / "erp2mysql").symlink_to(harness.TOOL)
    jobs = [folder / "jobs", folder / "root/etc/erp2mysql", folder / "root/etc/erp2mysql/jobs"]
    for place in jobs:
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(world.job(easy), place / "saleout.json")
    for name in ("job.json", "JOB"):
        shutil.copy(world.job(easy, name="saleout.json"), folder / name)
    metadata(folder)
    (folder / "record.json").write_text('{"a": "10.00"}')
    (folder / "row.json").write_text('{"price": "12.5", "qty": "3"}')
    (folder / "order.json").write_text('{"so_id": "A1", "qty": 3}')
    (folder / "expressions.txt").write_text("1+1\n")
    for place in OUTSIDE:
        (folder / f"root{place}").mkdir(parents=True, exist_ok=True)
    env = folder / "root/etc/erp2mysql/saleout.env"
    env.write_text(f"export JST_APP_KEY={world.app_key}\n")
    for place in ("etc/bash_completion.d", "usr/share/zsh/vendor-completions",
                  "var/lib/node_exporter/textfile", "var/log/erp2mysql", "etc/cron.d"):
        (folder / "root" / place).mkdir(parents=True, exist_ok=True)


def metadata(folder):
    """source.json and target.json, as QEasy would export the shipped job for refunds."""
    job = json.loads((ROOT / "configs/wangdiantong-refunds.json").read_text())
    for side in ("source", "target"):
        exported = {key: value for key, value in job[side].items() if key not in ("platform", "connection")}
        (folder / f"{side}.json").write_text(json.dumps(exported, ensure_ascii=False, indent=1))


class Page:
    def __init__(self, path, reference, counts):
        self.path, self.reference, self.counts = path, reference, counts
        self.text = path.read_text(encoding="utf-8")
        self.name = path.relative_to(ROOT).as_posix()

    def fail(self, line, what):
        raise AssertionError(f"{self.name}:{line}: {what}")

    def test(self):
        blocks = list(doc_pages.blocks(self.text))
        for block in blocks:
            self.look_at(block)
        self.look_at_inline_code()
        commands = [command for block in blocks for command in block.commands]
        if any(reason_not_to_run(command.text) is None for command in commands):
            self.run(commands)

    def look_at(self, block):
        if block.kind not in KINDS:
            self.fail(block.line, f"a block of kind {block.kind}")
        if block.kind == "json":
            text = "\n".join(block.text).replace('"…"', '""')
            try:
                json.loads(text)
            except ValueError:
                json.loads("{" + text.rstrip().rstrip(",") + "}")
        for command in block.commands:
            parsed = subprocess.run(["sh", "-n"], input=command.text, capture_output=True, text=True)
            if parsed.returncode:
                self.fail(command.line, f"sh does not parse this: {command.text}\n{parsed.stderr}")
            for line in tool_lines(command.text):
                if problem := self.reference.problem(line):
                    self.fail(command.line, f"{problem}: erp2mysql {line}")
        if block.kind in ("ini", "yaml", "dockerfile", "text", "python"):
            self.look_at_mentions(block.line, "\n".join(block.text))

    def look_at_mentions(self, first, text):
        for found in re.finditer(r"\berp2mysql ([a-z][^\"|;&\n]*)", text):
            if problem := self.reference.problem(found[1]):
                self.fail(first + text[:found.start()].count("\n"), f"{problem}: {found[0]}")

    def look_at_inline_code(self):
        for number, code in doc_pages.inline_code(self.text):
            words = code.removeprefix("erp2mysql ").replace("[", "").replace("]", "").split()
            first = [word.split("|")[0] for word in words]
            name, count = self.reference.command_of(first)
            if name is None or (len(words) == count and not code.startswith("erp2mysql ")):
                if code.startswith("erp2mysql ") and not re.match("erp2mysql (--|COMMAND)", code):
                    self.fail(number, f"no such command: {code}")
                continue
            self.counts["inline"] += 1
            for flag in re.findall(r"(?<=\s)(--?[a-z][a-z-]*)", code):
                if flag not in self.reference.commands[name].flags and flag != "--help":
                    self.fail(number, f"{name} has no flag {flag}: {code}")

    def run(self, commands):
        world.fresh("--orders", "60")
        folder = world.scratch / "clone"
        folder.mkdir()
        clone(folder)
        # Bad rows of a stricter job, for the pages that look at them.
        strict = world.job(harness.edit(quality={"maxBadRows": 1000, "rules": [{"field": "items_qty", "max": "3"}]}))
        seeded = world.run(strict, "--from", "2024-01-05", "--to", "2024-01-06")
        assert seeded.code == 3, seeded
        env = world.env({"TZ": None, "LC_ALL": None, "PATH": f"{folder}/build/ci:/usr/bin:/bin:/usr/sbin:/sbin"})
        shell = Shell(folder, env)
        try:
            for command in commands:
                if reason := reason_not_to_run(command.text):
                    self.counts[f"not run: {reason}"] += 1
                else:
                    self.run_one(shell, command, folder)
        finally:
            left = shell.close()
        if left:
            self.fail(commands[-1].line, f"the page leaves running: {left}")

    def run_one(self, shell, command, folder):
        text = re.sub("|".join(rf"(?<![\w.$}}\"]){re.escape(p)}" for p in OUTSIDE),
                      lambda m: f"{folder}/root{m[0]}", command.text)
        try:
            code, out = shell.type(text)
        except AssertionError as error:
            self.fail(command.line, f"{command.text}: {error}")
        world.look_for_secrets([(command.text, out)])
        if code != command.exit:
            self.fail(command.line, f"{command.text}: exit code {code} instead of {command.exit}\n{out[-3000:]}")
        told = re.sub(r"[ \t]+$", "", out, flags=re.M)
        wanted = [line for line in command.output]
        while wanted and not wanted[-1].strip():
            wanted.pop()
        if wanted and not doc_pages.pattern(wanted).fullmatch(told):
            self.fail(command.line, "the page tells other output than\n" + out)
        self.counts["run"] += 1
        self.counts["output compared"] += bool(wanted)


def self_test(reference):
    """Wrong command lines are found; a check that accepts everything would be silent."""
    for line in ("rum job.json", "run job.json --form 2024", "run", "run a.json b.json",
                 "run job.json -o xml", "run job.json --from"):
        assert reference.problem(line), line
    for line in ("run job.json -o json", "validate a.json b.json", "state set j '2024-01-08'", "--version",
                 "eval -- '-1+2'", "import - t.json -o j.json"):
        assert reference.problem(line) is None, (line, reference.problem(line))
    assert list(tool_lines("A=b erp2mysql run x | cat && echo")) == ["run x "]
    assert doc_pages.pattern(["a …", "…", "z"]).fullmatch("a b\nc\nd\nz\n")
    assert not doc_pages.pattern(["a …", "z"]).fullmatch("a b\nc\nz\n")


def main(names):
    reference = cli_reference.Reference((ROOT / "docs/cli.md").read_text(encoding="utf-8"))
    self_test(reference)
    counts = collections.Counter()
    found, failed = pages(), 0
    for path in found:
        page = Page(path, reference, counts)
        if names and not any(page.name.endswith(name) for name in names):
            continue
        try:
            page.test()
        except AssertionError as error:
            failed += 1
            print(error, flush=True)
    for what, number in sorted(counts.items()):
        print(f"{number:5} {what}")
    flags = sum(len(command.flags) for command in reference.commands.values())
    print(f"{len(found)} pages, {counts['run']} commands run; the reference has {len(reference.commands)} "
          f"commands with {flags} flags; {failed} pages failed")
    if not counts["run"] or (not names and counts["run"] < 100):
        sys.exit("too few commands were run: nothing was tested")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    main(sys.argv[1:])
