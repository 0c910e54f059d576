"""The docs say what the code does, and their site is whole."""

import importlib
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.dispatch import Signal
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from demo.pictures import PICTURES

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = set(re.findall(r"""env(?:\.\w+)?\(\s*"([A-Z_]+)\"""", (ROOT / "nps_project/settings.py").read_text()))
# Only docker-compose.yml reads these.
OF_CONTAINERS = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
SIGNALS = [
    name
    for path in ROOT.glob("*/signals.py")
    for name in re.findall(r"^(\w+) = Signal", path.read_text(), re.MULTILINE)
]
CUSTOMERS = sorted(ROOT.glob("docs/customers/*.md"))
DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def test_some_settings_are_found():
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "CLOCK_OFFSET_FILE"} <= SETTINGS


def test_env_example_lists_exactly_the_settings():
    listed = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert listed == SETTINGS | OF_CONTAINERS


def test_configuration_page_explains_exactly_the_settings():
    explained = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE))

    assert explained == SETTINGS | OF_CONTAINERS


def test_architecture_page_names_every_signal():
    text = (ROOT / "docs/architecture.md").read_text()
    for path in sorted(ROOT.glob("*/signals.py")):
        module = importlib.import_module(f"{path.parent.name}.signals")
        for name, value in vars(module).items():
            if isinstance(value, Signal):
                assert f"`{path.parent.name}.{name}`" in text


def test_every_signal_is_heard_by_somebody():
    for path in sorted(ROOT.glob("*/signals.py")):
        module = importlib.import_module(f"{path.parent.name}.signals")
        for name, value in vars(module).items():
            if isinstance(value, Signal):
                assert value.has_listeners(), f"nobody hears {path.parent.name}.{name}"


def test_news_is_told_in_one_way():
    told = re.compile(r"\b(?:" + "|".join(SIGNALS) + r")\.send")
    apps = [
        path for path in ROOT.glob("*/**/*.py") if path.relative_to(ROOT).parts[0] not in {"tests", ".venv", ".local"}
    ]

    assert [str(path) for path in apps if told.search(path.read_text())] == []


