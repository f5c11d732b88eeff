"""What is written: tried before anything is marked, and written whole or not at all."""

import re
import shutil
import tempfile
import unicodedata
from pathlib import Path

from sepconv.grading.hand_in.find import account_in
from sepconv.grading.report.page import as_feedback, as_page
from sepconv.grading.report.students import by_student
from sepconv.grading.report.tables import as_csv, as_gradescope, as_json, fill_gradebook

_WRITERS = {"--csv": as_csv, "--json": as_json, "--html": as_page, "--gradescope": as_gradescope}
_NO_FILE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def try_outputs(options) -> Path | None:
    """Return where rows are to be kept; a ValueError refuses what cannot be written, or only over something else."""
    outputs = _outputs(options)
    kept = next((Path(f"{path.resolve()}.unfinished") for path in outputs.values()), None)
    places = [*map(Path, options.paths), *outputs.values(), kept]
    if options.gradebook:
        fill_gradebook(options.gradebook, options.column, [])
        places.append(options.gradebook)
    for option, path in outputs.items():
        real, kind = path.resolve(), "folder" if option == "--feedback" else "ordinary file"
        for place in places:
            if place is not path and real.is_relative_to(place.resolve()):
                raise ValueError(f"{option} {path} would be written over or into {place}: name another place")
        if real.exists() and not (real.is_dir() if kind == "folder" else real.is_file()):
            raise ValueError(f"{option} {path} is no {kind}")
        try:
            tempfile.TemporaryFile(dir=real if real.is_dir() else real.parent).close()
        except OSError as error:
            raise ValueError(f"{option} {path} cannot be written: {error.strerror}") from None
    return kept


def write_outputs(options, result) -> list[str]:
    """Return what there is to say about what is written: everything.

    Parameters
    ----------
    options : argparse.Namespace
    result : dict
        What `sepconv.grading.run.grade` returns, legible.
    """
    rows, sentences = result["submissions"], []
    for option, path in _outputs(options).items():
        if option == "--feedback":
            path.mkdir(exist_ok=True)
            for name, theirs in pages(rows).items():
                _write_atomically(path / name, as_feedback(theirs))
        elif option == "--gradebook":
            filled, said = fill_gradebook(options.gradebook, options.column, rows)
            _write_atomically(path, filled)
            sentences = [f"The filled gradebook is {path}.", *said]
        else:
            _write_atomically(path, _WRITERS[option](result))
    return sentences


def _outputs(options):
    """Where each option that is given writes to."""
    given = {option: getattr(options, option[2:]) for option in (*_WRITERS, "--feedback", "--gradebook")}
    outputs = {option: path for option, path in given.items() if path}
    if "--gradebook" in outputs:
        outputs["--gradebook"] = options.gradebook.with_suffix(".filled.csv")
    return outputs


def pages(rows) -> dict[str, list]:
    """Return the rows of each student by the name of a page that the platform takes back, and any file system takes."""
    named = {}
    for theirs in by_student(rows):
        # Canvas reads NAME_ID_ATTACHMENT_ and takes any file's name; Moodle reads NAME_ID_TYPE_PLUGIN_ and the file's name.
        platform, part = max((account_in(row["account"]).platform, row["account"]) for row in theirs)
        name = unicodedata.normalize("NFC", part.removesuffix(".ipynb") if platform else theirs[0]["student"])
        name = _NO_FILE.sub("_", name).encode()[:200].decode(errors="ignore")  # systems take 255 bytes
        name = (name.strip(" ._") or "student") + ("_feedback" if platform == "Moodle" else "")
        while f"{name}.html".casefold() in map(str.casefold, named):
            name += "_"
        named[f"{name}.html"] = theirs
    return named


def _write_atomically(path, content):
    """Write a file whole or not at all; where a link leads to a file, that file."""
    path = path.resolve()
    new = path.with_name(f".{path.name}.new")
    try:
        new.write_bytes(content if isinstance(content, bytes) else content.encode())
        if path.exists():
            shutil.copymode(path, new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
