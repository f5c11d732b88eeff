"""The page of a reader's progress: the script of the pages fills it from the record that their browser keeps."""

from mistakes import lessons
from questions import as_script

from sepconv.exercises import all_exercises
from sepconv.exercises.guesses import all_guesses

_PAGE = """\
# Your progress

What you guess and answer on these pages is kept in this browser and nowhere else: no account, no server. The file has the form of
`my/progress.json`, which the notebooks keep, so you can carry it from one to the other. On another page of this site, or in another
tab, the same record goes on.

<div class="course-progress"><p>This page needs JavaScript: without it nothing is kept.</p></div>

{outline}
"""


def progress_page() -> str:
    """Return the page as Markdown."""
    return _PAGE.format(outline=as_script("course-outline", {"lessons": _lessons(), "names": _names()}))


def _lessons():
    return [
        {
            "title": title,
            "page": f"../notebooks/{stem}.html",
            "exercisePage": f"../exercises/{stem}.html",
            "guesses": [guess.name for guess in all_guesses() if guess.lesson == number],
            "exercises": [one.name for one in all_exercises() if one.lesson == number and one.points],
        }
        for number, (stem, title) in lessons().items()
    ]


def _names():
    """The name of each mistake and thought, by what it is counted under; of several names the first."""
    named = [(m.id, m.name) for exercise in all_exercises() for m in exercise.misconceptions]
    named += [(thought.key, thought.name) for guess in all_guesses() for thought in guess.thoughts]
    return dict(reversed(named))
