"""course.py, the command that sets the course up: every error path, without one real installation."""

import ast
import errno
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))
import course  # noqa: E402
from course import environment  # noqa: E402

CLEAN = b'{"cells": [], "metadata": {}}\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty course folder, in place of this one."""
    (tmp_path / "constraints.txt").write_text("# tested\ntorch==2.13.0\nnumpy==2.4.6\nipython==9.18.1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    return tmp_path


@pytest.fixture
def pip(folder, monkeypatch):
    """A stand-in for the programs that install: `pip.steps` lists them, `pip.output` makes the next ones fail."""
    state = SimpleNamespace(
        steps=[],
        output={},
        found={"python": [3, 11], "versions": {"pip": "26", "torch": "2.13.0+cpu"}, "damaged": []},
    )

    def run_step(title, command):
        state.steps.append([str(part) for part in command])
        for sign, output in state.output.items():
            if any(sign in part for part in state.steps[-1]):
                return 1, output
        return 0, ""

    monkeypatch.setattr(environment, "run_step", run_step)
    monkeypatch.setattr(environment, "inspect_venv", lambda: state.found)
    return state


def run(*arguments):
    return course.main(list(arguments))


def refusal(capsys, *arguments):
    """Run a command that must refuse, and return what it says."""
    assert run(*arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("course.py: ")
    assert "Traceback" not in said
    return said


# --- the command line


@pytest.mark.parametrize("file", ["course.py", "tools/course_environment.py"])
def test_an_old_python_can_read_it(file):
    source = (REPOSITORY / file).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    }
    assert imported <= set(sys.stdlib_module_names) - {"tomllib", "graphlib", "zoneinfo"} | {
        "course_environment"
    }


def test_old_python_is_told_which_version_is_needed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    monkeypatch.setattr("shutil.which", lambda name: None)
    said = refusal(capsys, "lab")
    assert "Python 3.11 or newer" in said
    assert "Python 3.8" in said
    assert "python.org/downloads" in said
    monkeypatch.setattr("shutil.which", lambda name: name if name == "python3.12" else None)
    assert "python3.12 course.py lab" in refusal(capsys, "lab")


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_names_every_command(arguments):
    shown = subprocess.run(
        [sys.executable, REPOSITORY / "course.py", *arguments], capture_output=True, text=True
    )
    assert shown.returncode == 0
    assert all(command in shown.stdout for command in ("lab", "test", "grade", "docs", "reset"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["labs"], "'lab', 'test', 'grade', 'docs', 'reset'"),
        (["lab", "--brows"], "--brows"),
        (["lab", "--port", "0"], "1 to 65535"),
        (["lab", "--port", "eight"], "'eight' is not a port"),
        (["reset", "02", "03"], "03"),
        (["docs", "site"], "site"),
    ],
)
def test_wrong_arguments_are_named(arguments, expected, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "everything", "for_pytest"),
    [
        ([], False, []),
        (["--all"], True, []),
        (
            ["-k", "conv2d and not loops", "--all", "-x", "tests/project/test_course.py"],
            True,
            ["-k", "conv2d and not loops", "-x", "tests/project/test_course.py"],
        ),
        (["-n0", "--", "--all", "-h"], False, ["-n0", "--all", "-h"]),
    ],
)
def test_other_arguments_go_to_pytest(arguments, everything, for_pytest):
    options = course.read_arguments(["test", *arguments])
    assert (options.all, options.pytest_arguments) == (everything, for_pytest)


# --- making, keeping and repairing .venv


def stamped(folder, extra="lab", **others):
    """Make .venv look like the result of a finished installation."""
    (folder / ".venv").mkdir()
    environment.write_stamp(
        root=str(folder),
        extra=extra,
        digest=environment.digest_of_requirements(),
        packages=["torch"],
        **others,
    )


