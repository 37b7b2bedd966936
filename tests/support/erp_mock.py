# SPDX-License-Identifier: Apache-2.0
"""A handle on one erp2mysql-mock: where each platform is, with which credentials, what it holds.

    mock = erp_mock.Mock.start("--orders", "60")
    job["source"]["connection"] = mock.connection("kingdee")
    rows = mock.truth("kingdee", api="SAL_SaleOrder", fields="FID,FBillNo")

Knows nothing of the tool under test; numbers of the truth stay text.
"""
import ctypes
import json
import os
import signal
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ERP2MYSQL_MOCK", str(ROOT / "build/ci/tests/mock/erp2mysql-mock"))

# What the mock believes unless told otherwise; names are those of --set, but for the four flags.
USUAL = {
    "app-key": "12345678", "app-secret": "qmsecret", "target-app-key": "23060081",
    "customer-id": "100001",
    "jikeyun.appkey": "10002000", "jikeyun.appsecret": "0123456789abcdefABCDEF0123456789",
    "xiaobangbang.corpid": "ding0000000000000000",
    "xiaobangbang.token": "a1b2c3d4e5f60718293a4b5c6d7e8f90",
    "wangdiantong.sid": "wdtapi3", "wangdiantong.appkey": "testkey",
    "wangdiantong.appsecret": "testsecret:testsalt", "wangdiantong.target_app_key": "21363512",
    "jushuitan.app_key": "testappkey", "jushuitan.app_secret": "testappsecret",
    "jushuitan.access_token": "testtoken", "jushuitan.refresh_token": "testrefresh",
    "kingdee.acct_id": "65f0a1b2c3d4e5", "kingdee.username": "demo",
    "kingdee.password": "K3-p@ss\"word",
    "kingdee.app_id": "123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4",
    "kingdee.app_secret": "test-app-secret-value",
}

# Per platform: the path of base_url, and the job's connection keys with where they come from.
CONNECTIONS = {
    "jikeyun": ("/open/openapi/do", {"appkey": "jikeyun.appkey", "appsecret": "jikeyun.appsecret"}),
    "xiaobangbang": ("", {"corpid": "xiaobangbang.corpid", "token": "xiaobangbang.token"}),
    "wangdiantong-qimen": ("/router/qm", {
        "app_key": "app-key", "app_secret": "app-secret",
        "target_app_key": "wangdiantong.target_app_key", "sid": "wangdiantong.sid",
        "wdt_appkey": "wangdiantong.appkey", "wdt_appsecret": "wangdiantong.appsecret"}),
    "wangdiantong": ("/openapi", {
        "sid": "wangdiantong.sid", "appkey": "wangdiantong.appkey",
        "appsecret": "wangdiantong.appsecret"}),
    "jushuitan-qimen": ("/router/qm", {
        "app_key": "app-key", "app_secret": "app-secret", "target_app_key": "target-app-key",
        "customer_id": "customer-id"}),
    "jushuitan": ("", {
        "app_key": "jushuitan.app_key", "app_secret": "jushuitan.app_secret",
        "access_token": "jushuitan.access_token", "refresh_token": "jushuitan.refresh_token"}),
    "kingdee": ("/K3Cloud", {
        "acct_id": "kingdee.acct_id", "username": "kingdee.username",
        "password": "kingdee.password", "app_id": "kingdee.app_id",
        "app_secret": "kingdee.app_secret"}),
}
PLATFORMS = tuple(CONNECTIONS)


def own_settings(key):
    """Settings under which every platform knows the caller by `key`: budgets of calls are kept per
    caller and host, so a test with a key of its own never waits for another."""
    return {"app-key": key, "jikeyun.appkey": key, "xiaobangbang.corpid": "ding" + key,
            "wangdiantong.sid": "sid" + key, "jushuitan.app_key": key,
            "kingdee.acct_id": "acct" + key}


def flags_of(settings):
    """The command line that makes the mock believe these settings."""
    out = []
    for name, value in settings.items():
        out += ["--set", f"{name}={value}"] if "." in name else [f"--{name}", value]
    return out


def parse(text):
    """JSON whose numbers stay the text they were."""
    return json.loads(text, parse_float=str, parse_int=str)


