"""What readers who use a keyboard or a screen reader miss in the pages of Material for MkDocs; a hook of MkDocs."""

from __future__ import annotations

MENDED = {
    # A dialog is known by its name.
    'data-md-component="search" role="dialog"': 'data-md-component="search" role="dialog" aria-label="Search"',
    # Whoever has no pointer scrolls what has the focus.
    "<pre><span></span><code>": '<pre><span></span><code tabindex="0">',
}


def on_post_page(output: str, /, **_: object) -> str:
    for said, meant in MENDED.items():
        output = output.replace(said, meant)
    return output
