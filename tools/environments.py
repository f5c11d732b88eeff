"""Run lessons, solutions and checks under other versions than the tested ones, and print a table in Markdown.

    python tools/environments.py [floors] [tested] [newest] [colab] [here] [--folder FOLDER]

Without names: the first four; "here" is the Python that runs this, with what it has. Each environment is made in a folder of its own, used, and deleted; with ``--folder`` it stays
there and the next run takes it as it is. One takes minutes and up to 6 GB, since PyTorch's older builds for Linux bring
the libraries of NVIDIA where PyTorch's own index for the CPU cannot be reached.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from course_environment import CPU_INDEX, ROOT, tested_versions

# What Google's own list of its runtime named in August 2026, as far as the course meets it.
COLAB = {
    "anywidget": "0.9.21",
    "ipykernel": "6.17.1",
    "ipython": "7.34.0",
    "ipywidgets": "7.7.1",
    "matplotlib": "3.10.0",
    "numpy": "2.1.3",
    "torch": "2.11.0",
    "traitlets": "5.7.1",
}
PYTHONS = {"floors": "3.11", "tested": None, "newest": "3.13", "colab": "3.13"}
# IPython 7 imports pkg_resources, which setuptools has dropped since.
EXTRAS = {"colab": ["setuptools<81"]}
TOOLS = [
    "hypothesis",
    "ipykernel",
    "nbclient",
    "nbformat",
    "nbval",
    "psutil",
    "pytest",
    "pytest-timeout",
    "pytest-xdist",
]
NBVAL = [
    "--nbval-lax",
    "--nbval-current-env",
    "--nbval-cell-timeout=300",
    "--nbval-kernel-startup-timeout=120",
]
COLUMNS = {
    "lessons": [*NBVAL, "notebooks"],
    "solutions": [*NBVAL, "solutions"],
    "checks": [
        "-m",
        "not full",
        "tests/checking/test_checking.py",
        "tests/checking/test_checking_in_a_kernel.py",
        "tests/exercises/test_kill_table.py",
    ],
}


def dependencies(root=ROOT) -> dict[str, str]:
    """Return {package: oldest supported version} of pyproject.toml's dependencies."""
    with open(root / "pyproject.toml", "rb") as file:
        lines = tomllib.load(file)["project"]["dependencies"]
    return dict(line.split(">=") for line in lines)


def requirements(name: str) -> list[str]:
    """Return what pip is asked for in one of the environments.

    Parameters
    ----------
    name : str
        "floors", "tested", "newest" or "colab".
    """
    floors = dependencies()
    if name == "floors":
        return [f"{package}=={version}" for package, version in floors.items()]
    if name == "tested":
        tested = tested_versions()
        return [f"{package}=={tested[package]}" for package in {**floors, "ipykernel": "", "ipython": ""}]
    if name == "newest":
        return list(floors)
    pinned = [f"{package}=={version}" for package, version in COLAB.items()]
    rest = [f"{package}>={version}" for package, version in floors.items() if package not in COLAB]
    return pinned + rest + EXTRAS["colab"]


def find_python(wanted: str | None) -> str:
    """Return a Python of the wanted version, or this one where the machine has none."""
    if wanted in (None, ".".join(platform.python_version_tuple()[:2])):
        return getattr(sys, "_base_executable", sys.executable)
    homes = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{wanted}"), *map(str, homes.glob(f"{wanted}.*/bin/python3"))]
    for candidate in filter(None, candidates):
        asked = subprocess.run([candidate, "-c", "import venv, ensurepip"], capture_output=True)
        if asked.returncode == 0:
            return candidate
    return getattr(sys, "_base_executable", sys.executable)


