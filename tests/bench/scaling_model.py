# SPDX-License-Identifier: Apache-2.0
"""How long a backfill takes with so many accounts, workers and servers: windows are taken one after
the other, every request waits for its account's limit and for the peer, rows for the server. It
measures nothing and starts nothing; scaling.py gives it figures and checks it."""
import heapq
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Costs:
    """Seconds, and rows per second."""
    start: float         # of one worker, before its first request
    window: float        # beginning and end of a window, with its commits
    request: float       # of the tool and the peer, without the peer's latency
    latency: float       # of the peer
    connection: float    # rows/s that one connection writes
    server: float        # rows/s that all connections together write


@dataclass(frozen=True)
class Window:
    account: int
    requests: int
    rows: int


def time_to_finish(windows, workers, limit, costs):
    """Seconds until the last window is done. Worker i of n does every n-th window; `limit` is how many
    requests of one account may leave in any second, shared by all workers; 0 means none."""
    queues = [list(windows[i::workers])[::-1] for i in range(workers)]
    sent = {}                            # of an account: when its last `limit` requests left
    ends = []
    # A worker is at (time, number, requests left of its window, rows a request brings, writer free at).
    heap = [(costs.start, i, None, 0, 0, costs.start) for i in range(workers)]
    heapq.heapify(heap)
    while heap:
        now, worker, account, left, rows, writer_free = heapq.heappop(heap)
        if left == 0:
            if account is not None:
                now = max(now, writer_free) + costs.window
            if not queues[worker]:
                ends.append(now)
                continue
            window = queues[worker].pop()
            account, left = window.account, window.requests
            rows, writer_free = window.rows / window.requests, now
        past = sent.setdefault(account, deque(maxlen=limit or 1))
        asked = max(now, past[0] + 1) if limit and len(past) == limit else now
        if asked > now:                  # another worker may come first
            heapq.heappush(heap, (asked, worker, account, left, rows, writer_free))
            continue
        past.append(asked)
        answered = asked + costs.request + costs.latency
        # Whoever still works has an equal share of the server.
        rate = min(costs.connection, costs.server / (len(heap) + 1))
        writer_free = max(answered, writer_free) + rows / rate
        heapq.heappush(heap, (answered, worker, account, left - 1, rows, writer_free))
    return max(ends)


def bounds(accounts, requests, rows, windows, workers, limit, costs):
    """What each resource alone would need, in seconds; the longest is the bottleneck. For sizes that
    nobody simulates."""
    per_worker = max(1, workers)
    return {
        "limit of the ERP": requests / accounts / limit if limit else 0,
        "latency": requests * (costs.latency + costs.request) / per_worker,
        "connections": rows / (costs.connection * per_worker) + windows * costs.window / per_worker,
        "server": rows / costs.server,
    }
