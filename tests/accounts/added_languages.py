"""Languages that an administrator added, for the tests of where they show."""

from accounts.customerlanguages import words
from accounts.models import CustomerLanguage


def spoken_here(tag, **fields):
    """A language in use whose texts are ours in English."""
    said = {word.key: word.text for word in words.all_words()}
    return CustomerLanguage.objects.create(tag=tag, words=said, is_offered=True, **fields)
