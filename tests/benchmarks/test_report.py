"""Every part of the report runs, on the smallest sizes; what it measures is asserted nowhere."""

import block_ladder
import fusing
import numpy_ladder
import pytest
import report
import waiting
import whole_net


def written(tables):
    """Write tables as the report does; return their lines, and the cells of the rows."""
    text = "\n".join(report.markdown(*table) for table in tables)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    return text, [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_numpy():
    name = "standard 1×3×8×8 → 4"
    text, rows = written(numpy_ladder.tables(6, {name: numpy_ladder.SHAPES[name]}))
    assert "one thread" in text
    assert rows[1][0] == name
    assert all(float(multiple) > 0 for multiple in rows[1][1:])


def test_blocks():
    text, rows = written(block_ladder.tables(6, [(4, 6, 8, 1), (4, 6, 8, 2)], [(2, 3, 4, 4, 1)], threads=[1]))
    assert text.count("### ") == 4  # two kinds of block, two batches
    assert [row[0] for row in rows[1:5]] == [
        "1×4×6×6 → 8",
        "1×4×6×6 → 8, stride 2",
        "geometric mean",
        "2×3×4×4 → 4",
    ]
    assert all(len(row) == len(block_ladder.HEAD) for row in rows)


def test_the_macs_of_a_block():
    assert block_ladder.macs(128, 128, 28, 1) == pytest.approx(1 / (1 / 128 + 1 / 9))
    assert block_ladder.macs(64, 128, 112, 2) == pytest.approx(1 / (1 / 128 + 1 / 9))


def test_what_bands_save():
    text, rows = written(fusing.tables(6, [(16, 6, 8, 1), (16, 6, 8, 2)], batches=(2,), threads=[1]))
    assert [row[0] for row in rows[1:4]] == ["2×16×6×6 → 8", "2×16×6×6 → 8, stride 2", "geometric mean"]
    assert rows[5][0] == "6×6 pixels, 16 → 8"
    assert 0 < float(rows[5][2].rstrip("%")) < 120
    assert text.count("### ") == 2


NET = {"size": 32, "width": 0.25, "threads": [1], "sample": 0.001}


def test_the_whole_net():
    text, rows = written(whole_net.tables(6, ["MobileNetV1"], (1,), compiled=False, **NET))
    assert "MobileNetV1, 1×3×32×32, one thread\n" in text
    assert [row[0] for row in rows[1:4]] == ["eager", "eager, channels_last", "fuse"]
    assert ("ONNX Runtime" in [row[0] for row in rows]) != ("Left out: ONNX Runtime" in text)
    assert "Samples of at least 0.001 s; about" in text
    assert [row[0] for row in rows[-3:]] == ["the standard twin, eager", "eager", "fuse"]


@pytest.mark.full
def test_the_whole_net_compiled():
    _, rows = written(whole_net.tables(6, ["MobileNetV2"], (2,), **NET))
    assert "torch.compile, freezing" in [row[0] for row in rows]


def test_what_a_learner_waits_for():
    _, rows = written(waiting.tables(1, ["out_size"], []))
    assert [row[0] for row in rows[1:3]] == ["check out_size, right", "check out_size, named mistake"]
    assert "python -c 'import sepconv'" in [row[0] for row in rows]


@pytest.mark.full
def test_a_lesson():
    lesson = waiting.ROOT / "notebooks/01_one_pixel.ipynb"
    before = lesson.read_bytes()
    *_, (_, _, rows) = waiting.tables(1, [], [lesson])
    assert rows[0][0] == "01_one_pixel"
    assert float(rows[0][1]) > 0
    assert lesson.read_bytes() == before


def test_the_command_names_the_machine_and_the_parts(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setitem(
        report.PARTS, "numpy", lambda rounds: [("A title", ["", "rounds"], [["a row", rounds]])]
    )
    monkeypatch.setattr(report, "PAGE", tmp_path / "speed.md")
    assert report.main(["numpy", "--rounds", "7"]) == 0
    out = capsys.readouterr().out
    assert not report.PAGE.exists()
    assert report.main(["numpy", "--rounds", "7", "--write"]) == 0
    page = report.PAGE.read_text(encoding="utf-8")
    assert page.startswith(
        "# Speed\n\nWritten by `python tests/benchmarks/report.py numpy --rounds 7 --write`"
    )
    assert "\n## A title\n\n|  | rounds |\n" in page
    assert "CPU " in out
    assert "compiler " in out
    assert "OPENBLAS_CORETYPE=Haswell" in out
    assert "### A title\n\n|  | rounds |\n|---|---:|\n| a row | 7 |\n" in out
    with pytest.raises(SystemExit):
        report.main(["blokcs"])
    assert "no such part: blokcs; there are numpy, blocks, bands, net, course" in capsys.readouterr().err
