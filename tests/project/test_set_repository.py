"""tools/set_repository.py: one address of the repository, everywhere."""

import shutil
import subprocess
import sys
from pathlib import Path

import bootstrap
import pytest
import set_repository


@pytest.fixture
def repository(tmp_path):
    old = set_repository.PLACEHOLDER
    (tmp_path / "pyproject.toml").write_text(
        f'[project.urls]\nSource = "https://github.com/{old}"\n[tool.sepconv]\nref = "main"\n'
    )
    (tmp_path / "README.md").write_text(
        f"https://colab.research.google.com/github/{old}/blob/main/a.ipynb\n"
        f"https://mybinder.org/v2/gh/{old}/main and {old}, not my-{old} or {old}-2\n"
        "https://github.com/pytorch/pytorch\n"
    )
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff" + old.encode())
    return tmp_path


def test_the_address_is_written_everywhere(repository):
    assert set_repository.disagreements(repository) == []
    changed = set_repository.set_repository("ada/conv", repository)
    assert [path.name for path in changed] == ["README.md", "pyproject.toml"]
    assert bootstrap.repository_url(repository) == "https://github.com/ada/conv"
    old, new = set_repository.PLACEHOLDER, "ada/conv"
    assert (repository / "README.md").read_text() == (
        f"https://colab.research.google.com/github/{new}/blob/main/a.ipynb\n"
        f"https://mybinder.org/v2/gh/{new}/main and {new}, not my-{old} or {old}-2\n"
        "https://github.com/pytorch/pytorch\n"
    )
    assert (repository / "picture.png").read_bytes().startswith(b"\x89PNG\xff" + old.encode())


@pytest.mark.parametrize(
    "line",
    [
        "git+https://github.com/" + "bob/anything",
        "https://colab.research.google.com/github/" + "bob/anything/blob/main/a.ipynb",
        "https://mybinder.org/v2/gh/" + "bob/anything/main",
        "https://github.com/" + "bob/conv/issues",
        "see " + set_repository.PLACEHOLDER,
    ],
)
def test_another_repository_is_a_disagreement(repository, line):
    set_repository.set_repository("ada/conv", repository)
    (repository / "README.md").write_text(f"first\n{line}\n")
    assert len(set_repository.disagreements(repository)) == 1
    assert set_repository.disagreements(repository)[0].startswith("README.md:2 names ")


def test_a_paragraph_that_waits_for_an_address_is_shown(repository):
    old, page = set_repository.PLACEHOLDER, repository / "ways_in.md"
    page.write_text(f"Before\n\n<!-- when there is an address\n[Open]({old})\n-->\n\nAfter\n")
    hidden = page.read_text()
    assert set_repository.disagreements(repository) == []
    set_repository.set_repository("ada/conv", repository)
    shown = "Before\n\n<!-- when there is an address -->\n[Open](ada/conv)\n<!-- end -->\n\nAfter\n"
    assert page.read_text() == shown
    complaint = "ways_in.md still hides what waits for an address"
    assert complaint not in set_repository.disagreements(repository)
    page.write_text(hidden.replace(old, "ada/conv"))
    assert complaint in set_repository.disagreements(repository)


LINKS = ["colab.research.google.com/github/{}/blob/", "mybinder.org/v2/gh/{}/", "git+https://github.com/{}@"]


@pytest.mark.parametrize("link", LINKS)
def test_the_ref_is_written_into_every_launch_link(repository, link):
    link = link.format(set_repository.PLACEHOLDER)
    (repository / "README.md").write_text(f"[open]({link}main) and https://example.org/blob/main\n")
    assert set_repository.disagreements(repository) == []
    set_repository.set_ref("v1.0.0", repository)
    assert bootstrap.launch_ref(repository) == "v1.0.0"
    text = (repository / "README.md").read_text()
    assert text == f"[open]({link}v1.0.0) and https://example.org/blob/main\n"
    (repository / "README.md").write_text(text.replace("v1.0.0", "v0.9"))
    assert set_repository.disagreements(repository) == ["README.md:1 opens v0.9, pyproject.toml names v1.0.0"]


@pytest.mark.parametrize("ref", ["", "a b", "feature/x", '"', "-d"])
def test_a_wrong_ref_is_refused(repository, ref):
    with pytest.raises(ValueError, match="without a slash"):
        set_repository.set_ref(ref, repository)


def test_another_repository_on_github_is_only_remarked(monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_REPOSITORY", "eve/fork")
    assert set_repository.main(["--check"]) == 0
    assert "note: this is eve/fork" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["ada/conv", "--check"], ["--ref", "main", "--check"]])
def test_the_command_line_wants_one_thing(arguments, capsys):
    with pytest.raises(SystemExit):
        set_repository.main(arguments)
    assert "--check goes alone" in capsys.readouterr().err


# --- without an argument: what git's remote says

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git")


