"""What lessons say of the outputs that they store: who runs a notebook again is told here which sentence no longer holds."""

import re

from notebook_files import find_notebooks, read

LESSONS = {path.name[:2]: path for path in find_notebooks(folders=["notebooks"]) if path.name[0].isdigit()}


def printed(lesson, cell_id):
    """Return what a cell of a lesson has printed, or shown as text."""
    (cell,) = (cell for cell in read(LESSONS[lesson]).cells if cell.id == cell_id)
    return "\n".join(output.get("text") or output.data.get("text/plain", "") for output in cell.outputs)


def numbers(pattern, text):
    """Return the numbers in the groups of each match."""
    return [tuple(map(float, match.groups())) for match in re.finditer(pattern, text, re.MULTILINE)]


def test_lesson_12_tells_what_its_seeds_showed():
    assert numbers(r"after one epoch: ([\d.]+)%", printed("12", "plain-run"))[0][0] > 30
    right = dict(re.findall(r"^(\w+) +([\d.]+)% ±", printed("12", "table"), re.MULTILINE))
    standard, separable = float(right["standard"]), float(right["separable"])
    assert separable < standard < separable + 1
    assert right["narrow"] == right["narrower"]

    between = r"([+-][\d.]+) to ([+-][\d.]+)$"
    intervals = numbers(between, printed("12", "differences-code"))
    assert [low < 0 < high for low, high in intervals] == [True, False, True, True]
    *wider, of_ten = numbers(between, printed("12", "together-code"))
    assert all(-10 < low < 0 < high < 10 for low, high in wider)
    assert of_ten[0] > 0


def test_lesson_12_tells_what_its_other_trainings_showed():
    on_digits, on_two = zip(*numbers(r"ten digits ([\d.]+)%   two ([\d.]+)%", printed("12", "easy-result")))
    for smaller in (1, 2):
        assert on_two[0] - on_two[smaller] < on_digits[0] - on_digits[smaller]
    assert min(on_two) > on_digits[1]
    assert all(
        ours > bare
        for ours, bare in numbers(r"([\d.]+)% with .*, ([\d.]+)%", printed("12", "between-result"))
    )
    (size, right), (spared_size, spared) = numbers(r"size ([\d.]+), ([\d.]+)%", printed("12", "decay-result"))
    assert size < spared_size
    assert abs(right - spared) < 2