def test_first_start_makes_and_fills_the_environment(folder, pip):
    pip.found["damaged"] = []
    versions = environment.ensure_environment("lab")
    made, *installed = pip.steps
    assert made[1:] == ["-m", "venv", str(folder / ".venv")]
    assert installed[-1][1:] == ["-m", "pip", "install", "-c", "constraints.txt", "-e", ".[lab]"]
    assert versions == pip.found["versions"]
    stamp = environment.read_stamp()
    assert (stamp["extra"], stamp["root"], stamp["packages"]) == ("lab", str(folder), ["pip", "torch"])
    news_off = json.loads((folder / ".venv/share/jupyter/lab/settings/overrides.json").read_text())
    assert news_off["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


@pytest.mark.parametrize(
    ("installed", "wanted", "steps"),
    [("lab", "lab", 0), ("test", "lab", 0), ("test", "test", 0), ("lab", "test", 1)],
)
def test_second_start_installs_only_what_is_not_there(folder, pip, installed, wanted, steps):
    stamped(folder, installed)
    environment.ensure_environment(wanted)
    assert len(pip.steps) == steps
    environment.ensure_environment(wanted)
    assert len(pip.steps) == steps


@pytest.mark.parametrize("changed", ["pyproject.toml", "constraints.txt"])
def test_changed_requirements_are_installed(folder, pip, changed):
    stamped(folder)
    (folder / changed).write_text((folder / changed).read_text() + "# changed\n")
    environment.ensure_environment("lab")
    assert len(pip.steps) == 1


BREAKAGES = {
    "was left half-made": lambda pip: environment.write_stamp(unfinished=True),
    "another folder": lambda pip: environment.write_stamp(root="/elsewhere"),
    "has no Python that works": lambda pip: setattr(pip, "found", None),
    "has Python 3.9, which is too old": lambda pip: pip.found.update(python=[3, 9]),
    "has no pip": lambda pip: pip.found["versions"].pop("pip"),
    "has lost files of numpy": lambda pip: pip.found.update(damaged=["numpy"]),
    "has lost files of torch": lambda pip: pip.found["versions"].pop("torch"),
}


@pytest.mark.parametrize("reason", BREAKAGES)
def test_broken_environment_is_made_again(folder, pip, monkeypatch, capsys, reason):
    stamped(folder)
    whole = {"python": [3, 11], "versions": {"pip": "26"}, "damaged": []}
    BREAKAGES[reason](pip)
    (folder / ".venv/left-over").touch()
    remove = environment.remove_venv
    monkeypatch.setattr(environment, "remove_venv", lambda: (remove(), setattr(pip, "found", whole)))
    environment.ensure_environment("lab")
    assert reason in capsys.readouterr().out.splitlines()[0]
    assert "venv" in pip.steps[0]
    assert not (folder / ".venv/left-over").exists()
    assert environment.read_stamp()["extra"] == "lab"


@pytest.mark.parametrize("kind", ["empty folder", "file", "dangling link", "vanished Python"])
def test_whatever_stands_in_the_place_of_venv_is_replaced(folder, monkeypatch, kind):
    venv = folder / ".venv"
    if kind == "file":
        venv.write_text("")
    elif kind == "dangling link":
        venv.symlink_to(folder / "nowhere")
    else:
        venv.mkdir()
    if kind == "vanished Python":
        environment.venv_python().parent.mkdir()
        environment.venv_python().symlink_to(folder / "python-that-was-uninstalled")
    assert environment.inspect_venv() is None
    assert environment.what_is_broken(environment.read_stamp(), None) == "has no Python that works"
    environment.remove_venv()
    assert not venv.exists()
    assert not venv.is_symlink()


def test_interrupted_installation_leaves_a_sign(folder, pip, monkeypatch, capsys):
    def interrupted(title, command):
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "run_step", interrupted)
    assert run("lab") == 130
    assert environment.what_is_broken(environment.read_stamp(), pip.found) == "was left half-made"


def test_failed_update_keeps_what_worked(folder, pip, capsys):
    stamped(folder)
    before = environment.read_stamp()
    (folder / "constraints.txt").write_text("torch==2.13.0\n")
    pip.output = {"install": "NewConnectionError: Failed to establish a new connection"}
    assert "no network" in refusal(capsys, "lab")
    assert environment.read_stamp() == before


