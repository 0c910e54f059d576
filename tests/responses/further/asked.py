"""A wording that asks five things more, one of each kind."""

from tests.factories import SurveyFactory, SurveyVersionFactory

QUESTIONS = [
    {
        "key": "single", "kind": "single", "tiers": [],
        "texts": {
            "en": {"question": "How did you hear of {brand}?", "options": {"1": "Friends", "3": "Advertising"},
                   "low": "", "high": ""},
            "uk": {"question": "Звідки ви знаєте про {brand}?", "options": {"1": "Від друзів", "3": "З реклами"},
                   "low": "", "high": ""},
        },
    },
    {
        "key": "many00", "kind": "many", "tiers": ["bad"],
        "texts": {"en": {"question": "What should we mend?", "options": {"1": "Delivery", "2": "Price", "3": "Help"},
                         "low": "", "high": ""}},
    },
    {
        "key": "scale0", "kind": "scale", "tiers": [],
        "texts": {"en": {"question": "How easy was it?", "options": {}, "low": "Hard", "high": "Easy"}},
    },
    {
        "key": "words0", "kind": "text", "tiers": ["good", "middle"],
        "texts": {"en": {"question": "Anything for {manager}?", "options": {}, "low": "", "high": ""}},
    },
    {"key": "call00", "kind": "call", "tiers": [], "texts": {}},
]  # fmt: skip


def version(questions=QUESTIONS, **survey):
    return SurveyVersionFactory(survey=SurveyFactory(**survey), questions=questions)
