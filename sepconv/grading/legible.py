"""The door that every text goes through on its way out: names, answers and messages are other people's words."""

import re

# Half characters, which no file can hold; control characters; marks that turn the direction of what follows.
_ILLEGIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_BLANKS = re.compile("[\\s\u115f\u1160\u2800\u3164\uffa0]+")  # letters that look like a blank, too


def legible(value):
    """Return a result, or part of it, in which what cannot be shown is its code, and only what `check` says has lines."""
    if isinstance(value, dict):
        return {key: _with_lines(part) if key == "says" else legible(part) for key, part in value.items()}
    if isinstance(value, list):
        return [legible(part) for part in value]
    return one_line(value) if isinstance(value, str) else value


def one_line(text, most=400) -> str:
    """Return a text, legible, in one line.

    Parameters
    ----------
    text : str
    most : int
        Characters: of a longer text the middle is left out.
    """
    text = _BLANKS.sub(" ", re.sub(r"[\n\t]", _code, _ILLEGIBLE.sub(_code, text)))
    half = most // 2 - 2
    return text if len(text) <= most else f"{text[:half]} … {text[-half:]}"


def _with_lines(text):
    return _ILLEGIBLE.sub(_code, text.replace("\r\n", "\n"))


def _code(match):
    return match[0].encode("unicode_escape").decode()
