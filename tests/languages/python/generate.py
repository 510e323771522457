"""Generates pydantic models of the OpenAPI rendering, which names the tag of each union, and looks at their names."""

import ast
import json
import subprocess
import sys
from pathlib import Path

OPTIONS = [
    "--input-file-type=openapi",
    "--output-model-type=pydantic_v2.BaseModel",
    "--target-python-version=3.11",
    "--target-pydantic-version=2.14",
    "--use-annotated",
    "--use-type-alias",
    "--enum-field-as-literal=all",
    # A field that may be absent is not thereby allowed to be null, and stays absent when it is written.
    "--strict-nullable",
    "--use-missing-sentinel",
    "--use-schema-description",
    "--use-field-description",
    "--formatters=builtin",
    "--disable-timestamp",
]


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


def main(open_api: Path, out: Path) -> int:
    command = [str(Path(sys.executable).with_name("datamodel-codegen")), *OPTIONS]
    # It warns that pydantic's own dates and UUIDs take no pattern beside them.
    made = subprocess.run([*command, f"--input={open_api}", f"--output={out}"], capture_output=True, text=True)
    if made.returncode != 0:
        print(made.stderr)
        return 1
    tree = ast.parse(out.read_text(encoding="utf-8"))
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
