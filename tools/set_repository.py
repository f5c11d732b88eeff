"""Write the repository's address, and the branch or tag that people start from, everywhere from one place.

    python tools/set_repository.py [OWNER/NAME]
    python tools/set_repository.py --ref v1.0.0
    python tools/set_repository.py --check

``[project.urls] Source`` and ``[tool.sepconv] ref`` in pyproject.toml are the only sources. The first two forms change
them and every text file that quotes them (the notebooks' bootstrap cells, launch links, CITATION.cff, README …), and
show the paragraphs that are comments as long as there is no address. Without OWNER/NAME, that of git's remote is
taken. The third form changes nothing, prints each line that names something else, and exits with 1 if there is one.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from bootstrap import launch_ref, repository_url
from course_environment import ROOT

# In two pieces, so that this file is not rewritten with the others.
PLACEHOLDER = "OWNER/" + "separable-convolution-course"
_SLUG = r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]*[A-Za-z0-9_-]"
_GIVE = "give OWNER/NAME"
_REF = r"[A-Za-z0-9][A-Za-z0-9._-]*"
# Addresses of this kind are always meant to be the course's own; the ref follows the slug and this.
_BADGES = {
    "colab.research.google.com/github/": "/blob/",
    "mybinder.org/v2/gh/": "/",
    "git+https://github.com/": "@",
}
# A paragraph whose links would lead nowhere is a comment until there is an address.
WAITING = re.compile(r"<!-- when there is an address\n(.*?)\n-->", re.DOTALL)
_SHOWN = r"<!-- when there is an address -->\n\1\n<!-- end -->"


def current_slug(root=ROOT) -> str:
    """Return OWNER/NAME of the address in pyproject.toml."""
    url = repository_url(root)
    match = re.fullmatch(rf"https://github\.com/({_SLUG})", url)
    if not match:
        raise ValueError(f"[project.urls] Source = {url!r} must be like https://github.com/OWNER/NAME")
    return match[1]


def public_address(root=ROOT) -> str | None:
    """Return the address in pyproject.toml, or None as long as it is a placeholder that leads nowhere."""
    return None if current_slug(root) == PLACEHOLDER else repository_url(root)


def slug_of_remote(root=ROOT) -> str:
    """Return OWNER/NAME of the repository on GitHub that git's remote names; a password in it stays unsaid.

    Raises
    ------
    ValueError
        If git knows no such remote; the message says in one sentence why not.
    """
    try:
        top, names = _git(root, "rev-parse", "--show-toplevel"), _git(root, "remote").split()
    except FileNotFoundError:
        raise ValueError(f"git is not installed, so it cannot be asked for a remote: {_GIVE}") from None
    except subprocess.CalledProcessError:
        raise ValueError(f"the course's folder is no git repository: {_GIVE}") from None
    if Path(top) != root.resolve():
        raise ValueError(f"the course's folder lies in another git repository and is none itself: {_GIVE}")
    if not names:
        raise ValueError(f"git has no remote here: {_GIVE}, or `git remote add origin ADDRESS` first")
    if len(names) > 1 and "origin" not in names:
        raise ValueError(f"git has the remotes {', '.join(names)}, and none is named origin: {_GIVE}")
    name = "origin" if "origin" in names else names[0]
    return _slug_of_url(_git(root, "remote", "get-url", name), name)


def _slug_of_url(url, name):
    if re.match(r"[\w.-]+@[\w.-]+:(?!//)", url):  # git@github.com:OWNER/NAME
        url = "ssh://" + url.replace(":", "/", 1)
    parts = urlsplit(url)
    if parts.scheme not in ("https", "ssh"):
        kind = f"an address of the kind {parts.scheme}:" if parts.netloc else "a folder of this machine"
        raise ValueError(f"the remote {name} is {kind}, not one of https://github.com: {_GIVE}")
    if parts.hostname != "github.com":
        raise ValueError(f"the remote {name} lies on {parts.hostname}, not on github.com: {_GIVE}")
    slug = parts.path.strip("/").removesuffix(".git")
    if not re.fullmatch(_SLUG, slug):
        raise ValueError(f"the remote {name} names {slug!r} on github.com, no OWNER/NAME: {_GIVE}")
    return slug


def _git(root, *arguments):
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


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
    return _rewrite(root, lambda path, text: WAITING.sub(_SHOWN, quoted.sub(slug, text)))


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
        if slug != PLACEHOLDER and WAITING.search(text):
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
    parser.add_argument("slug", nargs="?", metavar="OWNER/NAME", help="on GitHub; else git's remote is asked")
    parser.add_argument("--ref", help="the branch or tag that launch links open and Colab installs")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a place disagrees")
    options = parser.parse_args(arguments)
    if options.check and (options.slug or options.ref):
        parser.error("--check goes alone: it writes nothing")
    try:
        if not (options.check or options.slug or options.ref):
            options.slug = slug_of_remote()
            print(f"git's remote is https://github.com/{options.slug}")
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
