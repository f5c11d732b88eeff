"""Runs the grader's command as root or as another user, in one sandbox or the other."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from corpus import notebook

from sepconv.grading.hand_in import Submission
from sepconv.grading.judging.pool import Judges
from sepconv.grading.mark import Limits, mark_submission
from sepconv.grading.run import Hosts
from sepconv.grading.sandbox.restraint import remove
from sepconv.grading.sandbox.start import choose_sandbox

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 59_990
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
SANDBOXES = [
    "none",
    pytest.param(
        "bwrap", marks=pytest.mark.skipif(choose_sandbox("auto") != "bwrap", reason="no bubblewrap here")
    ),
]


@cache
def python_of(user):
    """Return a Python with the course's packages that this user may start, and the variables that it needs."""
    folders = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
    variables = {"PYTHONPATH": os.pathsep.join(folders), "PATH": os.environ["PATH"]}
    for python in (sys.executable, "/usr/bin/python3"):
        command = [
            python,
            "-c",
            f"import torch, sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})",
        ]
        try:
            if (
                subprocess.run(
                    command, user=user, group=user, extra_groups=[], env=variables, cwd="/"
                ).returncode
                == 0
            ):
                return python, variables
        except OSError:
            continue
    pytest.skip("no other user can start a Python with torch here")


def command(*arguments, as_user=None, **options):
    """Start ``sepconv grade`` with these arguments; the caller waits for it."""
    python, variables, who = sys.executable, dict(os.environ), {}
    if as_user is not None:
        python, variables = python_of(as_user)
        who = {"user": as_user, "group": as_user, "extra_groups": []}
    variables["TMPDIR"] = str(options.pop("temporary"))
    return subprocess.Popen(
        [python, "-m", "sepconv.cli", "grade", *map(str, arguments)],
        **{
            "env": variables,
            "cwd": variables["TMPDIR"],
            "stderr": subprocess.PIPE,
            "text": True,
            **who,
            **options,
        },
        stdout=subprocess.PIPE,
    )


def marks(*arguments, temporary, as_user=None, **options):
    """Run ``sepconv grade`` and return its rows by the stem of the file, and the process with its words."""
    target = temporary / "marks.json"
    process = command(*arguments, "--json", target, as_user=as_user, temporary=temporary, **options)
    process.words = "".join(filter(None, process.communicate()))
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
        try:
            if word in (entry / "cmdline").read_text(errors="replace") + (entry / "environ").read_text(
                errors="replace"
            ):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


class Grader:
    """Marks one notebook after the other, in one sandbox.

    Parameters
    ----------
    sandbox : {"none", "bwrap"}
    """

    def __init__(self, sandbox="none", **limits):
        self.judges = Judges(1)
        self.hosts = Hosts(1, sandbox, self.judges)
        self.limits = Limits(**limits)

    def mark(self, data, name="03_x.ipynb", seed=7):
        """Return the row of a notebook."""
        submission = Submission("someone", name, lambda: data)
        return mark_submission(submission, self.hosts, self.judges, seed, self.limits)

    def mark_exercise(self, source, name):
        """Return what is said of one exercise in a notebook of one cell."""
        row = self.mark(notebook(source), "x.ipynb")
        return next(e for e in row["exercises"] if e["exercise"] == name)

    def close(self):
        """End its processes."""
        self.hosts.close()
        self.judges.close()