def test_inspection_sees_lost_files(folder):
    """A real Python, with two small packages: one loses its module, one its RECORD."""
    python = environment.venv_python()
    python.parent.mkdir(parents=True)
    python.symlink_to(getattr(sys, "_base_executable", sys.executable))
    (folder / ".venv/pyvenv.cfg").write_text(
        f"home = {Path(os.path.realpath(sys.executable)).parent}\ninclude-system-site-packages = false\n"
    )
    site = folder / ".venv/lib/python{}.{}/site-packages".format(*sys.version_info)
    for name in ("Small_One", "small.two"):
        info = site / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "RECORD").write_text(
            f"{name}/__init__.py,,\n{name}-1.0.dist-info/METADATA,,\n../../../bin/tool,,\n"
        )
        (site / name).mkdir()
    (folder / ".venv/bin/tool").touch()
    found = environment.inspect_venv()
    assert found["versions"] == {"small-one": "1.0", "small-two": "1.0"}
    assert found["damaged"] == []
    (site / "Small_One").rmdir()
    (site / "small.two-1.0.dist-info/RECORD").unlink()
    assert sorted(environment.inspect_venv()["damaged"]) == ["Small_One", "small.two"]


def test_two_installations_wait_for_each_other(tmp_path):
    pytest.importorskip("fcntl")
    program = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); import course_environment as e\n"
        "with e.one_installation_at_a_time(): print('in', flush=True); time.sleep(float(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, str(REPOSITORY / "tools")]
    with subprocess.Popen([*command, "2"], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "in\n"
        second = subprocess.run([*command, "0"], capture_output=True, text=True, timeout=30)
        assert second.stdout.startswith("Waiting for another course.py")
        assert first.wait(timeout=30) == 0


# --- the CPU build of PyTorch


@pytest.mark.parametrize(
    ("platform", "driver", "installed", "asked"),
    [
        ("linux", None, "", True),
        ("linux", "/usr/bin/nvidia-smi", "", False),
        ("darwin", None, "", False),
        ("win32", None, "", False),
        ("linux", None, "2.13.0+cpu", False),
        ("linux", None, "2.12.0", True),
    ],
)
def test_cpu_build_is_asked_for_only_where_it_helps(
    folder, pip, monkeypatch, platform, driver, installed, asked
):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("shutil.which", lambda name: driver)
    monkeypatch.setattr("os.path.exists", lambda path: False)
    environment.install_cpu_torch(installed)
    assert len(pip.steps) == asked
    if asked:
        assert {"torch==2.13.0", environment.CPU_INDEX, "--no-deps"} <= set(pip.steps[0])
        assert pip.steps[0][pip.steps[0].index("--retries") + 1] == "0"


def test_unreachable_cpu_index_is_passed_over(folder, pip, monkeypatch, capsys):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("os.path.exists", lambda path: False)
    pip.output = {environment.CPU_INDEX: "ERROR: No matching distribution found for torch==2.13.0"}
    environment.ensure_environment("lab")
    assert ".[lab]" in pip.steps[-1]
    assert "default source" in capsys.readouterr().out


# --- troubles with a way out


@pytest.mark.parametrize(
    ("output", "problem", "way_out"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "disk is full",
            "TMPDIR",
        ),
        (
            "WARNING: Retrying\nConnection broken by 'NewConnectionError'\nERROR: No matching distribution found for numpy",
            "no network",
            "HTTPS_PROXY",
        ),
        ("[Errno -3] Temporary failure in name resolution", "no network", "run this command again"),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'",
            "cannot be written to",
            "a folder of yours",
        ),
        (
            "ERROR: No matching distribution found for torch==2.13.0",
            "no build for Python",
            "python3.12 course.py lab",
        ),
        ("ERROR: something new", "something new", "again"),
    ],
)
def test_failures_of_pip_are_explained(folder, pip, capsys, output, problem, way_out):
    pip.output = {".[lab]": output}
    said = refusal(capsys, "lab")
    assert problem in said
    assert way_out in said
    assert "line that says so" not in said or output.splitlines()[-2:][0] in said


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_missing_venv_module_names_debians_package(folder, pip, monkeypatch, capsys, module):
    real = environment.importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == module else real(name))
    assert "apt-get install python3-venv" in refusal(capsys, "lab")
    assert not (folder / ".venv").exists()


def test_venv_that_fails_is_explained(folder, pip, capsys):
    pip.output = {
        "venv": "The virtual environment was not created successfully because ensurepip is not available."
    }
    assert "python3-venv" in refusal(capsys, "lab")


