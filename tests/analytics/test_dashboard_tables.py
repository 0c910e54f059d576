import re

import pytest

from tests.analytics.answers import answer, ask, at, manager_called, scores
from tests.factories import ChannelFactory


@pytest.fixture
def managers(version):
    """Five managers with NPS 50, 20, −10, 100 of few answers and a handful."""
    found = {}
    for name, (promoters, passives, detractors) in {
        "Anna": (60, 30, 10),
        "Bohdan": (40, 40, 20),
        "Cesar": (20, 50, 30),
        "Daina": (6, 0, 0),
        "Edita": (2, 0, 1),
    }.items():
        found[name] = manager_called(name)
        answer(version, scores(promoters, passives, detractors), manager=found[name])
    ask(version, count=300, manager=found["Cesar"])
    return found


def test_few_answers_stand_after_the_others_though_their_number_is_higher(show, managers):
    page = show()

    assert page.names("managers") == ["Anna", "Bohdan", "Cesar", "Daina", "Edita"]
    assert page.row("managers", "Daina")[:4] == ["Daina few answers", "100.0", "26 … 100", "6"]
    assert page.row("managers", "Edita")[1:7] == ["–", "▲ Promoters: 2● Passives: 0▼ Detractors: 1", "3", "–", "–", "–"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("value", ["Cesar", "Bohdan", "Anna", "Daina", "Edita"]),
        ("-value", ["Anna", "Bohdan", "Cesar", "Daina", "Edita"]),
        ("name", ["Anna", "Bohdan", "Cesar", "Daina", "Edita"]),
        ("-name", ["Edita", "Daina", "Cesar", "Bohdan", "Anna"]),
        ("answers", ["Edita", "Daina", "Anna", "Bohdan", "Cesar"]),
        ("-bad", ["Cesar", "Bohdan", "Anna", "Daina", "Edita"]),
        ("rate", ["Cesar", "Anna", "Bohdan", "Daina", "Edita"]),
        ("nonsense", ["Anna", "Bohdan", "Cesar", "Daina", "Edita"]),
    ],
)
def test_tables_are_ordered_by_the_address(show, managers, order, expected):
    assert show(f"?managers={order}").names("managers") == expected


def test_a_heading_leads_to_the_other_direction_and_keeps_the_filters(show, managers, version):
    page = show(f"?survey={version.survey_id}&managers=-answers")

    assert page.links["Answers"] == f"?survey={version.survey_id}&managers=-answers&products=-answers#products"
    assert "descending" in page.sorted
    html = page.html
    assert f'href="?survey={version.survey_id}&amp;managers=answers#managers"' in html
    assert f'href="?survey={version.survey_id}&amp;managers=name#managers"' in html


def test_a_row_leads_to_the_page_of_its_member(show, managers):
    page = show("?period=90d")

    assert page.links["Anna"] == f"?period=90d&manager={managers['Anna'].pk}"


LAST_MONTH = {"at": at("2026-06-10T10:00")}


@pytest.fixture
def _counted_for_long(version):
    """What makes last month's past complete."""
    answer(version, [8], at=at("2026-04-28T10:00"))


@pytest.mark.usefixtures("_counted_for_long")
def test_only_who_really_differs_is_named_above_or_below_the_rest(show, version):
    for number in range(10):
        answer(version, scores(50, 30, 20), manager=manager_called(f"Usual {number}"), **LAST_MONTH)
    answer(version, scores(20, 20, 60), manager=manager_called("Worse"), **LAST_MONTH)
    answer(version, scores(0, 0, 20), manager=manager_called("New"), **LAST_MONTH)

    page = show("?period=last-month")

    assert page.row("managers", "Worse")[0] == "Worse ▼ below the rest"
    assert page.row("managers", "New")[0] == "New few answers"
    assert [page.row("managers", f"Usual {number}")[0] for number in range(10)] == [
        f"Usual {number}" for number in range(10)
    ]


@pytest.mark.usefixtures("_counted_for_long")
def test_a_change_is_told_only_where_it_is_real(show, version):
    steady, fallen = ChannelFactory(name="Phone"), ChannelFactory(name="Shop")
    for channel, before, now in (
        (steady, scores(50, 30, 20), scores(52, 30, 18)),
        (fallen, scores(80, 15, 5), scores(40, 30, 30)),
    ):
        answer(version, before, at=at("2026-05-20T10:00"), channel=channel)
        answer(version, now, at=at("2026-06-02T10:00"), channel=channel)

    page = show("?period=last-month")

    assert page.row("channels", "Phone")[-1] == "+4.0 · cannot tell −17 … +25, 100 before"
    assert page.row("channels", "Shop")[-1] == "▼ −65.0 −82 … −44, 100 before"


