# SPDX-License-Identifier: Apache-2.0
"""What command lines of erp2mysql may hold, read from docs/cli.md, which the binary prints itself.

    reference = cli_reference.Reference(text)
    reference.problem("run job.json --form 2024-01-01")    # None, or what is wrong with it

Knows words, flags, values to choose from and how many arguments a command wants; runs nothing.
"""
import re
import shlex


class Command:
    def __init__(self):
        self.flags = {}      # "--from": "text", "" when it takes no value
        self.arguments = []  # (name, required, many)


class Reference:
    def __init__(self, text):
        self.commands = {}
        for section in re.split(r"^## ", text, flags=re.M)[1:]:
            name, _, body = section.partition("\n")
            if name in ("Exit codes", "退出码"):
                continue
            command = self.commands[name] = Command()
            usage = re.search(r"erp2mysql " + name + r"[^\n`]*", body)[0]
            for cell, about in re.findall(r"^\| `((?:\\\||[^`])+)` \| (.*) \|$", body, re.M):
                cell = cell.replace("\\|", "|")
                if cell.startswith("-"):
                    names, _, value = re.match(r"((?:-[\w-]+(?:, )?)+)( (.*))?", cell).groups()
                    for flag in names.strip().split(", "):
                        command.flags[flag] = value or ""
                else:
                    word = cell.split()[0]
                    optional = f"[{word.upper()}" in usage
                    command.arguments.append((cell, not optional, f"{word.upper()}…" in usage))

    def command_of(self, words):
        """(name, number of words it has)."""
        for count in (2, 1):
            name = " ".join(words[:count])
            if len(words) >= count and name in self.commands:
                return name, count
        return None, 0

    def problem(self, line):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            return str(error)
        if words in (["--version"], ["--help"], []):
            return None
        name, count = self.command_of(words)
        if name is None:
            return f'no command "{words[0]}"'
        return self.check(name, words[count:])

    def check(self, name, words):
        command, given, i = self.commands[name], [], 0
        while i < len(words):
            word = words[i]
            if word == "--":
                given += words[i + 1:]
                break
            if word.startswith("-") and not re.match(r"-\d|-$", word):
                flag, equals, value = word.partition("=")
                if flag in ("-h", "--help"):
                    return None
                if flag not in command.flags:
                    return f'{name} has no flag "{flag}"'
                if wanted := command.flags[flag]:
                    if not equals:
                        i += 1
                        value = words[i] if i < len(words) else None
                    if value is None:
                        return f"{flag} wants a value"
                    if "|" in wanted and value not in wanted.split("|") and value not in wanted:
                        return f"{flag} takes {wanted}, not {value}"
            else:
                given.append(word)
            i += 1
        least = sum(required for _, required, _ in command.arguments)
        most = 99 if any(many for _, _, many in command.arguments) else len(command.arguments)
        if not least <= len(given) <= most:
            return f"{name} takes {least} to {most} arguments, found {given}"
        return None
