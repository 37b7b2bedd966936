#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Everybody's first script: requests, a loop over the pages, executemany of PyMySQL."""
import peer


def work(task):
    import pymysql
    import requests
    names = [name for name, _, _ in task["columns"]]
    sql = (f"REPLACE INTO {task['table']} ({', '.join(f'`{name}`' for name in names)})"
           f" VALUES ({', '.join(['%s'] * len(names))})")
    link = pymysql.connect(unix_socket=task["socket"], user="root", database="bi",
                           charset="utf8mb4")
    waiting = []
    for orders in peer.Session(task, requests.Session()).pages():
        waiting += peer.rows_of(orders, task["columns"])
        if len(waiting) >= 1000:
            link.cursor().executemany(sql, waiting)
            link.commit()
            waiting = []
    if waiting:
        link.cursor().executemany(sql, waiting)
    link.commit()


if __name__ == "__main__":
    peer.main(__file__, ["requests", "pymysql"], work)
