"""Bring what is new in the course into a notebook that its learner has been writing in.

The merge goes cell by cell and has three sides: `base` is what the course last put there, `mine` is what the learner
made of it, and `theirs` is what the course has now. What a cell says is its type, its source and its attachments. Where
the learner changed that, it stays; where only the course did, the course's comes in.
"""

import copy
import re
from collections import defaultdict
from difflib import SequenceMatcher

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell


def merge(
    base: NotebookNode, mine: NotebookNode, theirs: NotebookNode
) -> tuple[NotebookNode, dict[str, list[str]]]:
    """Return the learner's notebook with the course's changes in it, and what happened to which cells.

    Parameters
    ----------
    base, mine, theirs : NotebookNode
        Notebooks in format 4. The cells of `base` and `theirs` have ids, each used once; those of `mine` need not.
        Nothing is changed in them.

    Returns
    -------
    notebook : NotebookNode
        The learner's cells; in the learner's order, if the learner moved any. What the course has in the place of a cell that both changed
        stands in a Markdown cell below it.
    told : dict of str to list of str
        The ids of cells that are ``new``, ``changed`` or ``gone``, that both sides changed (``beside``), and that
        the learner deleted and the course changed (``deleted``).
    """
    merged, told = copy.deepcopy(mine), defaultdict(list)
    old, new = by_id(base), by_id(theirs)
    altered = [cell_id for cell_id in new if cell_id not in old or says(old[cell_id]) != says(new[cell_id])]
    name_cells(merged, old, altered)
    # A merge that was interrupted, and an earlier update, have left such cells; they are written anew where needed.
    stale = [says(beside(side[cell_id])) for cell_id in altered for side in (old, new) if cell_id in side]
    cells = [cell for cell in merged.cells if says(cell) not in stale]
    there = [cell.id for cell in cells]
    learner_moved = moved([cell_id for cell_id in old if cell_id in new], there)
    moved_by_course = set() if learner_moved else moved(list(old), list(new))
    merged.cells, to_place = [], {cell_id: new[cell_id] for cell_id in new if cell_id not in [*old, *there]}
    told["new"] += to_place
    for cell in cells:
        before, now = old.get(cell.id), new.get(cell.id)
        is_learners = before is None or says(cell) != says(before)
        if now is None:
            if is_learners:
                merged.cells.append(cell)
            else:
                told["gone"].append(cell.id)
        elif is_learners:
            merged.cells.append(with_metadata(cell, before, cell, now))
            if cell.id in altered and says(cell) != says(now):
                merged.cells.append(beside(now))
                told["beside"].append(cell.id)
        else:
            if cell.id in altered:
                told["changed"].append(cell.id)
            updated = with_metadata(now if cell.id in altered else cell, before, cell, now)
            if cell.id in moved_by_course:
                to_place[cell.id] = updated
            else:
                merged.cells.append(updated)
    place(merged.cells, to_place, list(new), {*old, *new})
    told["deleted"] += [cell_id for cell_id in altered if cell_id in old and cell_id not in there]
    give_unused_ids(merged.cells)
    merged.metadata = three_way(base.metadata, mine.metadata, theirs.metadata)
    merged.nbformat_minor = max(mine.nbformat_minor, theirs.nbformat_minor)
    return merged, told


def says(cell) -> tuple:
    """Return what a cell says, whatever the system's line ends are."""
    return cell.cell_type, cell.source.replace("\r\n", "\n"), cell.get("attachments", {})


def by_id(notebook) -> dict:
    """Return {id: cell}, in the notebook's order."""
    return {cell.id: cell for cell in notebook.cells}


def name_cells(notebook, old, altered):
    """Give each cell that was one of the course's the id that it had; the others keep theirs, or have none."""
    claims = defaultdict(list)
    for cell in notebook.cells:
        # Colab writes no ids; it keeps metadata, and nbgrader's name of a cell is its id here.
        names = cell.get("id"), cell.metadata.get("id"), cell.metadata.get("nbgrader", {}).get("grade_id")
        cell_id = next((name for name in names if name in old), None)
        if cell_id:
            claims[cell_id].append(cell)
        cell.without_id = "id" not in cell
        cell.id = None if cell_id else cell.get("id")
    for cell_id, cells in claims.items():
        # Of a cell that was copied with its id, the one that nobody wrote in.
        next((cell for cell in cells if says(cell) == says(old[cell_id])), cells[0]).id = cell_id
    missing = {cell_id: cell for cell_id, cell in old.items() if cell_id not in claims}
    follows = dict(zip([None, *old], old))
    previous = None
    for cell in notebook.cells:
        if cell.id not in old:
            # A cell that was cut and pasted has a new id. That matters only where the course changed it.
            sought = [cell_id for cell_id in missing if cell.without_id or cell_id in altered]
            same = next((cell_id for cell_id in sought if says(old[cell_id]) == says(cell)), None)
            after = follows.get(previous)
            if same is None and cell.without_id and after in missing:
                same = after if old[after].cell_type == cell.cell_type else None
            if same is not None:
                cell.id = same
                del missing[same]
        del cell["without_id"]
        previous = cell.id


def moved(before: list[str], after: list[str]) -> set[str]:
    """Return the ids that stand in both lists, and in another order."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    in_order = {cell_id for block in blocks for cell_id in before[block.a : block.a + block.size]}
    return {*before} & {*after} - in_order


def place(cells, to_place, order, of_the_course):
    """Insert the course's cells where it has them: after the cell before, and what the learner added to that."""
    at = 0
    for cell_id in order:
        if cell_id in to_place:
            cells.insert(at, to_place[cell_id])
        ids = [cell.id for cell in cells]
        if cell_id in ids:
            at = ids.index(cell_id) + 1
            while at < len(cells) and cells[at].id not in of_the_course:
                at += 1


def three_way(base, mine, theirs) -> NotebookNode:
    """Merge two dictionaries key by key: the learner's value, where it is not what the course put there."""
    picked = {
        key: (theirs if mine.get(key) == base.get(key) else mine).get(key) for key in {**mine, **theirs}
    }
    return NotebookNode({key: value for key, value in picked.items() if value is not None})


def with_metadata(cell, before, mine, theirs) -> NotebookNode:
    """Return a copy of a cell with the metadata of three cells merged."""
    cell = copy.deepcopy(cell)
    cell.metadata = three_way(before.metadata if before else {}, mine.metadata, theirs.metadata)
    return cell


def beside(cell) -> NotebookNode:
    """Return the Markdown cell that shows what the course has in the place of a learner's cell."""
    # Never code: if it ran after the learner's answer, it would take the answer's name.
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`+", cell.source))])
    source = f"{fence}python\n{cell.source}\n{fence}" if cell.cell_type == "code" else cell.source
    about = "**The course has changed this cell.** Yours is above and stays as it is. The course's is now:"
    return new_markdown_cell(f"{about}\n\n{source}", id=f"{cell.id[:49]}-in-the-course")


def give_unused_ids(cells):
    """Give an id to each cell that has none, or one that is not allowed or stands above it already."""
    taken = {cell.id for cell in cells}
    unused = (name for number in range(1, 10**9) if (name := f"yours-{number}") not in taken)
    seen = set()
    for cell in cells:
        if cell.id in seen or not re.fullmatch(r"[\w-]{1,64}", cell.id or "", re.ASCII):
            cell.id = next(unused)
        seen.add(cell.id)
