"""The same marks come from a cluster of Dask, byte for byte, also when a worker is killed while it marks."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import command

from sepconv import cli

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]

CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, protocol="tcp") as cluster:
        print(cluster.scheduler_address, *(worker.pid for worker in cluster.workers.values()), flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def with_dask(tmp_path_factory):
    """An environment in which Dask can be imported; where it is not installed it is, into a folder of the test's."""
    if importlib.util.find_spec("distributed"):
        return os.environ.copy()
    folder = tmp_path_factory.mktemp("dask")
    wanted = "distributed>=2025.1"  # as in the extra [cluster]
    assert wanted in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    install = [sys.executable, "-m", "pip", "install", "-q", "--target", str(folder), wanted]
    done = subprocess.run(install, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"Dask is not installed and cannot be: {done.stderr[-200:]}")
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)])}


@pytest.fixture
def cluster(with_dask, tmp_path):
    """A cluster of two workers: its address, and the ids of the workers' processes."""
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen([sys.executable, str(script)], env=with_dask, cwd=tmp_path, **pipes)
    address, *workers = process.stdout.readline().split()
    yield address, [int(worker) for worker in workers]
    process.stdin.close()
    process.wait(timeout=60)


def hand_in(folder):
    """What six students hand in: two lessons each, one of them a broken file."""
    for number in range(6):
        (folder / f"student_{number}").mkdir(parents=True)
        for name in ("03_shapes", "06_groups"):
            source = ROOT / ("exercises" if number % 3 == 2 else "solutions") / f"{name}.ipynb"
            (folder / f"student_{number}" / f"{name}.ipynb").write_bytes(source.read_bytes())
    (folder / "student_0" / "03_shapes.ipynb").write_bytes(b"{")


def grade(folder, name, *more, env=os.environ):
    return command(folder / "in", "--json", folder / name, "--seed", 3, *more, temporary=folder, env=env)


def test_a_cluster_gives_the_same_marks_when_a_worker_is_killed(cluster, with_dask, tmp_path):
    address, workers = cluster
    hand_in(tmp_path / "in")
    here = grade(tmp_path, "here.json")
    assert here.wait(timeout=400) == 0, here.communicate()
    there = grade(tmp_path, "there.json", "--dask", address, env=with_dask)
    unfinished, deadline = tmp_path / "there.json.unfinished", time.monotonic() + 120
    while not (unfinished.exists() and unfinished.read_text().count("\n") >= 3) and there.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert there.poll() is None, "it was done before a worker could be killed"
    os.kill(workers[0], signal.SIGKILL)
    assert there.wait(timeout=400) == 0, there.communicate()
    assert (tmp_path / "there.json").read_bytes() == (tmp_path / "here.json").read_bytes()


def test_an_address_where_nobody_is_is_a_sentence(with_dask, tmp_path):
    hand_in(tmp_path / "in")
    run = grade(tmp_path, "x.json", "--dask", "tcp://127.0.0.1:9", env=with_dask)
    text = "".join(run.communicate(timeout=120))
    assert run.returncode == 2
    assert "tcp://127.0.0.1:9" in text
    assert "Traceback" not in text


def test_without_dask_it_is_said_how_to_get_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    hand_in(tmp_path / "in")
    assert cli.main(["grade", str(tmp_path / "in"), "--dask", "tcp://127.0.0.1:9"]) == 2
    assert 'pip install "sepconv[cluster]"' in capsys.readouterr().err
