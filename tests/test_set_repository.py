"""tools/set_repository.py: one address of the repository, everywhere."""

import shutil
from pathlib import Path

import bootstrap
import pytest
import set_repository


@pytest.fixture
def repository(tmp_path):
    old = set_repository.PLACEHOLDER
    (tmp_path / "pyproject.toml").write_text(f'[project.urls]\nSource = "https://github.com/{old}"\n')
    (tmp_path / "README.md").write_text(
        f"https://colab.research.google.com/github/{old}/blob/main/a.ipynb\n"
        f"https://mybinder.org/v2/gh/{old}/HEAD and {old}, not my-{old} or {old}-2\n"
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
        f"https://mybinder.org/v2/gh/{new}/HEAD and {new}, not my-{old} or {old}-2\n"
        "https://github.com/pytorch/pytorch\n"
    )
    assert (repository / "picture.png").read_bytes().startswith(b"\x89PNG\xff" + old.encode())


@pytest.mark.parametrize(
    "line",
    [
        "git+https://github.com/" + "bob/anything",
        "https://colab.research.google.com/github/" + "bob/anything/blob/main/a.ipynb",
        "https://mybinder.org/v2/gh/" + "bob/anything/HEAD",
        "https://github.com/" + "bob/conv/issues",
        "see " + set_repository.PLACEHOLDER,
    ],
)
def test_another_repository_is_a_disagreement(repository, line):
    set_repository.set_repository("ada/conv", repository)
    (repository / "README.md").write_text(f"first\n{line}\n")
    assert len(set_repository.disagreements(repository)) == 1
    assert set_repository.disagreements(repository)[0].startswith("README.md:2 names ")


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