@pytest.mark.parametrize(
    ("code", "problem"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "cannot be written to")],
)
def test_trouble_of_our_own_writing_is_explained(folder, pip, monkeypatch, capsys, code, problem):
    def refuse(self, *arguments, **options):
        raise OSError(code, os.strerror(code), str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert problem in refusal(capsys, "lab")


def test_undeletable_environment_is_explained(folder, pip, monkeypatch, capsys):
    stamped(folder)
    environment.write_stamp(unfinished=True)

    def refuse(path):
        raise PermissionError(errno.EACCES, "in use", path)

    monkeypatch.setattr("shutil.rmtree", refuse)
    assert "delete the folder" in refusal(capsys, "lab")

    def read_only(path):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    monkeypatch.setattr("shutil.rmtree", read_only)
    assert "read-only" in refusal(capsys, "lab")


# --- running programs


def test_step_shows_its_title_and_returns_the_output(folder, capsys):
    status, output = environment.run_step(
        "Doing it", [sys.executable, "-c", "print('one'); raise SystemExit(3)"]
    )
    assert (status, output) == (3, "one\n")
    assert capsys.readouterr().out == "Doing it\n"


def test_step_on_a_terminal_shows_seconds_and_stage(folder, capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    program = "import time; print('Collecting torch'); print('  details', flush=True); time.sleep(1.5)"
    environment.run_step("Doing it", [sys.executable, "-c", program])
    shown = capsys.readouterr().out
    assert "1 s  Collecting torch" in shown
    assert shown.endswith("\r")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles only")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopping_takes_the_program_along(tmp_path, stop):
    child = "import time, os; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    program = (
        "import sys, signal, pathlib; sys.path.insert(0, sys.argv[1]); import course\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        "course.environment.ROOT = pathlib.Path('.')\n"
        "sys.exit(course.run_attached([sys.executable, '-c', sys.argv[2]]))"
    )
    command = [sys.executable, "-c", program, str(REPOSITORY), child]
    with subprocess.Popen(command, cwd=tmp_path, start_new_session=True, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 30
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        if stop == signal.SIGINT:
            os.killpg(process.pid, stop)
        else:
            process.send_signal(stop)
        assert process.wait(timeout=30) == (130 if stop == signal.SIGINT else 143)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


# --- lab and test


@pytest.fixture
def started(folder, monkeypatch):
    """The command lines that `lab` and `test` would run; the environment counts as ready."""
    commands = []
    tested = {**dict.fromkeys(course.SHAPES_OUTPUT, "1"), **environment.tested_versions()}
    installed = dict(tested)
    monkeypatch.setattr(environment, "tested_versions", lambda: tested)
    monkeypatch.setattr(environment, "ensure_environment", lambda extra: installed)
    monkeypatch.setattr(
        course, "run_attached", lambda command: commands.append([str(part) for part in command]) or 0
    )
    monkeypatch.setattr("shutil.which", lambda name: name)
    return SimpleNamespace(commands=commands, installed=installed)


@pytest.mark.parametrize("first", ["notebooks/00_the_puzzle.ipynb", "my/notebooks/00_the_puzzle.ipynb"])
def test_lab_brings_the_copies_up_to_date_and_opens_the_first_lesson(folder, started, first):
    (folder / first).parent.mkdir(parents=True)
    (folder / first).touch()
    assert run("lab", "--no-browser") == 0
    copies, command = started.commands
    assert copies[1:] == ["tools/my_copies.py"]
    assert command[1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={folder}" in command
    assert f"--LabApp.default_url=/lab/tree/{first}" in command
    assert "--no-browser" in command
    assert not any("port" in part for part in command)


@pytest.mark.parametrize(("status", "starts"), [(0, True), (1, True), (130, False)])
def test_lab_starts_whatever_happened_to_the_copies_unless_it_is_stopped(
    folder, started, monkeypatch, status, starts
):
    commands = []
    monkeypatch.setattr(course, "run_attached", lambda command: commands.append(command) or status)
    assert run("lab") == status
    assert (len(commands) == 2) is starts


def test_taken_port_is_refused_with_a_free_one(folder, started, capsys):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        said = refusal(capsys, "lab", "--port", str(port))
        assert f"port {port} is taken" in said
        free = int(said.split("--port ")[1])
        assert free != port
        assert not started.commands
        assert run("lab", "--port", str(free)) == 0
    assert f"--ServerApp.port={free}" in started.commands[-1]
    assert "--ServerApp.port_retries=0" in started.commands[-1]


def test_tests_run_over_the_folders_that_exist(folder, started, monkeypatch):
    monkeypatch.setenv("SEPCONV_PROGRESS", "somebody's.json")
    for name in ("tests", "notebooks"):
        (folder / name).mkdir()
    run("test")
    (command,) = started.commands
    assert command[-2:] == ["tests", "notebooks"]
    assert "--nbval" in command
    assert command[command.index("-m", 2) + 1] == "not full"
    assert not any("sanitize" in part for part in command)
    assert os.environ["SEPCONV_PROGRESS"] == "off"
    (folder / "tests/nbval_sanitize.cfg").touch()
    run("test", "--all")
    assert "--nbval-sanitize-with=tests/nbval_sanitize.cfg" in started.commands[1]
    assert "-m" not in started.commands[1][3:]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["tests"], True),
        (["-x", "tests/test_a.py::test_b"], True),
        (["-k", "tests"], False),
        (["-x"], False),
        (["nowhere"], False),
    ],
)
def test_named_paths_replace_the_folders(folder, started, arguments, named):
    (folder / "tests").mkdir()
    (folder / "tests/test_a.py").touch()
    run("test", *arguments)
    command = started.commands[0]
    assert command[-len(arguments) :] == arguments
    assert ("tests" in command[: -len(arguments)]) is not named


