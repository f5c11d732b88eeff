"""The door that every text goes through on its way out: names, answers and messages are other people's words."""

import re

# Half characters, which no file can hold; control characters; marks that turn the direction of what follows.
_ILLEGIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)


def legible(value):
    """Return a result, or part of it, with its code in place of each character that cannot be shown."""
    if isinstance(value, dict):
        return {key: legible(part) for key, part in value.items()}
    if isinstance(value, list):
        return [legible(part) for part in value]
    if isinstance(value, str):
        return _ILLEGIBLE.sub(_code, value.replace("\r\n", "\n"))
    return value


def _code(match):
    return match[0].encode("unicode_escape").decode()


def one_line(text) -> str:
    """Return a text, legible, as one line of a terminal."""
    return re.sub(r"[\n\t]", _code, legible(text))
