#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What foreign code is in the program: a bill of materials as CycloneDX 1.5 JSON, from the program itself,
its link command and Debian's package database. The same build gives the same text.

    sbom.py BUILD_DIRECTORY VERSION
"""
import json
import re
import subprocess
import sys
import urllib.parse
import uuid
from pathlib import Path

BUILD, VERSION = Path(sys.argv[1]), sys.argv[2]
HEADERS_ONLY = ["nlohmann-json3-dev", "libcli11-dev"]  # compiled in without leaving a library's name


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def package_of(path):
    """The package that brought a file; None for files that no package knows."""
    for name in (str(Path(path).resolve()), str(path), "/usr" + str(path)):
        found = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(": ")[0].split(",")[0]
    return None


def linked_statically():
    text = (BUILD / "build.ninja").read_text()
    block = text.partition("build erp2mysql: CXX_EXECUTABLE_LINKER__")[2].partition("\n\n")[0]
    words = re.search(r"LINK_LIBRARIES = (.*)", block)[1].split()
    folders = [Path("/usr/lib") / run("gcc", "-dumpmachine").strip(), Path("/usr/lib")]
    for word in words:
        name = word[3:] if word.startswith("-l:") else word
        if not name.endswith(".a") or name.startswith("liberp2mysql_"):
            continue
        yield next((str(folder / name) for folder in folders if (folder / name).exists()), name)


def find_packages():
    """{package: (linkage, files)}; the most intimate linkage of a package counts."""
    binary = str(BUILD / "erp2mysql")
    needed = set(re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-dW", binary)))
    found = {name: ("compiled in", []) for name in HEADERS_ONLY}
    loaded = re.findall(r"^\s*(\S+)(?: => (\S+))? \(0x", run("ldd", binary), re.M)
    files = [("static", path) for path in linked_statically()]
    files += [("shared", path or name) for name, path in loaded if Path(name).name in needed]
    files += [("shared, by another library", path) for name, path in loaded
              if path and Path(name).name not in needed]
    for linkage, path in files:
        package = package_of(path)
        name = package or Path(path).name.partition(".")[0]  # built by hand, of unknown version
        found.setdefault(name, (linkage, []))[1].append(Path(path).name)
    return found


def component(package, linkage, files, distribution):
    properties = [{"name": "erp2mysql:linkage", "value": linkage},
                  *({"name": "erp2mysql:file", "value": file} for file in sorted(files))]
    if subprocess.run(["dpkg-query", "-W", package], capture_output=True).returncode:
        return {"type": "library", "name": package, "bom-ref": package, "properties": properties}
    name, version, architecture, source = run(
        "dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}\t${source:Package}",
        package).split("\t")
    system = urllib.parse.urlencode({"arch": architecture, "distro": distribution})
    purl = (f"pkg:deb/{distribution.split('-')[0]}/{urllib.parse.quote(name, '')}"
            f"@{urllib.parse.quote(version, '')}?{system}")
    properties.append({"name": "erp2mysql:source-package", "value": source})
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl,
            "properties": properties}


def main():
    release = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', Path("/etc/os-release").read_text(), re.M))
    distribution = f"{release['ID']}-{release.get('VERSION_ID', 'unstable')}"
    components = sorted((component(package, *what, distribution)
                         for package, what in find_packages().items()), key=lambda one: one["name"])
    direct = [one["bom-ref"] for one in components if "another" not in one["properties"][0]["value"]]
    # The build id is a digest of the program, and outlives stripping.
    build_id = re.search(r"Build ID: (\w+)", run("readelf", "-nW", str(BUILD / "erp2mysql")))[1]
    print(json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, build_id)}",
        "metadata": {"component": {
            "type": "application", "name": "erp2mysql", "version": VERSION, "bom-ref": "erp2mysql",
            "licenses": [{"license": {"id": "Apache-2.0"}}],
            "properties": [{"name": "erp2mysql:build-id", "value": build_id}]}},
        "components": components,
        "dependencies": [{"ref": "erp2mysql", "dependsOn": direct}],
    }, indent=1))


main()