def make_environment(name: str, folder: Path, torch: bool = True, base: str | None = None) -> Path:
    """Make one of the environments, without the course, and return its Python.

    Parameters
    ----------
    name : str
        "floors", "tested", "newest" or "colab".
    folder : Path
        Where; made if it is not there. An environment that is whole is taken as it is.
    torch : bool
        Whether PyTorch is installed as well.
    base : str, optional
        The Python that it is made from, in place of the one of the right version.

    Raises
    ------
    subprocess.CalledProcessError
        If a package cannot be installed; pip has then printed why.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark = folder / "complete"
    if mark.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([base or find_python(PYTHONS[name]), "-m", "venv", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    wanted = [line for line in requirements(name) if torch or not line.startswith("torch")]
    if torch and sys.platform == "linux":
        line = next(line for line in wanted if line.startswith("torch"))
        # Without --no-deps, and quietly: where that index cannot be reached, the next line takes the usual build.
        cpu = [*pip, "--index-url", CPU_INDEX, "--retries", "0", "--timeout", "10", "--no-deps", line]
        subprocess.run(cpu, capture_output=True)
    subprocess.run([*pip, *wanted], check=True)
    frozen = folder / "frozen.txt"
    listing = subprocess.run([str(python), "-m", "pip", "freeze"], check=True, capture_output=True, text=True)
    frozen.write_text(listing.stdout, encoding="utf-8")
    subprocess.run([*pip, "-c", str(frozen), *TOOLS], check=True)
    mark.touch()
    return python


def run(python: Path, arguments: list[str]) -> str:
    """Run pytest on one column and return "N passed, M failed …", or why it did not get that far."""
    command = [
        str(python),
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "--dist",
        "loadscope",
        "-p",
        "no:cacheprovider",
        *arguments,
    ]
    settings = os.environ | {
        "SEPCONV_PROGRESS": "off",
        "SEPCONV_QUICK": "1",
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    # A kernel of the environment, whatever kernels the person has in the home folder.
    settings["JUPYTER_PREFER_ENV_PATH"] = "1"
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True)
    for line in re.findall(r"(?m)^(?:FAILED|ERROR) .*", done.stdout):
        print(line)
    summary = re.findall(r"(?m)^=*\s*((?:\d+ [a-z]+(?:, )?)+) in ", done.stdout)
    return summary[-1] if summary else (done.stdout + done.stderr).strip().splitlines()[-1][:200]


def versions(python: Path) -> str:
    """Return what was tried, as "3.11 · torch 2.6.0 · …"."""
    names = [*dependencies(), "ipython", "ipykernel", "ipywidgets"]
    code = (
        "import platform, sys; from importlib.metadata import version\n"
        "print(platform.python_version(), *(f'{n} {version(n)}' for n in sys.argv[1:]), sep=' · ')"
    )
    done = subprocess.run([str(python), "-c", code, *names], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def main(arguments=None) -> int:
    """Run the command line; return 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PYTHONS)}; default: all")
    parser.add_argument(
        "--folder", type=Path, help="keep the environments here and take those that are there"
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.names) - {*PYTHONS, "here"})
    if unknown:
        parser.error(f"there is no environment {unknown[0]!r}: use {', '.join([*PYTHONS, 'here'])}")
    rows = []
    for name in options.names or PYTHONS:
        with tempfile.TemporaryDirectory() as temporary:
            python = Path(sys.executable)
            if name != "here":
                python = make_environment(name, (options.folder or Path(temporary)).resolve() / name)
                pip = [str(python), "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check"]
                subprocess.run([*pip, "-e", str(ROOT)], check=True)
            began = time.monotonic()
            results = [run(python, column) for column in COLUMNS.values()]
            rows.append([name, versions(python), *results, f"{time.monotonic() - began:.0f}"])
            print("|", " | ".join(rows[-1]), "|", flush=True)
    print("\n| environment | versions |", " | ".join(COLUMNS), "| seconds |")
    print("|---|---|" + "---|" * len(COLUMNS) + "---:|")
    for row in rows:
        print("|", " | ".join(row), "|")
    return int(any("failed" in cell or "passed" not in cell for row in rows for cell in row[2:-1]))


if __name__ == "__main__":
    sys.exit(main())
