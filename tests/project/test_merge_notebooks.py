"""The three-way merge of notebooks: every kind of change on either side and on both, and random ones."""

import copy
import re

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from merge_notebooks import beside, merge, says
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

# A notebook as a word for each cell: its id, "=" before the source of code and "#" before that of Markdown. "(a)" is
# the cell that shows what the course has in the place of the learner's cell a. A course's cell has one letter.


def notebook(text):
    cells = []
    for word in text.split():
        cell_id, kind, source = re.fullmatch(r"([\w-]+)([=#])(.*)", word).groups()
        cells.append(
            {"=": new_code_cell, "#": new_markdown_cell}[kind](source.replace("_", "\n"), id=cell_id)
        )
    return with_cells(cells)


def with_cells(cells):
    """Make a notebook of cells as they are: `new_notebook(cells=…)` would repair their ids."""
    made = new_notebook()
    made.cells = cells
    return made


def words(merged):
    nbformat.validate(merged)
    notes = [cell.id.removesuffix("-in-the-course") for cell in merged.cells]
    return " ".join(
        f"({name})" if name != cell.id else f"{name}{'=#'[cell.cell_type == 'markdown']}{cell.source}"
        for name, cell in zip(notes, merged.cells)
    ).replace("\n", "_")


# kind: base, the learner's, the course's, merged, and the ids that are told of.
KINDS = {
    "nothing": ("a=1 b=2", "a=1 b=2", "a=1 b=2", "a=1 b=2", {}),
    "edited by the learner": ("a=1 b=2", "a=me b=2", "a=1 b=2", "a=me b=2", {}),
    "edited by the course": ("a=1 b=2", "a=1 b=2", "a=new b=2", "a=new b=2", {"changed": "a"}),
    "edited by both": ("a=1 b=2", "a=me b=2", "a=new b=2", "a=me (a) b=2", {"beside": "a"}),
    "edited by both alike": ("a=1 b=2", "a=new b=2", "a=new b=2", "a=new b=2", {}),
    "edited by each elsewhere": ("a=1 b=2", "a=me b=2", "a=1 b=new", "a=me b=new", {"changed": "b"}),
    "emptied by the learner": ("a=1 b=2", "a= b=2", "a=1 b=new", "a= b=new", {"changed": "b"}),
    "deleted by the learner": ("a=1 b=2", "b=2", "a=1 b=2", "b=2", {}),
    "deleted by the learner, edited by the course": ("a=1 b=2", "b=2", "a=new b=2", "b=2", {"deleted": "a"}),
    "deleted by the course": ("a=1 b=2", "a=1 b=2", "b=2", "b=2", {"gone": "a"}),
    "deleted by the course, edited by the learner": ("a=1 b=2", "a=me b=2", "b=2", "a=me b=2", {}),
    "deleted by both": ("a=1 b=2", "b=2", "b=2", "b=2", {}),
    "all deleted by the learner": ("a=1 b=2", "", "a=1 b=new c=3", "c=3", {"new": "c", "deleted": "b"}),
    "added by the learner": ("a=1 b=2", "a=1 mine=me b=2", "a=1 b=2", "a=1 mine=me b=2", {}),
    "added by the course": ("a=1 b=2", "a=1 b=2", "a=1 n=new b=2", "a=1 n=new b=2", {"new": "n"}),
    "added by both": ("a=1 b=2", "a=1 mine=me b=2", "a=1 n=new b=2", "a=1 mine=me n=new b=2", {"new": "n"}),
    "added by the course, first": ("a=1", "mine=me a=1", "n=new a=1", "n=new mine=me a=1", {"new": "n"}),
    "added by the course, several": ("a=1 b=2", "a=me b=2", "a=1 n=3 o=4 b=2 p=5", "a=me n=3 o=4 b=2 p=5", {"new": "nop"}),
    "added after what the learner deleted": ("a=1 b=2 c=3", "a=1 c=3", "a=1 b=2 n=new c=3", "a=1 n=new c=3", {"new": "n"}),
    "moved by the learner, edited by the course": ("a=1 b=2 c=3", "c=3 a=1 b=2", "a=1 b=2 c=new", "c=new a=1 b=2", {"changed": "c"}),
    "moved by the learner, deleted by the course": ("a=1 b=2 c=3", "c=3 a=1 b=2", "a=1 b=2", "a=1 b=2", {"gone": "c"}),
    "moved by the course": ("a=1 b=2 c=3", "a=1 b=me c=3", "c=3 a=1 b=2", "c=3 a=1 b=me", {}),
    "moved by the course, edited by the learner": ("a=1 b=2 c=3", "a=1 b=2 c=me", "c=3 a=1 b=2", "a=1 b=2 c=me", {}),
    "moved by both": ("a=1 b=2 c=3", "a=1 c=3 b=2", "c=3 a=1 b=2", "a=1 c=3 b=2", {}),
    "split by the learner, edited by the course": ("a=1_2 b=3", "a=1 mine=2 b=3", "a=1_new b=3", "a=1 (a) mine=2 b=3", {"beside": "a"}),
    "joined by the learner, edited by the course": ("a=1 b=2 c=3", "a=1_2 c=3", "a=1 b=new c=3", "a=1_2 c=3", {"deleted": "b"}),
    "split by the course": ("a=1_2 b=3", "a=1_2 b=me", "a=1 n=2 b=3", "a=1 n=2 b=me", {"new": "n", "changed": "a"}),
    "split by the course, edited by the learner": ("a=1_2", "a=me", "a=1 n=2", "a=me (a) n=2", {"new": "n", "beside": "a"}),
    "joined by the course": ("a=1 b=2", "a=1 mine=me b=2", "a=1_2", "a=1_2 mine=me", {"changed": "a", "gone": "b"}),
    "joined by the course, edited by the learner": ("a=1 b=2", "a=1 b=me", "a=1_2", "a=1_2 b=me", {"changed": "a"}),
    "retyped by the learner": ("a=1 b=2", "a#1 b=2", "a=1 b=new", "a#1 b=new", {"changed": "b"}),
    "retyped by the learner, edited by the course": ("a=1", "a#1", "a=new", "a#1 (a)", {"beside": "a"}),
    "retyped by the course": ("a=1 b=2", "a=1 b=me", "a#1 b=2", "a#1 b=me", {"changed": "a"}),
    "retyped by the course, edited by the learner": ("a=1", "a=me", "a#1", "a=me (a)", {"beside": "a"}),
    "cut and pasted by the learner": ("a=1 b=2 c=3", "b=2 c=3 3f2a=1", "a=new b=2 c=3", "b=2 c=3 a=new", {"changed": "a"}),
    "copied by the learner": ("a=1 b=2", "a=1 mine=1 b=2", "a=new b=2", "a=new mine=1 b=2", {"changed": "a"}),
    "copied by the learner, deleted by the course": ("a=1 b=2", "b=2 mine=2", "a=1_2", "mine=2", {"gone": "b", "deleted": "a"}),
    "written anew by the course": ("a=1 b=2", "a=1 b=me", "x=8 y=9", "x=8 y=9 b=me", {"new": "xy", "gone": "a"}),
    "not known what the course had given": ("", "a=1 b=me mine=1", "a=1 b=2 n=3", "a=1 b=me (b) mine=1 n=3", {"new": "n", "beside": "b"}),
    "an empty notebook": ("", "", "a=1", "a=1", {"new": "a"}),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_change(kind):
    base, mine, theirs, expected, told = KINDS[kind]
    sides = [notebook(base), notebook(mine), notebook(theirs)]
    before = copy.deepcopy(sides)
    merged, says_of = merge(*sides)
    assert words(merged) == expected
    assert {key: "".join(ids) for key, ids in says_of.items() if ids} == told
    assert sides == before


@pytest.mark.parametrize("kind", KINDS)
def test_the_next_merge_changes_nothing(kind):
    base, mine, theirs, _, _ = map(notebook, [*KINDS[kind][:3], "", ""])
    merged, _ = merge(base, mine, theirs)
    assert merge(theirs, merged, theirs) == (merged, {"new": [], "deleted": []})
    # As if the system had gone down before the new base was written.
    assert merge(base, merged, theirs)[0] == merged


# --- what the course has beside the learner's


def test_code_of_the_course_is_shown_and_cannot_run():
    cell = beside(new_code_cell("def f():\n    '''```'''\n    ...", id="ex-f-answer"))
    assert cell.cell_type == "markdown"
    assert cell.id == "ex-f-answer-in-the-course"
    assert cell.source.endswith("\n\n````python\ndef f():\n    '''```'''\n    ...\n````")


def test_text_of_the_course_is_shown_as_text():
    assert beside(new_markdown_cell("What is *k*?", id="task")).source.endswith("now:\n\nWhat is *k*?")


def test_a_second_change_takes_the_place_of_the_first_one_that_was_shown():
    first, _ = merge(notebook("a=1 b=2"), notebook("a=me b=2"), notebook("a=new b=2"))
    second, told = merge(notebook("a=new b=2"), first, notebook("a=newer b=2"))
    assert words(second) == "a=me (a) b=2"
    assert "newer" in second.cells[1].source
    assert told["beside"] == ["a"]
    back, _ = merge(notebook("a=newer b=2"), second, notebook("a=me b=2"))
    assert words(back) == "a=me b=2"


def test_what_the_learner_wrote_below_it_stays():
    first, _ = merge(notebook("a=1"), notebook("a=me"), notebook("a=new"))
    first.cells[1].source += "\n\nI like mine better."
    second, _ = merge(notebook("a=new"), first, notebook("a=newer"))
    sources = [cell.source for cell in second.cells]
    assert sources[0] == "me"
    assert "newer" in sources[1]
    assert sources[2] == first.cells[1].source
    nbformat.validate(second)


def test_long_ids_stay_ids():
    long = "a" * 64
    merged, _ = merge(notebook(f"{long}=1"), notebook(f"{long}=me"), notebook(f"{long}=new"))
    nbformat.validate(merged)


# --- ids


def without_ids(text, minor=4):
    old = notebook(text)
    old.nbformat_minor = minor
    for cell in old.cells:
        del cell["id"]
    return old


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        ("a=1 b=2 c=3", "a=1 b=new c=3"),
        ("a=1 x=me c=3", "a=1 b=me (b) c=3"),
        ("x=me y=too c=3", "a=me b=too (b) c=3"),
        ("c=3 a=1 b=2", "c=3 a=1 b=new"),
        ("a=1 x#me b=2 c=3", "a=1 yours-1#me b=new c=3"),
        ("a=1 c=3", "a=1 c=3"),
        ("a=1 b=2 c=3 x=me", "a=1 b=new c=3 yours-1=me"),
    ],
)
def test_cells_without_ids_are_told_by_what_they_say_and_where_they_stand(mine, expected):
    base, theirs = notebook("a=1 b=2 c=3"), notebook("a=1 b=new c=3")
    merged, _ = merge(base, without_ids(mine), theirs)
    assert words(merged) == expected
    assert merged.nbformat_minor == 5
    assert merge(theirs, merged, theirs)[0] == merged