def git(folder, *arguments):
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def with_remotes(folder, **remotes):
    git(folder, "init", "-q")
    for name, url in remotes.items():
        git(folder, "remote", "add", name, url)
    return folder


@needs_git
@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/ada/conv",
        "https://github.com/ada/conv.git",
        "https://ada:s3cret@GitHub.com/ada/conv.git/",
        "git@github.com:ada/conv.git",
        "git@github.com:/ada/conv",
        "ssh://git@github.com/ada/conv.git",
        "ssh://git@github.com:22/ada/conv",
    ],
)
def test_the_address_of_the_remote_is_taken(repository, url):
    assert set_repository.slug_of_remote(with_remotes(repository, origin=url)) == "ada/conv"


@needs_git
@pytest.mark.parametrize(
    ("remotes", "why"),
    [
        ({}, "git has no remote here"),
        ({"eve": "https://github.com/a/b", "bob": "https://github.com/c/d"}, "remotes bob, eve, and none is named"),
        ({"origin": "https://ada:s3cret@gitlab.com/ada/conv"}, "origin lies on gitlab.com, not on github.com"),
        ({"origin": "https://github.com.example.org/ada/conv"}, "origin lies on github.com.example.org"),
        ({"origin": "git@example.org:ada/conv.git"}, "origin lies on example.org"),
        ({"origin": "../conv"}, "origin is a folder of this machine"),
        ({"origin": "C:/course"}, "origin is a folder of this machine"),
        ({"origin": "file:///srv/conv.git"}, "origin is a folder of this machine"),
        ({"origin": "http://localhost/ada/conv"}, "origin is an address of the kind http:"),
        ({"origin": "https://ada:s3cret@github.com/ada"}, "origin names 'ada' on github.com, no OWNER/NAME"),
    ],
)  # fmt: skip
def test_a_remote_that_is_no_address_on_github_is_named(repository, remotes, why):
    with pytest.raises(ValueError, match=why) as refused:
        set_repository.slug_of_remote(with_remotes(repository, **remotes))
    assert str(refused.value).count("\n") == 0
    assert "give OWNER/NAME" in str(refused.value)
    assert "s3cret" not in str(refused.value)


@needs_git
def test_of_several_remotes_origin_counts_and_a_single_one_under_any_name(repository):
    with_remotes(repository, mirror="git@github.com:ada/conv")
    assert set_repository.slug_of_remote(repository) == "ada/conv"
    git(repository, "remote", "add", "origin", "git@github.com:bob/conv")
    assert set_repository.slug_of_remote(repository) == "bob/conv"


@needs_git
def test_a_folder_that_is_no_repository_of_its_own_is_named(repository):
    with pytest.raises(ValueError, match="is no git repository"):
        set_repository.slug_of_remote(repository)
    with_remotes(repository, origin="https://github.com/eve/thesis")
    (repository / "course").mkdir()
    with pytest.raises(ValueError, match="lies in another git repository"):
        set_repository.slug_of_remote(repository / "course")


def test_a_machine_without_git_is_told_so(repository, monkeypatch):
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(ValueError, match="git is not installed"):
        set_repository.slug_of_remote(repository)


@needs_git
def test_the_command_line_without_an_argument_asks_the_remote(repository, monkeypatch, capsys):
    with_remotes(repository, origin="https://ada:s3cret@github.com/ada/conv.git")
    (repository / "README.md").write_text("no address\n")
    tools = Path(set_repository.__file__).parent
    shutil.copytree(tools, repository / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "tools/set_repository.py"]
    said = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True).stdout
    assert said.startswith("git's remote is https://github.com/ada/conv\n")
    assert "s3cret" not in said
    assert set_repository.public_address(repository) == "https://github.com/ada/conv"
    monkeypatch.setattr(
        set_repository, "slug_of_remote", lambda: set_repository._slug_of_url("/srv/conv", "origin")
    )
    with pytest.raises(SystemExit):
        set_repository.main([])
    assert "error: the remote origin is a folder of this machine" in capsys.readouterr().err


def test_a_placeholder_is_no_public_address(repository):
    assert set_repository.public_address(repository) is None


@pytest.mark.parametrize("slug", ["ada", "https://github.com/ada/conv", "ada/", "a b/c", "ada/conv/x"])
def test_a_wrong_slug_is_refused(repository, slug):
    before = (repository / "pyproject.toml").read_text()
    with pytest.raises(ValueError, match="must be OWNER/NAME"):
        set_repository.set_repository(slug, repository)
    assert (repository / "pyproject.toml").read_text() == before


@pytest.mark.skipif(shutil.which("git") is None, reason="no git: the list of files is made without it")
def test_the_tool_does_not_rewrite_itself():
    tools = Path(set_repository.__file__)
    assert tools in set_repository.text_files()
    assert set_repository.PLACEHOLDER not in tools.read_text(encoding="utf-8")
