"""Once more, with little memory: what a function says of the memory that it held is not believed, the system's limit is."""

import ast
import sys

from sepconv.grading.codec import read_line
from sepconv.grading.servers import ServerGone

CAN_BE_LIMITED = sys.platform == "linux"


def with_little_memory(exercise, notebook, server, seed, limits) -> dict:
    """Have an exercise's `Within` computed where the system gives no more memory than it allows; return what was sent.

    Only the cells that the answer comes from are run: the others may need more, and nobody asks about them.
    """
    wanted = cells_for(exercise.name, notebook.cells)
    request = {
        "cells": notebook.cells,
        "names": [exercise.name],
        "seed": seed,
        "skipped": [number for number in range(len(notebook.cells)) if number not in wanted],
        "seconds": limits.seconds,
        "total": limits.total,
        "memory": limits.memory,
        "within": exercise.name,
    }
    try:
        data, ended = server.ask(request)
    except ServerGone as problem:
        data, ended = problem.data, "ended"
    messages = [message for line in data.split(b"\n") if (message := read_line(line))]
    found = [message for message in messages if message.get("answer") == exercise.name]
    return {**(found[-1] if found else {}), "state": "within", "ended": ended}


def cells_for(name, cells) -> set[int]:
    """Return the numbers of the cells that define a name, and of those that define what they use."""
    wanted, found, size = {name}, set(), -1
    parts = [_names_in(cell, name) for cell in cells]
    while size != len(found):
        size = len(found)
        for number, (made, used) in enumerate(parts):
            if number not in found and made & wanted:
                found.add(number)
                wanted |= used
    return found


def _names_in(cell, name):
    """Return the names that a cell makes and those that it uses; one that is no Python may make the wanted one."""
    try:
        tree = ast.parse(cell)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ({name} if name in cell else set()), set()
    made, used = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.alias):
            made.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else made).add(node.id)
    return made, used
