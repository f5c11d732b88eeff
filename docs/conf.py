"""Sphinx's settings for the web edition; docs/build.py stages the sources and runs Sphinx."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "tools")]

from bootstrap import launch_ref  # noqa: E402
from set_repository import PLACEHOLDER, public_address  # noqa: E402

import sepconv  # noqa: E402

project = "Separable convolution, from one pixel to MobileNet"
author = ""  # without it each page says "Author name not set"; LICENSE and CITATION.cff name the authors
release = sepconv.__version__
language = "en"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "mathml", "empty_headings", "previews"]
exclude_patterns = ["README.md"]  # parts of it are included in index.md and ways_in.md

# Notebooks are committed executed: building a page runs none of them.
nb_execution_mode = "off"
nb_merge_streams = True
# The alt text of a figure is in its HTML and nowhere else.
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_math_renderer = "mathml"

# Backticks in docstrings: a link where there is something to link to, else code.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False

# A page that wants an account is there; a server that says nothing in time proves nothing.
linkcheck_allow_unauthorized = True
linkcheck_report_timeouts_as_broken = False
linkcheck_anchors = False
linkcheck_ignore = [r"https://HUB\b", f"https://github.com/{PLACEHOLDER}"]
linkcheck_retries = 2
linkcheck_timeout = 20

html_theme = "sphinx_book_theme"
html_title = "Separable convolution"
html_favicon = str(HERE / "_static/favicon.svg")
html_static_path = [str(HERE / "_static")]
html_css_files = [
    "course.css",
    ("manifest.webmanifest", {"rel": "manifest", "type": "application/manifest+json"}),
]
html_js_files = ["course.js"]
html_show_copyright = False
html_show_sphinx = False
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is


def theme_options(address):
    """Return the theme's options; without an address of the repository no button leads to it or starts it."""
    with_address = {
        "repository_url": address,
        "repository_branch": launch_ref(),
        "path_to_docs": "",  # pages lie where the repository's files lie
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }
    return {
        **(with_address if address else {}),
        "use_download_button": True,
        "use_fullscreen_button": False,
        "show_navbar_depth": 1,
        "show_toc_level": 1,
        "navigation_with_keys": False,  # arrow keys belong to the explorer and to scrolling
        "extra_footer": "Code: MIT license. Texts and pictures: CC BY 4.0.",
    }


def site_address(address):
    """Return where GitHub Pages shows the site of a repository; "" without an address."""
    if not address:
        return ""
    owner, name = address.split("/")[-2:]
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


html_theme_options = theme_options(public_address())
html_baseurl = site_address(public_address())
