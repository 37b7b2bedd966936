#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Texts that would be code anywhere else: quotes, backslashes, NULs, bytes of other charsets, comments,
placeholders of every language on the way. Each goes through every way of writing and mapping, and stands
in the table as the ERP sent it."""
import http.server
import json
import sys
import threading
import unittest
import urllib.parse
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import harness  # noqa: E402
from harness import START, edit  # noqa: E402

ONE_WINDOW = ("--from", START, "--to", "2024-01-02 00:00:00")

PIECES = ["'", '"', "`", "\\", "\\'", "''", "\0", "\x1a", "\n", "\r", "\t", "%", "_", "?", ";", "#", "-- ", "/*", "*/",
          "\u00bf'", "\u00bf\\'", "\U0001f600", "中'", "￥", ":id", ":a", "<{a: x}>", "{a}", "{{a}}",
          "{{LAST_SYNC_TIME}}", "${env:MYSQL_PASSWORD}", "${a}", "%s", "%n", "$1", "\\1", "{0}", "_function NOW()", "NULL",
          "'); DROP TABLE t; -- ", "' OR '1'='1", "\" OR \"\"=\"", "1 UNION SELECT 1", "\\N", "0x27", "@@version", "\u2028"]
TEXTS = [*PIECES, *(a + "x" + b for a in PIECES for b in ("'", "\\", "\0", "?")), "".join(PIECES), "\\" * 4001 + "'"]
BYTES = ["BF27", "BF5C27", "00FF27", "5C", "27"]

# How a column is made of the field `a`, and what must stand in it.
COLUMNS = {
    "plain": ("{a}", lambda a: a),
    "inside": ("<{a}|{a}>", lambda a: f"<{a}|{a}>"),
    "quoted": ("_function CONCAT('[', '{a}', ']')", lambda a: f"[{a}]"),
    "bare": ("_function CONCAT({a}, '!')", lambda a: f"{a}!"),
    "length": ("_function CHAR_LENGTH('{a}')", lambda a: str(len(a))),
}
NAMES = ["id", *COLUMNS, "raw"]
LIST, MARKS = ", ".join(NAMES), ", ".join(":" + name for name in NAMES)
ASSIGN = ", ".join(f"{name} = VALUES({name})" for name in NAMES[1:])
BATCH, EXECUTE = "batchexecute", "execute"

# name: (api of the target, its statement)
WAYS = {
    "replace": (BATCH, f"REPLACE INTO t ({LIST}) VALUES"),
    "insert": (BATCH, f"INSERT INTO t ({LIST}) VALUES"),
    "insert ignore": (BATCH, f"INSERT IGNORE INTO t ({LIST}) VALUES"),
    "insert or update": (BATCH, f"INSERT INTO t ({LIST}) VALUES ON DUPLICATE KEY UPDATE {ASSIGN}"),
    "insert by name": (EXECUTE, f"INSERT INTO t ({LIST}) VALUES ({MARKS})"),
    "replace by name": (EXECUTE, f"REPLACE INTO t ({LIST}) VALUES ({MARKS})"),
    "update": (EXECUTE, "UPDATE t SET " + ", ".join(f"{name} = :{name}" for name in NAMES[1:]) + " WHERE id = :id"),
    "update among other texts": (EXECUTE, "UPDATE t SET /* :a ' */ " + ", ".join(
        f"{name} = :{name}" for name in NAMES[1:]) + " WHERE id = :id AND ':x?''' <> '?\\'' -- :y"),
    "one row a statement": (BATCH, f"REPLACE INTO t ({LIST}) VALUES"),
}


class Erp(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        asked = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        size, page = int(asked["page_size"][0]), int(asked["page_index"][0])
        rows = [{"id": i, "a": text, "hex": BYTES[i % len(BYTES)]} for i, text in enumerate(TEXTS)]
        here = rows[(page - 1) * size:page * size]
        body = json.dumps({"response": {"code": "0", "issuccess": True, "has_next": page * size < len(rows),
                                        "data_count": len(rows), "datas": here}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def job_for(way):
    api, statement = WAYS[way]
    items = [{"field": "id", "type": "int", "value": "{id}"},
             *({"field": name, "type": "string", "value": value} for name, (value, _) in COLUMNS.items()),
             {"field": "raw", "type": "string", "value": "_function UNHEX('{hex}')"}]

    def change(job):
        source = job["source"]
        source["connection"]["base_url"] = f"http://127.0.0.1:{erp.server_port}/router/qm"
        source.pop("beatFlat", None)
        source.update(id="id", number="id", idCheck=True)
        target = job["target"]
        target["api"] = api
        target["request"] = items
        target["otherRequest"] = [{"field": "main_sql", "value": statement}]
        if api == EXECUTE:
            target["request"] = [{"field": "main_params", "type": "object", "children": items}]
        if way == "one row a statement":
            target["otherRequest"].append({"field": "limit", "value": "1"})
    return change


class Injection(unittest.TestCase):
    def setUp(self):
        world.fresh()
        columns = "".join(f"{name} LONGTEXT, " for name in COLUMNS)
        world.sql(f"CREATE TABLE t (id INT PRIMARY KEY, {columns} raw VARBINARY(16))"
                  " DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_bin", "bi")

    def check_table(self):
        hexed = ", ".join(f"HEX({name})" for name in NAMES[1:])
        lines = world.sql(f"SELECT JSON_ARRAY(id, {hexed}) FROM t ORDER BY id", "bi").splitlines()
        found = {row[0]: row[1:] for row in map(json.loads, lines)}
        self.assertEqual(found.keys(), set(range(len(TEXTS))))
        for i, text in enumerate(TEXTS):
            wanted = [make(text).encode().hex().upper() for _, make in COLUMNS.values()]
            self.assertEqual(found[i], [*wanted, BYTES[i % len(BYTES)]], repr(text))

    def test_every_text_stands_as_it_was_sent(self):
        for way in WAYS:
            with self.subTest(way):
                world.sql("DELETE FROM t", "bi")
                if way.startswith("update"):
                    values = ",".join(f"({i})" for i in range(len(TEXTS)))
                    world.sql(f"INSERT INTO t (id) VALUES {values}", "bi")
                done = world.run(world.job(job_for(way)), *ONE_WINDOW)
                self.assertEqual(done.code, 0, done.err)
                self.check_table()
        print(f"{len(TEXTS)} texts × {len(COLUMNS)} mappings × {len(WAYS)} ways of writing: stored as they came")

    def test_the_quarantine_keeps_them_too(self):
        world.sql("DELIMITER //\nCREATE TRIGGER reject BEFORE INSERT ON t FOR EACH ROW BEGIN IF NEW.id % 2 = 0"
                  " THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not today'; END IF; END//", "bi")
        job = world.job(lambda job: (job_for("replace")(job), edit(quality={"maxBadRows": 10_000})(job)))
        done = world.run(job, *ONE_WINDOW)
        self.assertEqual(done.code, 3, done.err)
        for command in (("list",), ("show",), ("list", "-o", "json"), ("show", "-o", "json")):
            shown = world.call("quarantine", command[0], job, *command[1:])
            self.assertEqual(shown.code, 0, shown.err)
        world.sql("DROP TRIGGER reject", "bi")
        replayed = world.call("quarantine", "replay", job, "--all")
        self.assertEqual(replayed.code, 0, replayed.err)
        self.check_table()


if __name__ == "__main__":
    world = harness.World("--orders", "20")
    erp = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Erp)
    threading.Thread(target=erp.serve_forever, daemon=True).start()
    unittest.main()
