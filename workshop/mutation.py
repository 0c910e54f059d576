"""Mutate the pure modules by mutmut and count what their tests notice: `make mutation`.

    python -m workshop.mutation

What is mutated, and which tests judge, stands in pyproject.toml. The tool lives beside the environment of the project,
its work in a worktree of what is committed or added. The exit status is 1 when less than LEAST of all mutants is
killed; the survivors are listed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from workshop.home import LOCAL, PROJECT
from workshop.mutants import scratch_tree
from workshop.trouble import Trouble

TOOL = "mutmut>=3.8,<3.9"
HOME = LOCAL / "mutation"
LEAST = 0.9
CAUGHT = ("killed", "timeout", "segfault")


def main() -> int:
    """Print what survived and the share that did not, and return the exit status."""
    _install()
    with scratch_tree(PROJECT, HOME / "tree") as tree:
        _mutmut(tree, "run", "--max-children", str(os.cpu_count() or 1))
        _mutmut(tree, "results")
        _mutmut(tree, "export-cicd-stats")
        counted = json.loads((tree / "mutants" / "mutmut-cicd-stats.json").read_text())
    sentence, is_enough = judged(counted)
    print(sentence)
    return 0 if is_enough else 1


def judged(counted: dict[str, int]) -> tuple[str, bool]:
    """Return what mutmut counted in words, and whether that is enough."""
    caught = sum(counted[kind] for kind in CAUGHT)
    share = caught / counted["total"]
    return f"{caught} of {counted['total']} mutants are noticed: {share:.1%}.", share >= LEAST


def _mutmut(tree: Path, *arguments: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(HOME / "tool")}
    done = subprocess.run([sys.executable, "-m", "mutmut", *arguments], cwd=tree, env=environment, check=False)
    if done.returncode:
        raise Trouble(f"mutmut {arguments[0]} did not come to its end.")


def _install() -> None:
    if (HOME / "tool" / "mutmut").is_dir():
        return
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if subprocess.run([*command, "--target", HOME / "tool", TOOL], check=False).returncode:
        raise Trouble(f"{TOOL} could not be installed here.")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(str(trouble))
