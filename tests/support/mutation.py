#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Can the suite see? A program built with ERP2MYSQL_SEEDED_BUGS makes the mistake that a variable names;
for each there is a test that must notice it, and that passes when nothing is wrong.

    mutation.py BUILD [NAME…]   builds nothing; exits 1 when a bug stays unnoticed
    mutation.py --names [BINARY]   bugs of the sources, bugs and tests of this table agree, and BINARY, an
                                   ordinary one, holds nothing of all this
"""
import concurrent.futures
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "ERP2MYSQL_SEEDED_BUG"

# name: (what the program does wrong, the binary or script that notices, its test)
BUGS = {
    "no-rollback": ("leaves the transaction open after an error",
                    "mysql", "Transaction.CommitStoresAndRollbackDoesNot"),
    "deadlock-swallowed": ("goes on after errno 1213 as if nothing was", "store", "Faults.ADeadlock"),
    "last-row-lost": ("leaves the last row of every statement out", "mysql", "WriteRows.EveryCellArrives"),
    "watermark-early": ("moves the watermark before the rows are there",
                        "store", "Writer.ABadRowStopsTheRunAndNothingIsCommitted"),
    "watermark-over-gap": ("moves the watermark over a window that is not done",
                           "store", "Windows.TheWatermarkFollowsWithoutAGap"),
    "failed-is-done": ("notes a failed window as done",
                       "store", "Writer.ABadRowStopsTheRunAndNothingIsCommitted"),
    "no-fence": ("writes although another run took the job over",
                 "store", "Windows.AStaleRunnerIsFencedEverywhere"),
    "limit-alone": ("takes no slot of the limit that hosts share", "e2e", "shared_limit"),
    "lease-ignored": ("takes windows from processes that are alive", "store", "Shared.WindowsOfTheLivingStay"),
    "no-lock": ("runs beside another run of the job", "store", "States.LockBelongsToOneConnection"),
    "doubt-ignored": ("writes again what a COMMIT without an answer had stored",
                      "store", "InDoubt.EveryRowIsWrittenOnceAndCountedOnce"),
    "doubt-uncounted": ("forgets the counts of a COMMIT without an answer",
                        "store", "InDoubt.EveryRowIsWrittenOnceAndCountedOnce"),
    "quarantine-lost": ("drops bad rows instead of keeping them",
                        "store", "Balance.EveryRowIsInTheTableOrInQuarantine"),
    "bad-rows-unlimited": ("goes on past the limit of bad rows", "store", "Writer.TooManyBadRowsStopTheRun"),
    "bad-rows-exit-0": ("ends with 0 although rows are in quarantine", "e2e", "quarantine"),
    "warnings-ignored": ("takes no notice of the server's warnings",
                         "store", "Writer.AWarningOfTheServerEndsTheBatch"),
    "forward-paging": ("reads pages from the first to the last", "run", "Drift.NoRowIsMissed"),
    "totals-ignored": ("does not compare totals after a scan",
                       "source", "ReaderTest.TotalThatGrewMeansASecondScan"),
    "empty-page-believed": ("takes an empty page inside the range for the truth",
                            "source", "ReaderTest.EmptyPageInsideIsFetchedAgain"),
    "missing-list-is-empty": ("reads an answer without a list as a page without rows",
                              "source", "Contract.ErrorsInsideTwoHundredAreSeen"),
    "newest-copy-lost": ("keeps the older copy of a row that changed while it was read",
                         "run", "WindowJob.TheSameRecordAgainIsADuplicateAndAChangedOneIsWritten"),
    "leftovers-kept": ("leaves the windows of a run that was killed in the plan of the next one", "e2e", "crash"),
    "late-window-lost": ("forgets a window that began to ask and came too late",
                         "run", "OneLane.AWindowThatBeganTooLateIsStillToDo"),
    "no-lag": ("reads up to this very moment", "plan", "IncrementalStretch.Table"),
    "no-overlap": ("reads from the watermark on only", "plan", "IncrementalStretch.Table"),
    "window-gap": ("leaves a second between two windows", "plan", "Cut.ExactBoundsTileTheStretch"),
    "number-through-double": ("reads exact numbers as doubles", "map", "Coerce.ByType"),
    "backslash-bare": ("does not escape backslashes", "mysql", "Literals.EveryByteComesBack"),
    "secret-logged": ("writes log lines as they are", "base", "Log.JsonLinesAreScrubbedAndEscaped"),
    "secret-as-given-only": ("knows secrets in one spelling only", "base", "Secrets.EveryEncodingIsBlanked"),
    "refusal-retried": ("asks again after a final refusal",
                        "http", "Retrying.FinalVerdictsAndErrorsEndAtOnce"),
    "tls-optional": ("goes on in clear text where encryption is demanded",
                     "mysql", "Connect.DemandedEncryptionIsNeverSilentlyAbsent"),
    "token-file-open": ("lets everybody read renewed tokens",
                        "source", "ClientTest.FilesAreForTheirOwnerOnly"),
}


def command(build, place, test):
    if place == "e2e":
        return [sys.executable, str(ROOT / f"tests/e2e/{test}_test.py")]
    suite, name = test.split(".")
    return [str(build / f"tests/{place}_test"), "--gtest_brief=1",
            f"--gtest_filter={suite}.{name}:*/{suite}.{name}/*"]


def passes(build, place, test, bug):
    env = {**os.environ, "ERP2MYSQL": str(build / "erp2mysql"), VARIABLE: bug,
           "ERP2MYSQL_MOCK": str(build / "tests/mock/erp2mysql-mock"),
           "ERP2MYSQL_KILL_POINT": str(build / "tests/libkill_point.so")}
    try:
        done = subprocess.run(command(build, place, test), capture_output=True, text=True, env=env,
                              timeout=300, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return False
    ran = place == "e2e" or re.search(r"\[  PASSED  \] [1-9]", done.stdout)
    return done.returncode == 0 and bool(ran)


def judge(build, name):
    does, place, test = BUGS[name]
    return name, does, f"{place} {test}", not passes(build, place, test, name)


def check_names(binary):
    source = "".join(p.read_text() for p in sorted((ROOT / "src").rglob("*.cpp")))
    in_source = set(re.findall(r'seeded_bug\("([^"]+)"\)', source))
    said = [f"{name}: in one of sources and table only" for name in sorted(in_source ^ BUGS.keys())]
    for name, (_, place, test) in BUGS.items():
        if place == "e2e":
            there = (ROOT / f"tests/e2e/{test}_test.py").is_file()
        else:
            suite, case = test.split(".")
            pattern = re.compile(rf"TEST\w*\({suite}, {case}\)")
            there = any(pattern.search(p.read_text()) for p in (ROOT / "tests" / place).glob("*.cpp"))
        if not there:
            said.append(f"{name}: there is no test {place} {test}")
    if binary and VARIABLE.encode() in Path(binary).read_bytes():
        said.append(f"{binary} was built with seeded bugs")
    return said


def main(words):
    if words[0] == "--names":
        said = check_names(words[1] if len(words) > 1 else None)
        print("\n".join(said) or f"{len(BUGS)} seeded bugs, each with its mark and its test")
        return bool(said)
    build, names = Path(words[0]).resolve(), words[1:] or list(BUGS)
    if VARIABLE.encode() not in (build / "erp2mysql").read_bytes():
        sys.exit(f"mutation: {build} has no seeded bugs: cmake --preset seeded")
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        tests = sorted({BUGS[name][1:] for name in names})
        broken = [test for test, good in zip(tests, pool.map(lambda one: passes(build, *one, ""), tests))
                  if not good]
        if broken:
            sys.exit(f"mutation: fails without any bug: {broken}")
        judged = list(pool.map(lambda name: judge(build, name), names))
    for name, does, test, caught in judged:
        print(f"{'caught' if caught else 'NOT CAUGHT':10}  {name}: {does}; {test}")
    count = sum(caught for *_, caught in judged)
    print(f"{count} of {len(judged)} seeded bugs caught, in {time.monotonic() - start:.0f} s")
    return count < len(judged)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
