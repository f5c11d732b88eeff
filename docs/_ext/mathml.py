"""Formulas as MathML, written by docutils: browsers draw it themselves, so no page asks another host for MathJax."""

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml


def _inline(translator, node):
    translator.body.append(tex2mathml(node.astext(), as_block=False))
    raise SkipNode  # the child is the LaTeX, which would be printed as well


def _block(translator, node):
    formula = tex2mathml(node.astext(), as_block=True)
    # A long formula scrolls, so it must be within reach of the keyboard.
    translator.body.append(
        f'<div class="formula" role="group" aria-label="formula" tabindex="0">{formula}</div>\n'
    )
    raise SkipNode


def setup(app):
    """Register the renderer; conf.py chooses it with ``html_math_renderer``."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
