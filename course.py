"""Set the course up and run it: `python course.py lab`, `test`, `grade`, `docs`, or `reset 02`.

Standard library only. Keep the syntax readable for Python 3.6, here and in tools/course_environment.py: an
old Python then prints which version is needed instead of a SyntaxError.
"""

import argparse
import contextlib
import datetime
import os
import shutil
import signal
import socket
import subprocess
import sys
import webbrowser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))
import course_environment as environment
from course_environment import CourseError, git, say, write_atomically

FIRST_NOTEBOOK = "notebooks/00_the_puzzle.ipynb"
# What stored outputs depend on: nbval compares them word for word only where these are the tested ones.
SHAPES_OUTPUT = ("ipykernel", "ipython", "matplotlib", "nbformat", "nbval", "numpy", "pillow", "torch")


def run_attached(command):
    """Run a program on this terminal and return its exit status, or 130 after Ctrl-C."""
    process = environment.start(command)
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal sends Ctrl-C to the program too: give it time to leave by itself.
        with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
            process.wait(timeout=15)
        return 130
    finally:
        environment.end(process)


# --- lab -------------------------------------------------------------------------------------------------------


def what_hinders(port):
    """Return why no server can listen on this port of this machine ("is taken"), or None where one can."""
    with socket.socket() as probe:
        if os.name != "nt":
            # As Jupyter does: a port whose last server has just gone counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return "is reserved for the system"
        except OSError:
            return "is taken"
        return None


def lab(options):
    """Bring my/ up to date and start JupyterLab on its first lesson."""
    hindrance = options.port and what_hinders(options.port)
    if hindrance:
        free = next(
            port
            for port in [*range(options.port + 1, options.port + 9), *range(8888, 65536)]
            if not what_hinders(port)
        )
        raise CourseError(
            f"port {options.port} {hindrance}; {free} is free: python course.py lab --port {free}"
        )
    environment.ensure_environment("lab")
    # Whatever it says, the course can be read: JupyterLab starts.
    if run_attached([environment.venv_python(), "tools/my_copies.py"]) == 130:
        return 130
    own = "my/" + FIRST_NOTEBOOK
    first = own if (environment.ROOT / own).exists() else FIRST_NOTEBOOK
    command = [environment.venv_python(), "-m", "jupyterlab", f"--ServerApp.root_dir={environment.ROOT}"]
    command += [f"--LabApp.default_url=/lab/tree/{first}", "--ServerApp.answer_yes=True"]
    if options.port is not None:
        command += [f"--ServerApp.port={options.port}", "--ServerApp.port_retries=0"]
    if options.no_browser:
        command.append("--no-browser")
    if os.name != "nt" and os.geteuid() == 0:
        # In a container people are root; the server listens on this machine only and asks for a token.
        command.append("--allow-root")
    say(f"Starting JupyterLab on {first}. Ctrl-C stops it.")
    return run_attached(command)


def port_number(text):
    """Read the argument of --port."""
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a port: give a number from 1 to 65535, such as 8888"
        )
    return int(text)


# --- test ------------------------------------------------------------------------------------------------------


def test(options):
    """Run the tests of the package and of every lesson and solution."""
    installed = environment.ensure_environment("test")
    command = [environment.venv_python(), "-m", "pytest", "-n", "2", "--dist", "loadscope", "--durations=15"]
    command += ["--benchmark-disable", comparison_of_outputs(installed), "--nbval-current-env"]
    # Lessons 12 and 13 then train for seconds; a test of its own trains in full.
    os.environ.setdefault("SEPCONV_QUICK", "1")
    os.environ["SEPCONV_PROGRESS"] = "off"  # what tests answer is nobody's progress
    # Threads that wait by spinning take the cores from the other worker: a cell of 0.5 s then takes up to 69 s.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    command += ["--nbval-cell-timeout=120", "--nbval-kernel-startup-timeout=120"]
    if (environment.ROOT / "tests/nbval_sanitize.cfg").exists():
        command.append("--nbval-sanitize-with=tests/nbval_sanitize.cfg")
    left_out = what_is_left_out(options.all)
    if left_out:
        command += ["-m", " and ".join("not " + mark for mark in left_out)]
    if git("--no-optional-locks", "status", "--porcelain", "--untracked-files=no", "exercises").stdout:
        say("exercises/ holds your own answers: they are neither tested nor changed.")
    if not names_a_path(options.pytest_arguments):
        command += [
            folder for folder in ("tests", "notebooks", "solutions") if (environment.ROOT / folder).is_dir()
        ]
    return run_attached(command + options.pytest_arguments)


