"""Every notebook keeps the rules by which the course is written.

Exercises are judged as the cutter makes them and as they are committed, never as they lie in the working tree: a
learner's answers break no rule.
"""

import re
from collections import Counter
from pathlib import Path

import notebook_lint
import pytest
from committed_files import committed
from cut_exercises import cut
from normalise_notebooks import normalised_text
from notebook_files import EXECUTED_FOLDERS, ROOT, find_notebooks, is_exercise, is_part, lesson_number, read
from number_rule import unsupported_numbers
from set_repository import disagreements

from sepconv.exercises import all_exercises, find

LARGEST_KILOBYTES = 700
GLOSSARY = ROOT / "notebooks/glossary.ipynb"  # read, not run: it has no code
LESSONS = [path for path in find_notebooks(folders=["notebooks"]) if path != GLOSSARY]
SOLUTIONS = find_notebooks(folders=["solutions"])


def title(path):
    return f"{path.parent.name}-{path.stem}"


def rules_for_all(notebook, exercise):
    return [
        *notebook_lint.opening(notebook),
        *notebook_lint.prose_length(notebook),
        *notebook_lint.ids(notebook),
        *notebook_lint.forbidden_text(notebook),
        *notebook_lint.accidental_lists(notebook),
        *notebook_lint.known_tags(notebook, exercise),
        *notebook_lint.check_cells(notebook, lambda name: find(name).points),
    ]


def test_the_glossary_keeps_the_rules_of_text():
    notebook = read(GLOSSARY)
    assert [
        *notebook_lint.ids(notebook),
        *notebook_lint.forbidden_text(notebook),
        *notebook_lint.accidental_lists(notebook),
    ] == []
    assert all(cell.cell_type == "markdown" for cell in notebook.cells)


def test_there_are_lessons_and_each_has_its_exercises():
    assert LESSONS
    assert [path.name for path in LESSONS if not is_part(path)] == [path.name for path in SOLUTIONS]


def test_a_part_is_linked_from_its_lesson():
    lessons = {lesson_number(path): path for path in LESSONS}
    for part in filter(is_part, LESSONS):
        text = "\n".join(cell.source for cell in read(lessons[lesson_number(part)[:2]]).cells)
        assert f"({part.name})" in text


@pytest.mark.parametrize("path", [*LESSONS, *SOLUTIONS], ids=title)
def test_rules(path):
    notebook = read(path)
    assert [*rules_for_all(notebook, exercise=False), *notebook_lint.stored_outputs(notebook)] == []
    assert path.stat().st_size <= 1000 * LARGEST_KILOBYTES


@pytest.mark.parametrize("path", LESSONS, ids=title)
def test_rules_of_lessons(path):
    notebook = read(path)
    assert [*notebook_lint.code_length(notebook), *unsupported_numbers(notebook)] == []


@pytest.mark.parametrize("path", SOLUTIONS, ids=title)
def test_rules_of_exercises(path):
    notebook = cut(read(path), path.name)
    assert [*rules_for_all(notebook, exercise=True), *notebook_lint.clean(notebook)] == []


def terms_of(path):
    """The terms that a lesson puts in bold: not the words that begin a paragraph and end in a mark."""
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    bold = re.findall(r"\*\*([^*]+)\*\*", text)
    return [term.lower() for term in bold if not term.endswith((":", ".", "?")) and term != "You will"]


def terms_of_glossary():
    """Each term of the glossary with the numbers of the lessons that it names."""
    rows = re.findall(
        r"^\| ([^|]+) \| [^|]*[\u4e00-\u9fff][^|]* \| [^|]+ \| ([^|]+) \|$", glossary_text(), re.M
    )
    return {
        term: set(map(int, re.findall(r"\[(\d+)\]", lessons)))
        for names, lessons in rows
        for term in names.lower().split(", ")
    }


def glossary_text():
    return "\n".join(cell.source for cell in read(GLOSSARY).cells)


def test_a_term_is_bold_once_and_in_the_glossary():
    bold = Counter(term for path in LESSONS for term in terms_of(path))
    assert {term for term, times in bold.items() if times > 1} == set()
    assert set(bold) - set(terms_of_glossary()) == set()


def test_the_glossary_names_the_lesson_that_introduces_a_term():
    where = {term: int(path.name[:2]) for path in LESSONS for term in terms_of(path)}
    wrong = {term: lessons for term, lessons in terms_of_glossary().items() if where.get(term) not in lessons}
    assert wrong == {}


@pytest.mark.parametrize("path", LESSONS, ids=title)
def test_every_lesson_links_to_the_glossary(path):
    assert "(glossary.ipynb)" in read(path).cells[-1].source


def test_links_between_notebooks_lead_somewhere():
    for path in [*LESSONS, *SOLUTIONS, GLOSSARY]:
        text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
        for target in re.findall(r"\]\(([^)#]+\.ipynb)\)", text):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_each_exercise_is_checked_once():
    lessons = {int(path.name[:2]) for path in SOLUTIONS}
    times = Counter(name for path in SOLUTIONS for _, name in notebook_lint.checked_exercises(read(path)))
    wanted = [exercise.name for exercise in all_exercises() if exercise.lesson in lessons]
    assert {name: times[name] for name in wanted if times[name] != 1} == {}


@pytest.mark.parametrize("path", [*LESSONS, *SOLUTIONS], ids=title)
def test_every_exercise_that_is_named_exists(path):
    for _, name in notebook_lint.checked_exercises(read(path)):
        find(name)


def test_committed_notebooks_are_in_their_normal_form():
    files = committed(*EXECUTED_FOLDERS, "exercises")
    names = [
        name for name, text in files.items() if normalised_text(text, name, is_exercise(Path(name))) != text
    ]
    assert names == [], "repair: python tools/normalise_notebooks.py"


def test_one_address_of_the_repository():
    assert disagreements() == [], "repair: python tools/set_repository.py OWNER/NAME"
