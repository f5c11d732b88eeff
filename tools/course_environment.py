"""Make, fill and repair `.venv` for course.py, and say clearly what went wrong.

Standard library only, in syntax that Python 3.6 can read: see course.py.
"""

import contextlib
import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

FLOOR = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
COVERED_BY = {"lab": ("lab", "test"), "docs": ("docs", "test"), "test": ("test",)}
# Signs in the output of pip and venv, and in an OSError of our own, of what a person can put right.
TROUBLES = (
    (
        r"No space left on device|Errno 28\b|Disk quota exceeded|not enough space on the disk",
        "the disk is full. The course needs about 1.5 GB in {root}, and pip as much again in the folder for "
        "temporary files (to use another: set TMPDIR). Make room, then run this command again.",
    ),
    (
        r"Read-only file system|Permission denied|Access is denied|Operation not permitted",
        "{root} cannot be written to: it is read-only or belongs to somebody else. Copy the course to a "
        "folder of yours and run this command there.\nThe line that says so: {line}",
    ),
    (
        r"ensurepip is not available|No module named '?(venv|ensurepip)",
        "this Python cannot make environments: its module venv or ensurepip is missing. On Debian and "
        "Ubuntu: `sudo apt-get install python3-venv`. Then run this command again.",
    ),
    (
        r"ConnectionError|establish a new connection|Connect(ion)?Timeout|ReadTimeout|ProxyError|SSLError|"
        r"CERTIFICATE_VERIFY|name resolution|getaddrinfo|[Nn]etwork is unreachable|[Cc]onnection broken",
        "no network: pip could not reach its package index. Connect (behind a proxy: set HTTPS_PROXY), then "
        "run this command again.\nThe line that says so: {line}",
    ),
    (
        r"No matching distribution found",
        "a package has no build for Python {python} on this machine. Use Python 3.11, 3.12 or 3.13 (delete "
        ".venv, then for example `python3.12 course.py lab`), or conda (environment.yml).\nThe line that says so: {line}",
    ),
)


class CourseError(Exception):
    """Something that the person at the keyboard can put right; the message says how."""


def explain(output, otherwise):
    """Return the CourseError that a program's output calls for; `otherwise` introduces what nobody foresaw."""
    python = "{}.{}".format(*sys.version_info)
    for sign, text in TROUBLES:
        line = re.search(f".*({sign}).*", output)
        if line:
            return CourseError(text.format(root=ROOT, python=python, line=line.group().strip()[:300]))
    last_lines = "\n".join("  " + line for line in output.rstrip().splitlines()[-10:])
    return CourseError(f"{otherwise}\n{last_lines}")


def say(text):
    """Print a line at once, so that it keeps its place among the lines of child processes."""
    print(text, flush=True)


# --- running other programs ------------------------------------------------------------------------------------