@pytest.mark.usefixtures("_counted_for_long")
def test_days_that_are_not_whole_months_get_numbers_and_no_verdict(show, version):
    shop = ChannelFactory(name="Shop")
    answer(version, scores(80, 15, 5), at=at("2026-06-20T10:00"), channel=shop)
    answer(version, scores(40, 30, 30), at=at("2026-07-02T10:00"), channel=shop)

    page = show("?period=month")

    assert page.figures["verdict"] == "open"
    assert page.row("channels", "Shop")[-1] == "−65.0 −82 … −44, 100 before"
    assert "Whether it changed is judged when whole months are over: Last month" in page.text


def test_no_row_leads_the_order_of_changes_by_a_past_of_few_answers(show, version):
    old, new = manager_called("Old"), manager_called("New")
    for manager, before in ((old, 40), (new, 4)):
        answer(version, scores(0, 0, before), at=at("2026-05-20T10:00"), manager=manager)
    answer(version, scores(20, 20, 0), at=at("2026-06-02T10:00"), manager=old)
    answer(version, scores(40, 0, 0), at=at("2026-06-02T10:00"), manager=new)

    assert show("?period=last-month&managers=-change").names("managers") == ["Old", "New"]
    assert show("?period=last-month&managers=change").names("managers") == ["Old", "New"]


def test_answers_without_a_manager_have_their_own_row_which_leads_to_them(show, client, version):
    answer(version, scores(30, 0, 0))
    answer(version, scores(7, 0, 0), manager=manager_called("Ona"))

    page = show()

    assert page.names("managers") == ["No manager", "Ona"]
    assert client.get(page.links["30"]).context["all"] == 30


def test_a_long_table_goes_page_by_page_in_its_order(show, version):
    for number in range(27):
        answer(version, [9], manager=manager_called(f"Manager {number:02}"))

    assert show("?managers=name").names("managers") == [f"Manager {number:02}" for number in range(25)]
    assert show("?managers=name&managers_page=2").names("managers") == ["Manager 25", "Manager 26"]
    assert show("?managers=-name&managers_page=moon").names("managers")[0] == "Manager 26"
    assert "Page 2 of 2" in show("?managers_page=2").text


def test_a_new_order_begins_with_the_first_page_and_keeps_what_was_looked_for(show, version):
    for number in range(27):
        answer(version, [9], manager=manager_called(f"Manager {number:02}"))

    page = show("?managers_page=2&managers_find=manager")

    orders = re.findall(r'href="(\?[^"]*managers=[^"]*#managers)"', page.html)
    assert len(orders) == 8
    assert all("managers_page" not in order and "managers_find=manager" in order for order in orders)
    assert '<input type="hidden" name="managers_find" value="manager">' in page.html


def test_a_row_is_found_by_a_part_of_its_name_without_accents(show, version):
    for name in ("Žydrūnas", "Ona", *(f"Manager {number:02}" for number in range(25))):
        answer(version, [9], manager=manager_called(name))

    assert show("?managers_find=ZYDR").names("managers") == ["Žydrūnas"]
    assert "No row is called so." in show("?managers_find=nobody").text


def test_a_table_of_one_page_has_no_search(show, version):
    answer(version, [9], manager=manager_called("Ona"))

    assert "managers_find" not in show().html


def meaning(page, text):
    """What is said of a label, and where on the page that leads."""
    found = re.search(rf'href="#([\w-]+)" title="([^"]+)">(?:<span aria-hidden="true">.</span> )?{text}</a>', page.html)
    assert f'id="{found[1]}"' in page.html
    return found[2]


def test_every_label_says_what_it_means_and_leads_to_its_definition(show, version):
    answer(version, [8], at=at("2026-04-28T10:00"))
    for name, now, before in (
        ("Anna", scores(600, 300, 100), scores(600, 300, 100)),
        ("Bohdan", scores(100, 100, 800), scores(100, 100, 800)),
        ("Cesar", scores(590, 300, 110), scores(600, 300, 100)),
        ("Daina", scores(6), scores(40)),
    ):
        manager = manager_called(name)
        answer(version, now, at=at("2026-06-02T10:00"), manager=manager)
        answer(version, before, at=at("2026-05-20T10:00"), manager=manager)

    page = show("?period=last-month")

    among = "Judged among all 10 comparisons of this page: the more there are, the more each must show."
    assert meaning(
        page, "below the rest"
    ) == f"Lower than all other rows of this table together, by more than chance explains. {among}".replace("  ", " ")
    assert meaning(page, "cannot tell") == f"This may be chance. {among}"
    assert meaning(page, "few answers").startswith("5 to 29 answers: the number may lie far off")
    assert meaning(page, "too few") == "A change needs 30 answers in both periods."
