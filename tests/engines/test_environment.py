"""bin/environment.py in a small tree of its own, with no packages to install."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .house import CHECKOUT


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout that needs nothing."""
    tree = tmp_path / "checkout"
    (tree / "bin").mkdir(parents=True)
    shutil.copy(CHECKOUT / "bin" / "environment.py", tree / "bin")
    for name in ("requirements.txt", "requirements-dev.txt"):
        (tree / name).write_text(f"# {name}\n")
    return tree


def prepare(tree: Path, name: str = "requirements.txt") -> str:
    """What it said; fails the test if it failed."""
    done = subprocess.run(
        [sys.executable, "bin/environment.py", name], cwd=tree, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_packages_are_installed_once_and_again_when_they_change(tree: Path) -> None:
    assert "Installing" in prepare(tree)
    assert prepare(tree) == ""
    (tree / "requirements.txt").write_text("# another\n")
    assert "Installing" in prepare(tree)
    assert "Installing" in prepare(tree, "requirements-dev.txt")
    assert prepare(tree) == "", "who has the tests' packages has the others"

    (tree / ".venv" / "installed.json").unlink()
    assert "Installing" in prepare(tree), "an install that was cut short is done again"
    shutil.rmtree(next((tree / ".venv" / "lib").glob("*/site-packages/pip")))
    (tree / ".venv" / "installed.json").unlink()
    assert "Making the Python environment" in prepare(tree), "a half-made environment is made again"

    moved = tree.rename(tree.with_name("moved"))
    words = "import sys; sys.path.insert(0, 'bin'); import environment; print(environment.works())"
    asked = subprocess.run([sys.executable, "-c", words], cwd=moved, capture_output=True, text=True)
    assert asked.stdout == "False\n", "scripts in .venv name their old folder"


def test_a_package_without_a_hash_is_not_installed(tree: Path) -> None:
    (tree / "requirements.txt").write_text("six==1.17.0\n")
    done = subprocess.run(
        [sys.executable, "bin/environment.py", "requirements.txt"], cwd=tree, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "The packages could not be installed" in done.stderr
    assert not (tree / ".venv" / "installed.json").exists()
