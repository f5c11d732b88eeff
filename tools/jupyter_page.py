"""Open notebooks in a real JupyterLab in Chromium, run them, and report what a learner would trip over.

`look.py` and the browser tests stand on this module. No button is clicked: the notebook is driven by JupyterLab's
own commands and judged by its model (execution counts, outputs); only pictures are looked for in the page, each
cell scrolled into view first, because JupyterLab keeps far cells out of the page.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import psutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Refuses all other hosts. Playwright's own interception would do, but it turns the browser's cache off.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
START_SECONDS = 120
RUN_SECONDS = 300


def find_browser() -> str | None:
    """Return the path of Chromium or Chrome, or None where there is neither."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


class LabServer:
    """A JupyterLab server with nobody's settings: a context manager.

    The notebooks are served from a temporary folder, ``folder``, which starts empty. Kernels run on the Python
    that runs this code.
    """

    def __enter__(self):
        self._home = tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True)
        home = Path(self._home.name)
        self.folder = home / "course"
        self.folder.mkdir()
        self._log = open(home / "server.log", "w+")
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._process = subprocess.Popen(
            self._command(),
            env=_environment(home),
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
        )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        processes = [*self._descendants(), psutil.Process(self._process.pid)]
        self._process.terminate()
        _, alive = psutil.wait_procs(processes, timeout=10)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait()
        self._log.close()
        self._home.cleanup()

    def add(self, path, text: str | None = None) -> str:
        """Copy a notebook into the served folder and return its name there.

        Parameters
        ----------
        path : str or Path
            The notebook; the last folder's name is kept, so that links between notebooks and lessons of one
            name do not collide.
        text : str, optional
            Served in place of the file's content.
        """
        path = Path(path)
        name = f"{path.resolve().parent.name}/{path.name}"
        target = self.folder / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8") if text is None else text, encoding="utf-8")
        return name

    def kernel_megabytes(self) -> float:
        """Return the largest resident memory that a running kernel has had, in MB; 0 without a kernel."""
        return max(map(_peak_megabytes, self._kernels()), default=0.0)

    def stop_kernels(self) -> None:
        """Shut down all kernels, so that the next notebook's memory is its own."""
        with urllib.request.urlopen(f"{self.url}/api/sessions", timeout=30) as answer:
            sessions = json.load(answer)
        for session in sessions:
            request = urllib.request.Request(f"{self.url}/api/sessions/{session['id']}", method="DELETE")
            urllib.request.urlopen(request, timeout=30).close()

    def _kernels(self):
        return [p for p in self._descendants() if "ipykernel_launcher" in _command_line(p)]

    def _descendants(self):
        try:
            return psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _command(self):
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={urlsplit(self.url).port}", "--ServerApp.port_retries=0"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={self.folder}"),
            *("--IdentityProvider.token=", "--ServerApp.password=", "--ServerApp.disable_check_xsrf=True"),
            *("--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"),
            *("--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
        ]

    def _wait_until_it_answers(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/api/status", timeout=5).close()
                return
            time.sleep(0.1)
        self._log.seek(0)
        raise RuntimeError(f"JupyterLab did not start within {START_SECONDS} s:\n{self._log.read()[-2000:]}")


@dataclass
class Report:
    """What happened to one notebook.

    Attributes
    ----------
    cells : list of dict
        The code cells as the notebook model has them after the run: ``id``, ``tags``, ``count``, ``outputs``.
    seconds : float or None
        How long Run All took; None where nothing was run.
    kernel_megabytes : float
        The kernel's largest resident memory.
    errors : list of (cell id, exception name, message)
        Error outputs.
    problems : list of str
        Everything else that is wrong: stderr, page errors, outside requests, pictures, cells that did not run.
    """

    cells: list = field(default_factory=list)
    seconds: float | None = None
    kernel_megabytes: float = 0.0
    errors: list = field(default_factory=list)
    problems: list = field(default_factory=list)


@contextlib.contextmanager
def open_browser(narrow=False):
    """Start Chromium; yields Playwright's browser context, 1280 pixels wide (narrow: 480)."""
    from playwright.sync_api import sync_playwright  # not needed where there is no browser

    path = find_browser()
    if path is None:
        raise RuntimeError(
            f"none of {', '.join(BROWSERS)} is installed; on Debian or Ubuntu: apt-get install chromium"
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(BROWSER_FLAGS))
        yield browser.new_context(viewport={"width": 480 if narrow else 1280, "height": 900})
        browser.close()


def run_notebook(browser, server, name, *, run=True, theme="light", pictures=None) -> Report:
    """Open a notebook, run all its cells, look at every cell, close it.

    Parameters
    ----------
    browser : playwright.sync_api.BrowserContext
    server : LabServer
    name : str
        As `LabServer.add` returned it.
    run : bool
        False: only open and look.
    theme : {"light", "dark"}
    pictures : Path, optional
        Where a picture of every screenful goes: ``pictures-01.png`` and so on.
    """
    from playwright.sync_api import Error

    report = Report()
    page = browser.new_page()
    _listen(page, server.url, report)
    try:
        _open(page, f"{server.url}/doc/tree/{quote(name)}?reset", theme)
        if run:
            start = time.perf_counter()
            page.evaluate("seconds => looking.run(seconds)", RUN_SECONDS)
            report.seconds = time.perf_counter() - start
        report.kernel_megabytes = server.kernel_megabytes()
        report.cells = page.evaluate("looking.codeCells()")
        _judge_cells(report, run)
        report.problems += page.evaluate("looking.pictures()")
        if pictures is not None:
            _photograph(page, Path(pictures))
    except Error as error:
        report.problems.append(f"JupyterLab did not come through: {error.message}")
    finally:
        page.close()
        server.stop_kernels()
    return report


def _open(page, address, theme):
    page.goto(address)
    page.wait_for_function("window.jupyterapp !== undefined", timeout=START_SECONDS * 1000)
    page.evaluate(_SCRIPT)
    page.evaluate("name => looking.open(name)", THEMES[theme])


def _listen(page, own_url, report):
    def on_address(request):
        own = (f"{own_url}/", f"{own_url}/".replace("http", "ws", 1), "about:", "blob:", "data:")
        if not request.url.startswith(own):
            report.problems.append(f"outside request: {request.url}")

    def on_console(message):
        # A refused outside request is reported once, by its address.
        if message.type == "error" and "ERR_NAME_NOT_RESOLVED" not in message.text:
            report.problems.append(f"console error: {message.text}")

    page.on("request", on_address)
    page.on("websocket", on_address)
    page.on("pageerror", lambda error: report.problems.append(f"page error: {error}"))
    page.on("console", on_console)


def _judge_cells(report, run):
    for cell in report.cells:
        if run and cell["source"].strip() and cell["count"] is None:
            report.problems.append(f"cell {cell['id']!r} did not run")
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                report.errors.append((cell["id"], output["ename"], output["evalue"]))
            if output.get("name") == "stderr":
                text = output["text"] if isinstance(output["text"], str) else "".join(output["text"])
                report.problems.append(f"cell {cell['id']!r} wrote to stderr: {text.strip()[:300]}")


def _photograph(page, pictures):
    pictures.parent.mkdir(parents=True, exist_ok=True)
    for old in pictures.parent.glob(f"{pictures.name}-[0-9][0-9].png"):
        old.unlink()
    number = 0
    more = True
    page.evaluate("looking.scrollTo(0)")
    while more:
        number += 1
        page.wait_for_timeout(400)  # cells that come into view draw themselves
        page.screenshot(path=f"{pictures}-{number:02d}.png")
        more = page.evaluate("looking.nextScreenful()")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _environment(home):
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    # An author's machine has nbgrader's buttons, a learner's has not.
    lab = home / "config" / "labconfig"
    lab.mkdir(parents=True)
    (lab / "page_config.json").write_text(json.dumps({"disabledExtensions": {"@jupyter/nbgrader": True}}))
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    os.environ.setdefault("SEPCONV_PROGRESS", "off")  # looking at a lesson is no progress
    return {**os.environ, **{variable: str(home / folder) for variable, folder in folders.items()}}


def _command_line(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _peak_megabytes(process):
    try:
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):  # the highest so far, which a look at the end would miss
                return int(line.split()[1]) / 1000
        return process.memory_info().rss / 1e6
    except (OSError, psutil.Error):
        return 0.0


_SCRIPT = (Path(__file__).parent / "jupyter_page.js").read_text(encoding="utf-8")
