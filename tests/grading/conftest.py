"""Tests of reports work in a folder of their own, in which a notebook was handed in."""

import pytest


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder of a test, with a notebook in in/."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/ann.ipynb").write_text("{}")
    return tmp_path
