"""Lists what the engine tells people, for translators.

`python3 Testing/packaging/message_listing.py` writes the listing anew; then `ruff format .`.

The engine knows nothing of Slicer, so its sentences cannot ask for their own translation. They are
found in its source: errors, warnings and the names of steps. Values in them become {0}, {1}, ...
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[2] / "PancreasSegLib"
LISTING = LIBRARY / "slicer_adapter" / "panel" / "engine_messages.py"
ROOMS = (
    "batch",
    "evaluation",
    "files",
    "models",
    "networks",
    "segmenter",
    "slicer_adapter",
    "volume",
    "worker",
)
"""Whose sentences can reach the panel."""

SPOKEN = (
    LIBRARY / "segmenter" / "segmenter.py",
    LIBRARY / "volume" / "reading_warnings.py",
    LIBRARY / "volume" / "refusals.py",
)
"""Whose constants are all told: names of steps, and what is said of a scan."""

ERRORS = (
    "InputError",
    "WeightsError",
    "OutputError",
    "NotReplaced",
    "OutOfMemory",
    "PancreasSegError",
)
LEAST_LETTERS = 8  # of a sentence, besides the values in it

HEAD = '''"""What the engine tells people; written by Testing/packaging/message_listing.py."""

from __future__ import annotations

from collections.abc import Callable


def engine_messages(_: Callable[[str], str]) -> tuple[str, ...]:
    """All sentences, each as `_` gives it; {0}, {1}, ... are values."""
    return (
'''


def sentences() -> list[str]:
    """All of them, with their values as {0}, {1}, ..."""
    spoken = [text for path in SPOKEN for text in _constants(_parsed(path)).values()]
    found = {_numbered(text) for text in spoken}
    for room in ROOMS:
        for path in (LIBRARY / room).rglob("*.py"):
            found.update(_sentences(_parsed(path)))
    return sorted(one for one in found if _letters(one) >= LEAST_LETTERS)


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _sentences(tree: ast.Module) -> Iterator[str]:
    """Of errors, wherever they are made, and of functions that give warnings."""
    constants = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in ERRORS and node.args:
            yield from _texts(node.args[0], constants)
        if isinstance(node, ast.FunctionDef) and "warning" in node.name:
            for inner in ast.walk(node):
                if isinstance(inner, ast.List):
                    for element in inner.elts:
                        yield from _texts(element, constants)
                if isinstance(inner, ast.Call) and _name(inner.func) == "append":
                    yield from _texts(inner.args[0], constants)


def _constants(tree: ast.Module) -> dict[str, str]:
    """Strings with a name in capitals at the top of a module."""
    return {
        str(_name(node.targets[0])): node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and str(_name(node.targets[0])).isupper()
    }


def _texts(node: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text.replace("{", "{{").replace("}", "}}")
        case ast.JoinedStr(values=values):
            yield _template(values)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, constants)
            yield from _texts(orelse, constants)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="format")):
            if name in constants:
                yield _numbered(constants[name])


def _template(values: list[ast.expr]) -> str:
    text, number = "", 0
    for value in values:
        if isinstance(value, ast.Constant):
            text += str(value.value).replace("{", "{{").replace("}", "}}")
        else:
            text += f"{{{number}}}"
            number += 1
    return text


def _numbered(template: str) -> str:
    """ "{path} cannot be written" as "{0} cannot be written"."""
    parsed = ast.parse(f"f{template!r}", mode="eval").body
    assert isinstance(parsed, ast.JoinedStr)
    return _template(parsed.values)


def _name(node: ast.expr) -> str | None:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return None


def _letters(template: str) -> int:
    return sum(one.isalpha() for one in template)


def _entry(template: str) -> str:
    pieces = textwrap.wrap(
        template, 78, drop_whitespace=False, break_long_words=False, break_on_hyphens=False
    )
    if len(pieces) == 1:
        return f"        _({_quoted(template)}),\n"
    lines = "".join(f"            {_quoted(piece)}\n" for piece in pieces)
    return f"        _(\n{lines}        ),\n"


def _quoted(text: str) -> str:
    quoted = repr(text)
    return quoted if '"' in text else '"' + quoted[1:-1].replace("\\'", "'") + '"'


if __name__ == "__main__":
    text = HEAD + "".join(map(_entry, sentences())) + "    )\n"
    LISTING.write_text(text, encoding="utf-8", newline="\n")