def test_an_answer_from_colab_is_told_by_its_metadata():
    base, theirs = notebook("task#t a=stub b=check"), notebook("task#t a=stub b=new")
    mine = without_ids("task#t x=scratch a=me b=check", minor=0)
    mine.cells[2].metadata["nbgrader"] = {"grade_id": "a"}
    mine.cells[3].metadata["id"] = "b"
    assert words(merge(base, mine, theirs)[0]) == "task#t yours-1=scratch a=me b=new"


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        ("a=1 a=me b=2", "a=new yours-1=me b=2"),
        ("a=me a=1 b=2", "yours-1=me a=new b=2"),
        ("a=me a=too b=2", "a=me (a) yours-1=too b=2"),
        ("a=1 a=1 b=2", "a=new yours-1=1 b=2"),
        ("a=1 mine=me mine=too b=2", "a=new mine=me yours-1=too b=2"),
        ("a=1 yours-1=me yours-1=too b=2", "a=new yours-1=me yours-2=too b=2"),
    ],
)
def test_of_cells_with_one_id_all_stay(mine, expected):
    base, theirs = notebook("a=1 b=2"), notebook("a=new b=2")
    assert words(merge(base, notebook(mine), theirs)[0]) == expected


def test_an_id_that_is_none_is_replaced():
    mine = notebook("a=1 x=me")
    mine.cells[1].id = "not an id!"
    assert words(merge(notebook("a=1"), mine, notebook("a=new"))[0]) == "a=new yours-1=me"


