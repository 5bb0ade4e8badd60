"""Measures of the code's form: how long functions are, how they are named, what is in the glossary, cycles.

    python benchmarks/structure.py [FOLDER]

One-word names are those without an underscore inside. A name is shared when module-level functions in two modules
have it. Cycles are those of imports between the package's modules, imports for types alone included.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
LONG_LINES = 25

Function = ast.FunctionDef | ast.AsyncFunctionDef
Trees = Mapping[str, ast.Module]


def main() -> None:
    """Print every measure, a line each."""
    package = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "monitor"
    trees = parse_modules(package)
    sizes = [size_of(function) for function in all_functions(trees)]
    print(f"functions                 {len(sizes)}")
    print(f"  lines, median           {median(sizes):g}")
    print(f"  lines, 90th percentile  {quantiles(sizes, n=10)[-1]:g}")
    print(f"  over {LONG_LINES} lines           {share(size > LONG_LINES for size in sizes)}")
    print(f"  called by one word      {share(map(is_one_word, function_names(trees)))}")
    shared = names_shared(trees)
    count = sum(1 for _ in module_functions(trees))
    print(f"  of modules, sharing a name with one elsewhere  {sum(map(len, shared.values())) / count:.1%}")
    for name, modules in sorted(shared.items()):
        print(f"    {name}: {', '.join(modules)}")
    unknown = classes_outside(glossary_words(), trees)
    print(f"public classes outside the glossary  {len(unknown)} {' '.join(unknown)}")
    cycles = import_cycles(trees)
    print(f"import cycles             {len(cycles)}")
    for cycle in cycles:
        print(f"    {' '.join(cycle)}")


def parse_modules(package: Path) -> Trees:
    """Each module of a package by its dotted name."""
    return {
        ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text("utf-8")
        )
        for path in sorted(package.rglob("*.py"))
    }


def all_functions(trees: Trees) -> Iterator[Function]:
    """Functions, methods and functions inside them."""
    return (node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, Function))


def function_names(trees: Trees) -> list[str]:
    """The names that people chose: not those of Python's protocols."""
    return [one.name for one in all_functions(trees) if not one.name.startswith("__")]


def module_functions(trees: Trees) -> Iterator[tuple[str, str]]:
    """(module, name) of the functions at the top of modules; overloads of one count once."""
    for module, tree in trees.items():
        names = dict.fromkeys(node.name for node in tree.body if isinstance(node, Function))
        yield from ((module, name) for name in names)


def size_of(function: Function) -> int:
    """Lines from `def` to the last."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_one_word(name: str) -> bool:
    """Whether a name has no underscore inside."""
    return "_" not in name.strip("_")


def share(answers: Iterator[bool] | map[bool]) -> str:
    """How many of the answers are yes."""
    found = list(answers)
    return f"{sum(found) / len(found):.1%}"


def names_shared(trees: Trees) -> dict[str, list[str]]:
    """Function name → the modules that have one of this name, where there are several."""
    modules = defaultdict(list)
    for module, name in module_functions(trees):
        modules[name].append(module)
    return {name: found for name, found in modules.items() if len(found) > 1}


def glossary_words() -> set[str]:
    """What the glossary lists: the first column of its tables."""
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    return set(re.findall(r"^\| `?(\w+)`? \|", text, re.MULTILINE))


def classes_outside(words: set[str], trees: Trees) -> list[str]:
    """Public classes that the glossary does not list, and public names that two classes share."""
    names = [node.name for tree in trees.values() for node in tree.body if isinstance(node, ast.ClassDef)]
    public = Counter(name for name in names if not name.startswith("_"))
    return sorted(name for name, times in public.items() if name not in words or times > 1)


def import_cycles(trees: Trees) -> list[list[str]]:
    """Groups of modules that import each other, directly or not."""
    graph = {module: set(imported_modules(tree, trees)) - {module} for module, tree in trees.items()}
    reached = {module: reachable(module, graph) for module in graph}
    groups = {
        tuple(sorted(other for other in reached[module] if module in reached[other]))
        for module in graph
        if module in reached[module]
    }
    return [list(group) for group in sorted(groups)]


def reachable(start: str, graph: Mapping[str, set[str]]) -> set[str]:
    """Every module that one imports, directly or not."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = graph[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


def imported_modules(tree: ast.Module, trees: Trees) -> Iterator[str]:
    """The package's modules that one imports anywhere; what a package gives on counts as its module's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in trees)
        if isinstance(node, ast.ImportFrom) and node.module in trees:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in inner if name in trees)
            if any(name not in trees for name in inner):
                yield str(node.module)


if __name__ == "__main__":
    main()
