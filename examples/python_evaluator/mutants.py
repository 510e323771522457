"""How strong the suite is: makes every small wrong variant of the evaluator and sees whether the suite notices.

`python3 mutants.py` lists those that it does not notice. Exit status 0 when they are exactly those of `mutants_alike.json`,
which says of each why it answers alike.

A variant differs in one place: a comparison, a connective, a number, a word left out of a list, a condition that always
or never holds, a statement left out, a reader that reads anything, the greatest for the least.
"""

import ast
import copy
import functools
import json
import multiprocessing
import pathlib
import resource
import signal
import sys
import types
import warnings

import check

HERE = pathlib.Path(__file__).resolve().parent
MODULES = ("values", "forms", "decision", "evaluate")
# What gives no answer: how it is started, and where the list of countries is taken from.
LEFT_OUT = {"main", "_countries"}
READERS = {
    "boolean", "country", "date", "instant", "nothing", "processor_id", "text", "uuid", "version_name", "category",
    "purpose", "kind", "basis", "safeguard", "scope", "action", "signals",
}
NEIGHBOURS = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Add,), ast.FloorDiv: (ast.Mult,), ast.Mod: (ast.FloorDiv,),
}
SWAPPED = {"max": "min", "min": "max", "any": "all", "all": "any"}
ANYTHING = ast.parse("(lambda value: value)", mode="eval").body


def variants_of(node):
    """What a node may be replaced by, each with a word for it."""
    if isinstance(node, ast.Compare):
        for other in NEIGHBOURS.get(type(node.ops[0]), ()):
            changed = copy.deepcopy(node)
            changed.ops[0] = other()
            yield changed, other.__name__
    elif isinstance(node, ast.BinOp) and type(node.op) in NEIGHBOURS:
        for other in NEIGHBOURS[type(node.op)]:
            changed = copy.deepcopy(node)
            changed.op = other()
            yield changed, other.__name__
    elif isinstance(node, ast.BoolOp):
        changed = copy.deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield changed, type(changed.op).__name__
        for place in range(len(node.values)):
            rest = node.values[:place] + node.values[place + 1:]
            yield (ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]), f"without part {place}"
    elif isinstance(node, ast.UnaryOp):
        yield node.operand, f"without {type(node.op).__name__}"
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        for value in (node.value - 1, node.value + 1):
            yield ast.Constant(value), str(value)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield ast.Constant(not node.value), str(not node.value)
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)) and not isinstance(getattr(node, "ctx", None), ast.Store):
        for place in range(len(node.elts)):
            changed = copy.deepcopy(node)
            del changed.elts[place]
            yield changed, f"without item {place}"
    elif isinstance(node, ast.Dict):
        for place in range(len(node.keys)):
            changed = copy.deepcopy(node)
            del changed.keys[place], changed.values[place]
            yield changed, f"without entry {place}"
    elif isinstance(node, ast.IfExp):
        yield node.body, "always the first"
        yield node.orelse, "always the second"
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        if node.id in SWAPPED:
            yield ast.Name(SWAPPED[node.id], ast.Load()), SWAPPED[node.id]
        elif node.id in READERS:
            yield ANYTHING, "anything"
    elif isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            changed = copy.deepcopy(node)
            del changed.ifs[place]
            yield changed, f"without condition {place}"
    elif isinstance(node, ast.Call):
        for place in range(len(node.args)):
            if len(node.args) > 1:
                changed = copy.deepcopy(node)
                del changed.args[place]
                yield changed, f"without argument {place}"
        for place in range(len(node.keywords)):
            changed = copy.deepcopy(node)
            del changed.keywords[place]
            yield changed, f"without {node.keywords[place].arg}"
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("lower", "add", "strip", "removesuffix"):
            yield node.func.value, f"without {node.func.attr}"
        if isinstance(node.func, ast.Name) and node.func.id in ("sorted", "before", "text"):
            yield node.args[0], f"without {node.func.id}"
    elif isinstance(node, (ast.If, ast.While)):
        for value in (False, True):
            changed = copy.deepcopy(node)
            changed.test = ast.Constant(value)
            yield changed, f"if {value}"
    elif isinstance(node, (ast.Raise, ast.Expr, ast.AugAssign)) or isinstance(node, ast.Return) and node.value is None:
        yield ast.Pass(), "left out"
    elif isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Tuple):
        yield ast.Pass(), "left out"