# --- what a cell holds besides its words


def test_results_stay_in_cells_that_nobody_changed_and_go_where_the_course_changed_the_code():
    mine = notebook("a=1 b=2 c=me d=4")
    for cell in mine.cells:
        cell.outputs, cell.execution_count = [new_output("stream", text=f"of {cell.id}\n")], 7
    merged, _ = merge(notebook("a=1 b=2 c=3 d=4"), mine, notebook("d=4 a=1 b=new c=new"))
    shown = {cell.id: (cell.execution_count, len(cell.outputs)) for cell in merged.cells if "outputs" in cell}
    assert shown == {"a": (7, 1), "b": (None, 0), "c": (7, 1), "d": (7, 1)}


def test_line_ends_are_no_change():
    base, theirs = notebook("a=1_2 b=3_4"), notebook("a=1_new b=3_4")
    mine = notebook("a=1_2 b=3_me")
    for cell in mine.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    assert [cell.source for cell in merge(base, mine, theirs)[0].cells] == ["1\nnew", "3\r\nme"]


def test_a_picture_that_was_pasted_is_a_change():
    mine = notebook("a#1")
    mine.cells[0].attachments = {"me.png": {"image/png": "AAAA"}}
    merged, told = merge(notebook("a#1"), mine, notebook("a#new"))
    assert merged.cells[0] == mine.cells[0]
    assert told["beside"] == ["a"]


