"""Run the first cells of every notebook, and a few checks, as Colab would: without the course installed.

    python tools/colab_stand_in.py --python PYTHON --wheel WHEEL [--real] [NOTEBOOKS]

PYTHON is one with Colab's versions (`environments.py colab --folder F` makes F/colab), the wheel is what the bootstrap
cell installs in place of the repository. A small module stands in for ``google.colab``; with ``--real``, in Google's own
image, the real one is imported. The course is uninstalled from PYTHON, before each notebook and at the end.
"""

import argparse
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course_environment import ROOT

# anywidget asks Colab for its custom widget manager by itself; the stand-in notes that it did.
FAKE_OUTPUT = """
calls = []
def enable_custom_widget_manager():
    calls.append("enable_custom_widget_manager")
"""
OPENING = ("bootstrap", "imports")
RIGHT = """def out_size(size, k, stride=1, padding=0, dilation=1):
    return (size + 2 * padding - dilation * (k - 1) - 1) // stride + 1
"""
CHECKS = {
    "right": RIGHT,
    "named": RIGHT.replace("dilation * (k - 1) - 1", "dilation * k"),
    "stub": "def out_size(size, k, stride=1, padding=0, dilation=1):\n    ...  # your answer\n",
}
# What the learner must read in each of the three.
EXPECTED = {
    "right": "Correct: out_size",
    "named": "The mistake: a dilated kernel was taken to span",
    "stub": "out_size",
}
EXPLORER = """from google.colab import output
from sepconv import explore
display(explore(in_channels=4, out_channels=4, groups=2))
print("asked for:", getattr(output, "calls", ["not known"]))
"""


class Kernel:
    """A kernel of another Python, as Colab starts one."""

    def __init__(self, python, wheel, folder, real=False):
        from jupyter_client import KernelManager
        from jupyter_client.kernelspec import KernelSpecManager

        startup = folder / "ipython/profile_default/startup"
        startup.mkdir(parents=True, exist_ok=True)
        lines = ["import google.colab, google.colab.output"]
        if not real:
            fake = folder / "fake/google/colab"
            fake.mkdir(parents=True, exist_ok=True)
            (fake / "__init__.py").write_text("", encoding="utf-8")
            (fake / "output.py").write_text(FAKE_OUTPUT, encoding="utf-8")
            lines.insert(0, f"import sys; sys.path.append({str(folder / 'fake')!r})")
        (startup / "00-colab.py").write_text("\n".join(lines), encoding="utf-8")
        specification = {
            "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": "Colab",
            "language": "python",
            "env": {
                "PYDEVD_DISABLE_FILE_VALIDATION": "1",
                "IPYTHONDIR": str(folder / "ipython"),
                "SEPCONV_SOURCE": str(wheel),
                "PYTHONPATH": "",
            },
        }
        (folder / "kernels/colab").mkdir(parents=True, exist_ok=True)
        (folder / "kernels/colab/kernel.json").write_text(json.dumps(specification), encoding="utf-8")
        specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")])
        self._manager = KernelManager(kernel_name="colab", kernel_spec_manager=specs)
        content = folder / "content"  # nothing of the course lies in the kernel's folder
        content.mkdir(exist_ok=True)
        self._manager.start_kernel(cwd=str(content))
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=120)

    def run(self, source):
        """Run a cell; return (whether it raised nothing, what it shows as text, the types of its outputs)."""
        texts, types = [], set()

        def collect(message):
            content = message["content"]
            if message["msg_type"] == "stream":
                texts.append(content["text"])
            elif message["msg_type"] == "error":
                texts.append(re.sub(r"\x1b\[[\d;]*m", "", "\n".join(content["traceback"])))
            elif message["msg_type"] in ("display_data", "execute_result"):
                texts.append(content["data"].get("text/plain", ""))
                types.update(content["data"])

        # Else a cell that comes right after one that raised is not run.
        reply = self._client.execute_interactive(
            source, output_hook=collect, timeout=300, stop_on_error=False
        )
        return reply["content"]["status"] == "ok", "".join(texts), types

    def stop(self):
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def uninstall(python):
    """Take the course out of a Python; silent where it is not in it."""
    command = [str(python), "-m", "pip", "uninstall", "-y", "-q", "sepconv"]
    subprocess.run(command, check=True, capture_output=True)


@contextlib.contextmanager
def colab(python, wheel, real=False):
    """Give a `Kernel` without the course, and uninstall afterwards what its cells installed."""
    uninstall(python)
    with tempfile.TemporaryDirectory() as folder:
        kernel = Kernel(python, Path(wheel).resolve(), Path(folder), real)
        try:
            yield kernel
        finally:
            kernel.stop()
            uninstall(python)


def build_wheel(folder) -> Path:
    """Build the course's wheel into a folder and return it."""
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)]
    subprocess.run([*command, "--disable-pip-version-check"], check=True)
    return next(Path(folder).glob("sepconv-*.whl"))


def opening(path):
    """Return the sources of a notebook's first two code cells."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells if cell["id"] in OPENING}


def open_notebook(kernel, path):
    """Run a notebook's opening cells; return what went wrong, or None."""
    for cell_id, source in opening(path).items():
        fine, text, _ = kernel.run(source)
        if not fine or (cell_id == "bootstrap" and text.strip()):
            return f"cell {cell_id!r}: {text.strip()}"
    return None


def try_checks(kernel):
    """Run `check` on a right answer, a named mistake and a stub; return {kind: (raised nothing, what was shown)}."""
    shown = {}
    for kind, answer in CHECKS.items():
        kernel.run(f"from sepconv import check\n{answer}")
        shown[kind] = kernel.run('check("out_size", out_size)')[:2]
    return shown


def main(arguments=None) -> int:
    """Run the command line; return 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--python", required=True, help="a Python with Colab's versions")
    parser.add_argument("--wheel", type=Path, required=True, help="the course's wheel")
    parser.add_argument("--real", action="store_true", help="google.colab is there: import it")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all lessons and exercises")
    options = parser.parse_args(arguments)
    folders = ("notebooks", "exercises")
    notebooks = options.notebooks or [p for f in folders for p in sorted((ROOT / f).glob("*.ipynb"))]
    python = os.path.abspath(options.python)
    failed = False
    for path in notebooks:
        began = time.monotonic()
        with colab(python, options.wheel, options.real) as kernel:
            wrong = open_notebook(kernel, path)
        failed |= bool(wrong)
        print(f"{path.parent.name}/{path.name}: {wrong or f'{time.monotonic() - began:.1f} s'}", flush=True)
    with colab(python, options.wheel, options.real) as kernel:
        open_notebook(kernel, ROOT / "exercises/03_shapes.ipynb")
        for kind, (fine, text) in try_checks(kernel).items():
            failed |= fine != (kind == "right") or EXPECTED[kind] not in text
            print(f"--- {kind}\n{text}")
        fine, text, _ = kernel.run(EXPLORER)
        failed |= not fine
        print(f"--- explorer\n{text}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
