"""What docs/ links to outside of it comes along, so that one link holds in the repository and on the site.

A hook of MkDocs (https://www.mkdocs.org/user-guide/configuration/#hooks). On the site the root of the repository is
`project/`: `../CHANGELOG.md` of a page stands there as `project/CHANGELOG.md`, and a link of the read-me to
`docs/install.md` leads to the page.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files

from workshop.home import PROJECT

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOM = "project"
# The address in `](address)` and in `src="address"`, without its anchor.
ADDRESS = re.compile(r"""(?P<before>\]\(|\bsrc=")(?P<path>[^)"#:\s]+)""")
# The look of the product is the look of the site.
SHARED = {
    "static/css/tokens.css": "look/tokens.css",
    "static/img/mark.svg": "look/mark.svg",
    "workshop/site/plumb.css": "look/plumb.css",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what pages link to outside docs/, with what these link to in turn, and the colours and the mark of Plumb."""
    linked = {
        outside
        for file in files.documentation_pages()
        for outside in outside_of_docs(file.content_string, posixpath.dirname(file.src_uri))
    }
    while linked:
        outside = linked.pop()
        file = File.generated(config, f"{ROOM}/{outside}", abs_src_path=str(PROJECT / outside))
        files.append(file)
        if file.is_documentation_page():
            linked |= {
                beside
                for beside in beside_docs(file.content_string)
                if files.get_file_from_path(f"{ROOM}/{beside}") is None
            }
    for source, target in SHARED.items():
        files.append(File.generated(config, target, abs_src_path=str(PROJECT / source)))
    return files


def on_page_markdown(markdown: str, /, page: Page, **_: object) -> str:
    """Lead links over the border of docs/ to where the other side stands on the site."""
    if page.file.src_uri.startswith(f"{ROOM}/"):
        return ADDRESS.sub(_into_docs, markdown)
    here = posixpath.dirname(page.file.src_uri)
    return ADDRESS.sub(lambda found: _out_of_docs(found, here), markdown)


def outside_of_docs(markdown: str, here: str) -> set[str]:
    """Return the paths from the root of the repository that a page of docs/ in the folder `here` links to."""
    paths = (posixpath.normpath(posixpath.join(here, found["path"])) for found in ADDRESS.finditer(markdown))
    return {path.removeprefix("../") for path in paths if path.startswith("../")}


def beside_docs(markdown: str) -> set[str]:
    """Return the files that a page of the root of the repository links to, but for those of docs/."""
    return {found["path"] for found in ADDRESS.finditer(markdown) if not found["path"].startswith("docs/")}


def _out_of_docs(found: re.Match[str], here: str) -> str:
    path = posixpath.normpath(posixpath.join(here, found["path"]))
    if not path.startswith("../"):
        return found[0]
    return found["before"] + posixpath.relpath(f"{ROOM}/{path.removeprefix('../')}", here or ".")


def _into_docs(found: re.Match[str]) -> str:
    path = found["path"]
    return found["before"] + (f"../{path.removeprefix('docs/')}" if path.startswith("docs/") else path)
