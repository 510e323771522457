"""Answers a script of JSON lines: `python3 evaluate.py FILE`, or `-` for standard input.

A second evaluator of docs/wire.md and docs/decision.md, written from those two alone, with the standard library of
Python 3.11. It is made to be read and compared, not to be fast: it looks through all events for each question.
"""

import json
import sys

import forms
import values
from decision import Refused, World


def answers(script):
    """The answers to the lines of a file that was opened for bytes."""
    world = World()
    for number, line in enumerate(script, 1):
        try:
            answer = answer_to(world, line.removesuffix(b"\n"))
        except values.Invalid as error:
            answer = {"error": "invalid_line", "message": str(error)}
        except Refused as error:
            answer = {"error": str(error), "message": str(error).replace("_", " ")}
        if answer:
            yield {"line": number} | answer


def answer_to(world, line):
    if len(line) > values.LONGEST_LINE:
        raise values.Invalid("the line is too long")
    text = values.read_text(line)
    if values.is_blank(text):
        return None
    what, meaning = forms.line(values.read_json(text))
    if what == "policy":
        return world.add_policy(meaning)
    if what == "event":
        return world.add_event(meaning)
    reasons, policy = world.decide(meaning)
    return {
        "decision": {
            "effect": "deny" if reasons else "permit",
            "reasons": sorted(reasons),
            "policy_version": policy and policy["version"],
        }
    }


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: evaluate.py FILE, or evaluate.py - for standard input")
    with sys.stdin.buffer if sys.argv[1] == "-" else open(sys.argv[1], "rb") as script:
        for answer in answers(script):
            print(json.dumps(answer))


if __name__ == "__main__":
    main()
