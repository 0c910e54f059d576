"""One style sheet for the staff pages, made of its parts by collectstatic."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("css/plumb.css",)
IMPORT = re.compile(r'^@import url\("([^"]+)"\);\n', re.MULTILINE)

# What collectstatic has collected: name → the storage it came from, and its path there.
Collected = dict[str, tuple[StaticFilesStorage, str]]


class BundlingStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Puts the imported parts into each of BUNDLES before names are hashed and files compressed.

    Raises KeyError for an import of what is not there. Collecting twice makes the same file.
    """

    def post_process(self, paths: Collected, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for name in BUNDLES:
                if name in paths:
                    self._bundle(name, paths)
        yield from super().post_process(paths, dry_run, **options)

    def _bundle(self, name: str, paths: Collected) -> None:
        folder = PurePosixPath(name).parent
        whole = IMPORT.sub(lambda part: _text(paths, str(folder / part[1])), _text(paths, name))
        self.delete(name)
        self.save(name, ContentFile(whole.encode()))
        paths[name] = (self, name)


def _text(paths: Collected, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read(), "utf-8")
