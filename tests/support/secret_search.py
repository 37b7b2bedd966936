# SPDX-License-Identifier: Apache-2.0
"""Finds secrets in what runs of the tool leave, whatever encoding they travelled in. It knows nothing
of the tool: it gets names and bytes of places, counts what it has seen, and raises at the first hit."""
import base64
import json
import urllib.parse


def encodings(secret):
    """Texts that give the secret away, wherever they stand."""
    raw = secret.encode()
    out = {secret, urllib.parse.quote(secret, ""), urllib.parse.quote_plus(secret), raw.hex(),
           raw.hex().upper(), json.dumps(secret)[1:-1], json.dumps(secret).replace("/", "\\/")[1:-1],
           urllib.parse.quote(urllib.parse.quote(secret, ""), "")}
    # In the middle of other text base64 begins at any of three places; whole groups only.
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode()
        out.add(text[4 if shift else 0:len(text) // 4 * 4 - 4])
    return {form for form in out if len(form) >= 6}


class SecretSearch:
    def __init__(self):
        self.places = self.size = self.lines = 0

    def look(self, places, secrets):
        """Places are pairs of a name and bytes."""
        wanted = {form.encode() for secret in secrets for form in encodings(secret)}
        for name, data in places:
            self.places += 1
            self.size += len(data)
            self.lines += data.count(b"\n")
            for form in wanted:
                if form in data:
                    raise AssertionError(f"a secret as {form.decode()} in {name}")
