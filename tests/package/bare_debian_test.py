#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Debian package in a Debian that has nothing else: it installs, runs, and its units work.

    bare_debian_test.py BUILD_DIRECTORY

debootstrap makes the tree once, below build/; each test works on a copy. The last part boots the copy with
systemd-nspawn and starts the service for real, against the mock and a private MariaDB of this host. Ends with
77 (skipped, with the reason) where it is not root, or where debootstrap, a mirror or space is missing.
Knows what the package promises, and nothing of how it is built.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
import harness  # noqa: E402

BUILD = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/ci"
BASE = ROOT / "build/bare-debian"  # kept from one time to the next
SKIPPED = 77
ENV = {"JST_BASE_URL": "http://127.0.0.1:9/x", "JST_APP_KEY": "k", "JST_APP_SECRET": "s",
       "MYSQL_SOCKET": "/run/none.sock", "MYSQL_USER": "u", "MYSQL_PASSWORD": "p"}
EXAMPLE = "/usr/share/doc/erp2mysql/examples/minimal.json"

# Runs in the booted tree as the last step of its start, then switches it off.
PROBE = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'systemctl start erp2mysql@saleout.service; systemctl show -p Result -p ExecMainStatus \
 erp2mysql@saleout.service > /probe; systemctl start erp2mysql@saleout.timer; \
 systemctl is-active erp2mysql@saleout.timer >> /probe; id -un erp2mysql >> /probe; \
 journalctl -b -u erp2mysql@saleout --no-pager > /probe.log; systemctl poweroff --no-block'
