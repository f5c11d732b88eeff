"""The first code cell of every notebook, and the repository's address that it quotes."""

import tomllib

from notebook_files import ROOT

CELL_ID = "bootstrap"

# On Colab, --no-deps keeps its own torch and ipywidgets: replacing them would ask for a restart.
_TEMPLATE = """\
import importlib.util
import os
import subprocess
import sys

if importlib.util.find_spec("sepconv") is None:
    if "google.colab" not in sys.modules:
        raise ImportError("sepconv is not installed here: run `python course.py lab` in the course's folder")
    source = os.environ.get("SEPCONV_SOURCE", "git+{url}")
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", source], check=True)"""


def repository_url(root=ROOT) -> str:
    """Return the repository's address: ``[project.urls] Source`` of pyproject.toml, its only source."""
    with open(root / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["project"]["urls"]["Source"].rstrip("/")


def bootstrap_source(url: str | None = None) -> str:
    """Return the code of the bootstrap cell.

    Parameters
    ----------
    url : str, optional
        Where Colab installs the package from; by default the repository's address.
    """
    return _TEMPLATE.format(url=url or repository_url())
