#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The model of time against cases that can be worked out by hand: one resource at a time is short."""
import sys
import unittest

sys.dont_write_bytecode = True
from scaling_model import Costs, Window, bounds, time_to_finish  # noqa: E402

FREE = Costs(0, 0, 0, 0, 1e9, 1e9)


def with_costs(**changes):
    return Costs(**{**FREE.__dict__, **changes})


class Model(unittest.TestCase):
    CASES = [
        # what is short, windows, workers, limit, costs, seconds
        ("latency", [Window(0, 10, 0)] * 4, 1, 0, with_costs(latency=0.1), 4.0),
        ("latency, two workers", [Window(0, 10, 0)] * 4, 2, 0, with_costs(latency=0.1), 2.0),
        ("latency, more workers than windows", [Window(0, 10, 0)] * 4, 9, 0,
         with_costs(latency=0.1), 1.0),
        # The first 5 leave at once, then 5 in each second.
        ("the limit", [Window(0, 5, 0)] * 4, 1, 5, FREE, 3.0),
        ("the limit, which workers share", [Window(0, 5, 0)] * 4, 4, 5, FREE, 3.0),
        ("the limits of two accounts", [Window(i % 2, 5, 0) for i in range(8)], 2, 5, FREE, 3.0),
        ("one connection", [Window(0, 1, 1000)] * 4, 1, 0, with_costs(connection=1000), 4.0),
        ("two connections", [Window(0, 1, 1000)] * 4, 2, 0, with_costs(connection=1000), 2.0),
        ("the server", [Window(0, 1, 1000)] * 4, 4, 0, with_costs(server=1000), 4.0),
        ("ends of windows", [Window(0, 1, 0)] * 4, 1, 0, with_costs(window=0.5), 2.0),
    ]

    def test_one_thing_is_short(self):
        for name, windows, workers, limit, costs, seconds in self.CASES:
            with self.subTest(name):
                self.assertAlmostEqual(time_to_finish(windows, workers, limit, costs), seconds, 6)

    def test_no_run_beats_the_bounds(self):
        costs = Costs(0, 0.01, 0.002, 0.05, 20_000, 50_000)
        windows = [Window(i % 3, 7 + i % 5, 900 + 50 * i) for i in range(60)]
        requests = sum(one.requests for one in windows)
        rows = sum(one.rows for one in windows)
        for workers in (1, 2, 4, 16):
            need = bounds(3, requests, rows, 60, workers, 5, costs)
            # The first second of a limit is free.
            need["limit of the ERP"] -= 2
            self.assertGreaterEqual(time_to_finish(windows, workers, 5, costs) * 1.001,
                                    max(need.values()))


unittest.main()
