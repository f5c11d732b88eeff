"""What the two kinds of pages are made of: one style, one document, one kind of table."""

from html import escape

_STYLE = """
:root { color-scheme: light dark; --bar: #0072b2; --line: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 1rem 0 2rem; max-width: 100%; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
tbody th { font-weight: 400; min-width: 6rem; }
.bar { background: var(--bar); height: 1em; min-width: 2px; }
.share { width: 16rem; }
pre { white-space: pre-wrap; margin: 0; font-size: .85rem; }
td p { margin: .3rem 0 0; white-space: pre-wrap; }
summary { cursor: pointer; padding: .2rem 0; }
@media (max-width: 40rem) { .share { width: 4rem; } }
@media (prefers-color-scheme: dark) { :root { --bar: #56b4e9; } }
@media print { tr { break-inside: avoid; } h2 { break-after: avoid; } body { margin: 0; max-width: none; } }
"""


def text(value) -> str:
    """Return a text as HTML; whatever it holds, it turns nothing round that stands beside it."""
    return f"<bdi>{escape(str(value))}</bdi>"


def table(caption, heads, rows, numbers=()) -> str:
    """Return a table.

    Parameters
    ----------
    caption : str
    heads : sequence of str
    rows : iterable of sequences of str
        HTML; the first cell of each names its row.
    numbers : collection of int
        The columns that hold numbers.
    """
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    lines = [f"<table><caption>{text(caption)}</caption>", f"<thead><tr>{head}</tr></thead>", "<tbody>"]
    for first, *others in rows:
        cells = "".join(
            f'<td class="number">{cell}</td>' if i in numbers else f"<td>{cell}</td>"
            for i, cell in enumerate(others, 1)
        )
        lines.append(f'<tr><th scope="row">{first}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody></table>"])


def listed(items) -> str:
    """Return texts as a list, if there are any."""
    return f"<ul>{''.join(f'<li>{text(item)}</li>' for item in items)}</ul>" if items else ""


def document(title, body, made_by="") -> str:
    """Return a page that needs nothing else."""
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{made_by}',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
            f"<h1>{text(title)}</h1>",
            *filter(None, body),
            "</main>\n</body>\n</html>\n",
        ]
    )
