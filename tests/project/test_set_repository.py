"""tools/set_repository.py: one address of the repository, everywhere."""

import shutil
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


@pytest.mark.parametrize("arguments", [[], ["ada/conv", "--check"], ["--ref", "main", "--check"]])
def test_the_command_line_wants_one_thing(arguments, capsys):
    with pytest.raises(SystemExit):
        set_repository.main(arguments)
    assert "give OWNER/NAME, or --ref, or both" in capsys.readouterr().err


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