def test_untested_versions_turn_the_comparison_off_and_say_why(folder, started, capsys):
    started.installed["torch"] = "2.13.0+cpu"
    run("test")
    assert "--nbval" in started.commands[0]
    assert "not compared" not in capsys.readouterr().out
    started.installed["numpy"] = "2.5.0"
    del started.installed["ipython"]
    run("test")
    assert "--nbval-lax" in started.commands[1]
    said = capsys.readouterr().out
    assert "numpy 2.5.0 instead of 2.4.6" in said
    assert "ipython missing instead of 9.18.1" in said


@pytest.mark.parametrize(
    ("missing", "marks", "way_out"),
    [
        (
            {"chromium", "chromium-browser", "google-chrome"},
            "not full and not browser",
            "apt-get install chromium",
        ),
        ({"g++", "c++", "clang++", "cl"}, "not full", "apt-get install g++"),
    ],
)
def test_what_is_missing_is_said_and_left_out(folder, started, monkeypatch, capsys, missing, marks, way_out):
    monkeypatch.setattr("shutil.which", lambda name: None if name in missing else name)
    run("test")
    assert started.commands[0][started.commands[0].index("-m", 2) + 1] == marks
    assert way_out in capsys.readouterr().out


# --- docs


def test_docs_builds_into_the_course_folder_or_where_it_is_told(
    folder, started, monkeypatch, tmp_path_factory
):
    here = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(here)
    assert run("docs") == run("docs", "--output", "site") == 0
    outputs = [Path(command[command.index("--output") + 1]) for command in started.commands]
    assert outputs == [folder / "build/site", here / "site"]
    assert all(command[1] == "docs/build.py" for command in started.commands)


@pytest.mark.parametrize(("status", "opened"), [(0, True), (1, False)])
def test_docs_opens_only_a_site_without_complaints(folder, started, monkeypatch, capsys, status, opened):
    addresses = []
    monkeypatch.setattr(course, "run_attached", lambda command: status)
    monkeypatch.setattr("webbrowser.open", addresses.append)
    assert run("docs", "--open") == status
    assert addresses == ([(folder / "build/site/index.html").as_uri()] if opened else [])
    assert ("The web edition is in" in capsys.readouterr().out) is opened


# --- reset, in a git clone and without git


@pytest.fixture
def clone(folder):
    """A course folder under git, with two exercise notebooks."""
    (folder / "exercises").mkdir()
    for name in ("00_the_puzzle", "02_one_pixel"):
        (folder / f"exercises/{name}.ipynb").write_bytes(CLEAN)
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "Start"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


