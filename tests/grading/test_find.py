"""Whose notebooks lie in a folder, and that no file is lost on the way."""

import io
import os
import re
import zipfile
from collections import defaultdict
from itertools import zip_longest

import pytest
from corpus import notebook

from sepconv.grading.hand_in.find import find_submissions
from sepconv.grading.hand_in.read import Unreadable

MOODLE = "Ann Lee_123_assignsubmission_file"
A = notebook('check("out_size", out_size)')
LATER = "is as old, and its name comes later"


def zipped(files, kind=zipfile.ZIP_STORED):
    """Return the bytes of a zip; an inner dict becomes a zip in it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", kind) as archive:
        for name, content in listed(files):
            archive.writestr(name, content)
    return data.getvalue()


def listed(files):
    files = files if isinstance(files, dict) else dict.fromkeys(files.split("|"), A)
    return [(name, data if isinstance(data, bytes) else zipped(data)) for name, data in files.items()]


def found_in(folder, files, times=()):
    """Put files into a folder, changed in those years, and return what is found there."""
    for (name, content), year in zip_longest(listed(files), times, fillvalue=2001):
        path = folder / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, ((year - 1970) * 31_556_952,) * 2)
    return find_submissions([folder])


def students(found):
    assert all(isinstance(submission.read(), bytes) for submission in found if not submission.problem)
    return sorted({submission.student for submission in found})


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ("ann/03_shapes/03_shapes.ipynb|bob/03_shapes/03_shapes.ipynb|kept/a.ipynb", "ann|bob|kept"),
        ("submitted/ann/03_shapes/03_shapes.ipynb|03_shapes/bob/3.ipynb|Week 2/my/eve/x/a.ipynb", "ann|bob|eve"),
        ("submissions/03_shapes/03_shapes.ipynb|hw3/ann.ipynb|hw4/ann.ipynb|bob_2024_12_01.IPYNB", "ann|bob_2024_12_01|submissions"),
        (f"{MOODLE}_/03_shapes.ipynb|Bob_7_assignsubmission_file_03.ipynb", "Ann Lee|Bob"),
        (f"CS/{MOODLE}/a.ipynb|DS/Bob_7_assignsubmission_file_/a.ipynb|solution.ipynb", "Ann Lee|Bob|solution"),
        ({"A class.zip": f"{MOODLE}/a.ipynb|{MOODLE}/b.ipynb"}, "Ann Lee"),
        ({f"{MOODLE}/a.ipynb": A, "eve.zip": f"{MOODLE}/a.ipynb", "hw3.zip": "Bob_7_assignsubmission_file_/a.ipynb"}, "Ann Lee|Bob|eve"),
        (f"ann/03_shapes.ipynb|bob/a.ipynb|eve/{MOODLE}/a.ipynb", "ann|bob|eve"),
        ({"m.zip": f"ann/hw/a.ipynb|bob/a.ipynb|eve/{MOODLE}/a.ipynb|eve/{MOODLE}/b.ipynb|eve/{MOODLE}/c.ipynb"}, "Ann Lee|ann|bob"),
        (f"hw3/{MOODLE}/a.ipynb|hw4/Ann Lee_45_assignsubmission_file/a.ipynb", "Ann Lee (123)|Ann Lee (45)"),
        ("lee2_12_345_3.ipynb|lee2_LATE_13_346_3.ipynb|o_c_7_346_3.ipynb|लीअन्ना_8_347_3.ipynb", "lee2 (12)|lee2 (13)|o_c|लीअन्ना"),
        ("anon_12345_678_x.ipynb|LATE_anon_a7Xyy_680_x.ipynb", "anon (12345)|anon (a7Xyy)"),
        ({"m.zip": f"{MOODLE}/a.ipynb|Bob_7_assignsubmission_file/a.ipynb", "eve/a.ipynb": A}, "Ann Lee|Bob|eve"),
        ({"hw3.zip": {f"{MOODLE}/hw.zip": "Bob/a.ipynb|Eve/a.ipynb"}, "lee_13_346_hw.zip": "x/3.ipynb"}, "Ann Lee|lee"),
        ({"ann.zip": "My Work/a.ipynb", "bob.zip": "exercises/03_shapes.ipynb|../x.ipynb", "c.zip": "03_a.ipynb"}, "ann|bob|c"),
        ({"ann/hw.zip": "one/a.ipynb|two/b.ipynb", "hw3/class.zip": "x/bob/a.ipynb|x/cem/a.ipynb"}, "ann|bob|cem"),
        ({"one.zip": "one\\ann\\a.ipynb|one\\bob\\a.ipynb", "two.zip": "cem.ipynb|dee.ipynb"}, "ann|bob|cem|dee"),
        ({"hw.zip": "ann/03_shapes.ipynb|ann/04_counting.ipynb|__MACOSX/ann/._03_shapes.ipynb"}, "ann"),
        ({b"M\xfcller/a.ipynb": A, b"M\xe4ller/a.ipynb": A}, r"M\udcfcller|M\udce4ller"),
        ({"a\x1b[2J\nFAKE 11/a.ipynb": A, "hw.zip": "\u202eeve\u2028/a.ipynb"}, r"a\x1b[2J\nFAKE 11|\u202eeve\u2028"),
        ({"می\u200cخواهم/a.ipynb": A, "x" * 240 + "/a.ipynb": A}, "x" * 240 + "|می\u200cخواهم"),
        ({"z.zip": {f"ann{' ' * 999}bob/a.ipynb": A, f"{'x' * 999}/a.ipynb": A}}, f"ann bob|{'x' * 198} … {'x' * 198}"),
    ],
)  # fmt: skip
def test_who_is_who(tmp_path, files, expected):
    found, others = found_in(tmp_path, files)
    assert students(found) == sorted(expected.split("|"))
    assert others == []
    assert not any(sign in submission.name for submission in found for sign in "\x1b\n\u202e\u2028\udcfc")


def test_paths_of_their_own(tmp_path):
    found_in(tmp_path, {"c.zip": "dee/a.ipynb|e/03_a.ipynb", "ann/03.ipynb": b"", "bob/03.ipynb": b""})
    paths = [tmp_path / name for name in ("ann/03.ipynb", "bob/03.ipynb", "c.zip", "ann")]
    ann, bob = f"03 ({tmp_path}/ann)", f"03 ({tmp_path}/bob)"
    assert [one.student for one in find_submissions(paths)[0]] == [ann, ann, bob, "dee", "e"]
    assert [one.student for one in find_submissions(paths[:1])[0]] == ["03"]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        find_submissions(["nowhere"])


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        *((f"a{ending}", b"x", "no notebook") for ending in (".py", ".pdf", ".json", ".txt", "", ".rar", ".7z", ".tar.gz")),
        ("a.zip", {"a.py": b"x", "._b.ipynb": b"x"}, ".zip/a.py is not read .no notebook"),
        ("a.zip", {"a/": b""}, "empty"),
        ("a.zip", b"PK\3\4 half a zip", "not a zip"),
        ("a.zip", {"b.zip": {"c.zip": {"d.ipynb": A}}}, "zip in a zip"),
        ("a.zip", {"b.zip": b"x" * (100 * 2**20 + 1)}, ".zip/b.zip is not read"),
        ("a.zip", {f"{i}.py": b"" for i in range(20_001)}, "20,000"),
        *((name, b"x", "") for name in (".ipynb_checkpoints/a.ipynb", "my/.course/exercises/a.ipynb", "._a.ipynb", ".DS_Store", "Thumbs.db")),
        *((name, b"x", "") for name in (".git/config", "__pycache__/a.pyc", "desktop.ini", "__MACOSX/x")),
    ],
)  # fmt: skip
def test_another_file_gets_one_sentence_or_none_if_nobody_handed_it_in(tmp_path, name, content, says):
    found, others = found_in(tmp_path, {f"ann/{name}": content, "bob/a.ipynb": A})
    assert students(found) == ["bob"]
    assert len(others) == bool(says)
    assert all(re.fullmatch(f"ann/a.*{says}.*: put the .ipynb itself in its place.", one) for one in others)


def test_what_is_no_file(tmp_path, monkeypatch):
    (tmp_path / "link.ipynb").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to(tmp_path / "ann")
    os.mkfifo(tmp_path / "pipe.ipynb")

    def refusing(path, list_of=os.listdir):  # root may read every folder
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return list_of(path)

    monkeypatch.setattr(os, "listdir", refusing)
    found, others = found_in(tmp_path, "ann/a.ipynb|closed/c.ipynb")
    assert students(found) == ["ann"]
    whys = {"closed": "Permission denied"}
    whys |= dict.fromkeys(("folder", "link.ipynb", "pipe.ipynb"), "a link, or no ordinary file")
    says = "{} is not read ({}): put the .ipynb itself in its place."
    assert others == [says.format(*why) for why in whys.items()]


def test_a_notebook_that_cannot_be_read_is_a_row(tmp_path):
    damaged, rare = zipped("a.ipynb").replace(b"cells", b"calls"), zipped({"a.ipynb": A}, zipfile.ZIP_LZMA)
    found, others = found_in(tmp_path, {"a.zip": damaged, "b.zip": rare, "c.ipynb.json": A, "d.ipynb": b""})
    assert [one.student for one in found] == ["a", "b", "c", "d"]
    assert others == []
    for one, why in zip(found[:2], ("CRC", "compressed in a rare way")):
        with pytest.raises(Unreadable, match=why):
            one.read()


@pytest.mark.parametrize(
    ("files", "years", "counts", "why"),
    [
        ("ann/3.ipynb|ann/3 (1).ipynb", (), "ann/3 (1).ipynb", LATER),
        ("ann/3.ipynb|ann/3-2.ipynb|ann/3-10.ipynb", (), "ann/3-10.ipynb", LATER),
        ("ann/3.ipynb|ann/3 (1).ipynb", (2002, 2001), "ann/3.ipynb", "is newer"),
        ({"ann/3.ipynb": A, "ann/4.ipynb": notebook("conv_params = 1")}, (), "ann/3.ipynb|ann/4.ipynb", ""),
        ({"ann/3.ipynb": A, "ann/x.ipynb": b"{"}, (2001, 2002), "ann/3.ipynb|ann/x.ipynb", ""),
        ({"ann/a.ipynb": A, "ann/hw.zip": "3.ipynb"}, (), "ann/hw.zip/3.ipynb", "is newer"),
        ({"ann/a.ipynb": A, "ann/hw.zip": "3.ipynb"}, (2100,), "ann/a.ipynb", "is newer"),
        ("lee_1_900_a.ipynb|lee_1_1000_b.ipynb", (2002, 2001), "lee_1_1000_b.ipynb", "is newer"),
        ("|".join(f"ann/{i:03}.ipynb" for i in range(101)), (), "ann/100.ipynb", LATER),
    ],
)  # fmt: skip
def test_one_notebook_of_a_lesson_counts(tmp_path, files, years, counts, why):
    found, _ = found_in(tmp_path, files, years)
    assert [one.name for one in found if not one.problem] == counts.split("|")
    lost = {one.problem for one in found if one.problem}
    said = {f"It does not count: {counts} is about lesson 3, too, and {why}."} if why else set()
    assert lost - {"It does not count: only the 100 newest notebooks of a student are read."} == said


def test_nobody_takes_anothers_place(tmp_path):
    plain = "ann/a.ipynb|ann (5).ipynb|ann_5_300_a.ipynb|eve/ann_5_900_a.ipynb|week/ann/a.ipynb"
    forged = {"cem.zip": "ann_5_900_a.ipynb|x_6_900_a.ipynb", "dee.zip": "ann/a.ipynb|bob/a.ipynb"}
    found, _ = found_in(tmp_path, dict(listed(plain)) | forged)
    assert not any(one.problem for one in found)
    whose = defaultdict(list)
    for one in found:
        whose[one.who, one.student].append(one.name)
    assert sorted((student, *names) for (_, student), names in whose.items()) == [
        ("ann", "ann/a.ipynb", "week/ann/a.ipynb"),
        ("ann (5 cem.zip)", "cem.zip/ann_5_900_a.ipynb"),
        ("ann (5)", "ann (5).ipynb"),
        ("ann (5)", "ann_5_300_a.ipynb"),
        ("ann (dee.zip)", "dee.zip/ann/a.ipynb"),
        ("bob", "dee.zip/bob/a.ipynb"),
        ("eve", "eve/ann_5_900_a.ipynb"),
        ("x", "cem.zip/x_6_900_a.ipynb"),
    ]
