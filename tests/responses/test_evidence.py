from datetime import timedelta

import pytest

from responses.evidence.assessment import Act, Label, weigh

READ = timedelta(seconds=7)
AT_ONCE = timedelta(milliseconds=300)


@pytest.mark.parametrize(
    ("act", "label", "reasons"),
    [
        (Act(method="GET", family="Chrome"), "unsure", ()),
        (Act(method="GET", family="bot"), "machine", ("robot",)),
        (Act(method="GET", family="Chrome", scores_lately=2), "unsure", ()),
        (Act(method="GET", family="Chrome", scores_lately=3), "machine", ("burst",)),
        (Act(method="HEAD", family="Chrome"), "machine", ("head",)),
        (Act(method="POST", scripted=True, gesture="pointer", since_shown=READ), "human", ("gesture",)),
        (Act(method="POST", scripted=True, gesture="key", since_shown=AT_ONCE), "human", ("gesture", "quick")),
        (Act(method="POST", scripted=True, gesture="touch", scores_lately=11), "human", ("burst", "gesture")),
        (Act(method="POST", since_shown=READ), "unsure", ("no_script",)),
        (Act(method="POST", since_shown=AT_ONCE), "unsure", ("no_script", "quick")),
        (Act(method="POST"), "unsure", ("no_script",)),
        (Act(method="POST", scores_lately=11, since_shown=READ), "unsure", ("burst", "no_script")),
        (Act(method="POST", scores_lately=11, since_shown=AT_ONCE), "machine", ("burst", "no_script", "quick")),
        (Act(method="POST", scripted=True, since_shown=READ), "unsure", ("no_gesture",)),
        (Act(method="POST", scripted=True, since_shown=AT_ONCE), "machine", ("no_gesture", "quick")),
        (Act(method="POST", scripted=True, since_shown=timedelta(seconds=1)), "unsure", ("no_gesture",)),
        (Act(method="POST", scripted=True, scores_lately=3), "machine", ("burst", "no_gesture")),
        (Act(method="POST", family="bot", scripted=True, gesture="key"), "human", ("robot", "gesture")),
        (Act(method="GET", family="Chrome", is_decoy=True), "machine", ("decoy",)),
        (
            Act(method="POST", since_shown=READ, is_known=True, met_decoy=True),
            "machine",
            ("no_script", "known_machine"),
        ),
    ],
)
def test_verdict_follows_what_was_seen(act, label, reasons):
    verdict = weigh(act)

    assert (verdict.label, verdict.reasons) == (Label(label), reasons)
    assert verdict.is_machine == (label == "machine")


@pytest.mark.parametrize(
    ("act", "is_held"),
    [
        (Act(method="POST", since_shown=READ), False),
        (Act(method="POST", since_shown=READ, scores_lately=11), False),
        (Act(method="POST", since_shown=AT_ONCE), True),
        (Act(method="POST", since_shown=READ, is_known=True), True),
        (Act(method="POST", since_shown=READ, is_stranger=True), True),
        (Act(method="POST", since_shown=READ, scripted=True), True),
        (Act(method="POST", gesture="key", since_shown=AT_ONCE), False),
        (Act(method="POST", gesture="key", since_shown=READ, is_known=True, met_decoy=True), False),
        (Act(method="POST", gesture="key", since_shown=AT_ONCE, scores_lately=5), False),
        (Act(method="POST", gesture="key", since_shown=AT_ONCE, scores_lately=6), True),
        (Act(method="POST", gesture="key", since_shown=AT_ONCE, is_known=True), True),
        (Act(method="POST", gesture="key", since_shown=READ, is_stranger=True), False),
    ],
)
def test_answer_is_held_back_where_no_person_is_to_be_seen(act, is_held):
    assert weigh(act).is_held is is_held
