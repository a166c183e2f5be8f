#!/usr/bin/env python3
"""Run a command at a terminal and answer for the people who sit there.

    typist.py SCREENS COMMAND [ARGUMENT...]

All passphrases are one. The words of a digest come from where they were shown
before, as people have them from their paper: a digest that no screen showed,
in this run or in an earlier one (SCREENS is the file that remembers them),
cannot be confirmed. What appears goes to stdout; the exit status is the
command's.
"""

import os
import pty
import re
import sys

PASSPHRASE = "correct horse battery"
HEX = r"(?:  [0-9a-f]{8}(?: [0-9a-f]{8}){3}\n){2}"
WORDS = r"((?: +\d+ \w[^\n]*\n){8})"
# "The request's digest, for the operator's paper:", "the planned changes:"
SHOWN = re.compile(
    rf"^[Tt](he [^\n]*?)(?:'s digest[^\n]*)?:\n{HEX}{WORDS}", re.MULTILINE)
# inspect: "practice receipt", "digest ..."
INSPECTED = re.compile(
    rf"^(?:practice )?(\w+)\ndigest [0-9a-f]{{64}}\n{WORDS}", re.MULTILINE)
ASKED = re.compile(r"To confirm (.*?), type these words", re.DOTALL)
PROMPT = re.compile(
    r"(passphrase[^\n]*: |the same again: |machine's\): |"
    r"word number (\d+): )\Z")


def words_of(what, screens):
    """The words that were shown last for that thing, by their places."""
    papers = [(m.start(), f"t{m[1]}", m[2]) for m in SHOWN.finditer(screens)]
    papers += [(m.start(), f"the {m[1]}", m[2])
               for m in INSPECTED.finditer(screens)]
    for _, name, words in sorted(papers, reverse=True):
        if name == what:
            return dict(re.findall(r"(\d+) (\w+)", words))
    sys.exit(f"typist: no paper has the words of {what}")


def answer(screens):
    """What a person types at the end of these screens, or None."""
    prompt = PROMPT.search(screens[-200:])
    if prompt is None:
        return None
    if prompt[2]:
        what = " ".join(ASKED.findall(screens)[-1].split())
        return words_of(what, screens)[prompt[2]]
    return "" if prompt[1].startswith("machine's") else PASSPHRASE


def sit_at(terminal, screens):
    """Read and type until the command is gone; what was seen."""
    answered = len(screens)
    while True:
        try:
            got = os.read(terminal, 65536)
        except OSError:  # how a pty says that its other end is closed
            got = b""
        if not got:
            return screens
        text = got.decode(errors="replace").replace("\r\n", "\n")
        sys.stdout.write(text)
        sys.stdout.flush()
        screens += text
        typed = answer(screens) if len(screens) > answered else None
        if typed is not None:
            answered = len(screens)
            os.write(terminal, typed.encode() + b"\n")


def main():
    remembered, command = sys.argv[1], sys.argv[2:]
    screens = ""
    if os.path.exists(remembered):
        with open(remembered, encoding="utf-8") as f:
            screens = f.read()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    screens = sit_at(terminal, screens)
    with open(remembered, "w", encoding="utf-8") as f:
        f.write(screens)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


if __name__ == "__main__":
    main()