@pytest.mark.parametrize("spelling", ["02", "2", "02_one_pixel", "one_pixel", "exercises/02_one_pixel.ipynb"])
def test_reset_gives_the_clean_notebook_and_keeps_the_edited_one(clone, capsys, spelling):
    notebook = clone / "exercises/02_one_pixel.ipynb"
    notebook.write_bytes(b"my answers")
    assert run("reset", spelling) == 0
    assert notebook.read_bytes() == CLEAN
    (kept,) = (clone / "exercises/kept").iterdir()
    assert kept.read_bytes() == b"my answers"
    assert kept.name.startswith("02_one_pixel-2")
    assert f"exercises/kept/{kept.name}" in capsys.readouterr().out
    assert (clone / "exercises/00_the_puzzle.ipynb").read_bytes() == CLEAN


def test_reset_never_writes_over_a_kept_notebook(clone, monkeypatch):
    always = course.datetime.datetime(2026, 1, 2, 3, 4, 5)
    monkeypatch.setattr(course.datetime, "datetime", SimpleNamespace(now=lambda: always))
    for answer in (b"first", b"second", b"third"):
        (clone / "exercises/02_one_pixel.ipynb").write_bytes(answer)
        run("reset", "02")
    kept = {path.name: path.read_bytes() for path in (clone / "exercises/kept").iterdir()}
    stem = "02_one_pixel-20260102-030405"
    assert kept == {f"{stem}.ipynb": b"first", f"{stem}-2.ipynb": b"second", f"{stem}-3.ipynb": b"third"}


@pytest.mark.parametrize("content", [CLEAN, CLEAN.replace(b"\n", b"\r\n")])
def test_reset_of_a_clean_notebook_does_nothing(clone, capsys, content):
    notebook = clone / "exercises/02_one_pixel.ipynb"
    notebook.write_bytes(content)
    assert run("reset", "02") == 0
    assert "already clean" in capsys.readouterr().out
    assert notebook.read_bytes() == content
    assert not (clone / "exercises/kept").exists()


def test_reset_brings_a_deleted_notebook_back(clone):
    (clone / "exercises/02_one_pixel.ipynb").unlink()
    assert run("reset", "02") == 0
    assert (clone / "exercises/02_one_pixel.ipynb").read_bytes() == CLEAN


@pytest.mark.parametrize("wanted", [["7"], ["pixel"], []])
def test_reset_says_which_notebooks_there_are(clone, capsys, wanted):
    assert "00_the_puzzle, 02_one_pixel" in refusal(capsys, "reset", *wanted)


@pytest.mark.parametrize("how", ["no repository", "no git", "inside another repository"])
def test_reset_without_git_sends_to_the_zip_and_changes_nothing(clone, monkeypatch, tmp_path, capsys, how):
    notebook = clone / "exercises/02_one_pixel.ipynb"
    if how == "no git":
        monkeypatch.setenv("PATH", str(tmp_path))
    elif how == "no repository":
        (clone / ".git").rename(clone / "no-git")
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(clone.parent))
    else:
        inner = clone / "unpacked"
        (inner / "exercises").mkdir(parents=True)
        notebook = inner / "exercises/02_one_pixel.ipynb"
        monkeypatch.setattr(environment, "ROOT", inner)
    notebook.write_bytes(b"my answers")
    assert "zip" in refusal(capsys, "reset", "02")
    assert notebook.read_bytes() == b"my answers"
    assert not (notebook.parent / "kept").exists()


