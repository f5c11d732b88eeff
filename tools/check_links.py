"""Ask every page of somebody else's that the course links to whether it is still there.

    python tools/check_links.py [FILES]

Without files: all Markdown files and notebooks, and CITATION.cff. Prints each address that is gone, with the files that name
it, and exits with 1 if there is one. A server that refuses robots proves nothing and is only mentioned.
"""

import argparse
import json
import re
import sys
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from course_environment import ROOT
from set_repository import PLACEHOLDER

_ADDRESS = re.compile(r"https?://[^\s<>\"'`)\]}\\]+")
_NOT_MEANT = ("localhost", "127.0.0.1", "HOST", "HUB", "{", PLACEHOLDER)
# Refused, too many requests, needs an account: the page may well be there.
_PROVES_NOTHING = (401, 403, 405, 406, 408, 418, 425, 429, 500, 502, 503, 504, 999)
SECONDS = 20


def text_of(path) -> str:
    """Return what a reader of a file sees: of a notebook its Markdown cells."""
    text = Path(path).read_text(encoding="utf-8")
    if Path(path).suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def addresses(files) -> dict[str, list[str]]:
    """Return {address: the files that name it}, without anchors and without the course's own addresses."""
    found = {}
    for path in files:
        for address in _ADDRESS.findall(text_of(path)):
            address = address.split("#")[0].rstrip(".,;:!?*")
            if not any(word in address for word in _NOT_MEANT):
                found.setdefault(address, set()).add(Path(path).name)
    return {address: sorted(names) for address, names in sorted(found.items())}


def state_of(address: str) -> str:
    """Return "there", "gone: …" or "not known: …"."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check of a course)"})
    for _ in range(2):
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):
                return "there"
        except urllib.error.HTTPError as error:
            kind = "not known" if error.code in _PROVES_NOTHING else "gone"
            answer = f"{kind}: {error.code} {error.reason}"
        except (OSError, ValueError) as error:
            answer = f"gone: {getattr(error, 'reason', error)}"
    return answer


def main(arguments=None) -> int:
    """Run the command line; return 1 if a page is gone."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args(arguments).files
    if not files:
        patterns = (
            "*.md",
            "CITATION.cff",
            "docs/*.md",
            "notebooks/*.ipynb",
            "solutions/*.ipynb",
            "sepconv/**/*.md",
        )
        files = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    named = addresses(files)
    with ThreadPoolExecutor(8) as pool:
        states = dict(zip(named, pool.map(state_of, named)))
    gone = [address for address in named if states[address].startswith("gone")]
    for address in named:
        if states[address] != "there":
            print(f"{address}: {states[address]} ({', '.join(named[address])})")
    print(f"{len(named)} addresses, {len(gone)} gone")
    return int(bool(gone))


if __name__ == "__main__":
    sys.exit(main())
