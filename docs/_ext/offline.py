"""What a built site gets afterwards: less of the theme, and a service worker, so that it is there without a network."""

import hashlib
import json
import re
from pathlib import Path

# The theme's icons, 1.5 MB of script and fonts: course.css draws those that are used. And what only debuggers read.
_NOT_NEEDED = (
    "_static/scripts/fontawesome.js*",
    "_static/vendor/fontawesome/**/*",
    "_static/**/*.map",
)
_PIECES = (
    re.compile(r'\s*<script defer src="[^"]*/fontawesome\.js[^"]*"></script>'),
    re.compile(r"@font-face\s*{[^}]*vendor/fontawesome[^}]*}"),
    re.compile(r"(\.fa-[\w-]+,?)+\s*{\s*--fa:[^}]*}"),  # the letters of 2,000 icons
)
# The index of all words, and what searches in it: the theme loads them into every page, for a search while one types.
_SEARCH_SCRIPTS = re.compile(
    r'\s*<script src="[^"]*(searchtools|language_data|searchindex)\.js[^"]*"></script>'
)
_NOT_KEPT = ("_sources/", ".buildinfo", ".nojekyll", "objects.inv", "sw.js")
_WORKER = """\
// Written when the site was built. Everything is kept at the first visit; a new version is fetched beside it, and taken at the next
// start, when no page of the old one is open any more.
"use strict";

const NAME = "sepconv-{digest}";
const FILES = {files};

addEventListener("install", (event) => {{
  const keep = (cache) => cache.addAll(FILES.map((file) => new Request(file, {{ cache: "no-cache" }})));
  event.waitUntil(caches.open(NAME).then(keep));
}});

addEventListener("activate", (event) => {{
  const isOld = (name) => name.startsWith("sepconv-") && name !== NAME;
  const forget = (names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(forget).then(() => clients.claim()));
}});

addEventListener("fetch", (event) => {{
  const address = new URL(event.request.url);
  if (event.request.method === "GET" && address.origin === location.origin) {{
    address.search = address.hash = "";
    address.pathname = address.pathname.replace(/\\/$/, "/index.html");
    const kept = caches.open(NAME).then((cache) => cache.match(address.href));
    event.respondWith(kept.then((found) => found ?? fetch(event.request)));
  }}
}});
"""


def leave_out(site: Path) -> None:
    """Remove what of the theme is not needed.

    Parameters
    ----------
    site : Path
        The folder of a built site.
    """
    for pattern in _NOT_NEEDED:
        for path in site.glob(pattern):
            if path.is_file():
                path.unlink()
    for path in [*site.rglob("*.css"), *site.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        for what in _PIECES if path.name == "search.html" else (*_PIECES, _SEARCH_SCRIPTS):
            text = what.sub("", text)
        path.write_text(text, encoding="utf-8")


def write_worker(site: Path) -> None:
    """Write the service worker, which keeps every file but the sources of the pages.

    Parameters
    ----------
    site : Path
        The folder of a built site.
    """
    paths = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*")) if path.is_file()}
    kept = {name: path for name, path in paths.items() if not name.startswith(_NOT_KEPT)}
    digest = hashlib.sha256()
    for name, path in kept.items():
        digest.update(name.encode() + path.read_bytes())
    files = json.dumps(list(kept), indent=0)
    (site / "sw.js").write_text(_WORKER.format(digest=digest.hexdigest()[:16], files=files), encoding="utf-8")