[Install]
WantedBy=default.target
"""


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(SKIPPED)


def run(*command, check=True, **more):
    done = subprocess.run(list(map(str, command)), capture_output=True, encoding="utf-8", errors="replace",
                          stdin=subprocess.DEVNULL, **more)
    if check and done.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done


def inside(tree, script, check=True):
    """A shell in the tree, as root, with /proc and /dev; the mounts end with it."""
    around = ('mount --make-rprivate / && mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && '
              'exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 '
              'DEBIAN_FRONTEND=noninteractive /bin/sh -euc "$1"')
    return run("unshare", "--mount", "sh", "-euc", around, tree, script, check=check)


def base_tree():
    if os.geteuid() != 0:
        skip("a chroot needs root")
    debootstrap = shutil.which("debootstrap", path=os.environ["PATH"] + ":/usr/sbin")
    if not debootstrap:
        skip("debootstrap is missing: apt-get install debootstrap")
    if (BASE / "etc/debian_version").exists():
        return
    half = BASE.with_name("bare-debian.new")
    shutil.rmtree(half, ignore_errors=True)
    done = run(debootstrap, "--variant=minbase", "bookworm", half, check=False)
    if done.returncode:
        skip(f"debootstrap could not make a tree, has it a mirror?\n{done.stdout[-500:]}{done.stderr[-500:]}")
    half.rename(BASE)


def copy_of_base(folder):
    tree = Path(folder) / "tree"
    run("cp", "-a", "--reflink=auto", BASE, tree)
    shutil.copy("/etc/resolv.conf", tree / "etc/resolv.conf")
    return tree


def package(folder):
    run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", folder, "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")
    found, = Path(folder).glob("*.deb")
    return found


def test_installs_and_runs(tree, deb):
    shutil.copy(deb, tree / "erp2mysql.deb")
    if inside(tree, "apt-get -qq update", check=False).returncode:
        skip("the tree has no mirror to install libraries from")
    before = inside(tree, "dpkg-query -W -f '${Package}\n'").stdout.split()
    inside(tree, "apt-get -qq -y install --no-install-recommends /erp2mysql.deb && rm /erp2mysql.deb")
    after = inside(tree, "dpkg-query -W -f '${Package}\n'").stdout.split()
    version = inside(tree, "erp2mysql --version").stdout.split()[1]
    assert f"_{version}_" in deb.name or f"_{version}-" in deb.name, (version, deb.name)
    setting = " ".join(f"{name}='{value}'" for name, value in ENV.items())
    told = inside(tree, f"{setting} erp2mysql validate {EXAMPLE}").stdout
    assert told == f"{EXAMPLE}: ok, 5 columns into saleout\n", told
    told = inside(tree, f"{setting} erp2mysql validate {EXAMPLE} --lang zh").stdout
    assert "正确" in told, told
    for page in ("man1", "zh_CN/man1"):
        text = inside(tree, f"gzip -dc /usr/share/man/{page}/erp2mysql.1.gz").stdout
        assert ".SS reconcile" in text, page
    inside(tree, "bash -uc '. /usr/share/bash-completion/completions/erp2mysql && complete -p erp2mysql' && "
                 "grep -q '#compdef erp2mysql' /usr/share/zsh/vendor-completions/_erp2mysql")
    zone = inside(tree, "erp2mysql eval \"CONVERT_TZ('2024-07-01 12:00:00', 'Asia/Shanghai', 'Europe/Berlin')\"").stdout
    assert zone == "2024-07-01 06:00:00\n", zone  # tzdata came along
    print(f"bare Debian: {len(before)} packages, {len(after) - len(before)} more with erp2mysql {version}; it runs")


def test_units(tree):
    inside(tree, "apt-get -qq -y install --no-install-recommends systemd dbus && systemd-sysusers && id erp2mysql")
    done = inside(tree, "systemd-analyze verify --man=no erp2mysql@saleout.service erp2mysql@saleout.timer")
    wrong = [line for line in done.stderr.splitlines() if "erp2mysql" in line]
    assert not wrong, wrong
    print("units: systemd-analyze verify has nothing to say")


def test_started_for_real(tree):
    if not shutil.which("systemd-nspawn"):
        print("units: NOT STARTED, systemd-nspawn is missing (package systemd-container)")
        return
    world = harness.World("--orders", "60")
    etc = tree / "etc/erp2mysql"
    (etc / "jobs").mkdir(parents=True)
    job = json.loads((ROOT / "configs/jushuitan-saleout.json").read_text())
    job["rateLimit"] = [{"requests": 1000, "per": "1s"}]
    job["sync"]["window"] = "7d"
    (etc / "jobs/saleout.json").write_text(json.dumps(job, ensure_ascii=False))
    env = {**world.env(), "MYSQL_SOCKET": "/run/server/s.sock"}
    (etc / "saleout.env").write_text("".join(f"{name}={json.dumps(env[name], ensure_ascii=False)}\n" for name in ENV))
    (etc / "saleout.env").chmod(0o600)
    (tree / "etc/systemd/system/probe.service").write_text(PROBE)
    inside(tree, "systemctl enable probe.service")
    # The network is the host's, for the mock; the server is reached by its socket.
    done = run("timeout", "-k", "5", "120", "systemd-nspawn", "--quiet", "--register=no", "--keep-unit",
               f"--bind={world.database_dir}:/run/server", "--console=pipe", "-D", tree, "--boot", check=False)
    probe = tree / "probe"
    if not probe.exists():
        print(f"units: NOT STARTED, systemd does not boot here: {(done.stdout + done.stderr)[-300:]}")
        return
    told = probe.read_text().split()
    log = (tree / "probe.log").read_text()
    assert told == ["Result=success", "ExecMainStatus=0", "active", "erp2mysql"], (told, log)
    assert world.differences() == [], world.differences()
    world.look_for_secrets([("the log of the service", log)])
    rows = world.sql(f"SELECT COUNT(*) FROM bi.{harness.TABLE}").strip()
    print(f"units: service and timer started under systemd, {rows} rows in the table, none missing")


base_tree()
with tempfile.TemporaryDirectory(prefix="e2m-bare", dir="/var/tmp") as place:
    own = copy_of_base(place)
    test_installs_and_runs(own, package(place))
    test_units(own)
    test_started_for_real(own)
