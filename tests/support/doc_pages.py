# SPDX-License-Identifier: Apache-2.0
"""The pages of the documentation as their commands: blocks, command lines, inline code.

    for block in doc_pages.blocks(text): block.kind, block.line, block.exit, block.commands

A block is fenced (```sh, ```console, ```cron, ```ini …) or indented by four blanks; an indented one
is a crontab when its first line begins with a rhythm, else a shell's. In a console block `$ ` begins a
command, `> ` goes on with it, and other lines are what it prints: `…` stands for any text, a line of
its own for any lines. `<!-- exit: 65 -->` above a block is the exit code of its last command.
Knows pages, and nothing of how their commands are run.
"""
import dataclasses
import re
import shlex

FENCE = re.compile(r"^( {0,3})```(\w*)\s*$")
RHYTHM = re.compile(r"^([*/0-9,-]+\s+){4}[*/0-9,-]+\s+")
EXIT = re.compile(r"^<!-- exit: (\d+) -->$")


@dataclasses.dataclass
class Command:
    text: str
    line: int
    output: list = dataclasses.field(default_factory=list)
    exit: int = 0


@dataclasses.dataclass
class Block:
    kind: str
    line: int
    text: list
    commands: list = dataclasses.field(default_factory=list)


def shell_commands(lines, first):
    """Command lines of a shell block; what spans lines (quotes, `\\`, blocks, here-documents) stays whole."""
    out, held, start = [], [], first
    for number, line in enumerate(lines, first):
        if not held:
            start = number
            if not line.strip() or line.lstrip().startswith("#"):
                continue
        held.append(line)
        text = "\n".join(held)
        if complete(text):
            out.append(Command(text, start))
            held = []
    if held:
        raise ValueError(f"line {start}: the command does not end: {held}")
    return out


def complete(text):
    if text.endswith("\\"):
        return False
    here = re.search(r"<<-?\s*'?(\w+)'?", text)
    if here and not re.search(rf"^{here[1]}$", text, re.M):
        return False
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return False
    words = re.findall(r"(?:^|[;\n]\s*)(if|for|while|until|case|fi|done|esac)\b", text)
    return sum(1 if w in ("if", "for", "while", "until", "case") else -1 for w in words) <= 0


def console_commands(lines, first):
    out = []
    for number, line in enumerate(lines, first):
        if line.startswith("$ "):
            out.append(Command(line[2:], number))
        elif line.startswith("> ") and out and not out[-1].output:
            out[-1].text += "\n" + line[2:]
        elif out:
            out[-1].output.append(line)
        elif line.strip():
            raise ValueError(f"line {number}: output without a command: {line}")
    return out


def kind_of_indented(lines):
    return "cron" if RHYTHM.match(lines[0]) else "sh"


def finish(block, exit_code):
    if block.kind == "sh":
        block.commands = shell_commands(block.text, block.line)
    elif block.kind == "console":
        block.commands = console_commands(block.text, block.line)
    elif block.kind == "cron":
        block.commands = [Command(RHYTHM.sub("", line), block.line + i)
                          for i, line in enumerate(block.text) if line and RHYTHM.match(line)]
    if exit_code and block.commands:
        block.commands[-1].exit = exit_code
    return block


def blocks(text):
    lines = text.split("\n")
    i, exit_code, in_list = 0, 0, False
    while i < len(lines):
        line, fence = lines[i], FENCE.match(lines[i])
        if found := EXIT.match(line):
            exit_code = int(found[1])
        elif fence:
            end = next(j for j in range(i + 1, len(lines)) if lines[j].strip() == "```")
            body = [body_line[len(fence[1]):] for body_line in lines[i + 1:end]]
            yield finish(Block(fence[2], i + 2, body), exit_code)
            i, exit_code = end, 0
        elif line.startswith("    ") and not in_list and (i == 0 or not lines[i - 1].strip()):
            end = i
            while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
                end += 1
            body = [body_line[4:] for body_line in lines[i:end]]
            while not body[-1].strip():
                body.pop()
            yield finish(Block(kind_of_indented(body), i + 1, body), exit_code)
            i, exit_code = end - 1, 0
        elif re.match(r"\s*([-*]|\d+\.) ", line):
            in_list = True
        elif line and not line.startswith(" "):
            in_list = False
        i += 1


def inline_code(text):
    """(line, code) of every inline code span outside of blocks."""
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if FENCE.match(line) or line.strip() == "```":
            fenced = not fenced
        elif not fenced and not line.startswith(("    ", "<!--")):
            for code in re.findall(r"(?<!`)`([^`]+)`(?!`)", line):
                yield number, code.replace("\\|", "|")


def pattern(lines):
    """What a console block says of a command's output, as a regular expression."""
    parts = []
    for line in lines:
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(re.escape(piece) for piece in line.rstrip().split("…")) + r" *\n")
    return re.compile("".join(parts))