def test_metadata_is_merged_key_by_key():
    base, mine, theirs = notebook("a=1"), notebook("a=me"), notebook("a=1")
    base.cells[0].metadata.update(points=1, tags=["x"], old=1, same=1)
    mine.cells[0].metadata.update(points=1, tags=["y"], old=1, same=1, collapsed=True)
    theirs.cells[0].metadata.update(points=2, tags=["z"], same=1)
    base.metadata.update(kernelspec={"name": "python3"}, language_info={"name": "python"})
    mine.metadata.update(kernelspec={"name": "my-env"}, language_info={"name": "python"})
    theirs.metadata.update(kernelspec={"name": "python4"}, language_info={"name": "python"}, title="new")
    merged, told = merge(base, mine, theirs)
    assert merged.cells[0].metadata == {"points": 2, "tags": ["y"], "same": 1, "collapsed": True}
    assert merged.metadata == {
        "kernelspec": {"name": "my-env"},
        "language_info": {"name": "python"},
        "title": "new",
    }
    assert not any(told.values())


# --- random changes

EDITS = ["edit", "empty", "delete", "move", "add", "split", "join", "retype", "copy", "forget id", "paste"]
CHANGES = st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 50), st.integers(0, 50)), max_size=6)


def changed(given_notebook, changes, who):
    """Return a notebook after edits; what is written into it holds the word `who` and a number of its own."""
    cells = copy.deepcopy(given_notebook.cells)
    for number, (edit, first, second) in enumerate(changes):
        words_of, at, to = f"{who} {number}", first % max(1, len(cells)), second % max(1, len(cells))
        fresh = new_code_cell(f"{words_of}\nand on", id=f"{who}-{number}")
        cell = cells[at] if cells else None
        if edit == "add" or not cells:
            cells.insert(to, fresh)
        elif edit == "edit":
            cell.source += f"\n{words_of}"
        elif edit == "empty":
            cell.source = ""
        elif edit == "delete":
            del cells[at]
        elif edit == "move":
            cells.insert(to, cells.pop(at))
        elif edit == "split":
            half, rest = cell.source.partition("\n")[::2]
            cell.source, fresh.source = half, f"{rest} {words_of}"
            cells.insert(at + 1, fresh)
        elif edit == "join" and at + 1 < len(cells):
            cell.source += "\n" + cells.pop(at + 1).source
        elif edit == "retype":
            made = new_markdown_cell if cell.cell_type == "code" else new_code_cell
            cells[at] = made(cell.source, **({"id": cell.id} if "id" in cell else {}))
            if "id" not in cell:
                del cells[at]["id"]
        elif who == "learner" and edit == "copy":
            cells.insert(to, copy.deepcopy(cell))
        elif who == "learner" and edit == "forget id":
            cell.pop("id", None)
        elif who == "learner" and edit == "paste":
            cell.id = f"pasted-{number}"
            cells.insert(to, cells.pop(at))
    return with_cells(cells)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, 8), CHANGES, CHANGES)
