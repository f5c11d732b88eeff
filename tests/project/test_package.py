"""What ``import sepconv`` offers, and what it leaves alone."""

import subprocess
import sys

import pytest

import sepconv


def modules_after(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_the_package_loads_neither_torch_nor_numpy():
    loaded = modules_after("import sepconv")
    assert "sepconv" in loaded
    assert not {"torch", "numpy", "matplotlib", "IPython"} & loaded


def test_checking_a_formula_does_not_load_torch():
    loaded = modules_after("from sepconv import check; check('placement_1', 'C')")
    assert "numpy" in loaded
    assert not {"torch", "matplotlib"} & loaded


@pytest.mark.parametrize("name", sepconv.__all__)
def test_every_public_name_is_there(name):
    assert getattr(sepconv, name).__doc__
    assert name in dir(sepconv)