def places(tree):
    """The nodes that may be replaced: parent, field, index, node, and the line on which it stands."""
    def walk(node, line):
        if isinstance(node, ast.FunctionDef) and node.name in LEFT_OUT:
            return
        for field, value in ast.iter_fields(node):
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(child, ast.AST) or isinstance(child, (ast.Import, ast.ImportFrom)):
                    continue
                if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                    continue
                if isinstance(child, ast.If) and "__name__" in ast.unparse(child.test):
                    continue
                here = getattr(child, "lineno", line)
                yield node, field, index, child, here
                yield from walk(child, here)
    yield from walk(tree, 0)


def mutants():
    """Every variant: its name, the module, and the module's tree, which is so until the next is asked for."""
    for module in MODULES:
        source = (HERE / f"{module}.py").read_text("utf-8")
        tree = ast.parse(source)
        lines = source.splitlines()
        for parent, field, index, child, line in list(places(tree)):
            for changed, word in variants_of(child):
                name = f"{module}: {lines[line - 1].strip()} | {ast.unparse(child).splitlines()[0][:80]} -> {word}"
                if index is None:
                    setattr(parent, field, changed)
                else:
                    getattr(parent, field)[index] = changed
                yield name, module, tree
                if index is None:
                    setattr(parent, field, child)
                else:
                    getattr(parent, field)[index] = child


@functools.cache
def as_it_stands(name):
    return compile((HERE / f"{name}.py").read_text("utf-8"), name, "exec")


def evaluator(module, tree):
    """The evaluator with one module of another tree."""
    made = {}
    for name in MODULES:
        made[name] = sys.modules[name] = types.ModuleType(name)
        made[name].__file__ = str(HERE / f"{name}.py")
        code = compile(ast.fix_missing_locations(tree), name, "exec") if name == module else as_it_stands(name)
        exec(code, made[name].__dict__)
    return made["evaluate"].answers


def is_noticed(module, tree, suite):
    def too_slow(*_):
        raise TimeoutError

    # Of the processor's time, so that a busy machine changes nothing; the suite takes less than a second.
    signal.signal(signal.SIGVTALRM, too_slow)
    signal.setitimer(signal.ITIMER_VIRTUAL, 6)
    try:
        answers = evaluator(module, tree)
        for place, (lines, expected) in enumerate(suite):
            if check.first_difference(lines, expected, answers):
                # What found this one finds the next, most likely.
                suite.insert(0, suite.pop(place))
                return True
        return False
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def part_of(part):
    """The variants of one part that are not noticed, and how many there were."""
    nth, of = part
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    warnings.simplefilter("ignore")
    # The short scripts first: nearly every variant is found by one of them.
    suite = [(lines, expected) for _, lines, expected, _ in check.read_suite(check.SUITE)]
    suite = sorted(suite, key=lambda script: len(script[0])) + [check.longest_lines()]
    alive, seen = [], 0
    for place, (name, module, tree) in enumerate(mutants()):
        if place % of == nth:
            seen += 1
            if not is_noticed(module, tree, suite):
                alive.append(name)
    return alive, seen


def main():
    processes = multiprocessing.cpu_count()
    parts = 8 * processes
    with multiprocessing.Pool(processes) as pool:
        found = pool.map(part_of, [(nth, parts) for nth in range(parts)], chunksize=1)
    alive = {name for part, _ in found for name in part}
    alike = json.loads((HERE / "mutants_alike.json").read_text("utf-8"))
    for name in sorted(alive):
        if name not in alike:
            print(f"not noticed: {name}")
    for name in sorted(alike.keys() - alive):
        print(f"said to answer alike, and noticed or gone: {name}")
    print(f"{sum(seen for _, seen in found)} variants, {len(alive)} not noticed, {len(alike)} known to answer alike")
    sys.exit(0 if alive == alike.keys() else 1)


if __name__ == "__main__":
    main()
