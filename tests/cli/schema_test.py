#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema takes what the loader takes and refuses what it refuses, as far as a schema can."""
import copy
import json
import sys
import tempfile
import unittest
from pathlib import Path

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import tool  # noqa: E402

SCHEMA = json.loads(tool.call("schema").out)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
JOB = json.loads((tool.ROOT / "configs/jushuitan-saleout.json").read_text())


def pointers(job):
    """Where the schema finds something wrong: of alternatives the place that came farthest."""
    def leaf(error):
        while error.context:
            error = max(error.context, key=lambda one: len(one.absolute_path))
        return "/" + "/".join(map(str, error.absolute_path))
    return sorted({leaf(error) for error in VALIDATOR.iter_errors(job)})


def changed(path, value):
    """The shipped job with the value at this path, or without it."""
    job = copy.deepcopy(JOB)
    at = job
    keys = [int(key) if key.isdigit() else key for key in path[1:].split("/")]
    keys = [key.replace("~", "/") if isinstance(key, str) else key for key in keys]
    for key in keys[:-1]:
        at = at.setdefault(key, {}) if isinstance(at, dict) else at[key]
    if value is None:
        del at[keys[-1]]
    else:
        at[keys[-1]] = value
    return job


class Schema(unittest.TestCase):
    def test_it_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def test_every_key_is_described(self):
        def walk(node):
            for name, field in node.get("properties", {}).items():
                self.assertTrue(field.get("description"), name)
        walk(SCHEMA)
        for definition in SCHEMA["$defs"].values():
            walk(definition)

    def test_shipped_jobs_are_valid_and_name_their_schema(self):
        files = sorted((tool.ROOT / "configs").glob("*.json"))
        self.assertGreaterEqual(len(files), 7)
        for path in files:
            with self.subTest(file=path.name):
                job = json.loads(path.read_text())
                self.assertEqual(pointers(job), [])
                self.assertEqual((path.parent / job["$schema"]).resolve(),
                                 tool.ROOT / "docs/job.schema.json")

    def test_what_the_loader_takes(self):
        for path, value in (("/~~ why", {"any": 1}), ("/source/~~ why", 7),
                            ("/source/connection", "a name"), ("/target/connection", "a name"),
                            ("/timezone", "Asia/Shanghai"), ("/sync/window", "1h30m"),
                            ("/sync/parallel", "${env:N}"), ("/sync/start", "2024-01-01"),
                            ("/source/idCheck", "True"), ("/target/request/0/type", "String"),
                            ("/source/pagination/pageSize", "50"), ("/source/delay", 5),
                            ("/retryPolicy", {"maxAttempts": "3", "delay": "5000"}),
                            ("/source/condition", [[{"field": "a", "logic": "EQ", "value": 1}]]),
                            ("/source/groupCalculate", None), ("/source/number", 5)):
            job = JOB if value is None else changed(path, value)
            if value is None:
                job = copy.deepcopy(JOB)
                job["source"]["groupCalculate"] = None
            with self.subTest(path=path):
                self.assertEqual(pointers(job), [])
                self.assertEqual(self.loader(job), set())

    def loader(self, job):
        """The places that `validate` complains about."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "job.json"
            path.write_text(json.dumps(job))
            for side in ("source", "target"):
                if isinstance(job[side].get("connection"), str):
                    (Path(folder) / "connections.json").write_text(
                        json.dumps({job[side]["connection"]: JOB[side]["connection"]}))
            env = tool.secrets_of(["JST_BASE_URL", "JST_APP_KEY", "JST_APP_SECRET", "MYSQL_SOCKET",
                                   "MYSQL_USER", "MYSQL_PASSWORD"])
            env["N"] = "2"
            result = tool.call("validate", path, env=env)
            lines = [line for line in result.err.splitlines() if not line.startswith("warning")]
            return {line.split(" ", 2)[1].rstrip(":") if " /" in line else "/" for line in lines}

    def test_what_both_refuse(self):
        for path, value, at in (
                ("/source/platform", "jushuitan-qiman", "/source/platform"),
                ("/source/apii", "x", "/source"), ("/source/api", None, "/source"),
                ("/source/api", "", "/source/api"), ("/source/connection/app_keyy", "x", "/source/connection"),
                ("/source/connection/app_key", None, "/source/connection"),
                ("/target/connection/username", None, "/target/connection"),
                ("/sync/window", "1 fortnight", "/sync/window"), ("/sync/parallel", 0, "/sync/parallel"),
                ("/sync/parallel", "2", "/sync/parallel"), ("/sync/start", "yesterday", "/sync/start"),
                ("/target/request/3/type", "integer?", "/target/request/3/type"),
                ("/source/request", {"field": "x"}, "/source/request"),
                ("/source/groupCalculate", {}, "/source/groupCalculate"),
                ("/rateLimit", [{"requests": 5}], "/rateLimit/0"),
                ("/quality/rules", [{"field": "a", "onFail": "explode"}], "/quality/rules/0/onFail"),
                ("/timezone", 8, "/timezone")):
            with self.subTest(path=path, value=value):
                job = changed(path, value)
                self.assertEqual(pointers(job), [at])
                self.assertTrue(self.loader(job))


if __name__ == "__main__":
    unittest.main()
