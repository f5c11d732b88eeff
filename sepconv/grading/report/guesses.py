"""What a class believed before a lesson showed it: counts of its guesses, without anybody's name."""

from collections import Counter, defaultdict

from sepconv.checking.record import COUNTED, read_record
from sepconv.exercises.guesses import all_guesses


def believed(progress) -> tuple[list[dict], list[str]]:
    """Return what was guessed, the guesses with the fewest right ones first, and a sentence on files that are not read.

    Parameters
    ----------
    progress : list of callable
        Each reads the progress of one student: whatever was handed in as such. Of it only what the course itself knows is
        used: the names of its guesses, the three outcomes, the thoughts that it names.
    """
    outcomes, thoughts, unread = defaultdict(Counter), defaultdict(Counter), 0
    for read in progress:
        try:
            made = read_record(read())["guesses"]
        except (ValueError, RecursionError):
            unread += 1
            continue
        for guess in all_guesses():
            about = made.get(guess.name)
            names = {thought.key: thought.name for thought in guess.thoughts} | {"": ""}
            if about and about["outcome"] in COUNTED and about["thought"] in names:
                outcomes[guess.name][about["outcome"]] += 1
                thoughts[guess.name][names[about["thought"]]] += 1
    rows = [_row(name, counts, thoughts[name]) for name, counts in outcomes.items()]
    said = (
        [f"Files of progress that could not be read, or are of a newer version: {unread}."] if unread else []
    )
    return sorted(rows, key=lambda row: (row["right"] / row["students"], row["guess"])), said


def _row(name, counts, thoughts):
    behind = [[count, thought] for thought, count in thoughts.most_common() if thought]
    about = {outcome: counts[outcome] for outcome in COUNTED}
    return {"guess": name, "students": counts.total(), **about, "thoughts": behind}


def believed_in_words(rows, most=10) -> list[str]:
    """Return a line for each thought that more than one student had, the most frequent first.

    Parameters
    ----------
    rows : list of dict
        As `believed` returns them.
    most : int
        Lines.
    """
    lines = [
        (count, f"  {count:3} of {row['students']} ×  {thought} (the guess {row['guess']})")
        for row in rows
        for count, thought in row["thoughts"]
        if count > 1
    ]
    return [line for _, line in sorted(lines, key=lambda line: -line[0])[:most]]
