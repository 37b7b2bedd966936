# SPDX-License-Identifier: Apache-2.0
"""Finds secrets in what runs of the tool leave, whatever encoding they travelled in. It knows nothing
of the tool: it gets names and bytes of places, counts what it has seen, and raises at the first hit."""
import base64
import functools
import html
import json
import subprocess
import urllib.parse


def json_forms(secret):
    """As JSON text: as usual, with "\\/", and with every letter or every letter of HTML's as \\uXXXX."""
    for text in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield from (text, text.replace("/", "\\/"))
        yield "".join(f"\\u{ord(c):04x}" if c in "<>&'+" else c for c in text)
    yield "".join(f"\\u{ord(c):04x}" for c in secret)


def sql_forms(secret):
    """As text of SQL: quotes escaped or doubled."""
    for text in (secret, secret.replace("\\", "\\\\")):
        for quote in ("'", '"'):
            yield from (text.replace(quote, "\\" + quote), text.replace(quote, 2 * quote))
        yield text.replace("'", "\\'").replace('"', '\\"')


def html_forms(secret):
    for text in (html.escape(secret, quote=False), html.escape(secret)):
        yield from (text, text.replace("&#x27;", "&#39;"), text.replace("&#x27;", "&apos;"))


def base64_forms(raw):
    """In the middle of other text base64 begins at any of three places; whole groups only."""
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode()
        yield text[4 if shift else 0:len(text) // 4 * 4 - 4]


@functools.lru_cache(maxsize=None)
def encodings(secret):
    """Bytes in lower case that give the secret away, wherever they stand."""
    raw = secret.encode()
    text = {secret, raw.hex(), *json_forms(secret), *sql_forms(secret), *html_forms(secret)}
    for plain in (secret, json.dumps(secret)[1:-1]):
        for safe in ("", "/", "*"):
            text |= {urllib.parse.quote(plain, safe), urllib.parse.quote_plus(plain, safe)}
    text.add(urllib.parse.quote(urllib.parse.quote(secret, ""), ""))
    for form in base64_forms(raw):
        text |= {form, form.replace("+", "-").replace("/", "_")}
    forms = {form.encode() for form in text} | {secret.encode("utf-16-le"), secret.encode("utf-16-be")}
    return {form.lower() for form in forms if len(form) >= 6}


class SecretSearch:
    def __init__(self):
        self.places = self.size = self.lines = 0

    def look(self, name, data, secrets):
        """In text or bytes. A place where nothing stands is none."""
        if not data:
            return
        data = data if isinstance(data, bytes) else data.encode("utf-8", "surrogateescape")
        self.places += 1
        self.size += len(data)
        self.lines += data.count(b"\n")
        lower = data.lower()
        for secret in secrets:
            for form in encodings(secret):
                if form in lower:
                    raise AssertionError(f"a secret as {form.decode(errors='replace')} in {name}")


class SearchedProcess(subprocess.Popen):
    """`look` gets what communicate() returns."""

    def __init__(self, look, args, **how):
        super().__init__(args, **how)
        self.look = look

    def communicate(self, *args, **how):
        both = super().communicate(*args, **how)
        self.look([(f"the output of {self.args}", text) for text in both])
        return both