@pytest.mark.parametrize("page", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_decision_is_listed():
    listed = re.findall(r"\((\d{4}-[^)]+)\)", (ROOT / "docs/decisions/README.md").read_text())

    assert sorted(listed) == sorted(path.name for path in ROOT.glob("docs/decisions/0*.md"))


def test_lock_files_name_no_server():
    for path in ROOT.glob("requirements*.lock"):
        assert "://" not in path.read_text()


def test_psycopg_3_is_not_installed_beside_psycopg2():
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    assert not is_psycopg3


class Links(HTMLParser):
    """What a page is made of (`parts`), what it leads to (`targets`), and where in it one can be led (`places`).

    `language` is that of the page, `mute` are its pictures without words.
    """

    def __init__(self, path):
        super().__init__()
        self.parts, self.targets, self.places, self.mute = set(), set(), {""}, []
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "html":
            self.language = said["lang"]
        if tag == "img" and "alt" not in said:
            self.mute.append(said["src"])
        self.places |= {said["id"]} if "id" in said else set()
        self.targets |= {said["href"]} if tag == "a" and "href" in said else set()
        self.parts |= {said[name] for name in ("src", "srcset", "data", "poster") if said.get(name)}
        self.parts |= {said["href"]} if tag == "link" and said.get("rel") not in {"next", "prev"} else set()


@pytest.fixture(scope="module")
def pages(docs_site):
    return {path.relative_to(docs_site).as_posix(): Links(path) for path in docs_site.rglob("*.html")}


def test_the_site_has_a_page_for_each_page_of_docs_and_of_the_root(pages):
    told = {path.relative_to(ROOT).with_suffix(".html").as_posix() for path in DOCS}
    told = {path.removeprefix("docs/") if path.startswith("docs/") else f"project/{path}" for path in told}

    assert {path.replace("README", "index") for path in told} == set(pages) - {"404.html"}


def test_every_link_of_the_site_leads_to_a_page_and_a_place(docs_site, pages):
    lost = []
    for name, page in pages.items():
        for target in page.targets | page.parts:
            to = urlsplit(urljoin(f"file:///{name}", target))
            if to.scheme != "file" or name == "404.html":
                continue
            path = unquote(to.path).lstrip("/")
            there = (
                path in pages and unquote(to.fragment) in pages[path].places
                if to.fragment
                else (docs_site / path).is_file()
            )
            lost += [] if there else [f"{name}: {target}"]

    assert lost == []


def test_the_site_loads_nothing_from_another_host(docs_site, pages):
    parts = {part for page in pages.values() for part in page.parts}
    in_styles = [
        address
        for path in docs_site.rglob("*.css")
        for address in re.findall(r"""(?:url\(|@import\s)\s*["']?([^"')]+)""", path.read_text())
    ]

    assert len(parts) > 5
    assert [part for part in [*parts, *in_styles] if re.match(r"(?:\w+:)?//", part)] == []


def test_every_picture_of_the_site_says_what_it_shows(pages):
    assert {name: page.mute for name, page in pages.items() if page.mute} == {}


@pytest.mark.parametrize("code", ["en", "uk", "ru", "lt"])
def test_a_page_for_customers_is_in_its_own_language_and_leads_to_the_others(pages, code):
    page = pages[f"customers/{code}.html"]

    assert page.language == code
    assert {"en.html", "uk.html", "ru.html", "lt.html"} <= page.targets
    assert f"../img/survey-{code}.webp" in page.parts


def test_pages_for_customers_say_the_same_in_every_language():
    def shape(path):
        return re.findall(r"^(?:#+|-|\[|<img|\w)", re.sub(r"(?<=\S)\n(?=[ \w])", " ", path.read_text()), re.MULTILINE)

    shapes = {path.stem: [mark if mark[0] in "#-[<" else "words" for mark in shape(path)] for path in CUSTOMERS}

    assert sorted(shapes) == ["en", "lt", "ru", "uk"]
    assert all(shape == shapes["en"] for shape in shapes.values())


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/users/*.md")), ids=lambda path: path.stem)
def test_a_page_for_a_kind_of_user_is_short_and_tells_five_things(page):
    text = page.read_text()

    assert re.findall(r"^(\d)\. \*\*", text, re.MULTILINE) == ["1", "2", "3", "4", "5"]
    assert len(text.split()) < 450
    assert "](../img/" in text
    assert f"users/{page.name}" in (ROOT / "docs/README.md").read_text()


def test_pictures_are_those_that_are_taken_each_is_shown_and_all_are_small():
    kept = {path.name: path for path in (ROOT / "docs/img").iterdir()}
    shown = set(re.findall(r"img/([\w.-]+)", "".join(path.read_text() for path in DOCS)))

    assert set(kept) == {f"{picture.name}.webp" for picture in PICTURES} == shown
    assert sum(path.stat().st_size for path in kept.values()) < 1_500_000


def test_the_site_offers_the_schema_of_the_api(docs_site, pages):
    assert (docs_site / "openapi.yaml").read_bytes() == (ROOT / "docs/openapi.yaml").read_bytes()
    assert "openapi.yaml" in pages["api.html"].targets


@pytest.mark.parametrize(
    ("link", "stops"),
    [
        ("[there](other.md#a-part)", False),
        ("[nowhere](other.md#no-such-part)", True),
        ("[nowhere](no-such-page.md)", True),
        ("[nowhere](#no-such-part)", True),
        ("[nowhere](other/)", True),
    ],
)
def test_a_link_that_leads_nowhere_stops_the_build(tmp_path, link, stops):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/page.md").write_text(f"# Page\n\n{link}\n")
    (tmp_path / "docs/other.md").write_text("# Other\n\n## A part\n")
    config = load_config(
        str(ROOT / "mkdocs.yml"),
        docs_dir=str(tmp_path / "docs"),
        site_dir=str(tmp_path / "site"),
        nav=["page.md", "other.md"],
        not_in_nav=None,
        theme="mkdocs",
        plugins=[],
        hooks=[],
        extra_css=[],
        strict=True,
    )

    if stops:
        with pytest.raises(Abort):
            build(config)
    else:
        build(config)
