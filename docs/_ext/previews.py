"""What others show of a page: search engines its description, messengers a title and a picture too; and the sitemap.

A picture and the sitemap need whole addresses: without ``html_baseurl`` there is neither.
"""

import re
from base64 import b64decode
from html import escape
from pathlib import Path
from textwrap import shorten
from urllib.parse import urljoin

from docutils import nodes
from markupsafe import Markup

_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="(data:image/png;base64,)?([^"]+)"')


def description(doctree) -> str:
    """Return what a page is about: the line in which a lesson says what you will do, else its first paragraph."""
    said = [paragraph.astext() for paragraph in doctree.findall(nodes.paragraph)]
    chosen = next((text for text in said if text.startswith("You will")), said[0] if said else "")
    return shorten(chosen, 300, placeholder=" …")


def _describe(app, pagename, templatename, context, doctree):
    if doctree is None:
        return
    said = description(doctree)
    shown = {"og:title": Markup(context["title"]).striptags(), "og:description": said, "og:type": "article"}
    if app.config.html_baseurl:
        shown |= {"og:url": context["pageurl"], "og:image": _picture(app, pagename, context)}
    tags = [f'<meta name="description" content="{escape(said)}">'] if said else []
    tags += [f'<meta property="{name}" content="{escape(text)}">' for name, text in shown.items() if text]
    context["metatags"] += "\n".join(tags)


def _picture(app, pagename, context):
    """Return the address of a page's first picture, written to a file if it lies in the page; "" without one."""
    found = _PICTURE.search(context["body"])
    if not found:
        return ""
    stored, source = found.groups()
    if not stored:
        return urljoin(context["pageurl"], source)
    path = f"_images/previews/{pagename}.png"
    file = Path(app.outdir, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b64decode(source))
    return app.config.html_baseurl + path


def _write_sitemap(app, exception):
    base = app.config.html_baseurl
    if base and not exception and app.builder.name == "html":
        pages = "".join(
            f"<url><loc>{escape(base + app.builder.get_target_uri(name))}</loc></url>\n"
            for name in sorted(app.env.found_docs)
        )
        kind = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        text = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset {kind}>\n{pages}</urlset>\n'
        Path(app.outdir, "sitemap.xml").write_text(text, encoding="utf-8")


def setup(app):
    """Add to each page's head, and write the sitemap at the end."""
    app.connect("html-page-context", _describe)
    app.connect("build-finished", _write_sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
