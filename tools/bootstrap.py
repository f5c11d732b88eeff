"""The first code cell of every notebook, and the addresses that it and the launch links quote."""

import tomllib
from urllib.parse import quote

from course_environment import ROOT

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
    source = os.environ.get("SEPCONV_SOURCE", "git+{url}@{ref}")  # fmt: skip
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", source], check=True)"""


def repository_url(root=ROOT) -> str:
    """Return the repository's address: ``[project.urls] Source`` of pyproject.toml, its only source."""
    with open(root / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["project"]["urls"]["Source"].rstrip("/")


def launch_ref(root=ROOT) -> str:
    """Return the branch or tag that people start from: ``[tool.sepconv] ref`` of pyproject.toml, its only source."""
    with open(root / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["tool"]["sepconv"]["ref"]


def bootstrap_source(url: str | None = None, ref: str | None = None) -> str:
    """Return the code of the bootstrap cell.

    Parameters
    ----------
    url, ref : str, optional
        Where Colab installs the package from, and which branch or tag of it; by default those of pyproject.toml.
    """
    return _TEMPLATE.format(url=url or repository_url(), ref=ref or launch_ref())


def launch_links(path: str, root=ROOT) -> dict[str, str]:
    """Return the addresses that open a notebook with nothing installed, as {"Colab": …, "Binder": …}.

    Parameters
    ----------
    path : str
        The notebook's path in the repository, such as "notebooks/00_the_puzzle.ipynb".
    """
    slug, ref = repository_url(root).removeprefix("https://github.com/"), launch_ref(root)
    return {
        "Colab": f"https://colab.research.google.com/github/{slug}/blob/{ref}/{path}",
        "Binder": f"https://mybinder.org/v2/gh/{slug}/{quote(ref, safe='')}?urlpath={quote('lab/tree/my/' + path)}",
    }


def nbgitpuller_query(path: str, root=ROOT) -> str:
    """Return what stands after ``https://HUB`` in the link that brings the course to a JupyterHub and opens a notebook.

    Parameters
    ----------
    path : str
        The notebook's path in the repository.
    """
    url, ref = repository_url(root), launch_ref(root)
    folder = url.rsplit("/", 1)[1]  # nbgitpuller puts the files there
    parts = {"repo": url, "branch": ref, "urlpath": f"lab/tree/{folder}/{path}"}
    return "/hub/user-redirect/git-pull?" + "&".join(f"{k}={quote(v, safe='')}" for k, v in parts.items())
