#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every message that the tool can say stands in the catalogue, and the catalogue says nothing else.

Messages are English templates where they are thrown; src/cli/zh.po maps each to Chinese. This test
reads the string literals of all sources, joins what `+` and line breaks tear apart into templates
("page {} is empty"), and fails when a template is missing in the catalogue, when an entry is no
longer used, or when the placeholders of a translation differ.

    messages.py [ROOT]           check
    messages.py --missing [ROOT] print msgid lines to be translated
"""
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(]*)\((?P<raw>.*?)\)(?P=d)"|"(?P<text>(?:[^"\\\n]|\\.)*)"'
    r"|'(?:[^'\\]|\\.)+'|(?P<word>[A-Za-z_]\w*|\d[\w.']*)|(?P<other>[^\s])", re.S)
PREPROCESSOR = re.compile(r"^[ \t]*#.*$", re.M)

# Reference texts that stay English: the pages, the JSON Schema and `functions` are made from them.
REFERENCE = re.compile(
    r"src/job/(fields_|schema|reference_page)|"
    r"src/cli/(man|metrics|report_style|schema|init_text|starters|examples|completion|command_tree)")
# Expressions fail in the server's own words; only what their compiler says is translated.
SERVER_WORDS = re.compile(r"src/expr/(?!lexer|parser|forbidden|expression)|src/store/state_ddl|include/.*/fake_")
# What other programs say, looked for in their answers.
NEEDLES = {"Unknown database", "Unknown column", "Too many connections", "Information schema is",
           "for key", "for user", "for table", "to database", "in table", "at row", "last for", "writeset size exceeded",
           "more second", "too many rows", "too many records", "too much data", "window is too large",
           "deep pag", "timed out", "<!doctype html", "gzip, deflate", "member of",
           "application/json; charset=utf-8", "{}timestamp={}&sign={}"}
NOT_FOR_PEOPLE = re.compile(
    r"^\s*(SELECT|EXPLAIN (INSERT|UPDATE|DELETE)|INSERT|UPDATE|LOAD DATA LOCAL|DELETE|REPLACE INTO|CREATE TABLE (?!for)|ALTER|SET|SHOW|START|ROLLBACK|"
    r"COMMIT|DROP|CALL|WITH|LEFT\(|CONCAT\(|AND |ORDER BY|FROM |WHERE |ON DUP|LOCK |UNION|VALUES|IN \(|"
    r"ADD |FOR UPDATE|GET_LOCK|RELEASE_LOCK|information_schema)"
    r"|information_schema| = \?|COLLATE utf8mb4|NOT NULL|VARCHAR|SAVEPOINT|seq = seq|PRIMARY KEY \(job"
    r"|^(KEY job_|state IN |, record, mapped|, watermark_at|from_ms, to_ms|from_at, to_at)"
    r"|^run_id, (started_at|command)|^limit_wait_ms|^\{\{\"|^erp2mysql (--help|quarantine list)|^\| function"
    r"|^\{\} --from '|^(state|quarantine) (set|show|reset|list|replay|drop)$|^/|^<[a-z!]|^field constant$|^field, reason|^CAST\(")
FORMATTED = {"format", "log_debug", "log_info", "log_warning", "log_error", "print"}


class Token:
    def __init__(self, kind, text):
        self.kind, self.text = kind, text


def unescape(text):
    """The text of a C++ literal, except that only \\" \\\\ \\n and bytes matter here."""
    simple = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r", "0": "\0", "'": "'"}
    return re.sub(r"\\(x[0-9a-fA-F]{2}|.)", lambda m: simple.get(m[1], "?"), text)


def tokens(source):
    out = []
    for m in TOKEN.finditer(PREPROCESSOR.sub("", source)):
        if m["raw"] is not None or m["text"] is not None:
            text = m["raw"] if m["raw"] is not None else unescape(m["text"])
            if out and out[-1].kind == "text":
                out[-1].text += text
            else:
                out.append(Token("text", text))
        elif m["word"]:
            out.append(Token("word", m["word"]))
        elif m["other"]:
            out.append(Token("other", m["other"]))
    return out


OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}
ENDS = {",", ";", "?", ":", "=", "<", ">", "|", "&", "!"}


def calls_around(row, at):
    """Names of the calls that enclose a token, innermost first."""
    names, depth = [], 0
    for i in range(at - 1, -1, -1):
        token = row[i]
        if token.kind != "other":
            continue
        if token.text in CLOSE:
            depth += 1
        elif token.text in OPEN:
            if depth:
                depth -= 1
            elif token.text == "(" and i and row[i - 1].kind == "word":
                names.append(row[i - 1].text)
        elif token.text in ";" and depth == 0:
            break
    return names


def operand(row, at, step):
    """The end (exclusive, in the direction of step) of the operand beside a plus."""
    depth = 0
    opening = OPEN if step > 0 else {c: None for c in CLOSE}
    closing = CLOSE if step > 0 else set(OPEN)
    while 0 <= at < len(row):
        token = row[at]
        if token.kind == "other":
            if token.text in opening:
                depth += 1
            elif token.text in closing:
                if depth == 0:
                    return at
                depth -= 1
            elif depth == 0 and (token.text in ENDS or token.text == "+"):
                # a->b and a::b belong to the operand
                pair = token.text in "<>:" and ((token.text == ">" and row[at - 1].text == "-")
                                                or (token.text == ":" and ":" in
                                                    (row[at - 1].text, row[at + 1].text)))
                if not pair:
                    return at
        elif token.text == "return" and depth == 0:
            return at
        at += step
    return at


def piece(row, at, formatted):
    """A literal as a template: braces doubled where they are no placeholders."""
    text = row[at].text
    around = calls_around(row, at)
    if formatted or (around and around[0] in FORMATTED):
        return re.sub(r"\{\{|\}\}|\{[^{}]*\}",
                      lambda m: m[0] if m[0] in ("{{", "}}") else "{}", text)
    return text.replace("{", "{{").replace("}", "}}")


def templates(source, formatted=False):
    """(template, calls around it) of every chain of literals."""
    row = tokens(source)
    used = set()
    for at, token in enumerate(row):
        if token.kind != "text" or at in used:
            continue
        parts = [piece(row, at, formatted)]
        left = at - 1
        if left > 0 and row[left].text == "+" and row[left].kind == "other":
            parts.insert(0, "{}")  # chains are entered at their first literal
        right = at + 1
        while right < len(row) and row[right].kind == "other" and row[right].text == "+":
            if row[right + 1].kind == "other" and row[right + 1].text == "=":
                break
            end = operand(row, right + 1, 1)
            if end == right + 2 and row[right + 1].kind == "text":
                used.add(right + 1)
                parts.append(piece(row, right + 1, formatted))
            else:
                parts.append("{}")
            right = end
        yield "".join(parts).replace("{}{}", "{}"), calls_around(row, at)


def is_message(template, around, path):
    text = template.replace("{}", " ")
    if NOT_FOR_PEOPLE.search(template) or REFERENCE.match(path):
        return False
    if SERVER_WORDS.match(path) or template.strip() in NEEDLES:
        return False
    if "at" in around[:2] and "format" in around[:1] and re.match(r"[a-z]+ \{\}", template):
        return True
    return bool(re.search(r"[A-Za-z]{2,}\W* +\W*[a-z]{2,}", text))


def messages(root):
    """{template: first file} of all sources; leading and trailing blanks and newlines are form."""
    found = {}
    for path in sorted((root / "src").rglob("*.cpp")) + sorted((root / "include").rglob("*.hpp")):
        name = path.relative_to(root).as_posix()
        for template, around in templates(path.read_text(), name.startswith("src/mysql/error")):
            for line in template.split("\n"):
                if line.strip() and is_message(line, around, name):
                    found.setdefault(line.strip(" "), name)
    return found


