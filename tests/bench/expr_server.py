#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How many expressions a second a server answers, a thousand in one SELECT: the other column of
expr_bench.

    expr_server.py SOCKET
"""
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "differential"))
import live  # noqa: E402

EXPRESSIONS = [
    "19.99*3",
    "LEFT('2024-03-05 15:08:09',10)",
    "case when 'Sent'='Cancelled' then 'x' when LOCATE('仔细','请仔细包装')>0 then 'y' else 'n' end",
    "DATE_FORMAT(DATE_ADD('2024-03-05 15:08:09',INTERVAL -10 SECOND),'%Y-%m-%d %H:%i:00')",
    "ROUND(IFNULL(12345.6700,0)/3,4)",
]

server = live.Live(sys.argv[1])
for expression in EXPRESSIONS:
    statement = "SELECT " + ",".join([expression] * 1000)
    rounds = 0
    start = time.monotonic()
    while time.monotonic() - start < 2:
        server.query(statement)
        rounds += 1
    print(f"{rounds * 1000 / (time.monotonic() - start):10.0f}/s  {expression}")