def die_with_parent():
    """In a child: be killed when the test is, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Mock:
    def __init__(self, port, settings=None, process=None):
        self.port = port
        self.settings = {**USUAL, **(settings or {})}
        self.replaced = set()  # secrets that held until set()
        self.process = process

    @classmethod
    def start(cls, *flags, settings=None):
        """A mock of its own; it ends with close(), or with this process."""
        with tempfile.TemporaryDirectory(prefix="e2m") as folder:
            port_file = Path(folder) / "port"
            process = subprocess.Popen(
                [BINARY, "--listen", "127.0.0.1:0", "--port-file", str(port_file),
                 *flags_of(settings or {}), *map(str, flags)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)
            end = time.monotonic() + 60
            while not port_file.exists():
                if process.poll() is not None or time.monotonic() > end:
                    process.kill()
                    raise RuntimeError("the mock did not start")
                time.sleep(0.01)
            return cls(int(port_file.read_text()), settings, process)

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def base_url(self, platform):
        return f"http://127.0.0.1:{self.port}{CONNECTIONS[platform][0]}"

    def connection(self, platform, **more):
        """The `connection` of a job's source, credentials included."""
        keys = {key: self.settings[name] for key, name in CONNECTIONS[platform][1].items()}
        return {"base_url": self.base_url(platform), **keys, **more}

    def secrets(self):
        """What must never be seen in an output of the tool; what it issued itself, stats() tells."""
        given = {value for name, value in self.settings.items()
                 if name.endswith(("secret", "token", "password"))}
        return self.replaced.union(given, *(value.split(":") for value in given))  # secret:salt

    # -- what stands beside the platforms ---------------------------------------------------------

    def http(self, path, body=None, **query):
        query = {name: value for name, value in query.items() if value is not None}
        url = f"http://127.0.0.1:{self.port}{path}?{urllib.parse.urlencode(query)}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url, data=body, timeout=60) as answer:
            return answer.read().decode()

    def truth(self, platform, api=None, start=None, end=None, fields=None):
        """The rows a perfect sync would hold; `api` names the list, else the platform's first."""
        # Jushuitan behind Qimen has one list only, and takes "from" as a keyword of Python's.
        query = {"api": api, "from": start, "to": end, "fields": fields}
        lines = self.http("/_mock/truth/" + platform, **query).splitlines()
        return [parse(line) for line in lines]

    def stats(self, platform=None):
        return json.loads(self.http("/_mock/stats", platform=platform))

    def faults(self, plan):
        self.http("/_mock/faults", json.dumps(plan, ensure_ascii=False).encode())

    def fault_names(self):
        return json.loads(self.http("/_mock/faults"))

    def touch(self, platform, key, api=None):
        """Changes the row whose number this is, as somebody at the ERP would."""
        if platform == "jushuitan-qimen":
            return self.http("/_mock/touch", b"", io_id=key)
        return self.http("/_mock/touch", b"", platform=platform, api=api, id=key)

    def late(self, platform, api=None, count=None):
        """Rows of --late become visible, with their old time of change; returns how many."""
        told = self.http("/_mock/late", b"", platform=platform, api=api, count=count)
        return json.loads(told)["appeared"]

    def expire(self, platform):
        """Ends all sessions, or the access token."""
        self.http("/_mock/expire", b"", platform=platform)

    def set(self, **settings):
        """Changes settings while the mock runs: set(**{"kingdee.limit": 10})."""
        self.replaced = self.secrets()
        self.settings.update({name: str(value) for name, value in settings.items()})
        self.http("/_mock/set", b"", **settings)


def lookup(row, path):
    """What stands at "data.serialNo" or "lines.0.qty"; None when nothing does."""
    for part in path.split("."):
        if isinstance(row, list) and part.isdigit() and int(part) < len(row):
            row = row[int(part)]
        elif isinstance(row, dict):
            row = row.get(part)
        else:
            return None
    return row


def flatten(rows, name, separator="_"):
    """One row per element of the list `name`, its members beside the others as name_member; a row
    whose list is empty stays one row without them."""
    out = []
    for row in rows:
        head = {key: value for key, value in row.items() if key != name}
        for line in row.get(name) or [{}]:
            out.append({**head, **{name + separator + key: cell for key, cell in line.items()}})
    return out
