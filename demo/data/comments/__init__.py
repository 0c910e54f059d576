"""What the demo's customers say: per language, category and subject."""

from demo.data.comments import english, lithuanian, russian, ukrainian

COMMENTS: dict[str, dict[str, dict[str, list[str]]]] = {
    "en": english.COMMENTS,
    "uk": ukrainian.COMMENTS,
    "ru": russian.COMMENTS,
    "lt": lithuanian.COMMENTS,
}

# Subjects that are not topics of their own.
TOPIC_OF_SUBJECT = {"pod": "quality", "manager": "support"}

# Sentences that speak of one product, by their place, which is the same in every language.
ABOUT = {
    ("detractor", "quality"): {0: "Rise Desk", 3: "Rise Desk"},
    ("passive", "quality"): {0: "Rise Desk", 2: "Rise Desk"},
    ("promoter", "quality"): {0: "Rise Desk", 1: "Aero Chair"},
    ("promoter", "price"): {2: "Aero Chair"},
    ("promoter", "product"): {0: "Aero Chair", 1: "Workspace Planning", 2: "Brew Station"},
}


def sentences(language: str, category: str, subject: str, product: str) -> list[str]:
    """Return what a customer who bought `product` may say about `subject`."""
    about = ABOUT.get((category, subject), {})
    said = COMMENTS[language][category][subject]
    return [sentence for place, sentence in enumerate(said) if about.get(place, product) == product]


def topic_of(subject: str) -> str:
    """Return the slug of the topic under which a subject is counted."""
    return TOPIC_OF_SUBJECT.get(subject, subject)
