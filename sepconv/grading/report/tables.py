"""What a run found for other programs: CSV, JSON, Gradescope's results, and the gradebook of Moodle or Canvas, filled in."""

import csv
import io
import json
import re
import unicodedata
from collections import Counter

from sepconv.grading.hand_in.find import account_in
from sepconv.grading.report.students import best_of, by_student, mistakes, points_of, unread

csv.field_size_limit(2**31 - 1)  # Moodle's worksheet may hold whole texts
_COLUMNS = ["student", "file", "lesson", "exercise", "outcome", "points", "of"]
_COLUMNS += ["mistake", "mistake_name", "says"]
# Where a spreadsheet sees a cell begin, even one that cuts at semicolons, and a sign makes a formula of it.
_LEAD, _SIGNS = "[^\\S\t\r\n]|[\u200b-\u200d\u2060\"'`´‘’“”]", r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(rf"(?:^|(?<=[;\t\r\n]))(?=(?:{_LEAD})*{_SIGNS})")


def as_csv(result) -> str:
    """Return one line for each submission and exercise; a file that could not be read is one line as well."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for row in [*result["submissions"], *({"exercises": [], "problem": one} for one in result["remarks"])]:
        for exercise in row["exercises"] or [{"outcome": "not marked", "says": row["problem"]}]:
            table.writerow(harmless((row | exercise).get(column, "")) for column in _COLUMNS)
    return text.getvalue()


def harmless(value):
    """Return what goes into a cell: a text that a spreadsheet takes for a formula gets an apostrophe in front."""
    return _FORMULA.sub("'", value) if isinstance(value, str) else value


def as_json(result) -> str:
    """Return everything, and the class's mistakes."""
    everything = result | {"mistakes": mistakes(result["submissions"])}
    return json.dumps(everything, indent=1, sort_keys=True) + "\n"


def as_gradescope(result) -> str:
    """Return Gradescope's results.json of one student's submission; of several it is refused with a ValueError."""
    rows, tests = result["submissions"], []
    if len(by_student(rows)) > 1 and sum(len(row["exercises"]) for row in rows) > len(best_of(rows)):
        raise ValueError("--gradescope is for one student's notebooks, and here are those of several")
    for one in best_of(rows):
        output = f"{one['outcome'].capitalize()}\n{one['says']}"
        about = {"name": one["exercise"], "score": one["points"], "max_score": one["of"], "output": output}
        tests.append(about)
    found = {"score": points_of(rows)[0], "output": "\n".join(unread(result)), "tests": tests}
    return json.dumps(found, indent=1) + "\n"


def fill_gradebook(path, column, rows) -> tuple[bytes, list[str]]:
    """Return a filled gradebook, and sentences: what was done, and whose points are not in it.

    A ValueError says that the file is no gradebook, or that it is open which column the points go into.

    Parameters
    ----------
    path : Path
        Moodle's grading worksheet or Canvas' gradebook, as exported in English.
    column : str or None
        An assignment of Canvas, by its name or its number; needed where there are several.
    rows : list of dict
        Their points are scaled to the platform's maximum.
    """
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    header = text.partition("\n")[0]
    comma, end = max(",;\t", key=header.count), "\r\n" if header.endswith("\r") else "\n"
    lines = list(csv.reader(io.StringIO(text.removeprefix(mark), newline=""), delimiter=comma))
    heads = lines[0] if lines else []
    platform, account, grade = _columns(path, column, heads)
    named = [dict(zip(heads, line)) if len(line) == len(heads) else {} for line in lines]
    people = {i: line for i, line in enumerate(named) if re.search(r"\d$", line.get(account, ""))}
    students, sentences = by_student(rows), []
    places = [_places(theirs, platform, account, people) for theirs in students]
    whole = _whole(students)
    of = sum(whole.values())
    possible = next((line[grade] for line in named if "Points Possible" in line.get(heads[0], "")), "")
    for theirs, place in zip(students, places):
        if why := _why_not(theirs, places, place, [people[i][grade] for i in place]):
            sentences.append(f"{theirs[0]['student']} {why}: no points were filled in.")
        else:
            maximum = people[place[0]].get("Maximum Grade", possible)
            points = sum(one["points"] for one in best_of(theirs) if one["exercise"] in whole)
            lines[place[0]][heads.index(grade)] = _scaled(points, of, maximum)
    filled = io.StringIO(newline="")
    csv.writer(filled, delimiter=comma, lineterminator=end).writerows(lines)
    without = len(people.keys() - {i for place in places for i in place})
    done = f"{len(students) - len(sentences)} of {len(students)} students got points in the column {grade}; "
    done += f"people of the export without a notebook: {without}. The whole is {of} points: "
    done += "the exercises that at least half of the students handed in."
    return (mark + filled.getvalue()).encode("utf-8", "surrogateescape"), [done, *sentences]


def _whole(students):
    """What each exercise is worth that at least half of the students handed in: one of them alone changes no other's share."""
    handed_in = list(filter(None, map(best_of, students)))
    every = [exercise for exercises in handed_in for exercise in exercises]
    counts = Counter(one["exercise"] for one in every)
    return {one["exercise"]: one["of"] for one in every if 2 * counts[one["exercise"]] >= len(handed_in)}


def _columns(path, column, heads):
    """Which platform it is, the column of the accounts, and the one that points go into."""
    if {"Identifier", "Grade"} <= {*heads}:
        return "Moodle", "Identifier", "Grade"
    if not {"ID", "Section"} <= {*heads}:
        raise ValueError(f"--gradebook {path} is neither Moodle's grading worksheet nor Canvas' gradebook")
    assignments = [head for head in heads if re.fullmatch(r".* \(\d+\)", head)]
    fitting = [one for one in assignments if column in (None, one, *one.rstrip(")").rsplit(" (", 1))]
    if len(fitting) != 1:
        raise ValueError(f"--column NAME: {path} has the columns {', '.join(assignments)}; name one")
    return "Canvas", "ID", fitting[0]


def _places(rows, platform, account, people):
    """Where a student may be: by the account, if the files were handed in there, or else by the name."""
    accounts = [account_in(row["account"]) for row in rows]
    if ids := {one.id for one in accounts if one.platform == platform}:
        return [i for i, person in people.items() if re.search(r"\d+$", person[account])[0] in ids]
    words = _words(rows[0]["student"])
    names = {i: person.get("Full name", person.get("Student", "")) for i, person in people.items()}
    return [i for i, name in names.items() if words and _words(name) == words]


def _words(name):
    """The words of a name in one order: Moodle writes "Ann Lee", and Canvas "Lee, Ann"."""
    return sorted(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold()))


def _why_not(rows, places, place, grades):
    if not place:
        return "is not in the gradebook"
    if len(place) > 1 or places.count(place) > 1:
        return "cannot be told apart from somebody else in the gradebook"
    if grades[0] in ("EX", "N/A"):  # to Canvas: excused, not assigned
        return f"has {grades[0]} in the gradebook, which stays"
    return "" if best_of(rows) else "handed in nothing that could be read"


def _scaled(points, of, maximum):
    is_number = re.fullmatch(r"\d+([.,]\d+)?", maximum)
    whole = float(maximum.replace(",", ".")) if is_number else of
    return f"{points * whole / (of or 1):.2f}".rstrip("0").rstrip(".")