def comparison_of_outputs(installed):
    """Choose nbval's option: stored outputs are compared only where the tested packages are installed."""
    tested = environment.tested_versions()
    others = [
        f"{name} {installed.get(name, 'missing')} instead of {tested[name]}"
        for name in SHAPES_OUTPUT
        if installed.get(name, "").split("+")[0] != tested[name]
    ]
    if not others:
        return "--nbval"
    say(
        "Stored outputs are not compared (nbval lax), since the tested set is not installed: "
        + ", ".join(others)
        + "."
    )
    return "--nbval-lax"


def what_is_left_out(everything):
    """Return the pytest marks that cannot or shall not run, and print what this machine lacks."""
    left_out = [] if everything else ["full"]
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        say("Left out, for want of Chromium: the tests in the browser. To add it: apt-get install chromium")
        left_out.append("browser")
    if not any(map(shutil.which, ("g++", "c++", "clang++", "cl"))):
        say("Left out, for want of a C++ compiler: all that is compiled. To add it: apt-get install g++")
    if sys.platform == "linux" and not shutil.which("bwrap"):
        say("Left out, for want of bubblewrap: the grader's sandbox. To add it: apt-get install bubblewrap")
    return left_out


def names_a_path(arguments):
    """Tell whether pytest's arguments already say which files to run."""
    values = ["", *arguments]
    return any(
        not value.startswith("-")
        and before not in ("-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W")
        and (environment.ROOT / value.split("::")[0]).exists()
        for before, value in zip(values, arguments, strict=False)
    )


# --- grade -----------------------------------------------------------------------------------------------------


def grade(options):
    """Mark notebooks; paths are those of the folder that the command was typed in."""
    environment.ensure_environment("lab")
    command = [environment.venv_python(), "-m", "sepconv.cli", "--in", os.getcwd(), "grade"]
    return run_attached(command + options.pytest_arguments)


# --- docs ------------------------------------------------------------------------------------------------------


def docs(options):
    """Build the web edition from the notebooks as they are; nothing is executed or fetched."""
    output = Path(os.path.abspath(options.output or str(environment.ROOT / "build" / "site")))
    environment.ensure_environment("docs")
    status = run_attached([environment.venv_python(), "docs/build.py", "--output", output])
    if status == 0:
        say(f"The web edition is in {output}: open index.html there.")
        if options.open:
            webbrowser.open((output / "index.html").as_uri())
    return status


# --- reset -----------------------------------------------------------------------------------------------------


def reset(options):
    """Give one exercise notebook back clean and keep the edited one: that in my/, where there is one."""
    root = environment.ROOT
    committed = git("ls-tree", "--name-only", "HEAD", "exercises/").stdout.decode().split()
    on_disk = [f"exercises/{path.name}" for path in (root / "exercises").glob("*.ipynb")]
    copied = [f"exercises/{path.name}" for path in (root / "my/.course/exercises").glob("*.ipynb")]
    name = find_notebook(options.notebook, sorted({*committed, *on_disk, *copied}))
    shown = git("show", "HEAD:./" + name)
    clean = shown.stdout
    if name in copied:
        # What my/ got the last time: the next `lab` brings in what is newer.
        clean, name = (root / "my/.course" / name).read_bytes(), "my/" + name
    elif shown.returncode:
        raise CourseError(
            f"the clean {name} comes from git, and git has none here. Move your notebook aside, then take {name} "
            "out of the course's zip again (download it anew if you no longer have it)."
        )
    notebook = root / name
    # Windows may have checked it out with other line ends.
    if notebook.exists() and notebook.read_bytes().replace(b"\r\n", b"\n") == clean:
        say(f"{name} is already clean: nothing to do.")
        return 0
    if notebook.exists():
        say(f"Your notebook is kept as {keep(notebook)}.")
    notebook.parent.mkdir(exist_ok=True)
    write_atomically(notebook, clean)
    say(f"{name} is clean again. If it is open in JupyterLab: File > Reload Notebook from Disk.")
    return 0


