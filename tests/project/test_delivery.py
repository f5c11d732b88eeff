"""Each way in: that the files which lead there agree with each other and with the course."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from urllib.parse import parse_qs, unquote, urlsplit

import bootstrap
import course_environment as environment
import environments
import pytest
import torch
import yaml
from notebook_files import ROOT, find_notebooks
from throwaway import environment_with

import sepconv

WITH_CONDA = {"pytorch-cpu": "torch", "matplotlib-base": "matplotlib"}
LESSON_0 = "notebooks/00_the_puzzle.ipynb"


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def project():
    return tomllib.loads(read("pyproject.toml"))["project"]


def number(version):
    return tuple(map(int, re.findall(r"\d+", version)))


# --- conda and Binder


def packages_of(name):
    """Return {package, under pip's name: lower bound} and what pip is asked for, of an environment.yml."""
    entries = yaml.safe_load(read(name))["dependencies"]
    by_pip = [line for entry in entries if isinstance(entry, dict) for line in entry["pip"]]
    bounds = dict(
        re.fullmatch(r"([\w.-]+?)(?:[>=]?=([\d.]+))?", e).groups() for e in entries if isinstance(e, str)
    )
    return {WITH_CONDA.get(name, name): bound for name, bound in bounds.items()}, by_pip


def floors(*extras):
    lines = [
        *project()["dependencies"],
        *(line for e in extras for line in project()["optional-dependencies"][e]),
    ]
    return dict(line.split(">=") for line in lines if not line.startswith("sepconv["))


def test_binder_asks_for_what_the_lessons_need():
    packages, by_pip = packages_of("binder/environment.yml")
    assert by_pip == [], "a local path here makes Binder build everything again at each commit"
    assert packages.pop("python")
    assert packages.pop("pip") is None
    assert packages == floors("lab")


def test_conda_asks_for_what_the_tests_need():
    packages, by_pip = packages_of("environment.yml")
    assert by_pip.pop() == "-e ."
    del packages["python"], packages["pip"]
    assert packages | dict(line.split(">=") for line in by_pip) == floors("lab", "authoring", "docs", "test")


@pytest.mark.parametrize("name", ["environment.yml", "binder/environment.yml"])
def test_the_environment_files_keep_what_binder_understands(name):
    environment = yaml.safe_load(read(name))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    # repo2docker reads a Python version after one "=" only, and silently takes an old one otherwise.
    (python,) = [e for e in environment["dependencies"] if isinstance(e, str) and e.startswith("python")]
    assert re.fullmatch(r"python=3\.\d+", python)
    assert number(python) >= number(project()["requires-python"])
    assert not [
        e for e in environment["dependencies"] if re.match(r"pytorch.*[^>]=", str(e).replace(">=", ">"))
    ]


def test_post_build_stops_at_the_first_error():
    lines = read("binder/postBuild").splitlines()
    assert lines[0] == "#!/bin/bash"
    assert "set -euo pipefail" in lines
    assert any("pip install --no-deps" in line and line.endswith("-e .") for line in lines)
    assert lines[-1] == "python tools/my_copies.py"
    subprocess.run(["bash", "-n", str(ROOT / "binder/postBuild")], check=True)


@pytest.mark.full
def test_repo2docker_takes_binders_files_and_keeps_the_environments_layer(tmp_path):
    programs = environment_with(tmp_path / "venv", "jupyter-repo2docker")
    command = [str(programs / "repo2docker"), "--no-build", "--debug", str(ROOT)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    dockerfile = said.stdout + said.stderr
    assert "Building conda environment for python=3.12" in dockerfile
    steps = [
        "src/binder/environment.yml",
        '--file "binder/environment.yml"',
        "src/ ${REPO_DIR}",
        "RUN ./binder/postBuild",
    ]
    places = [dockerfile.index(step) for step in steps]
    assert places == sorted(places), "a commit must not build all packages again"


def test_a_dev_container_sets_the_course_up_as_course_py_does():
    command = json.loads(read(".devcontainer/devcontainer.json"))["postCreateCommand"]
    program, flag, code = shlex.split(command)
    assert (program, flag) == ("python3", "-c")
    probe = "import course_environment\ncourse_environment.ensure_environment = print\n"
    done = subprocess.run(
        [sys.executable, "-c", code.replace("import course_environment; ", probe).replace("; ", "\n", 1)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "lab\n", done.stderr
    starts = json.loads(read(".devcontainer/devcontainer.json"))["postStartCommand"]
    python, tool = shlex.split(starts)
    assert ROOT / python == environment.VENV / "bin/python"
    assert (ROOT / tool).is_file()


# --- links that start something


def launch_links():
    """Every Colab, Binder and nbgitpuller link that a reader can click, as (file, address)."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *find_notebooks(root=ROOT)]
    pattern = r"https://(?:colab\.research\.google\.com/github|mybinder\.org/v2/gh)/[^\s)\"'>\\]+|https://\S+/git-pull\?\S+"
    return [
        (path.name, link) for path in files for link in re.findall(pattern, path.read_text(encoding="utf-8"))
    ]


def notebook_that_opens(link):
    """Return the path in the repository that a launch link opens; Binder has copies of the notebooks in my/."""
    parts = urlsplit(link)
    if parts.netloc.startswith("colab"):
        return unquote(parts.path).split("/blob/")[1].split("/", 1)[1]
    path = parse_qs(parts.query)["urlpath"][0]
    assert path.startswith("lab/tree/"), f"{link} opens no JupyterLab"
    path = path.removeprefix("lab/tree/")
    return path.removeprefix("my/") if parts.netloc.startswith("mybinder") else path.split("/", 1)[1]


def test_each_launch_link_opens_a_notebook_that_is_there():
    found = launch_links()
    for name, link in found:
        assert (ROOT / notebook_that_opens(link)).is_file(), f"{name}: {link}"
    assert any("git-pull" in link for _, link in found)


def test_the_links_that_the_tools_build_open_the_same_notebook():
    for link in bootstrap.launch_links(LESSON_0).values():
        assert notebook_that_opens(link) == LESSON_0
    assert notebook_that_opens("https://HUB" + bootstrap.nbgitpuller_query(LESSON_0)) == LESSON_0
    assert "https://HUB" + bootstrap.nbgitpuller_query(LESSON_0) in read("docs/jupyterhub.md")


# --- JupyterHub: what nbgitpuller does with a learner's work, as docs/jupyterhub.md says


def git(folder, *arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def edit(path, cell_id, source, outputs=None):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == cell_id]
    cell["source"] = source.splitlines(keepends=True)
    if outputs is not None:
        cell["outputs"], cell["execution_count"] = outputs, 3
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def source_of(path, cell_id):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "".join(next(cell["source"] for cell in cells if cell["id"] == cell_id))


@pytest.mark.full
@pytest.mark.skipif(os.name == "nt", reason="a JupyterHub runs on Linux")
def test_nbgitpuller_keeps_what_a_learner_wrote(tmp_path):
    puller = environment_with(tmp_path / "venv", "nbgitpuller") / "gitpuller"
    course, home = tmp_path / "course", tmp_path / "home"
    names = ["02_channels.ipynb", "03_shapes.ipynb", "04_counting.ipynb", "05_pointwise.ipynb"]
    course.mkdir()
    for name in names:
        (course / name).write_text(read(f"exercises/{name}"), encoding="utf-8")
    git(course, "init", "-q", "-b", "main")
    git(course, "add", ".")
    git(course, "commit", "-qm", "one")
    pull = [str(puller), str(course), "main", str(home)]
    subprocess.run(pull, check=True, capture_output=True)

    answer = "def out_size(size, k, stride=1, padding=0, dilation=1):\n    return 42\n"
    output = [{"output_type": "stream", "name": "stdout", "text": ["Correct\n"]}]
    edit(home / names[1], "ex-out-size-answer", answer, output)
    (home / names[2]).unlink()
    (home / "new.ipynb").write_text("mine", encoding="utf-8")
    edit(course / names[1], "warmup-03-task", "Other questions.")
    edit(course / names[1], "ex-out-size-answer", "def out_size(*sizes):\n    ...\n")
    edit(course / names[3], "title", "# A new title")
    (course / "new.ipynb").write_text("the course's", encoding="utf-8")
    git(course, "add", ".")
    git(course, "commit", "-qm", "two")
    subprocess.run(pull, check=True, capture_output=True)

    assert source_of(home / names[1], "ex-out-size-answer") == answer
    assert source_of(home / names[1], "warmup-03-task") == "Other questions."
    assert (home / names[2]).read_text(encoding="utf-8") == read(f"exercises/{names[2]}")
    assert source_of(home / names[3], "title") == "# A new title"
    assert (home / "new.ipynb").read_text() == "the course's"
    assert [path.read_text() for path in home.glob("new_*")] == ["mine"]


# --- versions that are written in more than one place


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == project()["version"] == sepconv.__version__
    assert citation["repository-code"] == bootstrap.repository_url()


def test_colab_has_what_the_package_needs():
    for package, floor in environments.dependencies().items():
        if package in environments.COLAB:
            assert number(environments.COLAB[package]) >= number(floor)
    assert "ipywidgets" not in floors(), "Colab has ipywidgets 7"


def test_an_environments_requirements_are_those_of_pyproject():
    assert environments.requirements("floors") == [
        line.replace(">=", "==") for line in project()["dependencies"]
    ]
    assert set(environments.dependencies()) == set(environments.requirements("newest"))
    tested = environments.requirements("tested")
    assert f"torch=={environments.tested_versions()['torch']}" in tested
    colab = environments.requirements("colab")
    assert "ipython==7.34.0" in colab
    assert "tqdm>=" + environments.dependencies()["tqdm"] in colab


def test_an_unknown_environment_is_named(capsys):
    with pytest.raises(SystemExit):
        environments.main(["oldest"])
    assert "no environment 'oldest': use floors, tested, newest, colab, here" in capsys.readouterr().err


@pytest.mark.full
@pytest.mark.parametrize(
    ("body", "status", "cell"), [("True", 0, "2 passed"), ("x == 1", 1, "1 failed, 1 passed")]
)
def test_a_row_of_the_table_says_what_passed_and_what_failed(
    body, status, cell, tmp_path, monkeypatch, capsys
):
    sample = f"import pytest\n@pytest.mark.parametrize('x', [1, 2])\ndef test_it(x):\n    assert {body}\n"
    (tmp_path / "test_sample.py").write_text(sample)
    monkeypatch.setattr(environments, "COLUMNS", {"samples": [str(tmp_path / "test_sample.py")]})
    assert environments.main(["here"]) == status
    table = capsys.readouterr().out.split("\n\n")[1].splitlines()
    assert table[0] == "| environment | versions | samples | seconds |"
    assert f" | {cell} | " in table[2]
    assert f"torch {torch.__version__}" in table[2]


# --- GitHub

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def steps_of(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_no_more_than_it_must(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["defaults"]["run"]["shell"] == "bash"  # which GitHub starts with -e and pipefail
    uses = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    for action, comment in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action), f"{action} is not pinned by its commit"
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), f"{action}: which version is that?"
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"]
        # What a workflow's author cannot write does not belong into a shell's text.
        assert not re.search(r"\$\{\{ *github\.event", json.dumps([step.get("run") for step in job["steps"]]))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_files_that_are_there(path):
    runs = [step["run"] for step in steps_of(path) if "run" in step]
    for name in re.findall(r"(?:tools/\w+|course)\.py", "\n".join(runs)):
        assert (ROOT / name).is_file()


def test_one_action_has_one_commit():
    found = {}
    for path in WORKFLOWS:
        for action, commit in re.findall(r"uses: (\S+)@(\S+)", path.read_text(encoding="utf-8")):
            assert found.setdefault(action, commit) == commit


def test_the_public_ci_runs_the_readmes_command_on_three_systems():
    (job,) = yaml.safe_load(read(".github/workflows/test.yml"))["jobs"].values()
    systems = {
        entry["system"].split("-")[0]: entry["python"] for entry in job["strategy"]["matrix"]["include"]
    }
    assert systems == {"ubuntu": "python3", "macos": "python3", "windows": "py"}
    assert "${{ matrix.python }} course.py test" in [step.get("run") for step in job["steps"]]


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("[0-9]*.yml")), ids=lambda p: p.stem
)
def test_an_issue_form_asks_for_something(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"]
    assert form["description"]
    ids = [field["id"] for field in form["body"]]
    assert len(set(ids)) == len(ids)
    assert any(field.get("validations", {}).get("required") for field in form["body"])
