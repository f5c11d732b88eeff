"""A column without a name: its empty heading becomes an ordinary cell, since screen readers announce headings."""

from docutils import nodes


def _visit_entry(translator, node):
    if isinstance(node.parent.parent, nodes.thead) and not node.astext().strip():
        translator.body.append("<td></td>\n")
        node.parent.column += 1
        raise nodes.SkipNode
    translator.__class__.visit_entry(translator, node)


def _depart_entry(translator, node):
    translator.__class__.depart_entry(translator, node)


def setup(app):
    """Take over the cells of tables."""
    app.add_node(nodes.entry, override=True, html=(_visit_entry, _depart_entry))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
