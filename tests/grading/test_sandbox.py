"""Bubblewrap, where it is there: what a submission sees, writes and leaves behind; and the words where it is not."""

import json
import os
import shutil
import sys
import tempfile
import uuid
from pathlib import Path

import pytest
from corpus import DETACH, does, notebook
from running import Grader, marks

from sepconv.grading.report import points_of
from sepconv.grading.sandbox import start
from sepconv.grading.sandbox.start import choose_sandbox

ROOT = Path(__file__).parents[2]
WORKS = choose_sandbox("auto") == "bwrap"
needs_bwrap = pytest.mark.skipif(
    not WORKS, reason="bubblewrap is missing, or may not make namespaces here: apt-get install bubblewrap"
)


@pytest.fixture(scope="module")
def grader():
    grader = Grader("bwrap", seconds=2, total=30, memory=2**30)
    yield grader
    grader.close()


def told(grader, code):
    """Run code in a submission; return what it raises as a remark, the only way out that words have."""
    row = grader.mark(notebook(code, "warmup_03_1 = 1"))
    return " ".join(row["remarks"])


@needs_bwrap
def test_a_submission_sees_no_file_of_the_user(grader):
    home = Path.home()
    places = [
        ROOT / "solutions",
        ROOT / "sepconv/exercises",
        ROOT / "tests",
        home / ".bashrc",
        "/var",
    ]
    # Python itself may lie in the course's folder; nothing else of that does.
    code = (
        f"import os\nraise ValueError([p for p in {[str(place) for place in places]!r} if os.path.exists(p)])"
    )
    assert told(grader, code).endswith("ValueError: []")


@needs_bwrap
def test_a_submission_sees_no_answer_where_the_package_is_installed_beside_others(tmp_path):
    installed = tmp_path / "site-packages/sepconv"
    shutil.copytree(ROOT / "sepconv", installed)
    (tmp_path / "in").mkdir()
    code = (
        f"import os\nraise ValueError(os.listdir({str(installed.parent)!r}), os.listdir({str(installed)!r}))"
    )
    (tmp_path / "in/03.ipynb").write_bytes(notebook(code, "warmup_03_1 = 1"))
    variables = os.environ | {"PYTHONPATH": str(installed.parent)}
    rows, _ = marks(tmp_path / "in", "--sandbox", "bwrap", temporary=tmp_path, env=variables)
    assert rows["03"]["remarks"] == ["Code cell 1: line 2: ValueError: (['sepconv'], [])"]


@needs_bwrap
def test_a_submission_sets_nothing_of_the_system(grader):
    code = """
import os
settable = []
for folder, _, names in os.walk("/proc/sys"):
    for path in (os.path.join(folder, name) for name in names):
        try: os.close(os.open(path, os.O_WRONLY)); settable.append(path)
        except OSError: pass
try: secret = open("/etc/shadow").read()
except OSError: secret = ""
raise ValueError(settable, secret)
"""
    assert told(grader, code).endswith("ValueError: ([], '')")


@needs_bwrap
def test_a_submission_has_no_network(grader):
    code = "import socket\nraise ValueError(sorted(name for _, name in socket.if_nameindex()))"
    assert told(grader, code).endswith("ValueError: ['lo']")


@needs_bwrap
def test_a_submission_sees_no_process_of_the_machine(grader):
    code = f"import os\nraise ValueError(sum(p.isdigit() for p in os.listdir('/proc')), os.path.exists('/proc/{os.getpid()}'))"
    remark = told(grader, code)
    count = int(remark.split("ValueError: (")[1].split(",")[0])
    assert count < 8
    assert remark.endswith("False)") or os.getpid() < 8


@needs_bwrap
def test_one_submission_changes_nothing_for_the_next(grader):
    code = (
        "import sepconv, os\nopen(os.path.join(os.path.dirname(sepconv.__file__), 'data.py'), 'w').write('x')"
    )
    assert "Read-only file system" in told(grader, code)


@needs_bwrap
def test_nothing_outside_of_its_folder_changes(grader):
    name = f"sepconv-was-here-{uuid.uuid4().hex}"
    folders = [
        "/tmp",
        "/dev/shm",
        "/var/tmp",
        str(Path.home()),
        str(ROOT),
        sys.prefix,
        "/usr",
        "/etc",
        tempfile.gettempdir(),
    ]
    code = f"""
for folder in {folders!r}:
    try: open(f"{{folder}}/{name}", "w").write("x")
    except OSError: pass
"""
    row = grader.mark(does(code))
    assert points_of([row])[0] == 3
    assert [folder for folder in folders if Path(folder, name).exists()] == []


def processes_with(word):
    """Ids of processes that have a word in their environment or command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if word.encode() in text:
                found.append(int(entry.name))
    return found


@needs_bwrap
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_process_stays_behind(grader):
    word = f"stays-{uuid.uuid4().hex}"
    runs = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{word}"], start_new_session=True)
"""
    row = grader.mark(does(runs + DETACH))
    assert points_of([row])[0] == 3
    assert processes_with(word) == []


def test_without_bubblewrap_it_is_said_in_words(monkeypatch):
    monkeypatch.setattr(start, "_bwrap_works", lambda: False)
    assert choose_sandbox("auto") == "none"
    with pytest.raises(ValueError, match="bubblewrap cannot be used here"):
        choose_sandbox("bwrap")


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="needs root to be told which users there are"
)
def test_root_of_a_namespace_without_other_users_marks_as_everywhere(tmp_path):
    import subprocess

    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.ipynb").write_bytes((ROOT / "solutions/01_one_pixel.ipynb").read_bytes())
    command = [
        "unshare",
        "--user",
        "--map-root-user",
        sys.executable,
        "-m",
        "sepconv.cli",
        "grade",
        str(tmp_path / "in"),
    ]
    command += ["--sandbox", "none", "--json", str(tmp_path / "marks.json")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if "unshare" in done.stderr:
        pytest.skip("this machine makes no namespaces")
    marked = json.loads((tmp_path / "marks.json").read_text())["submissions"][0]["exercises"]
    assert all(one["points"] == one["of"] for one in marked)
