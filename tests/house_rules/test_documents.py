"""The documents say what is true: settings, commands, names, and no address of one machine."""

import ast
import re
import subprocess

from app.config import ROOT
from tests.house_rules.source import Module, dotted, modules

# What every program finds in its environment.
FOR_CHILDREN = {"PATH", "TZ", "TMPDIR"}
READERS = {"environ.get", "os.environ.get", "os.getenv", "whole"}


def test_the_configuration_page_names_exactly_the_settings_that_are_read() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", page, re.MULTILINE))
    read = {name for module in modules() for name in settings_read(module)} - FOR_CHILDREN
    assert documented == read | settings_of_commands()


def test_only_the_configuration_reads_the_environment() -> None:
    """The engines start before there is a configuration, so they read it too."""
    found = [
        module.place
        for module in modules()
        if settings_read(module) - FOR_CHILDREN and module.name != "app.config" and module.room != "core"
    ]
    assert not found, "\n".join(found)


def test_the_test_command_of_the_readme_is_the_one_of_ci() -> None:
    readme, ci = (ROOT / "README.md").read_text(), (ROOT / ".ci" / "run").read_text()
    assert "\nbin/test\n" in readme
    assert re.search(r'^ +bin/test "\$@"', ci, re.MULTILINE)
    assert re.search(r"^(patient_)?tests fast ", ci, re.MULTILINE)
    assert "\nbin/run\n" in readme


def test_what_the_readme_points_at_exists() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    missing = [
        f"{page.name}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert missing == []


def test_scripts_can_be_started() -> None:
    scripts = [path for path in (ROOT / "bin").iterdir() if path.is_file() and not path.suffix]
    found = [path.name for path in [*scripts, ROOT / ".ci" / "run"] if not path.stat().st_mode & 0o111]
    assert not found, "\n".join(found)
    for path in [*scripts, ROOT / ".ci" / "run"]:
        if path.read_text().startswith(("#!/bin/sh", "#!/usr/bin/env bash", "#!/bin/bash")):
            assert subprocess.run(["bash", "-n", path], capture_output=True).returncode == 0, path.name


def settings_of_commands() -> set[str]:
    """The environment variables the commands of the Procfile name: $PORT, ${WEB_CONCURRENCY:-2}."""
    return set(re.findall(r"\$\{?([A-Z][A-Z0-9_]*)", (ROOT / "Procfile").read_text()))


def settings_read(module: Module) -> set[str]:
    """The environment variables a module names when it reads one."""
    return {
        argument.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and dotted(node.func) in READERS
        for argument in node.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value.isupper()
    }
