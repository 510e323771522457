"""Looks at the pydantic models that the README's command made of the OpenAPI rendering: at their names, that unions are
discriminated, and that nothing is left untyped."""

import ast
import json
import sys
from pathlib import Path


def names(tree: ast.Module) -> list[str]:
    """The types that a module defines, in their order."""
    found = []
    for statement in tree.body:
        match statement:
            case ast.ClassDef(name=name):
                found.append(name)
            case ast.Assign(targets=[ast.Name(id=name)]):
                found.append(name)
    return found


def main(open_api: Path, models: Path) -> int:
    tree = ast.parse(models.read_text(encoding="utf-8"))
    schemas = json.loads(open_api.read_text(encoding="utf-8"))["components"]["schemas"]
    made_names = names(tree)
    complaints = [f"no type {name}" for name in schemas if name not in made_names]
    complaints += [f"a type that nobody named: {name}" for name in made_names if name not in schemas]
    complaints += [f"a name stands twice: {name}" for name in set(made_names) if made_names.count(name) > 1]
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    complaints += [f"a type is {name}" for name in ("Any", "object", "dict") if name in used]
    tagged = [name for name, schema in schemas.items() if "discriminator" in schema]
    discriminated = sum(
        isinstance(node, ast.keyword) and node.arg == "discriminator" for node in ast.walk(tree)
    )
    if discriminated != len(tagged):
        complaints.append(f"{discriminated} unions of {', '.join(tagged)} are discriminated")
    for complaint in complaints:
        print(complaint)
    print(f"datamodel-code-generator: {len(made_names)} types, {discriminated} discriminated unions")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
