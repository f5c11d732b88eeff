"""Notebooks as git has them, whatever a learner did to the files."""

import subprocess

import pytest
from notebook_files import ROOT


def committed(*folders, root=ROOT) -> dict[str, str]:
    """Return {path: text} of the notebooks of HEAD; without git, skip the test and say so."""
    try:
        listing = _git(root, "ls-tree", "-r", "-z", "--name-only", "HEAD", "--", *folders)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no git history here: the committed notebooks were not checked ({error})")
    names = [name for name in listing.split("\0") if name.endswith(".ipynb")]
    assert names, f"no notebook of {', '.join(folders)} is committed yet"
    return {name: _git(root, "show", f"HEAD:{name}") for name in names}


def _git(root, *arguments):
    # Not text=True: it would translate line ends, and this is about bytes.
    return subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, check=True
    ).stdout.decode()
