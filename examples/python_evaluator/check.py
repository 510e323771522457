"""Runs the conformance suite: `python3 check.py`, or `python3 check.py FOLDER` for another copy of it.

Exit status 0 when every script of the index gives exactly its expected answers.
"""

import json
import pathlib
import sys

import evaluate

SUITE = pathlib.Path(__file__).resolve().parents[2] / "tests" / "cases"


def compared(answer):
    """What the suite fixes of an answer."""
    if "error" in answer:
        return {"line": answer["line"], "error": answer["error"]}
    decision = answer["decision"]
    fixed = {name: decision[name] for name in ("effect", "reasons", "policy_version")}
    return {"line": answer["line"], "decision": fixed}


def read_suite(folder):
    """Each script of the index: its name, its lines, its expected answers."""
    for script in json.loads((folder / "index.json").read_text("utf-8"))["scripts"]:
        name = script["name"]
        # Only a line feed ends a line: `splitlines` knows other ends.
        lines = (folder / f"{name}.script.jsonl").read_bytes().removesuffix(b"\n").split(b"\n")
        expected = (folder / f"{name}.expected.jsonl").read_text("utf-8")
        yield name, lines, [compared(json.loads(line)) for line in expected.splitlines()], script["lines"]


def first_difference(lines, expected, answers=evaluate.answers):
    """The number of the first line that is answered otherwise, what was found and what was expected; or None."""
    found = {answer["line"]: compared(answer) for answer in answers(lines)}
    wanted = {answer["line"]: answer for answer in expected}
    for number in sorted(found.keys() | wanted.keys()):
        if found.get(number) != wanted.get(number):
            return number, found.get(number), wanted.get(number)
    return None


def longest_lines():
    """What no file of the suite can hold: lines of 16 MiB, and of a byte more."""
    fits = b" " * 16_777_216
    return [fits + b"\n", fits + b" \n", fits], [{"line": 2, "error": "invalid_line"}]


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else SUITE
    scripts, answers, wrong = 0, 0, 0
    for name, lines, expected, why in read_suite(folder):
        scripts, answers = scripts + 1, answers + len(expected)
        difference = first_difference(lines, expected)
        if difference:
            wrong += 1
            number, found, wanted = difference
            print(f"{name}, line {number} ({why.get(str(number), 'at random')}): found {found}, expected {wanted}")
    if first_difference(*longest_lines()):
        wrong += 1
        print("a line of 16,777,216 bytes is not read, or one of a byte more is not refused")
    print(f"{scripts} scripts, {answers} answers, {wrong} wrong")
    sys.exit(1 if wrong or not scripts else 0)


if __name__ == "__main__":
    main()
