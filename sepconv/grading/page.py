"""What a run found as one self-contained page: the class's mistakes as a chart, everybody's points, every row."""

from collections import defaultdict
from html import escape

from sepconv.grading.report import mistakes, points_of

_MOST_BARS = 30
_STYLE = """
:root { color-scheme: light dark; --bar: #0072b2; --line: #8886; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0 2rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line); }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.bar { background: var(--bar); height: 1em; min-width: 2px; }
.share { width: 16rem; }
.chart th[scope=row] { font-weight: 400; max-width: 26rem; }
pre { white-space: pre-wrap; margin: 0; font-size: .85rem; }
summary { cursor: pointer; padding: .2rem 0; }
@media (max-width: 40rem) { .share { width: 4rem; } th, td { overflow-wrap: anywhere; } }
@media (prefers-color-scheme: dark) { :root { --bar: #56b4e9; } }
"""


def as_page(result) -> str:
    """Return the whole report as HTML that needs nothing else."""
    rows = result["submissions"]
    students = {row["student"] for row in rows}
    body = [
        "<h1>Marks</h1>",
        f"<p>{len(rows)} submissions of {len(students)} students. Sandbox: {escape(result['sandbox'])}. "
        f"Seed: {result['seed']}.</p>",
        _chart(result, len(students)),
        _problems(rows),
        _points(rows),
        "<h2>Every exercise</h2>",
        *map(_details, rows),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Marks</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def _chart(result, students):
    """The named mistakes as bars; what each bar shows stands beside it, so that nothing is told by length alone."""
    found = mistakes(result)
    title = '<section aria-labelledby="again">\n<h2 id="again">What to teach again</h2>\n'
    if not found:
        return f"{title}<p>No answer made a mistake that has a name.</p>\n</section>"
    lines = [
        f'<tr><th scope="row">{escape(name)}</th><td class="share"><div class="bar" style="width:{100 * count / students:.0f}%" '
        f'aria-hidden="true"></div>{100 * count / students:.0f} %</td><td class="number">{count} of {students}</td>'
        f"<td>{escape(exercise)}, {escape(mistake)}</td></tr>"
        for count, exercise, mistake, name in found[:_MOST_BARS]
    ]
    count, exercise, _, name = found[0]
    more = f" The {_MOST_BARS} most frequent are shown." if len(found) > _MOST_BARS else ""
    return (
        f"{title}<p>{len(found)} different mistakes have a name here. The most frequent, in {escape(exercise)}: "
        f"{escape(name)} ({count} of {students} students).{more}</p>\n"
        '<table class="chart"><caption>Mistakes by the number of students who made them'
        '</caption>\n<thead><tr><th scope="col">mistake</th><th scope="col">share</th><th scope="col">students</th>'
        f'<th scope="col">exercise</th></tr></thead>\n<tbody>{"".join(lines)}</tbody></table>\n</section>'
    )


def _problems(rows):
    unread = [row for row in rows if row["problem"]]
    if not unread:
        return ""
    lines = "".join(
        f'<tr><th scope="row">{escape(row["student"])}</th><td>{escape(row["file"])}</td><td>{escape(row["problem"])}</td></tr>'
        for row in unread
    )
    return (
        "<h2>Not read</h2>\n<table><caption>Files that could not be marked</caption>\n<thead><tr>"
        '<th scope="col">student</th><th scope="col">file</th><th scope="col">why</th></tr></thead>\n'
        f"<tbody>{lines}</tbody></table>"
    )


def _points(rows):
    table = defaultdict(list)
    for row in rows:
        table[row["student"]].append(row)
    lines = []
    for student, theirs in sorted(table.items()):
        points, of = points_of(theirs)
        share = f"{100 * points // of} %" if of else ""
        lines.append(
            f'<tr><th scope="row">{escape(student)}</th><td class="number">{points}</td>'
            f'<td class="number">{of}</td><td class="number">{share}</td></tr>'
        )
    return (
        "<h2>Points</h2>\n<table><caption>Points of each student</caption>\n<thead><tr>"
        '<th scope="col">student</th><th scope="col">points</th><th scope="col">of</th><th scope="col">share</th></tr>'
        f"</thead>\n<tbody>{''.join(lines)}</tbody></table>"
    )


def _details(row):
    points, of = points_of([row])
    lines = "".join(
        f'<tr><th scope="row">{escape(e["exercise"])}</th><td>{escape(e["outcome"])}</td>'
        f'<td class="number">{e["points"]} of {e["of"]}</td><td>{escape(e["mistake_name"])}</td>'
        f"<td><pre>{escape(e['says'])}</pre></td></tr>"
        for e in row["exercises"]
    )
    remarks = "".join(f"<li>{escape(remark)}</li>" for remark in row["remarks"])
    return (
        f"<details><summary>{escape(row['student'])}, {escape(row['file'])}: {points} of {of} points</summary>"
        + (f"<ul>{remarks}</ul>" if remarks else "")
        + f'<table><caption>{escape(row["file"])}, exercise by exercise</caption>\n<thead><tr><th scope="col">exercise</th><th scope="col">outcome</th><th scope="col">points</th>'
        f'<th scope="col">mistake</th><th scope="col">what is said of it</th></tr></thead><tbody>{lines}</tbody></table>'
        "</details>"
    )
