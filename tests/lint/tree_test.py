# SPDX-License-Identifier: Apache-2.0
"""A made-up tree with one mistake of every kind, so that tree.py is known to see them."""
import tempfile
from pathlib import Path

HEAD = "// SPDX-License-Identifier: Apache-2.0\n"
HEADER = HEAD + "// Why it exists.\n"

GOOD = {
    "LICENSE": "free\n",
    ".clang-format": "x\n",
    "build/rubbish.cpp": "\t\n",
    "src/main.cpp": HEAD + '#include "erp2mysql/cli/commands.hpp"\n',
    "src/run/pipeline.cpp": HEAD + '#include "erp2mysql/plan/windows.hpp"\n#include <nlohmann/json.hpp>\n',
    "src/http/curl.cpp": HEAD + "#include <curl/curl.h>\n#include <vector>\n#include <sys/file.h>\n"
                                '#include "private.hpp"\n#include "erp2mysql/http/transport.hpp"\n',
    "src/source/erp/one.cpp": HEAD + '#include "erp2mysql/http/transport.hpp"\n',
    "include/erp2mysql/base/log.hpp": HEADER + "#include <fmt/format.h>\n",
    "tests/mock/server.cpp": HEAD + "#include <httplib.h>\n",
    "tests/http/fixtures/odd.json": "{\t} \n",
}

# path → (content, line of the finding, a piece of its reason)
BAD = {
    "src/data/up.cpp": (HEAD + "\n" + '#include "erp2mysql/job/job.hpp"\n', 3, "data must not include job"),
    "src/plan/beside.cpp": (HEAD + '#include "erp2mysql/source/source.hpp"\n', 2, "plan must not include source"),
    "src/base/any.cpp": (HEAD + '#include <erp2mysql/data/node.hpp>\n', 2, "below base: nothing"),
    "src/source/erp/up.cpp": (HEAD + '#include "erp2mysql/run/run.hpp"\n', 2, "source must not include run"),
    "src/job/nowhere.cpp": (HEAD + '#include "erp2mysql/attic/old.hpp"\n', 2, 'no floor "attic"'),
    "src/job/climb.cpp": (HEAD + '#include "../data/document_impl.hpp"\n', 2, "no way up"),
    "src/attic/old.cpp": (HEAD + "#include <vector>\n", 2, "belongs to no floor"),
    "src/run/curl.cpp": (HEAD + "#include <curl/curl.h>\n", 2, "libcurl (<curl/curl.h>) belongs to http"),
    "src/store/client.cpp": (HEAD + '#include "mysql.h"\n', 2, "the MySQL client (<mysql.h>) belongs to mysql"),
    "src/map/json.cpp": (HEAD + "#include <nlohmann/json.hpp>\n", 2, "belongs to cli, expr, job, run only"),
    "src/http/mock.cpp": (HEAD + "#include <httplib.h>\n", 2, "belongs to tests/mock only"),
    "src/http/boost.cpp": (HEAD + "#include <boost/asio.hpp>\n", 2, "unknown library"),
    "tests/http/web_test.cpp": (HEAD + "#include <httplib.h>\n", 2, "belongs to tests/mock only"),
    "src/base/long.cpp": (HEAD + "//\n" * 400, 401, "401 lines"),
    "src/base/free.cpp": ("int x;\n", 1, "the first line must be"),
    "include/erp2mysql/base/mute.hpp": (HEAD + "#pragma once\n", 2, "a header starts with a comment"),
    "tests/lint/free.py": ("import os\n", 1, "is missing in the first two lines"),
    "src/base/tab.cpp": (HEAD + "\tint x;\n", 2, "a tab"),
    "configs/job.json": ("{} \n", 1, "blanks at the end"),
    "src/base/later.cpp": (HEAD + "// TODO" + ": later\n", 2, "finish it"),
    "docs/broken.md": (b"\xff\n", 1, "not UTF-8"),
    "notes.txt": ("", 1, "top folder"),
    "scripts/run.sh": ("", None, None),  # found as its folder
}


def write(root, files):
    for name, content in files.items():
        file = Path(root, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def check(check_tree):
    """Raises AssertionError when the checker misses a mistake or sees one where there is none."""
    with tempfile.TemporaryDirectory() as root:
        write(root, GOOD)
        found = [f"{path}:{line}: {reason}" for path, line, reason in check_tree(root)]
        assert not found, "tree.py finds fault with a good tree: " + "; ".join(found)

        write(root, {name: content for name, (content, _, _) in BAD.items()})
        found = {(path.as_posix(), line): reason for path, line, reason in check_tree(root)}
        wanted = {(name, line): piece for name, (_, line, piece) in BAD.items() if line}
        wanted["scripts", 1] = "top folder"
        for place, piece in wanted.items():
            assert piece in found.get(place, ""), f"tree.py does not see {place}: {piece}"
        extra = set(found) - set(wanted)
        assert not extra, f"tree.py sees what is not there: {extra}"