def find_notebook(wanted, names):
    """Return the one of the names that "2", "02", "02_one_pixel", or a path means."""
    stem = Path(wanted or "").stem
    number = stem.zfill(2) if stem.isdecimal() else None
    for name in names:
        prefix, _, title = Path(name).stem.partition("_")
        if name.endswith(".ipynb") and (number == prefix or stem in (title, Path(name).stem)):
            return name
    there_are = ", ".join(Path(name).stem for name in names if name.endswith(".ipynb")) or "none"
    asked = f"there is no exercise notebook {wanted!r}" if wanted else "say which exercise notebook"
    raise CourseError(f"{asked}. There are: {there_are}. For example: python course.py reset 02")


def keep(notebook):
    """Copy a notebook to the folder kept/ beside it under a name of its own, and return that name."""
    folder = notebook.parent / "kept"
    folder.mkdir(exist_ok=True)
    stem = f"{notebook.stem}-{datetime.datetime.now():%Y%m%d-%H%M%S}"
    names = (folder / f"{stem}{again}.ipynb" for again in ["", *(f"-{n}" for n in range(2, 1000))])
    kept = next(path for path in names if not path.exists())
    write_atomically(kept, notebook.read_bytes())
    return kept.relative_to(environment.ROOT).as_posix()


# --- the command line ------------------------------------------------------------------------------------------


def read_arguments(arguments):
    """Turn the command line into options; `options.run` is the command to call."""
    parser = argparse.ArgumentParser(
        prog="course.py", description="Set the course up and run it.", allow_abbrev=False
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    start_lab = commands.add_parser("lab", help="open the course in JupyterLab", allow_abbrev=False)
    start_lab.add_argument(
        "--no-browser", action="store_true", help="print the address instead of opening it"
    )
    start_lab.add_argument(
        "--port", type=port_number, metavar="N", help="use this port (default: 8888 or the next)"
    )
    start_lab.set_defaults(run=lab)
    run_tests = commands.add_parser(
        "test", help="run the tests; other arguments go to pytest", allow_abbrev=False
    )
    run_tests.add_argument("--all", action="store_true", help="run also the tests that take minutes each")
    run_tests.set_defaults(run=test)
    mark = commands.add_parser(
        "grade", help="mark your exercises, or what a class handed in", add_help=False, allow_abbrev=False
    )
    mark.set_defaults(run=grade)
    write_pages = commands.add_parser("docs", help="build the web edition", allow_abbrev=False)
    write_pages.add_argument("--output", metavar="FOLDER", help="where it goes (default: build/site)")
    write_pages.add_argument("--open", action="store_true", help="open it in the browser")
    write_pages.set_defaults(run=docs)
    give_back = commands.add_parser("reset", help="give one exercise notebook back clean and keep yours")
    give_back.add_argument("notebook", nargs="?", metavar="NN", help="its number (02) or name")
    give_back.set_defaults(run=reset)
    parser.set_defaults(run=lambda options: parser.print_help() or 0)
    ours, theirs = arguments, []
    if "--" in arguments:
        ours, theirs = arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :]
    options, unknown = parser.parse_known_args(ours)
    options.pytest_arguments = unknown + theirs
    if options.pytest_arguments and options.run not in (test, grade):
        parser.error(
            "unknown arguments: {} (python course.py --help)".format(" ".join(options.pytest_arguments))
        )
    return options


def require_new_python():
    """Stop where the running Python is older than the course's floor."""
    if sys.version_info[:2] >= environment.FLOOR:
        return
    newer = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
    way_out = "get a newer one from https://www.python.org/downloads/ or from your system"
    if newer:
        way_out = f"this machine has a newer one: {newer[0]} course.py lab"
    need, have = (".".join(map(str, version[:2])) for version in (environment.FLOOR, sys.version_info))
    raise CourseError(
        f"the course needs Python {need} or newer, and {sys.executable} is Python {have}: {way_out}"
    )


def main(arguments):
    """Run one command and return the exit status: 2 for what the person at the keyboard can put right."""
    try:
        require_new_python()
        options = read_arguments(arguments)
        return options.run(options)
    except KeyboardInterrupt:
        print()
        return 130
    except OSError as error:
        problem = environment.explain(f"{error}", "the system refused:")
    except CourseError as error:
        problem = error
    print(f"course.py: {problem}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    # So that a course.py that is told to stop takes along the program that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
