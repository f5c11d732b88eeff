"""Write the repository's address everywhere from one place.

    python tools/set_repository.py OWNER/NAME
    python tools/set_repository.py --check

``[project.urls] Source`` in pyproject.toml is the only source. The first form changes it and every text file that
quotes it (the notebooks' bootstrap cells, badges, README …). The second changes nothing, prints each line that
names another repository, and exits with 1 if there is one.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

from bootstrap import repository_url
from notebook_files import ROOT

# In two pieces, so that this file is not rewritten with the others.
PLACEHOLDER = "OWNER/" + "separable-convolution-course"
_SLUG = r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]*[A-Za-z0-9_-]"
# Addresses of this kind are always meant to be the course's own.
_BADGES = ("colab.research.google.com/github/", "mybinder.org/v2/gh/", "git+https://github.com/")


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
    changed = []
    for path in text_files(root):
        text = _text(path)
        new_text = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", slug, text)
        if new_text != text:
            path.write_bytes(new_text.encode())
            changed.append(path)
    return changed


def disagreements(root=ROOT) -> list[str]:
    """Return one line for each place that names another repository than pyproject.toml does."""
    slug = current_slug(root)
    ours = "|".join(re.escape(name) for name in {slug.split("/")[1], PLACEHOLDER.split("/")[1]})
    badge = "|".join(map(re.escape, _BADGES))
    quoted = re.compile(
        rf"(?:{badge})({_SLUG})|github\.com/([\w-]+/(?:{ours}))(?![\w-])|({PLACEHOLDER})(?![\w-])"
    )
    found = []
    for path in text_files(root):
        for number, line in enumerate(_text(path).split("\n"), start=1):
            for match in quoted.finditer(line):
                other = (match[1] or match[2] or match[3]).removesuffix(".git")
                if other != slug:
                    found.append(
                        f"{path.relative_to(root)}:{number} names {other}, pyproject.toml names {slug}"
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
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a place disagrees")
    options = parser.parse_args(arguments)
    if options.check == bool(options.slug):
        parser.error("give either OWNER/NAME or --check")
    if options.slug:
        try:
            for path in set_repository(options.slug):
                print(f"{path.relative_to(ROOT)}: rewritten")
        except ValueError as error:
            parser.error(str(error))
    found = disagreements()
    if found:
        print(*found, "repair: python tools/set_repository.py OWNER/NAME, or edit the line", sep="\n")
    here = os.environ.get("GITHUB_REPOSITORY")
    if here and here != current_slug():
        print(f"note: this is {here}, the files name {current_slug()}; a fork may leave it so")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
