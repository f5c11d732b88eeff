"""What a submission sees, writes, leaves behind and how long it takes, above all in bubblewrap; and the words where that is not."""

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from corpus import DETACH, OUT_SIZE, does, notebook
from running import IS_ROOT, SANDBOXES, Grader, marks, processes_that_mention

from sepconv.grading.mark import Limits
from sepconv.grading.report.students import points_of
from sepconv.grading.sandbox import start
from sepconv.grading.sandbox.start import choose_sandbox

ROOT = Path(__file__).parents[2]
# Python itself may lie in the course's folder; nothing else of that does.
OUT_OF_SIGHT = [
    ROOT / "solutions",
    ROOT / "sepconv/exercises",
    ROOT / "tests",
    Path.home() / ".bashrc",
    "/var",
]
SETTABLE = """
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
WRITABLE = """
import os
megabytes = {}
for folder in ["/", "/dev", *sorted(line.split()[1] for line in open("/proc/mounts"))]:
    try: open(f"{folder}/x", "w").close()
    except OSError: continue
    megabytes[folder] = os.statvfs(folder).f_blocks * os.statvfs(folder).f_frsize >> 20
raise ValueError(megabytes)
"""
LEAVES = """
import ctypes, os
libc = ctypes.CDLL(None)
def in_memory(create, open):
    ids = libc.shmget(7, 9, create), libc.semget(7, 1, create), libc.msgget(7, create), libc.mq_open(b"/left", open, 0o666, None)
    return [number for number in ids if number != -1]
if "found" not in globals():
    found = in_memory(0, 0)
    for path in ("../beside", "/tmp/left", "/dev/shm/left"):
        found += [path] * os.path.exists(path)
        try: open(path, "w").close()
        except OSError: pass
    in_memory(0o1666, os.O_CREAT)
raise ValueError(found)
"""
STOPS = "import os, signal\nos.set_blocking(3, False)\nos.kill(os.getppid(), signal.SIGSTOP)\nos.close(3)"

MANY_THREADS = """
import threading, time
threading.stack_size(2**16)
for _ in range(200): threading.Thread(target=time.sleep, args=[9]).start()
time.sleep(1)
raise ValueError("all run")
"""


@pytest.fixture(scope="module", params=SANDBOXES[1:])
def grader(request):
    grader = Grader(request.param, seconds=2, total=30, memory=2**30)
    yield grader
    grader.close()


def told(grader, code):
    """Run code in a submission; return what it raises as a remark, the only way out that words have."""
    row = grader.mark(notebook(code, "warmup_03_1 = 1"))
    return " ".join(row["remarks"])


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (f"import os\nraise ValueError([p for p in {[*map(str, OUT_OF_SIGHT)]} if os.path.exists(p)])", "[]"),
        (SETTABLE, "([], '')"),
        (WRITABLE, "{'/dev/mqueue': 0, '/dev/shm': 128, '/tmp': 128}"),
        ("import socket\nraise ValueError(sorted(name for _, name in socket.if_nameindex()))", "['lo']"),
        ("import os\nraise ValueError(sum(p.isdigit() for p in os.listdir('/proc')) < 8)", "True"),
        (f"import os\nraise ValueError(os.path.exists('/proc/{os.getpid()}'))", str(os.getpid() < 8)),
    ],
    ids=["files", "settings", "folders", "network", "processes", "this process"],
)
def test_a_submission_has_only_what_it_needs(code, says, grader):
    assert told(grader, code).endswith(f"ValueError: {says}")


@pytest.mark.parametrize("sandbox", SANDBOXES[1:])
def test_a_submission_sees_no_answer_where_the_package_is_installed_beside_others(sandbox, tmp_path):
    installed = tmp_path / "site-packages/sepconv"
    shutil.copytree(ROOT / "sepconv", installed)
    (tmp_path / "in").mkdir()
    code = (
        f"import os\nraise ValueError(os.listdir({str(installed.parent)!r}), os.listdir({str(installed)!r}))"
    )
    (tmp_path / "in/03.ipynb").write_bytes(notebook(code, "warmup_03_1 = 1"))
    variables = os.environ | {"PYTHONPATH": str(installed.parent)}
    rows, _ = marks(tmp_path / "in", "--sandbox", sandbox, temporary=tmp_path, env=variables)
    assert rows["03"]["remarks"] == ["The notebook says: Code cell 1: line 2: ValueError: (['sepconv'], [])"]


@pytest.mark.skipif(not IS_ROOT, reason="without bubblewrap and not as root, much may stay")
@pytest.mark.parametrize("grader", SANDBOXES, indirect=True)
def test_a_submission_leaves_nothing_for_the_next(grader):
    assert [told(grader, LEAVES) for _ in range(2)] == [
        "The notebook says: Code cell 1: line 14: ValueError: []"
    ] * 2


@pytest.mark.parametrize("grader", SANDBOXES, indirect=True)
def test_a_submission_has_few_threads_and_processes(grader):
    assert "all run" not in told(grader, MANY_THREADS)


def test_a_submission_takes_no_longer_than_its_limits_when_nothing_watches_it(grader, monkeypatch):
    told(grader, "")  # the start is not its own
    monkeypatch.setattr(grader, "limits", Limits(seconds=2, total=6.2, memory=2**30))
    start = time.monotonic()
    grader.mark(notebook(*[STOPS] * 5, "while True: pass", OUT_SIZE))
    assert time.monotonic() - start < 6.2 + 5


def test_no_process_stays_behind(grader):
    word = f"stays-{uuid.uuid4().hex}"
    runs = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "{word}"], start_new_session=True)
"""
    row = grader.mark(does(runs + DETACH))
    assert points_of([row])[0] == 3
    assert processes_that_mention(word) == []


def test_without_bubblewrap_it_is_said_in_words(monkeypatch):
    monkeypatch.setattr(start, "_bwrap", lambda: [])
    assert choose_sandbox("auto") == "none"
    with pytest.raises(ValueError, match="bubblewrap cannot be used here"):
        choose_sandbox("bwrap")


@pytest.mark.skipif(
    sys.platform != "linux" or not IS_ROOT, reason="needs root to be told which users there are"
)
def test_root_of_a_namespace_without_other_users_marks_as_everywhere(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.ipynb").write_bytes((ROOT / "solutions/01_one_pixel.ipynb").read_bytes())
    command = f"unshare --user --map-root-user {sys.executable} -m sepconv.cli grade in --sandbox none --json marks.json"
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command.split(), capture_output=True, text=True, cwd=tmp_path, env=variables)
    if "unshare" in done.stderr:
        pytest.skip("this machine makes no namespaces")
    marked = json.loads((tmp_path / "marks.json").read_text())["submissions"][0]["exercises"]
    assert all(one["points"] == one["of"] for one in marked)
