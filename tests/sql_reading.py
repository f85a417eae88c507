"""Find executed SQL in Python code that is not a literal statement.

What is executed must come, by whatever variables, from a constant, from a file (`statement(…)`), or
from psycopg's composition of constants and quoted identifiers. Anything else is reported, whether
or not hostile input can reach it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

EXECUTING = {"execute", "executemany", "copy", "stream", "mogrify"}
COMPOSING = {"SQL", "sql.SQL", "pgsql.SQL"}
QUOTING = {"Identifier", "Literal", "Placeholder"}


def pasted(code: str) -> Iterator[str]:
    """Yield a module's executed statements that can't be traced to such a source."""
    tree = ast.parse(code)
    assigned = _assignments(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else _text(node.func)
            executes = name in EXECUTING or _text(node.func) in COMPOSING
            if executes and not _is_written(node.args[0], assigned, set()):
                yield _text(node.args[0])


def _is_written(node: ast.expr, assigned: dict[str, list[ast.expr]], seen: set[str]) -> bool:
    """Return whether an expression is a literal statement."""

    def written(part: ast.expr) -> bool:
        return _is_written(part, assigned, seen)

    match node:
        case ast.Constant():
            return True
        case ast.IfExp():
            return written(node.body) and written(node.orelse)
        case ast.Name() | ast.Attribute():
            name = _text(node)
            if name in seen:
                return True
            seen.add(name)
            return bool(assigned.get(name)) and all(map(written, assigned[name]))
        case ast.Call(func=ast.Name(id="statement")):
            return True
        case ast.Call(func=ast.Attribute(attr="encode", value=value)):
            return written(value)
        case ast.Call(func=ast.Attribute(attr="mogrify"), args=[first, *_]):
            return written(first)
        case ast.Call(args=[first]) if _text(node.func) in COMPOSING:
            return written(first)
        case ast.Call(func=ast.Attribute(attr="format", value=value)):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            composed = _is_composed(value, assigned)
            return composed and written(value) and all(_is_quoted(one, assigned) for one in values)
    return False


def _is_composed(node: ast.expr, assigned: dict[str, list[ast.expr]]) -> bool:
    """Return whether an expression is psycopg's and not a string."""
    if isinstance(node, ast.Call):
        return _text(node.func) in COMPOSING
    found = assigned.get(_text(node), [])
    return bool(found) and all(_is_composed(one, {}) for one in found)


def _is_quoted(node: ast.expr, assigned: dict[str, list[ast.expr]]) -> bool:
    """Return whether part of a statement is a literal or quoted by psycopg."""
    if isinstance(node, ast.Call):
        return _text(node.func).rpartition(".")[2] in QUOTING or _is_composed(node, assigned)
    found = assigned.get(_text(node), [])
    return bool(found) and all(_is_quoted(one, {}) for one in found)


def _assignments(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """Return all values assigned to each name in a module; parameters are unknown."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    found.setdefault(_text(target), []).append(value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                found.setdefault(_text(target), []).append(value)
            case ast.NamedExpr(target=target, value=value):
                found.setdefault(_text(target), []).append(value)
            case ast.AugAssign(target=target, value=value):
                changed = ast.BinOp(target, node.op, value)
                found.setdefault(_text(target), []).append(changed)
            case ast.arg(arg=name):
                found.setdefault(name, []).append(ast.Yield())  # unknown: the caller's value
            case ast.For(target=target) | ast.comprehension(target=target):
                found.setdefault(_text(target), []).append(ast.Yield())
    return found


def _text(node: ast.AST) -> str:
    return ast.unparse(node)
