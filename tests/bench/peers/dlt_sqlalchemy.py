#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""dlt with its SQLAlchemy destination, which is its way into MySQL: a resource of pages, loaded by
replacing. The signature has to be written by hand, since its REST source knows none such."""
import os
import tempfile

import peer


def work(task):
    os.environ["DLT_DATA_DIR"] = tempfile.mkdtemp(dir=".")
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt
    import requests
    names = [name for name, _, _ in task["columns"]]

    @dlt.resource(name=task["table"], primary_key="id", write_disposition="replace",
                  columns={name: {"data_type": "text"} for name in names})
    def rows():
        for orders in peer.Session(task, requests.Session()).pages():
            yield [dict(zip(names, row)) for row in peer.rows_of(orders, task["columns"])]

    address = f"mysql+pymysql://root@localhost/peer?unix_socket={task['socket']}&charset=utf8mb4"
    pipeline = dlt.pipeline("saleout", dataset_name="peer", pipelines_dir=".",
                            destination=dlt.destinations.sqlalchemy(credentials=address))
    pipeline.run(rows())


if __name__ == "__main__":
    peer.main(__file__, ["dlt", "requests", "pymysql"], work, database="peer")
