"""One style sheet for the staff pages, put together of its parts wherever static files are looked for."""

import atexit
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

BUNDLES = ("css/plumb.css",)
IMPORT = re.compile(r'^@import url\("([^"]+)"\);\n', re.MULTILINE)


class BundleFinder(BaseFinder):
    """Finds each of BUNDLES as one file; stands before the finder that would find it with its imports.

    Raises FileNotFoundError for an import of what is not there.
    """

    def check(self, **_options: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_options: Any) -> Any:
        if path not in BUNDLES:
            return []
        made = self._make(path)
        return [made] if find_all else made

    def list(self, _ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path in BUNDLES:
            self._make(path)
            yield path, FileSystemStorage(_folder())

    def _make(self, path: str) -> str:
        made = Path(_folder(), path)
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(whole(Path(settings.STATICFILES_DIRS[0], path)))
        return str(made)


@cache
def _folder() -> str:
    """Return a folder of this process, gone with it."""
    folder = mkdtemp(prefix="plumb-bundles-")
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


def whole(sheet: Path) -> str:
    """Return a style sheet with its imported parts in their places."""
    return IMPORT.sub(lambda part: (sheet.parent / part[1]).read_text(), sheet.read_text())
