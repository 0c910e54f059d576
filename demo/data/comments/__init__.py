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


def topic_of(subject: str) -> str:
    """Return the slug of the topic under which a subject is counted."""
    return TOPIC_OF_SUBJECT.get(subject, subject)
