"""The times that lessons promise are those of a formula, and lesson 0 and the README add them up rightly.

A minute for 200 words, a minute for each guess, 0.15 minutes for each line of code; exercises take what MINUTES says.
What is printed is a multiple of five at most SLACK minutes away.
"""

import re

import notebook_lint
import pytest
from notebook_files import ROOT, find_notebooks, read

from sepconv.exercises import all_exercises

MINUTES = {"function": 8, "module": 15}
OTHERWISE = 3  # a warm-up, a number, a choice, an order of lines
LONGER = {"to_separable": 60}  # the capstone
SLACK = 3
LONGEST = 75  # a lesson without its exercises; what is more becomes a part in a notebook of its own
LESSONS = {
    path.name.partition("_")[0]: path
    for path in find_notebooks(folders=["notebooks"])
    if path.name[0].isdigit()
}
CORE = ("00", "01", "02", "04", "05", "06", "07", "08")
CORE_ENDS = {"04": "Three counts that agree"}  # the last section of a lesson that the core path reads in part


def minutes_to_read(cells):
    words = sum(notebook_lint.count_words(cell.source) for cell in cells if cell.cell_type == "markdown")
    code = [cell.source for cell in cells if cell.cell_type == "code" and cell.id != "bootstrap"]
    guesses = sum(source.count("my_guess = ") for source in code)
    return words / 200 + guesses + 0.15 * sum(map(notebook_lint.count_lines, code))


def minutes_of_exercises(lesson):
    def minutes(exercise):
        return (
            LONGER.get(exercise.name) or (not exercise.is_warmup and MINUTES.get(exercise.kind)) or OTHERWISE
        )

    return sum(minutes(exercise) for exercise in all_exercises() if f"{exercise.lesson:02}" == lesson)


def promised(lesson):
    """Return the minutes at the top of a lesson: its own, and its exercises' (0 for a part that has none)."""
    opening = read(LESSONS[lesson]).cells[0].source
    match = re.search(r"\*\*Time:\*\* (\d+) minutes(?:; the exercises (\d+) more)?", opening)
    assert match, f"lesson {lesson} must say '**Time:** 40 minutes; the exercises 55 more.'"
    return int(match[1]), int(match[2] or 0)


def up_to_section(cells, last):
    """Return the cells to the end of the section called ``last``; all of them if it is None."""
    headings = [i for i, cell in enumerate(cells) if cell.source.startswith("## ")]
    titles = [cells[i].source.partition("\n")[0].removeprefix("## ") for i in headings]
    return cells[: headings[titles.index(last) + 1]] if last else cells


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_takes_the_time_at_its_top(lesson):
    estimated = minutes_to_read(read(LESSONS[lesson]).cells), minutes_of_exercises(lesson)
    for said, minutes in zip(promised(lesson), estimated, strict=True):
        assert said % 5 == 0
        assert abs(said - minutes) <= SLACK, f"lesson {lesson} says {said}, the formula {minutes:.0f}"
    assert estimated[0] <= LONGEST


def test_the_whole_and_the_core_path_add_up():
    help_cell = next(cell.source for cell in read(LESSONS["00"]).cells if cell.id == "help")
    said = re.search(
        r"about (\d+) hours, .* about (\d+) hours more.* about (\d+) hours", help_cell, re.DOTALL
    )
    reading, exercises = (sum(minutes) / 60 for minutes in zip(*map(promised, LESSONS), strict=True))
    core = sum(minutes_to_read(up_to_section(read(LESSONS[n]).cells, CORE_ENDS.get(n))) for n in CORE) / 60
    hours = [reading, exercises, core]
    assert [round(h) for h in hours] == [int(h) for h in said.groups()], hours
    assert all(f"*{section}*" in help_cell for section in CORE_ENDS.values())
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"about (\d+)\s+hours", readme) == list(said.groups())