def start(command, **options):
    """Start a program in the course folder with .venv activated."""
    environment = dict(os.environ, VIRTUAL_ENV=str(VENV), PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    environment["PATH"] = os.pathsep.join([str(venv_python().parent), os.environ.get("PATH", "")])
    # A kernel that an earlier installation left in the home folder must not win over .venv's.
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"
    environment.pop("PYTHONHOME", None)
    return subprocess.Popen([str(part) for part in command], cwd=str(ROOT), env=environment, **options)


def end(process):
    """Stop a program that still runs."""
    if process.poll() is None:
        process.terminate()
        process.wait()


def run_step(title, command):
    """Run a program without its output, showing the seconds and its last line; return (status, output)."""
    began, lines, on_terminal = time.monotonic(), [], sys.stdout.isatty()
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    process = start(command, encoding="utf-8", errors="replace", **pipes)
    reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
    reader.start()
    say(title)
    width = shutil.get_terminal_size().columns - 1
    try:
        while reader.is_alive():
            reader.join(1 if on_terminal else 15)
            # Such as "Collecting numpy" or "Installing collected packages: numpy, torch".
            stage = next((line for line in reversed(lines) if re.match(r"[A-Z][a-z]+ing ", line)), "").strip()
            sign_of_life = f"  {time.monotonic() - began:.0f} s  {stage}"[:width]
            if on_terminal:
                print(sign_of_life.ljust(width), end="\r", flush=True)
            elif reader.is_alive():
                say(sign_of_life)
        return process.wait(), "".join(lines)
    finally:
        end(process)
        if on_terminal:
            print(" " * width, end="\r", flush=True)


def write_atomically(path, content):
    """Write a file so that it holds either the old or the new bytes, whatever happens."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(str(part), str(path))
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def git(*arguments):
    """Run git in the course folder; a machine without git counts as git having failed (status 128)."""
    command = ["git", *arguments]
    try:
        return subprocess.run(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return subprocess.CompletedProcess(command, 128, b"")


# --- the environment in .venv ----------------------------------------------------------------------------------


def venv_python():
    """Return where the Python of .venv is, or would be."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def read_stamp():
    """Return what the last installation noted in .venv, or {} where there is no readable note."""
    try:
        return json.loads((VENV / "course.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def write_stamp(**stamp):
    """Note in .venv what is installed there."""
    write_atomically(VENV / "course.json", json.dumps(stamp, indent=1).encode())


def digest_of_requirements():
    """Return a hash of the files that say what has to be installed."""
    files = (ROOT / name for name in ("pyproject.toml", "constraints.txt"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def tested_versions():
    """Return {package: version} of constraints.txt."""
    pairs = re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"))
    return {plain_name(name): version for name, version in pairs}


def plain_name(package):
    """Spell a package's name the one way that names can be compared in."""
    return re.sub(r"[-_.]+", "-", package).lower()


def describe_this_environment():
    """Print, for `inspect_venv`, which packages this Python has and which of them have lost files.

    Only the top of each package is looked for: 0.2 s instead of seconds for all files.
    """
    from importlib.metadata import distributions

    versions, damaged = {}, []
    for distribution in distributions():
        name, record = distribution.metadata["Name"], distribution.read_text("RECORD")
        if not name or record is None:
            damaged.append(name or "a package")
            continue
        versions[plain_name(name)] = distribution.version
        files = {line.rsplit(",", 2)[0].strip('"') for line in record.splitlines()} - {""}
        tops = {file if file.startswith("..") else file.split("/")[0] for file in files}
        if not all(distribution.locate_file(top).exists() for top in tops - {"__pycache__"}):
            damaged.append(name)
    print(json.dumps({"python": sys.version_info[:2], "versions": versions, "damaged": damaged}))


def inspect_venv():
    """Return {"python", "versions", "damaged"} of .venv, or None where its Python does not run."""
    # -I: a PYTHONPATH of the learner's may hold packages too, which are not .venv's.
    command = [str(venv_python()), "-I", str(Path(__file__).resolve())]
    try:
        found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
        return json.loads(found.stdout.decode()) if found.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def what_is_broken(stamp, found):
    """Return why .venv cannot be used ("was left half-made"), or None where it can."""
    if stamp.get("unfinished"):
        return "was left half-made"
    if stamp.get("root", str(ROOT)) != str(ROOT):
        return "was made for the course in another folder"
    if found is None:
        return "has no Python that works"
    if tuple(found["python"]) < FLOOR:
        return "has Python {}.{}, which is too old".format(*found["python"])
    if "pip" not in found["versions"]:
        return "has no pip"
    lost = sorted(set(found["damaged"]) | (set(stamp.get("packages", [])) - set(found["versions"])))
    if lost:
        return "has lost files of " + ", ".join(lost[:3]) + (" and others" if lost[3:] else "")
    return None


def remove_venv():
    """Delete .venv, whatever it is."""
    try:
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        else:
            shutil.rmtree(str(VENV))
    except OSError as error:
        if error.errno == errno.EROFS:
            raise
        raise CourseError(
            f"the broken .venv cannot be deleted ({error}). Close the programs that use it (JupyterLab, an "
            f"editor), delete the folder {VENV} and run this command again."
        ) from None


@contextlib.contextmanager
def one_installation_at_a_time():
    """Wait for another course.py that installs in this folder (on Windows, files in use stop the second one)."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(__file__, "rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another course.py that is installing.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks
        yield


def ensure_environment(extra):
    """Make .venv hold the course with an extra, "lab", "docs" or "test"; do nothing where it already does.

    Returns
    -------
    dict of str to str
        The version of each installed package.
    """
    with one_installation_at_a_time():
        stamp, found = read_stamp(), None
        if VENV.exists() or VENV.is_symlink():
            found = inspect_venv()
            broken = what_is_broken(stamp, found)
            if broken:
                say(f".venv {broken}: it is made again.")
                remove_venv()
                stamp, found = {}, None
        digest = digest_of_requirements()
        if stamp.get("digest") == digest and stamp.get("extra") in COVERED_BY[extra]:
            return found["versions"]
        return install(extra, digest, stamp, found)


def install(extra, digest, stamp, found):
    """Install the course with an extra, into a new .venv or the one that is there."""
    say("Setting up the course in .venv (about 1.5 GB; minutes the first time, seconds later).")
    if found is None:
        make_venv()
    write_stamp(unfinished=True)
    install_cpu_torch(found["versions"].get("torch", "") if found else "")
    tools = {"lab": "JupyterLab", "docs": "Sphinx"}.get(extra, "JupyterLab and the tools of the tests")
    command = [venv_python(), "-m", "pip", "install", "-c", "constraints.txt", "-e", f".[{extra}]"]
    status, output = run_step(f"Installing the course, {tools}", command)
    if status:
        # pip changes nothing before it has everything, so what worked before still works.
        if found is not None:
            write_stamp(**stamp)
        raise explain(output, "pip failed. Run this command again; if it fails again, this is what pip said:")
    turn_announcements_off()
    found = inspect_venv()
    if found is None or found["damaged"]:
        raise CourseError("the installation did not come out whole. Run this command again.")
    write_stamp(root=str(ROOT), extra=extra, digest=digest, packages=sorted(found["versions"]))
    return found["versions"]


def make_venv():
    """Make an empty .venv with the Python that runs this."""
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise explain(f"No module named {module}", "")
    VENV.mkdir()
    write_stamp(unfinished=True)
    # In an activated .venv, the Python that it was made from: .venv's own may just have been deleted.
    base = getattr(sys, "_base_executable", None) or sys.executable
    status, output = run_step(
        "Making .venv with Python {}.{}".format(*sys.version_info), [base, "-m", "venv", VENV]
    )
    if status:
        raise explain(output, "Python could not make .venv. It said:")


def install_cpu_torch(installed):
    """On Linux without an NVIDIA driver, try for PyTorch's CPU build: pip's default brings gigabytes for GPUs."""
    pinned = tested_versions()["torch"]
    has_driver = shutil.which("nvidia-smi") or os.path.exists("/proc/driver/nvidia/version")
    if not sys.platform.startswith("linux") or has_driver or installed.split("+")[0] == pinned:
        return
    # --no-deps: that index has not every version of what torch needs; the next step brings those.
    options = ["--index-url", CPU_INDEX, "--retries", "0", "--timeout", "10", "--no-deps", "torch==" + pinned]
    status, _ = run_step("Installing PyTorch for the CPU", [venv_python(), "-m", "pip", "install", *options])
    if status:
        say("      No CPU build that way: pip's default source is used.")


def turn_announcements_off():
    """Keep JupyterLab's question about news from covering the first notebook."""
    settings = VENV / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    write_atomically(settings / "overrides.json", json.dumps(quiet, indent=1).encode())


if __name__ == "__main__":
    describe_this_environment()
