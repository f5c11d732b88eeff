"""Whose notebooks lie in a folder, and that no file is lost on the way."""

import io
import json
import os
import zipfile

import pytest

from sepconv.grading.hand_in import Unreadable, find_submissions

MOODLE = "Ann Lee_123_assignsubmission_file"


def notebook(source='check("out_size", out_size)'):
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]}).encode()


def zipped(files):
    """Return the bytes of a zip; an inner dict becomes a zip in it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in listed(files):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), content)
    return data.getvalue()


def listed(files):
    files = files if isinstance(files, dict) else dict.fromkeys(files.split("|"), notebook())
    return [(name, data if isinstance(data, bytes) else zipped(data)) for name, data in files.items()]


def hand_in(folder, files):
    for name, content in listed(files):
        path = folder / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1e9, 1e9))
    return folder


def students(found):
    assert all(isinstance(submission.read(), bytes) for submission in found if not submission.problem)
    return sorted({submission.student for submission in found})


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ("ann/03_shapes/03_shapes.ipynb|bob/03_shapes/03_shapes.ipynb", "ann|bob"),
        ("submitted/ann/03_shapes/03_shapes.ipynb|submitted/bob/03_shapes/03_shapes.ipynb", "ann|bob"),
        ("03_shapes/ann/03_shapes.ipynb|03_shapes/bob.ipynb", "ann|bob"),
        ("kept/03_shapes.ipynb|submissions/03_shapes.ipynb|ann/mine.ipynb", "ann|kept|submissions"),
        ("submissions/03_shapes/03_shapes.ipynb", "submissions"),
        ("carl.ipynb|dora.IPYNB", "carl|dora"),
        (f"{MOODLE}_/03_shapes.ipynb|Bob_7_assignsubmission_file/x/03.ipynb", "Ann Lee|Bob"),
        (f"{MOODLE}_03_shapes.ipynb|Bob_7_assignsubmission_file_03.ipynb", "Ann Lee|Bob"),
        (f"{MOODLE}/a.ipynb|Ann Lee_45_assignsubmission_file/a.ipynb", "Ann Lee (123)|Ann Lee (45)"),
        (f"hw3/{MOODLE}/a.ipynb|hw4/Ann Lee_45_assignsubmission_file/a.ipynb", "Ann Lee"),
        ("Participant_1_assignsubmission_file_a.ipynb|Participant_2_assignsubmission_file_a.ipynb",
         "Participant (1)|Participant (2)"),
        ("leeann_12_345_03_shapes.ipynb|leeann_LATE_13_346_03.ipynb", "leeann (12)|leeann (13)"),
        ("lee2ann_12_345_03.ipynb|o_brien_LATE_7_346_03.ipynb|लीअन्ना_8_347_03.ipynb", "lee2ann|o_brien|लीअन्ना"),
        ("anon_12345_678_x.ipynb|anon_a7Xyz_679_x.ipynb|LATE_anon_a7Xyy_680_x.ipynb",
         "anon_12345|anon_a7Xyy|anon_a7Xyz"),
        ("shapes_2024_12_01.ipynb", "shapes_2024_12_01"),
        ({"moodle.zip": f"{MOODLE}/a.ipynb|Bob_7_assignsubmission_file/a.ipynb", "eve.ipynb": notebook()},
         "Ann Lee|Bob|eve"),
        ({"one.zip": "one/ann/a.ipynb|one/bob/a.ipynb", "two.zip": "cem/a.ipynb|dee/a.ipynb"}, "ann|bob|cem|dee"),
        ({"class.zip": "class\\ann\\03_shapes.ipynb|class\\bob\\03_shapes.ipynb"}, "ann|bob"),
        ({"class.zip": "ann.ipynb|bob.ipynb"}, "ann|bob"),
        ({"hw.zip": "ann/03_shapes.ipynb|ann/04_counting.ipynb|__MACOSX/ann/._03_shapes.ipynb"}, "ann"),
        ({"ann.zip": "03_shapes.ipynb", "bob.zip": "exercises/03_shapes.ipynb|../etc/x.ipynb"}, "ann|bob"),
        ({"class.zip": {f"{MOODLE}/hw.zip": "Bob/a.ipynb|Eve/a.ipynb", "Bob_7_assignsubmission_file/a.ipynb": notebook()}},
         "Ann Lee|Bob"),
        ({"leeann_12_345_hw.zip": "work/03_shapes.ipynb", "liu_13_346_hw.zip": "work/03_shapes.ipynb"}, "leeann|liu"),
        ({b"M\xfcller/a.ipynb": notebook(), b"M\xe4ller/a.ipynb": notebook()}, "M�ller|M�ller (2)"),
        ({"a\x1b[2J\nFAKE 11/a.ipynb": notebook(), "\u202eeve\u2028/a.ipynb": notebook()}, "a�[2J�FAKE 11|�eve�"),
        ({"می\u200cخواهم/a.ipynb": notebook(), "x" * 240 + "/a.ipynb": notebook()}, "x" * 240 + "|می\u200cخواهم"),
    ],
)  # fmt: skip
def test_who_is_who(tmp_path, files, expected):
    found, others = find_submissions([hand_in(tmp_path, files)])
    assert students(found) == sorted(expected.split("|"))
    assert others == []
    assert not any(sign in submission.name for submission in found for sign in "\x1b\n\u202e\u2028\udcfc")


def test_paths_of_their_own(tmp_path):
    hand_in(tmp_path, "ann/03.ipynb|bob/03.ipynb")
    hand_in(tmp_path, {"c.zip": "dee/a.ipynb|e/03_a.ipynb"})
    paths = [tmp_path / "ann/03.ipynb", tmp_path / "bob/03.ipynb", tmp_path / "c.zip"]
    found, _ = find_submissions(paths)
    assert [s.student for s in found] == [f"03 ({tmp_path}/ann)", f"03 ({tmp_path}/bob)", "dee", "e"]
    assert [s.student for s in find_submissions(paths[:1])[0]] == ["03"]
    assert not any(submission.problem for submission in found)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        find_submissions(["nowhere"])


def encrypted():
    data = bytearray(zipped("a.ipynb"))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        *((f"a{ending}", b"x", "no notebook") for ending in (".py", ".pdf", ".json", ".txt", "")),
        *((f"a{ending}", b"x", "archive") for ending in (".rar", ".7z", ".tar.gz")),
        ("a.zip", {"a.py": b"x", "b.py": b"x"}, "without a notebook"),
        ("a.zip", b"PK\3\4 half a zip", "not opened"),
        ("a.zip", encrypted(), "password"),
        ("a.zip", {"b.zip": {"c.zip": {"d.ipynb": notebook()}}}, "zip in a zip"),
        ("a.zip", {"b.zip": b"x" * (100 * 2**20 + 1)}, "more than 100 MB"),
        ("a.zip", {f"{i}.py": b"" for i in range(20_001)}, "20,000"),
        *((name, b"x", "") for name in (".ipynb_checkpoints/a.ipynb", "._a.ipynb", ".DS_Store", "Thumbs.db")),
        *((name, b"x", "") for name in (".git/config", "__pycache__/a.pyc", "desktop.ini", "__MACOSX/x")),
    ],
)
def test_another_file_gets_one_sentence(tmp_path, name, content, says):
    """Or none, if nobody handed it in."""
    found, others = find_submissions([hand_in(tmp_path, {f"ann/{name}": content, "bob/a.ipynb": notebook()})])
    assert students(found) == ["bob"]
    assert len(others) == bool(says)
    for sentence in others:
        assert sentence.startswith("ann/a")
        assert says in sentence
        assert sentence.endswith("hand in the .ipynb itself.")


def test_what_is_no_file(tmp_path, monkeypatch):
    hand_in(tmp_path, "ann/a.ipynb|out/b.ipynb|closed/c.ipynb")
    (tmp_path / "ann/link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "bob").symlink_to(tmp_path / "out")
    os.mkfifo(tmp_path / "pipe.ipynb")
    scandir = os.scandir

    def refusing(path):  # root may read every folder
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found, others = find_submissions([tmp_path])
    assert students(found) == ["ann", "out"]
    assert len(others) == 4
    for start in (
        "ann/link.ipynb is a link",
        "bob is a link",
        "pipe.ipynb is no ordinary",
        "closed is a folder",
    ):
        assert sum(sentence.startswith(start) for sentence in others) == 1


def test_a_notebook_that_cannot_be_read_is_a_row(tmp_path):
    damaged = zipped("ann/a.ipynb|bob/a.ipynb").replace(b'{"nbformat"', b'{"nbf0rmat"', 1)
    found, _ = find_submissions([hand_in(tmp_path, {"c.zip": damaged, "ann/a.ipynb.json": notebook()})])
    assert [one.name for one in found] == ["ann/a.ipynb.json", "c.zip/ann/a.ipynb", "c.zip/bob/a.ipynb"]
    with pytest.raises(Unreadable, match="CRC"):
        found[1].read()


LATER = {"04_counting.ipynb": notebook('check("conv_params", conv_params)')}


@pytest.mark.parametrize(
    ("files", "times", "counts", "why"),
    [
        ("03_shapes.ipynb|03_shapes (1).ipynb", (1e9, 1e9), "03_shapes (1).ipynb", "by its name, the later copy"),
        ("03_shapes.ipynb|03_shapes-2.ipynb|03_shapes-10.ipynb", (1e9,) * 3, "03_shapes-10.ipynb", "by its name"),
        ("03_shapes.ipynb|03_shapes-Copy1.ipynb", (1e9, 1e9), "03_shapes-Copy1.ipynb", "by its name"),
        ("03_shapes.ipynb|03_shapes (1).ipynb", (2e9, 1e9), "03_shapes.ipynb", "is newer"),
        ({"03_shapes.ipynb": notebook()} | LATER, (1e9, 1e9), "03_shapes.ipynb|04_counting.ipynb", ""),
        ({"03_shapes.ipynb": notebook(), "x.ipynb": b"{"}, (1e9, 2e9), "03_shapes.ipynb|x.ipynb", ""),
        ({"a.ipynb": notebook(), "hw.zip": "03_shapes.ipynb"}, (1e9, 1e9), "hw.zip/03_shapes.ipynb", "is newer"),
    ],
)  # fmt: skip
def test_one_notebook_of_a_lesson_counts(tmp_path, files, times, counts, why):
    hand_in(tmp_path / "ann", files)
    for (name, _), when in zip(listed(files), times):
        os.utime(tmp_path / "ann" / name, (when, when))
    hand_in(tmp_path, "bob/03_shapes.ipynb")
    found, _ = find_submissions([tmp_path])
    assert sorted(s.name for s in found if not s.problem) == sorted(
        [*(f"ann/{name}" for name in counts.split("|")), "bob/03_shapes.ipynb"]
    )
    for submission in found:
        if submission.problem:
            assert why in submission.problem
            assert f"ann/{counts} is about lesson 3" in submission.problem
            with pytest.raises(Unreadable, match="does not count"):
                submission.read()


def test_the_later_upload_counts_on_canvas_and_nobody_takes_anothers_place(tmp_path):
    hand_in(tmp_path, "lee_1_900_a.ipynb|lee_1_1000_b.ipynb|ann/a.ipynb")
    hand_in(tmp_path, {"eve.zip": "ann/a.ipynb|bob/a.ipynb"})
    hand_in(tmp_path, "eve/ann_1_900_a.ipynb|eve/ann_5_assignsubmission_file_a.ipynb")
    found, _ = find_submissions([tmp_path])
    assert students(found) == ["ann", "ann (1)", "ann (5)", "ann (eve.zip)", "bob", "lee"]
    problems = {s.name: s.problem for s in found}
    assert "lee_1_1000_b.ipynb is about lesson 3, too, and is newer" in problems.pop("lee_1_900_a.ipynb")
    assert not any(problems.values())
