"""What the pages are made of: one style, one document, one kind of table."""

from html import escape

_STYLE = """
:root { color-scheme: light dark; --bar: #0072b2; --line: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: 1rem 0 2rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); }
thead th, .exercise { overflow-wrap: normal; }
tbody th { font-weight: 400; min-width: 5rem; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { background: var(--bar); height: 1em; min-width: 2px; }
.share { width: 16rem; }
pre { white-space: pre-wrap; margin: 0; font-size: .85rem; }
td p { margin: .3rem 0 0; white-space: pre-wrap; }
summary { cursor: pointer; padding: .2rem 0; }
@media (max-width: 40rem) { .share { width: 2.5rem; } }
@media (prefers-color-scheme: dark) { :root { --bar: #56b4e9; } }
@media print { tr { break-inside: avoid; } h2 { break-after: avoid; } body { margin: 0; max-width: none; } }
"""


def text(value) -> str:
    """Return a text as HTML; whatever it holds, it turns nothing round that stands beside it."""
    return f"<bdi>{escape(str(value))}</bdi>"


def table(caption, heads, rows) -> str:
    """Return a table; cells are HTML, numbers begin with a digit, and the first cell names its row."""
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    lines = [f'<tr><th scope="row">{first}</th>{"".join(map(_cell, others))}</tr>' for first, *others in rows]
    body = "\n".join(lines)
    return f"<table><caption>{text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"


def _cell(content):
    number = ' class="number"' if str(content)[:1].isdigit() else ""
    return f"<td{number}>{content}</td>"


def exercise_table(caption, exercises, more=lambda exercise: "") -> str:
    """Return a table of exercises: points, the outcome, the words that the student is told, and more."""
    rows = []
    for one in exercises:
        name = f": {text(one['mistake_name'])}" if one["mistake_name"] not in one["says"] else ""
        words = f"<pre>{text(one['says'])}</pre>" if one["says"] else ""
        said = f"{one['outcome'].capitalize()}{name}{words}{more(one)}"
        rows.append((exercise_name(one["exercise"]), f"{one['points']} of {one['of']}", said))
    return table(caption, ("exercise", "points", "what is said of it"), rows)


def exercise_name(name) -> str:
    """Return the name of an exercise, which breaks at its underscores."""
    return f'<span class="exercise">{escape(name).replace("_", "_<wbr>")}</span>'


def listed(items) -> str:
    """Return texts as a list, if there are any."""
    return f"<ul>{''.join(f'<li>{text(item)}</li>' for item in items)}</ul>" if items else ""


def document(title, body, head="") -> str:
    """Return a page that needs nothing else."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n{head}'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        + "\n".join([f"<body>\n<main>\n<h1>{text(title)}</h1>", *body, "</main>\n</body>\n</html>\n"])
    )
