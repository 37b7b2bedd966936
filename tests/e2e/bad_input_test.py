#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everything that can be wrong around the tool: the exit code, one clear message, state untouched."""
import json
import sys
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import NOW, OTHER_PASSWORD, edit  # noqa: E402

FOR_EVER = -1


class BadInput(unittest.TestCase):
    def setUp(self):
        world.fresh()

    def assert_state_is_honest(self):
        self.assertEqual(world.ahead_of_data(), [])

    def fails(self, codes, job=None, env=None, says=None, rows=0):
        """Runs a job that must fail with one of `codes`, before any window is done."""
        before = world.job_row().get("watermark")
        result = world.run(job or world.job(), "--now", NOW, env=env)
        self.assertIn(result.code, codes if isinstance(codes, tuple) else (codes,), result.err)
        self.assertEqual(len(harness.error_lines(result.err)), 1, result.err)
        if says:
            self.assertRegex(result.err, says)
        self.assertEqual(world.job_row().get("watermark"), before)
        self.assertEqual(world.done_windows(), [])
        self.assert_state_is_honest()
        if rows == 0 and world.table_exists(harness.TABLE):
            self.assertEqual(world.sql(f"SELECT COUNT(*) FROM bi.{harness.TABLE}").strip(), "0")
        return result

    def recovers(self, plan, job=None):
        """Runs a job that must complete in spite of the faults."""
        world.faults(plan)
        result = world.run(job or world.job(), "--now", NOW)
        self.assertEqual(result.code, 0, result.err)
        self.assertEqual(world.differences(), [])
        hit = world.stats()["faults"]
        for fault in plan:
            self.assertIn(fault["fault"], hit, "this fault never happened")
        return result

    # -- the ERP ------------------------------------------------------------------------------------

    def test_wrong_signature(self):
        self.fails(77, env={"JST_APP_SECRET": OTHER_PASSWORD}, says="(?i)sign")

    def test_unknown_app_key(self):
        self.fails((77, 69), env={"JST_APP_KEY": "99999999"}, says="(?i)app.?key")

    def test_login_page_instead_of_json(self):
        world.faults([{"fault": "html", "times": FOR_EVER}])
        self.fails((75, 76), says="(?i)html")

    def test_truncated_json_for_ever(self):
        world.faults([{"fault": "truncated_json", "times": FOR_EVER}])
        self.fails((75, 76))

    def test_server_errors_for_ever(self):
        world.faults([{"fault": "http500", "times": FOR_EVER}])
        self.fails(75, says="500")

    def test_missing_list(self):
        world.faults([{"fault": "missing_list", "times": FOR_EVER}])
        self.fails((75, 76), says="datas")

    def test_no_such_server(self):
        self.fails(75, env={"JST_BASE_URL": "http://127.0.0.1:1/router/qm"})

    def test_erp_refuses_for_good(self):
        world.faults([{"fault": "isv", "times": FOR_EVER}])
        self.fails(69, says="isv.invalid-parameter")

    def test_empty_page_once(self):
        self.recovers([{"fault": "empty_page", "page": 1, "times": 1}])

    def test_empty_page_for_ever(self):
        # The window is halved some times; parts whose total is 0 are rightly done.
        world.faults([{"fault": "empty_page", "page": 1, "times": FOR_EVER}])
        result = world.run(world.job(), "--now", NOW)
        self.assertIn(result.code, (65, 75, 76), result.err)
        self.assert_state_is_honest()
        self.assertEqual(world.sql(f"SELECT COUNT(*) FROM bi.{harness.TABLE}").strip(), "0")

    def test_same_page_for_ever(self):
        def change(job):
            edit(sync={"window": "7d"})(job)
            job["source"]["pagination"]["pageSize"] = 10
            job["source"]["request"][1]["value"] = "10"
        world.faults([{"fault": "repeat_page", "times": FOR_EVER}])
        self.fails((65, 75, 76), world.job(change))

    def test_passing_trouble(self):
        names = ["html502", "http500", "reset", "truncated_transfer", "truncated_json", "bad_gzip", "isp"]
        self.recovers([{"fault": name, "at": 2 + 3 * i, "times": 1} for i, name in enumerate(names)],
                      world.job(harness.small_pages(5)))

    def test_odd_but_whole_answers(self):
        names = ["bom", "type_switch", "dup_key", "duplicate_rows", "code_as_text"]
        self.recovers([{"fault": name, "at": 1 + 3 * i, "seconds": 1} for i, name in enumerate(names)],
                      world.job(harness.small_pages(5)))

    def test_throttle_is_waited_out(self):
        started = time.monotonic()
        self.recovers([{"fault": "throttle", "at": 3, "seconds": 1}])
        self.assertGreaterEqual(time.monotonic() - started, 1)

    def test_retry_after_is_waited_out(self):
        started = time.monotonic()
        self.recovers([{"fault": "http429", "at": 3, "retry_after": 2}])
        self.assertGreaterEqual(time.monotonic() - started, 2)

    def test_quota_used_up(self):
        world.faults([{"fault": "quota", "times": FOR_EVER}])
        started = time.monotonic()
        self.fails(75, says="(?i)quota|limit")
        self.assertLess(time.monotonic() - started, 30, "a ban of hours must not be slept through")

    def test_failure_in_the_middle_keeps_what_is_done(self):
        world.faults([{"fault": "isv", "at": 9, "times": FOR_EVER}])
        job = world.job(harness.small_pages(5))
        result = world.run(job, "--now", NOW, "--output", "json")
        self.assertEqual(result.code, 69, result.err)
        told = json.loads(result.out)
        self.assertEqual((told["status"], told["exit_code"]), ("failed", 69))
        self.assertTrue(told["error"])
        self.assertLess(told["windows"]["done"], told["windows"]["planned"])
        self.assertEqual(len(world.done_windows()), told["windows"]["done"])
        self.assert_state_is_honest()
        self.recovers([], job)

    # -- MySQL --------------------------------------------------------------------------------------

    def test_wrong_password(self):
        self.fails(77, env={"MYSQL_PASSWORD": OTHER_PASSWORD}, says="1045")

    def test_no_database_server(self):
        self.fails(75, env={"MYSQL_SOCKET": "/nonexistent/s.sock"}, says="/nonexistent/s.sock|2002")

    def test_table_missing(self):
        world.sql(f"DROP TABLE bi.{harness.TABLE}")
        self.fails(78, says=harness.TABLE)

    def test_column_missing_in_the_table(self):
        world.sql(f"ALTER TABLE bi.{harness.TABLE} DROP COLUMN wave_id")
        self.fails(78, says="wave_id")

    def test_a_column_too_many_in_the_statement(self):
        def change(job):
            sql = job["target"]["otherRequest"][0]
            sql["value"] = sql["value"].replace("(id, ", "(id, one_more, ")
        self.fails(78, world.job(change), says="68.*67|67.*68")
        self.assertEqual(world.stats()["requests"], 0)

    def test_an_item_too_few(self):
        self.fails(78, world.job(lambda job: job["target"]["request"].pop()), says="67.*66|66.*67")
        self.assertEqual(world.stats()["requests"], 0)

    def test_row_too_long_for_its_column(self):
        world.sql(f"ALTER TABLE bi.{harness.TABLE} MODIFY items_name varchar(3)")
        result = self.fails(65, says="items_name")
        self.assertNotIn("不锈钢", result.err)  # values of rows are no business of the log

    def test_bad_rows_within_the_limit(self):
        world.sql(f"ALTER TABLE bi.{harness.TABLE} MODIFY items_name varchar(6)")
        job = world.job(edit(quality={"maxBadRows": 1000000}))
        result = world.run(job, "--now", NOW, "--output", "json")
        self.assertEqual(result.code, 3, result.err)
        rows = json.loads(result.out)["rows"]
        truth = world.expected(world.truth())
        long = {key for key, row in truth.items() if len(row["items_name"] or "") > 6}
        self.assertTrue(long)
        self.assertEqual(world.actual(), {k: v for k, v in truth.items() if k not in long})
        self.assertGreaterEqual(rows["quarantined"], len(long))
        kept = int(world.sql("SELECT COUNT(*) FROM bi.erp2mysql_quarantine"))
        self.assertGreaterEqual(kept, len(long))
        self.assertEqual(world.watermark(), "2024-01-08 00:09:00")

    def test_digits_that_would_be_rounded_away(self):
        world.sql(f"ALTER TABLE bi.{harness.TABLE} MODIFY f_weight decimal(18,1)")
        self.fails(65, says="f_weight")

    # -- the job file and the command line ----------------------------------------------------------

    def refused(self, text, *pieces):
        """A job file that `validate` and `run` refuse before any request, naming `pieces`."""
        path = world.dir / "broken.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        for command in ("validate", "run"):
            result = world.call(command, path)
            self.assertEqual(result.code, 78, result.out + result.err)
            self.assertIn("broken.json", result.out + result.err)
            for piece in pieces:
                self.assertIn(piece, result.out + result.err)
        self.assertEqual(world.stats()["requests"], 0)
        self.assertEqual(world.job_row(), {})

    def shipped(self):
        return json.loads((harness.ROOT / "configs/jushuitan-saleout.json").read_text())

    def test_job_file_is_no_json(self):
        self.refused('{"name": "x",\n  oops}', ":2:")

    def test_all_problems_in_one_pass(self):
        job = self.shipped()
        job["source"]["apii"] = job["source"].pop("api")
        job["sync"]["window"] = "1 fortnight"
        job["target"]["request"][3]["type"] = "integer?"
        del job["target"]["connection"]["database"]
        self.refused(job, "apii", '"api"', "/sync/window", "/target/request/3/type", "database")

    def test_unknown_platform(self):
        job = self.shipped()
        job["source"]["platform"] = "jushuitan-qiman"
        self.refused(job, "jushuitan-qiman", "jushuitan-qimen")

    def test_missing_secret(self):
        result = world.run(world.job(), "--now", NOW, env={"JST_APP_SECRET": None})
        self.assertEqual(result.code, 78, result.err)
        self.assertIn("JST_APP_SECRET", result.err)
        self.assertEqual(world.stats()["requests"], 0)

    def test_no_such_job_file(self):
        result = world.run("/nonexistent/job.json")
        self.assertIn(result.code, (74, 78), result.err)
        self.assertIn("/nonexistent/job.json", result.err)

    def test_usage(self):
        job = world.job()
        for args in (["run", job, "--frm", "2024-01-01"], ["rum", job], [], ["run"],
                     ["run", job, "--from", "yesterday"], ["run", job, "--from", "2024-01-01 00:00:00"],
                     ["run", job, "--from", "2024-01-02", "--to", "2024-01-01"],
                     ["run", job, "--output", "yaml"], ["preview", job, "--rows", "-1"]):
            with self.subTest(args=args[1:] or args):
                result = world.call(*args)
                self.assertEqual(result.code, 64, result.out + result.err)
                self.assertTrue(result.err)
        self.assertEqual(world.stats()["requests"], 0)


if __name__ == "__main__":
    world = harness.World("--orders", "60")
    unittest.main()
