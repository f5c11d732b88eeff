"""Runs the grader's command as root or as another user, in one sandbox or the other."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest
from corpus import notebook

from sepconv.grading import run
from sepconv.grading.hand_in.find import Submission
from sepconv.grading.mark import Limits, mark_submission
from sepconv.grading.sandbox.restraint import remove
from sepconv.grading.sandbox.start import choose_sandbox

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 59_990
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
WITHOUT_BWRAP = pytest.mark.skipif(choose_sandbox("auto") != "bwrap", reason="no bubblewrap here")
SANDBOXES = ["none", pytest.param("bwrap", marks=WITHOUT_BWRAP)]


@cache
def python_of(user):
    """Return a Python with the course's packages that this user may start, the variables that it needs, and who that is."""
    folders = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
    variables = {"PYTHONPATH": os.pathsep.join(folders), "PATH": os.environ["PATH"]}
    who = {"user": user, "group": user, "extra_groups": []}
    test = f"import torch, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    for python in (sys.executable, "/usr/bin/python3"):
        with suppress(OSError):
            if subprocess.run([python, "-c", test], env=variables, cwd="/", **who).returncode == 0:
                return python, variables, who
    pytest.skip("no other user can start a Python with torch here")


def command(*arguments, temporary, as_user=None, env=os.environ):
    """Start ``sepconv grade`` with these arguments; the caller waits for it."""
    python, env, who = (sys.executable, env, {}) if as_user is None else python_of(as_user)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    words = [python, "-m", "sepconv.cli", "grade", *map(str, arguments)]
    return subprocess.Popen(words, env={**env, "TMPDIR": str(temporary)}, cwd=temporary, **who, **streams)


def marks(*arguments, temporary, **options):
    """Run ``sepconv grade`` and return its rows by the stem of the file, and the process with its words."""
    target = temporary / "marks.json"
    process = command(*arguments, "--json", target, temporary=temporary, **options)
    process.words = "".join(process.communicate())
    assert process.returncode == 0, process.words
    return {Path(row["file"]).stem: row for row in json.loads(target.read_text())["submissions"]}, process


@contextmanager
def open_folder():
    """Yield a folder that every user may enter and write in; pytest's own ones are for one user only."""
    folder = Path(tempfile.mkdtemp(prefix="graded-"))
    folder.chmod(0o777)
    try:
        yield folder
    finally:
        remove(folder)


def processes_that_mention(word):
    """Return the ids of the processes that have a word in their command line or environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if word.encode() in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


class Grader:
    """Marks one notebook after the other, in one sandbox, ``"none"`` or ``"bwrap"``."""

    def __init__(self, sandbox="none", **limits):
        self.grader, self.limits = run.Grader(1, sandbox), Limits(**limits)
        self.close = self.grader.close

    def mark(self, data, name="03_x.ipynb", seed=7):
        """Return the row of a notebook."""
        return mark_submission(Submission("someone", name, lambda: data), self.grader, seed, self.limits)

    def mark_exercise(self, source, name):
        """Return what is said of one exercise in a notebook of one cell."""
        row = self.mark(notebook(source), "x.ipynb")
        return next(e for e in row["exercises"] if e["exercise"] == name)
