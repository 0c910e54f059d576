import random

from analytics.integrity.checks import Share
from analytics.integrity.findings import find


def test_a_share_that_chance_does_not_explain_stands_out():
    (found,) = find({"bounced": {1: Share(20, 60), 2: Share(4, 80), 3: Share(3, 70)}})

    assert (found.check, found.manager, found.share, found.others) == ("bounced", 1, Share(20, 60), Share(7, 150))
    assert 10 < found.difference.low < 100 * (20 / 60 - 7 / 150) < found.difference.high < 45


def test_fewer_than_thirty_cases_are_not_judged_on_either_side():
    assert find({"bounced": {1: Share(29, 29), 2: Share(0, 500)}}) == []
    assert find({"bounced": {1: Share(40, 40), 2: Share(0, 29)}}) == []


def test_two_cases_are_a_story_of_two_customers():
    assert find({"bounced": {1: Share(2, 30), 2: Share(0, 50_000)}}) == []
    assert len(find({"bounced": {1: Share(3, 30), 2: Share(0, 50_000)}})) == 1


def test_a_small_share_is_no_finding():
    assert find({"bounced": {1: Share(0, 200), 2: Share(100, 200), 3: Share(100, 200)}}) == [
        found
        for found in find({"bounced": {1: Share(0, 200), 2: Share(100, 200), 3: Share(100, 200)}})
        if found.manager != 1
    ]


def test_where_nothing_differs_at_most_one_page_in_ten_shows_anything():
    drawn = random.Random(7)
    pages = 200

    def share(n, chance):
        return Share(sum(drawn.random() < chance for _case in range(n)), n)

    accused = sum(
        bool(
            find({check: {pk: share(60, chance) for pk in range(10)} for check, chance in enumerate((0.02, 0.1, 0.3))})
        )
        for _page in range(pages)
    )

    assert accused <= pages / 10
