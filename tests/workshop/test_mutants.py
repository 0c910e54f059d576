"""Every mistake of tests/mutants still fits the code; `make mutants` tells what is caught from what is not."""

import shutil
import subprocess
from pathlib import Path

import pytest

from workshop import mutants
from workshop.home import PROJECT
from workshop.mutants import Mutant

KNOWN = mutants.mutants(PROJECT)

MISTAKE = """\
# Caught by: {tests}
# Nobody is of age on a birthday.
--- a/age.py
+++ b/age.py
@@ -1,2 +1,2 @@
 def is_of_age(years):
-    return years >= 18
+    return years > 18
"""


@pytest.mark.parametrize("mutant", KNOWN, ids=lambda mutant: mutant.name)
def test_a_known_mistake_still_fits_the_code_and_names_tests_that_exist(mutant):
    assert mutant.fits(PROJECT), f"Write {mutant.patch.name} anew for the code of today."
    assert mutant.tests
    assert [test for test in mutant.tests if not (PROJECT / test).is_file()] == []
    assert mutant.breaks.endswith(".")


@pytest.fixture
def project(tmp_path):
    """Return a project of one line with a test that looks closely and one that does not."""
    (tmp_path / "age.py").write_text("def is_of_age(years):\n    return years >= 18\n")
    (tmp_path / "test_close.py").write_text("import age\ndef test_birthday(): assert age.is_of_age(18)\n")
    (tmp_path / "test_loose.py").write_text("import age\ndef test_adult(): assert age.is_of_age(30)\n")
    (tmp_path / "test_broken.py").write_text("import nothing_of_this_name\n")
    folder = tmp_path / mutants.FOLDER
    folder.mkdir(parents=True)
    for kind in ("close", "loose", "broken"):
        (folder / f"{kind}.patch").write_text(MISTAKE.format(tests=f"test_{kind}.py"))
    (folder / "stale.patch").write_text(MISTAKE.format(tests="test_close.py").replace("18", "21"))
    return tmp_path


def test_a_mistake_is_caught_survives_cannot_be_tried_or_does_not_fit(project, monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)

    became = {
        mutant.name: mutants.verdict(mutant, project, lambda tree, tried: mutants.pytest(tree, *tried.tests))
        for mutant in mutants.mutants(project)
    }

    assert became.pop("stale").startswith("DOES NOT FIT")
    assert became == {
        "close": "caught",
        "loose": "SURVIVED test_loose.py",
        "broken": "COULD NOT BE TRIED: pytest ended with 2",
    }
    assert (project / "age.py").read_text().endswith(">= 18\n")


@pytest.mark.parametrize(("changed", "anew"), [("a/rollups/triggers.sql", True), ("crm/upsert.py", False)])
def test_what_is_made_by_migrations_is_made_anew(tmp_path, changed, anew):
    patch = tmp_path / "some.patch"
    patch.write_text(MISTAKE.replace("age.py", changed))

    assert Mutant.read(patch).changes_tables is anew


def test_the_copy_holds_what_was_added_and_is_gone_afterwards(project):
    def git(*arguments):
        author = ["-c", "user.name=Ona", "-c", "user.email=ona@plumb.example"]
        subprocess.run([shutil.which("git"), *author, *arguments], cwd=project, check=True, capture_output=True)

    git("init")
    git("add", "age.py")
    git("commit", "-m", "Begin")
    git("add", "test_close.py")

    with mutants.scratch_tree(project, project / ".local" / "tree") as tree:
        held = sorted(path.name for path in Path(tree).iterdir() if path.name != ".git")

    assert held == ["age.py", "test_close.py"]
    assert not tree.exists()