@pytest.fixture
def copies(clone):
    """The copies of `clone`'s exercises: of 02, what the course put there is not what git has now."""
    for name in ("00_the_puzzle", "02_one_pixel"):
        for path in (clone / f"my/.course/exercises/{name}.ipynb", clone / f"my/exercises/{name}.ipynb"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(CLEAN + b"\n")
    return clone / "my/exercises"


@pytest.mark.parametrize("has_git", [True, False])
def test_reset_works_on_the_learners_copy_where_there_is_one(clone, copies, capsys, has_git):
    if not has_git:
        (clone / ".git").rename(clone / "no-git")
    (copies / "02_one_pixel.ipynb").write_bytes(b"my answers")
    assert run("reset", "02") == 0
    assert (copies / "02_one_pixel.ipynb").read_bytes() == CLEAN + b"\n"
    (kept,) = (copies / "kept").iterdir()
    assert kept.read_bytes() == b"my answers"
    said = capsys.readouterr().out
    assert f"my/exercises/kept/{kept.name}" in said
    assert "my/exercises/02_one_pixel.ipynb is clean again" in said
    assert (clone / "exercises/02_one_pixel.ipynb").read_bytes() == CLEAN
    assert run("reset", "02") == 0
    assert "my/exercises/02_one_pixel.ipynb is already clean" in capsys.readouterr().out


def test_reset_of_a_notebook_without_a_copy_takes_gits(clone, copies):
    (copies.parent / ".course/exercises/02_one_pixel.ipynb").unlink()
    (copies / "02_one_pixel.ipynb").unlink()
    (clone / "exercises/02_one_pixel.ipynb").write_bytes(b"my answers")
    assert run("reset", "02") == 0
    assert (clone / "exercises/02_one_pixel.ipynb").read_bytes() == CLEAN
    assert not (copies / "02_one_pixel.ipynb").exists()


def test_own_answers_are_mentioned_before_the_tests(clone, started, capsys):
    (clone / "exercises/scratch.ipynb").write_bytes(b"not one of the course's")
    run("test")
    assert "exercises/" not in capsys.readouterr().out
    (clone / "exercises/02_one_pixel.ipynb").write_bytes(b"my answers")
    run("test")
    assert "exercises/ holds your own answers" in capsys.readouterr().out
    (clone / ".git").rename(clone / "no-git")
    run("test")
    assert "exercises/" not in capsys.readouterr().out


def test_failed_writing_leaves_the_notebook_as_it_was(clone, monkeypatch, capsys):
    notebook = clone / "exercises/02_one_pixel.ipynb"
    notebook.write_bytes(b"my answers")

    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", full)
    assert "disk is full" in refusal(capsys, "reset", "02")
    assert notebook.read_bytes() == b"my answers"
    assert not list(clone.glob("exercises/**/*.part"))


# --- the files of requirements


def test_constraints_pin_every_package_once():
    lines = [
        line for line in (REPOSITORY / "constraints.txt").read_text().splitlines() if not line.startswith("#")
    ]
    assert all(line.count("==") == 1 and "/" not in line and "+" not in line for line in lines)
    names = [environment.plain_name(line.split("==")[0]) for line in lines]
    assert names == sorted(set(names))
    assert set(course.SHAPES_OUTPUT) <= set(names)


def test_conda_users_get_the_same_packages():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = project[
        "optional-dependencies"
    ]  # those that no lesson and no test needs stay out: onnx, cluster
    requirements = {*project["dependencies"], *extras["lab"], *extras["authoring"], *extras["docs"]}
    requirements |= {*extras["test"]} - {"sepconv[lab,authoring,docs]"}
    conda = set(re.findall(r"- ([\w-]+>=[\d.]+)", (REPOSITORY / "environment.yml").read_text()))
    theirs = {"matplotlib-base": "matplotlib", "pytorch-cpu": "torch"}
    conda = {
        ">=".join([theirs.get(name, name), floor]) for name, floor in (line.split(">=") for line in conda)
    }
    assert conda == requirements


@pytest.mark.skipif(os.name == "nt", reason="CI runs on Debian")
@pytest.mark.parametrize("missing", [[], ["chromium"], ["clang++"], ["chromium", "g++", "bwrap"]])
def test_ci_installs_what_is_missing_and_runs_the_tests(tmp_path, missing):
    (tmp_path / "bin").mkdir()
    (tmp_path / ".ci").mkdir()
    script = shutil.copy(REPOSITORY / ".ci/run", tmp_path / ".ci/run")
    for tool in ("bash", "env", "dirname"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
    stand_ins = dict.fromkeys(
        ["apt-get", "python3", "chromium", "g++", "clang++", "bwrap"], 'echo "${0##*/} $*" >> called'
    )
    for tool, body in {**stand_ins, "sudo": 'exec "$@"'}.items():
        if tool not in missing:
            (tmp_path / "bin" / tool).write_text(f"#!{shutil.which('bash')}\n{body}\n")
            (tmp_path / "bin" / tool).chmod(0o755)
    subprocess.run([script, "-x"], env={"PATH": str(tmp_path / "bin")}, cwd="/", check=True)
    *installed, tested = (tmp_path / "called").read_text().splitlines()
    assert tested == "python3 course.py test -x"
    assert [line.split()[1] for line in installed] == (["update", "install"] if missing else [])
    packages = {"bwrap": "bubblewrap", "clang++": "clang"}
    assert all(packages.get(tool, tool) in installed[-1].split() for tool in missing)
