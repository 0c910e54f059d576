"""What readers who use a keyboard or a screen reader miss in the pages of Material for MkDocs; a hook of MkDocs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.structure.pages import Page

# Pages for customers are written in several languages, one each.
LANGUAGE = re.compile(r"customers/(?P<code>[a-z]{2})\.md")
AROUND = re.compile(r'class="(?:md-skip|md-header|md-sidebar|md-footer)(?=[" ])')
PLACE = re.compile(r'<a class="headerlink".*?</a>')
MENDED = {
    # A dialog is known by its name.
    'data-md-component="search" role="dialog"': 'data-md-component="search" role="dialog" aria-label="Search"',
    # Whoever has no pointer scrolls what has the focus.
    "<pre><span></span><code>": '<pre><span></span><code tabindex="0">',
}


def on_page_markdown(markdown: str, /, page: Page, **_: object) -> str:
    """Leave the navigation, which is for staff and in English, away from what customers read."""
    if LANGUAGE.fullmatch(page.file.src_uri):
        page.meta["hide"] = ["navigation", "toc", "footer"]
    return markdown


def on_page_content(html: str, /, page: Page, **_: object) -> str:
    """Say to which language each link to another one leads, and leave the English links to parts away."""
    if not LANGUAGE.fullmatch(page.file.src_uri):
        return html
    return re.sub(
        r'<a href="([a-z]{2})\.(?:html|md)"', r'<a href="\1.html" hreflang="\1" lang="\1"', PLACE.sub("", html)
    )


def on_post_page(output: str, /, page: Page, **_: object) -> str:
    for said, meant in MENDED.items():
        output = output.replace(said, meant)
    if found := LANGUAGE.fullmatch(page.file.src_uri):
        output = in_language(output, found["code"])
    return output


def in_language(output: str, code: str) -> str:
    """Say in which language the page is, and that what stands around it is English."""
    return AROUND.sub(r'lang="en" \g<0>', output.replace('<html lang="en"', f'<html lang="{code}"', 1))
