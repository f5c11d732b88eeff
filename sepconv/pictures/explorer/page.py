"""The explorer without a kernel: the module and the style, packed into one iframe that needs no network."""

import base64
import html
import json
import re
import zlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
_COMMENT_LINE = re.compile(r"^\s*(//.*)?\n", re.MULTILINE)
_STYLE_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
_TITLE = "Convolution explorer"

# Colors: those of the page around the frame (JupyterLab's, nbconvert's or the web edition's), else the system's.
_PAGE = """<!doctype html>
<html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>
<title>{title}</title><style>html {{ color-scheme: light dark; }}
body {{ margin: 0; background: var(--jp-layout-color0, Canvas); color: var(--jp-content-font-color0, CanvasText); }}
h1 {{ font: 600 16px system-ui, sans-serif; margin: 0; padding: 8px; }}</style></head>
<body><main><h1>{title}</h1><div id='explorer'>This browser is too old for the explorer.</div></main>
<script type='module'>
const around = window.frameElement?.ownerDocument.documentElement, own = document.documentElement.style;
const color = () => {{
  for (const [name, other] of {colors}) {{
    const style = getComputedStyle(around.querySelector('body')), value = style.getPropertyValue(name) || style.getPropertyValue(other);
    if (value) own.setProperty(name, value);
  }}
}};
if (around) {{
  color();
  for (const node of [around, around.querySelector('body')]) new MutationObserver(color).observe(node, {{ attributes: true }});
}}
// A page that is not shown has no width: it waits.
while (!innerWidth) await new Promise(shown => addEventListener('resize', shown, {{ once: true }}));
const packed = '{packed}';
const bytes = Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));
const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
const [style, script] = (await new Response(unpacked).json()).map((text, n) =>
  Object.assign(document.createElement(n ? 'script' : 'style'), {{ textContent: text }}));
script.type = 'module';
script.textContent += `\\nhost(document.getElementById('explorer'), {state});`;
document.head.append(style, script);
</script></body></html>"""
# What JupyterLab calls a color, and what the theme of the web edition calls it.
_COLORS = [
    ["--jp-content-font-color0", "--pst-color-text-base"],
    ["--jp-content-font-color2", "--pst-color-text-muted"],
    ["--jp-layout-color0", "--pst-color-background"],
    ["--jp-layout-color2", "--pst-color-surface"],
]
# A notebook keeps this page below the live explorer. Where that one is there, the page goes; where JupyterLab says that
# its model was not found, these words go. The last two lines: Colab and Visual Studio Code.
_ONE_OF_TWO = """
.jp-OutputArea-child:has(> .lm-Panel:not(.jupyter-widgets)) + :has(> * > .sepconv-explorer),
.jp-OutputArea-child:has(> .lm-Panel.jupyter-widgets):has(+ * > * > .sepconv-explorer),
#output-area:has(.sx) .sepconv-explorer,
.cell_container:has(.sx) .sepconv-explorer { display: none; }
"""


def static_figure(state, sentence, height):
    """Return HTML that shows the explorer without a kernel and without a network.

    The module and the style are stored without comments and indentation, deflated and in base64; the page unpacks
    them with the browser's own ``DecompressionStream``. A viewer that takes iframes out keeps the caption.

    Parameters
    ----------
    state : dict
        What the explorer starts with.
    sentence : str
        What it shows, in words.
    height : int
        CSS pixels, until the page has measured itself.
    """
    # Only these two mean something inside of an attribute; less is stored if the others stay.
    page = page_text(state).replace("&", "&amp;").replace('"', "&quot;")
    return (
        f'<figure class="sepconv-explorer" style="margin:0.5em 0"><style>{_ONE_OF_TWO}</style><iframe title="{_TITLE}" '
        f'style="width:100%;height:{height}px;border:0" srcdoc="{page}"></iframe>'
        f"<figcaption>Run this cell to explore {html.escape(sentence)}.</figcaption></figure>"
    )


def page_text(state):
    """Return the page inside of the iframe."""
    # No backslash, backtick or markup may end the template literal or the script.
    text = json.dumps(state, ensure_ascii=True, separators=(",", ":"))
    for letter in "\\`$<":
        text = text.replace(letter, "")
    return _PAGE.format(title=_TITLE, colors=json.dumps(_COLORS), packed=packed_source(), state=text)


@cache
def packed_source():
    """Return style and module as stored in a notebook."""
    sources = [compact_style(read("explorer.css")), compact_module(read("explorer.js"))]
    text = json.dumps(sources, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def read(name):
    """Return the text of a file of this folder."""
    return (FOLDER / name).read_text(encoding="utf-8")


def compact_module(text):
    """Take comment lines, empty lines and indentation out of the module."""
    return _INDENTATION.sub("", _COMMENT_LINE.sub("", text))


def compact_style(text):
    """Take comments and indentation out of the style."""
    return _INDENTATION.sub("", _COMMENT_LINE.sub("", _STYLE_COMMENT.sub("", text)))