def catalogue(path):
    """[(msgid, msgstr, made elsewhere?)] of the PO subset that src/cli/catalogue.cpp reads."""
    out, key, library, entry = [], None, False, {}
    for line in path.read_text().splitlines() + [""]:
        if line.startswith(("#. library", "#. composed")):
            library = True
        elif m := re.match(r'(msgid|msgstr) "(.*)"$', line):
            key = m[1]
            entry[key] = unescape(m[2])
        elif not line.strip():
            if entry.get("msgid"):
                out.append((entry["msgid"], entry.get("msgstr", ""), library))
            entry, library = {}, False
        elif not line.startswith("#"):
            raise SystemExit(f"{path}: not understood: {line}")
    return out


def placeholders(text):
    text = text.replace("{{", "").replace("}}", "")
    found = re.findall(r"\{(\d*)\}", text)
    return sorted(int(n) if n else i for i, n in enumerate(found))


def findings(root):
    wanted = messages(root)
    entries = catalogue(root / "src/cli/zh.po")
    known = [english for english, _, _ in entries]
    for english in sorted(set(wanted) - set(known)):
        yield f"{wanted[english]}: not in src/cli/zh.po: {english!r}"
    for english, chinese, library in entries:
        if english not in wanted and not library:
            yield f"src/cli/zh.po: no source says this any more: {english!r}"
        if known.count(english) > 1:
            yield f"src/cli/zh.po: twice: {english!r}"
        if not chinese:
            yield f"src/cli/zh.po: not translated: {english!r}"
        elif placeholders(english) != placeholders(chinese):
            yield f"src/cli/zh.po: other placeholders: {english!r} / {chinese!r}"
        elif not re.search("[一-鿿：，；（]", chinese):
            yield f"src/cli/zh.po: no Chinese: {english!r}"
    yield from page_findings(root, entries)


def page_findings(root, entries):
    """The troubleshooting pages quote the catalogue, and both the same messages."""
    known = {(english, chinese) for english, chinese, _ in entries}
    pages = {}
    for name in ("docs/troubleshooting.md", "docs/troubleshooting.zh.md"):
        pages[name] = [tuple(cell.strip() for cell in line.split("|")[1:3])
                       for line in (root / name).read_text().splitlines()
                       if line.startswith("| ") and not line.startswith("| message")]
        if len(pages[name]) < 20:
            yield f"{name}: only {len(pages[name])} messages"
        for pair in pages[name]:
            if pair not in known:
                yield f"{name}: not in the catalogue: {pair}"
    if len(set(map(tuple, pages.values()))) != 1:
        yield "the troubleshooting pages tell of different messages"


def self_test():
    """The extractor finds what it must; a test of a test that found nothing would be silent."""
    source = '''throw Error(ErrorKind::usage, fmt::format("table {}.{:>3} has " "no {{column}}", a, b))
        .hint("write " + quoted(x) + " or " + (y ? "leave it out" : "stay") + " now");
        log_warning("lost {}", n); q("SELECT a FROM b WHERE c");  // "a comment said this"'''
    found = {t for t, around in templates(source) if is_message(t, around, "src/run/x.cpp")}
    wanted = {"table {}.{} has no {{column}}", "write {} or {} now", "leave it out"}
    assert found == wanted, found


def main(arguments):
    self_test()
    missing = "--missing" in arguments
    arguments = [a for a in arguments if not a.startswith("--")]
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2]
    if missing:
        known = {english for english, _, _ in catalogue(root / "src/cli/zh.po")} \
            if (root / "src/cli/zh.po").exists() else set()
        for english in messages(root):
            if english not in known:
                print(english)
        return 0
    said = list(findings(root))
    for line in said:
        print(line)
    if said:
        print(f"{len(said)} findings")
        return 1
    print(f"messages: {len(catalogue(root / 'src/cli/zh.po'))} in the catalogue, none missing")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
