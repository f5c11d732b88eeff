"""The README promises what is there."""

import re
from collections import Counter
from pathlib import Path

from notebook_files import ROOT, find_notebooks, is_part

from sepconv.exercises import all_exercises

README = (ROOT / "README.md").read_text(encoding="utf-8")


def rows():
    """The lesson table: (number, lesson, exercises shown, exercise notebook)."""
    pattern = r"^\| (\d\d) \| \[[^\]]+\]\(([^)]+)\) \| \[([^\]]+)\]\(([^)]+)\) \| [^|]+ \|$"
    return re.findall(pattern, README, re.MULTILINE)


def test_every_lesson_is_in_the_table():
    notebooks = find_notebooks(folders=["notebooks"])
    lessons = [path.name for path in notebooks if path.name[0].isdigit() and not is_part(path)]
    assert [Path(lesson).name for _, lesson, _, _ in rows()] == lessons


def test_the_table_counts_the_exercises():
    graded = Counter(e.lesson for e in all_exercises() if not e.is_warmup and e.starts_at is None)
    shown = {int(number): count for number, _, count, _ in rows()}
    assert shown == {0: "where to start", **{lesson: str(count) for lesson, count in sorted(graded.items())}}


def test_every_link_to_a_file_leads_somewhere():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_wrong_answer_that_is_shown_is_what_check_says():
    from sepconv.checking.diagnosis import mark
    from sepconv.exercises import find

    exercise = find("out_size")
    wrong = next(m.wrong for m in exercise.misconceptions if m.id == "M42")
    shown = README.split("Not yet: out_size\n")[1].split("```")[0].split()
    says = " ".join(mark(exercise, wrong)[0].paragraphs)
    assert shown == f'{says} A hint: hint("out_size").'.split()
