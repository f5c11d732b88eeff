"""Colab, as far as it can be had without Google: its versions, a stand-in for ``google.colab``, a wheel.

`tools/environments.py colab` runs whole lessons with Colab's Python and PyTorch, the weekly workflow in Google's own image.
"""

import re
import subprocess
import sys
from pathlib import Path

import colab_stand_in
import environments
import pytest
import torch
from colab_stand_in import CHECKS, EXPECTED, EXPLORER, build_wheel, colab, open_notebook, try_checks
from notebook_files import display_name, find_notebooks

NOTEBOOKS = [path for path in find_notebooks(folders=["notebooks", "exercises"]) if path.stem != "glossary"]


def test_each_notebook_opens_with_two_cells_that_can_be_run_alone():
    for path in NOTEBOOKS:
        assert list(colab_stand_in.opening(path)) == ["bootstrap", "imports"], display_name(path)


def test_the_three_answers_are_different():
    assert len(set(CHECKS.values())) == 3


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A Python with Colab's packages, except for PyTorch, which it borrows from here: 5 GB less."""
    folder = tmp_path_factory.mktemp("colab") / "venv"
    base = getattr(sys, "_base_executable", sys.executable)
    try:
        python = environments.make_environment("colab", folder, torch=False, base=base)
    except subprocess.CalledProcessError:
        # pip has printed why; without a network that is no fault of the course.
        asked = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), "tqdm"]
        done = subprocess.run(asked, capture_output=True, text=True)
        if done.returncode:
            pytest.skip("no network: pip cannot install Colab's versions")
        raise
    here = Path(torch.__file__).parent.parent
    (site,) = {path for path in folder.rglob("site-packages") if path.is_dir()}
    # A plain path at the end: what the environment has itself comes first, and the course's own .pth is not read.
    (site / "borrowed.pth").write_text(f"{here}\n", encoding="utf-8")
    return python


@pytest.fixture
def kernel(python, wheel):
    with colab(python, wheel) as kernel:
        yield kernel


@pytest.mark.full
@pytest.mark.parametrize("path", NOTEBOOKS, ids=display_name)
def test_the_first_cells_install_the_course_and_import_it(kernel, path):
    fine, text, _ = kernel.run("import sepconv")
    assert not fine, "the course must not be there before"
    assert "ModuleNotFoundError" in text
    assert open_notebook(kernel, path) is None


@pytest.mark.full
def test_the_versions_are_colabs(kernel):
    code = "from importlib.metadata import version\nprint(*(version(n) for n in {}))"
    names = [name for name in environments.COLAB if name != "torch"]
    _, text, _ = kernel.run(code.format(names))
    assert text.split() == [environments.COLAB[name] for name in names]


@pytest.mark.full
def test_check_says_in_ipython_7_what_it_says_elsewhere(kernel):
    assert open_notebook(kernel, next(p for p in NOTEBOOKS if p.match("exercises/03_*.ipynb"))) is None
    for kind, (fine, text) in try_checks(kernel).items():
        assert fine is (kind == "right"), text
        assert EXPECTED[kind] in " ".join(text.split()), text
        # One box for the learner, none of the course's own lines.
        assert not re.search(r"Traceback|sepconv/|\.py\b", text), text


@pytest.mark.full
def test_the_explorer_shows_and_asks_for_colabs_widget_manager(kernel):
    assert open_notebook(kernel, NOTEBOOKS[0]) is None
    fine, text, types = kernel.run(EXPLORER)
    assert fine, text
    assert "asked for: ['enable_custom_widget_manager']" in text
    assert "application/vnd.jupyter.widget-view+json" in types
