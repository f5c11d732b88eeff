"""Environments that one test makes and throws away."""

import subprocess
import sys
from pathlib import Path

import pytest


def environment_with(folder, *packages) -> Path:
    """Make an environment in a folder with packages and return its folder of programs; skip where pip reaches nothing."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    programs = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
    pip = [str(programs / "python"), "-m", "pip", "install", "-q", "--retries", "1", *packages]
    done = subprocess.run(pip, capture_output=True, text=True)
    if done.returncode and ("connection" in done.stderr.lower() or "resolution" in done.stderr.lower()):
        pytest.skip("no network: pip cannot install " + ", ".join(packages))
    assert done.returncode == 0, done.stderr[-2000:]
    return programs
