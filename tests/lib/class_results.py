"""Results as a run returns them, and the command line with such a result in place of a run."""

from sepconv import cli
from sepconv.grading import run


def exercise(name="out_size", points=0, of=2, **more):
    wrong = {"lesson": 3, "outcome": "not yet", "mistake": "", "mistake_name": "", "says": ""}
    return wrong | {"exercise": name, "points": points, "of": of} | more


def row(student, file, *exercises, problem="", remarks=(), who=None):
    about = {"student": student, "file": file, "problem": problem, "remarks": list(remarks)}
    about |= {"who": who or student, "account": file.split("/")[0]}
    return about | {"exercises": list(exercises)}


def result(*rows, remarks=()):
    return {"seed": 1, "sandbox": "none", "remarks": list(remarks), "submissions": list(rows)}


def grade(monkeypatch, folder, found, *arguments):
    """Call the command line in a folder, on in/, with what would be found, or None if nothing is to be marked."""

    def marked(submissions, options):
        assert found is not None, "it was marked before the outputs were tried"
        return found, run.Kept(None, options, "none")

    monkeypatch.setattr(run, "grade", marked)
    monkeypatch.chdir(folder)
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in/ann.ipynb").touch()
    return cli.main(["grade", "in", *map(str, arguments)])
