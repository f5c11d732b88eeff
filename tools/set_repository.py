"""Write the repository's address, and the branch or tag that people start from, everywhere from one place.

    python tools/set_repository.py OWNER/NAME
    python tools/set_repository.py --ref v1.0.0
    python tools/set_repository.py --check

``[project.urls] Source`` and ``[tool.sepconv] ref`` in pyproject.toml are the only sources. The first two forms change
them and every text file that quotes them (the notebooks' bootstrap cells, launch links, CITATION.cff, README …), and
show the paragraphs that are comments as long as there is no address. The third changes nothing, prints each line that
names something else, and exits with 1 if there is one.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from bootstrap import launch_ref, repository_url
from course_environment import ROOT

# In two pieces, so that this file is not rewritten with the others.
PLACEHOLDER = "OWNER/" + "separable-convolution-course"
_SLUG = r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]*[A-Za-z0-9_-]"
_REF = r"[A-Za-z0-9][A-Za-z0-9._-]*"
# Addresses of this kind are always meant to be the course's own; the ref follows the slug and this.
_BADGES = {
    "colab.research.google.com/github/": "/blob/",
    "mybinder.org/v2/gh/": "/",
    "git+https://github.com/": "@",
}
# A paragraph whose links would lead nowhere is a comment until there is an address.
_WAITING = re.compile(r"<!-- when there is an address\n(.*?)\n-->", re.DOTALL)
_SHOWN = r"<!-- when there is an address -->\n\1\n<!-- end -->"


def current_slug(root=ROOT) -> str:
    """Return OWNER/NAME of the address in pyproject.toml."""
    url = repository_url(root)
    match = re.fullmatch(rf"https://github\.com/({_SLUG})", url)
    if not match:
        raise ValueError(f"[project.urls] Source = {url!r} must be like https://github.com/OWNER/NAME")
    return match[1]


def text_files(root=ROOT) -> list[Path]:
    """Return the files that git knows or would add; without git, all files outside hidden folders."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listing = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        paths = [root / name for name in listing.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [
            p for p in root.rglob("*") if not any(s.startswith(".") for s in p.relative_to(root).parts[:-1])
        ]
    return sorted(path for path in set(paths) if path.is_file())


def set_repository(slug: str, root=ROOT) -> list[Path]:
    """Write the address ``https://github.com/slug`` everywhere; return the files that changed.

    Parameters
    ----------
    slug : str
        OWNER/NAME on GitHub.

    Raises
    ------
    ValueError
        If ``slug`` is not of that form.
    """
    if not re.fullmatch(_SLUG, slug):
        raise ValueError(f"slug={slug!r} must be OWNER/NAME, for example ada/separable-convolution-course")
    old = current_slug(root)
    quoted = re.compile(rf"(?<![\w-]){re.escape(old)}(?![\w-])")
    return _rewrite(root, lambda path, text: _WAITING.sub(_SHOWN, quoted.sub(slug, text)))


def set_ref(ref: str, root=ROOT) -> list[Path]:
    """Write the branch or tag into pyproject.toml and every launch link; return the files that changed.

    Parameters
    ----------
    ref : str
        A branch or tag without a slash, such as ``main`` or ``v1.0.0``.

    Raises
    ------
    ValueError
        If ``ref`` is not of that form.
    """
    if not re.fullmatch(_REF, ref):
        raise ValueError(f"ref={ref!r} must be a branch or tag without a slash, for example v1.0.0")
    slug = current_slug(root)
    links = [
        (re.escape(start + slug + between), start + slug + between) for start, between in _BADGES.items()
    ]

    def write(path, text):
        for sought, link in links:
            text = re.sub(sought + _REF, link + ref, text)
        if path == root / "pyproject.toml":
            text = re.sub(r'(?m)^ref = "[^"]*"$', f'ref = "{ref}"', text)
        return text

    return _rewrite(root, write)


def _rewrite(root, new_text):
    changed = []
    for path in text_files(root):
        text = _text(path)
        new = new_text(path, text)
        if new != text:
            path.write_bytes(new.encode())
            changed.append(path)
    return changed


def disagreements(root=ROOT) -> list[str]:
    """Return one line for each place that names another repository, branch or tag than pyproject.toml does."""
    slug, ref = current_slug(root), launch_ref(root)
    ours = "|".join(re.escape(name) for name in {slug.split("/")[1], PLACEHOLDER.split("/")[1]})
    badge = "|".join(map(re.escape, _BADGES))
    refs = "|".join(re.escape(start + slug + between) for start, between in _BADGES.items())
    quoted = re.compile(
        rf"(?:{badge})({_SLUG})|github\.com/([\w-]+/(?:{ours}))(?![\w-])|({PLACEHOLDER})(?![\w-])"
    )
    found = []
    for path in text_files(root):
        text = _text(path)
        if slug != PLACEHOLDER and _WAITING.search(text):
            found.append(f"{path.relative_to(root)} still hides what waits for an address")
        for number, line in enumerate(text.split("\n"), start=1):
            for match in quoted.finditer(line):
                other = (match[1] or match[2] or match[3]).removesuffix(".git")
                if other != slug:
                    found.append(
                        f"{path.relative_to(root)}:{number} names {other}, pyproject.toml names {slug}"
                    )
            for other in re.findall(rf"(?:{refs})({_REF})", line):
                if other != ref:
                    found.append(
                        f"{path.relative_to(root)}:{number} opens {other}, pyproject.toml names {ref}"
                    )
    return found


def _text(path):
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return ""  # a picture quotes nothing


def main(arguments=None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("slug", nargs="?", metavar="OWNER/NAME", help="the repository on GitHub")
    parser.add_argument("--ref", help="the branch or tag that launch links open and Colab installs")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a place disagrees")
    options = parser.parse_args(arguments)
    if options.check == bool(options.slug or options.ref):
        parser.error("give OWNER/NAME, or --ref, or both; or --check alone")
    try:
        changed = set_repository(options.slug) if options.slug else []
        changed += set_ref(options.ref) if options.ref else []
    except ValueError as error:
        parser.error(str(error))
    for path in sorted(set(changed)):
        print(f"{path.relative_to(ROOT)}: rewritten")
    found = disagreements()
    if found:
        print(
            *found, "repair: python tools/set_repository.py OWNER/NAME --ref REF, or edit the line", sep="\n"
        )
    here = os.environ.get("GITHUB_REPOSITORY")
    if here and here != current_slug():
        print(f"note: this is {here}, the files name {current_slug()}; a fork may leave it so")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