@example(2, [("move", 0, 1)], [("delete", 0, 0), ("delete", 0, 0)])
@example(5, [("delete", 0, 0), ("move", 0, 1)], [("delete", 0, 0), ("delete", 0, 0), ("move", 0, 2)])
def test_no_cell_of_the_learner_is_lost_and_none_of_the_courses_is_missed(size, learners, courses):
    check_random_changes(size, learners, courses)


@pytest.mark.full
@settings(max_examples=2000, deadline=None)
@given(st.integers(0, 8), CHANGES, CHANGES)
def test_more_changes_at_random(size, learners, courses):
    check_random_changes(size, learners, courses)


def check_random_changes(size, learners, courses):
    base = with_cells([new_code_cell(f"given {n}\nand on", id=f"c{n}") for n in range(size)])
    mine, theirs = changed(base, learners, "learner"), changed(base, courses, "course")
    merged, told = merge(base, mine, theirs)
    nbformat.validate(merged)
    ids = [cell.id for cell in merged.cells]
    assert len(set(ids)) == len(ids)

    # What the learner wrote is there, in the learner's order.
    given_before = [says(cell) for cell in base.cells]
    own = [says(cell) for cell in mine.cells if says(cell) not in given_before]
    left = iter(says(cell) for cell in merged.cells)
    assert all(words_of in left for words_of in own)

    # The next merge, and one that begins again, change nothing.
    assert merge(theirs, merged, theirs)[0] == merged
    assert merge(base, merged, theirs)[0] == merged

    # Whatever the course changed, and the learner did not delete, is there: in its cell, or shown beside it.
    there, old = {cell.id: cell for cell in merged.cells}, {cell.id: cell for cell in base.cells}
    shown = [says(cell) for cell in merged.cells]
    for cell in theirs.cells:
        new_words = cell.id not in old or says(cell) != says(old[cell.id])
        if new_words and cell.id not in told["deleted"]:
            assert says(cell) in shown or says(beside(cell)) in shown
    # A cell that the learner left alone is as the course has it.
    alone = {
        cell["id"]
        for cell in mine.cells
        if "id" in cell and says(cell) == says(old.get(cell.id, new_code_cell()))
    }
    for cell in theirs.cells:
        if cell.id in alone:
            assert says(there[cell.id]) == says(cell)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 8), CHANGES)
def test_who_changed_nothing_gets_the_courses_notebook(size, courses):
    base = with_cells([new_code_cell(f"given {n}\nand on", id=f"c{n}") for n in range(size)])
    theirs = changed(base, courses, "course")
    assert merge(base, base, theirs)[0].cells == theirs.cells


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 8), CHANGES)
def test_where_the_course_changed_nothing_the_learners_notebook_is_as_it_was(size, learners):
    base = with_cells([new_code_cell(f"given {n}\nand on", id=f"c{n}") for n in range(size)])
    mine = changed(base, learners, "learner")
    assert list(map(says, merge(base, mine, base)[0].cells)) == list(map(says, mine.cells))
