"""The words of a topic, one pattern a line for each language."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.customerlanguages import spoken, textfields
from accounts.form_fields import PlainField
from responses.models import Topic, TopicDictionary
from responses.topics.patterns import PatternError, parse
from responses.topics.upkeep import NO_PATTERN

# Languages of comments in which nobody works here.
OF_COMMENTS = {"pl": gettext_lazy("Polish"), "de": gettext_lazy("German")}

Words = Mapping[str, list[str]]


class WordsForm(forms.Form):
    """The patterns of a topic, or those that are ignored, as `words`; of a topic also its names.

    `version`: the dictionary that was looked at.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, dictionary: TopicDictionary, topic: Topic | None, data: Any = None) -> None:
        super().__init__(data)
        self.dictionary, self.topic = dictionary, topic
        self.fields["version"].initial = dictionary.number
        if topic:
            textfields.add(self, "name", topic.names, max_length=60)
            for language, name in spoken.choices():
                self.fields[textfields.name_of("name", language)].label = name
            self.fields[textfields.name_of("name", "en")].required = True
        kept = self.kept
        for language, called_language in languages(kept).items():
            written_so = textfields.attributes(language)
            self.fields[textfields.name_of("words", language)] = PlainField(
                label=called_language,
                required=False,
                initial="\n".join(kept.get(language, ())),
                widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", **written_so}),
            )

    @property
    def kept(self) -> Words:
        """The words as they stand in the dictionary."""
        words: Words = self.dictionary.patterns.get(self.topic.slug, {}) if self.topic else self.dictionary.ignored
        return words

    @property
    def names(self) -> dict[str, str]:
        """The names of the topic by language, with those that were entered; without those that were emptied."""
        return textfields.kept(self.topic.names if self.topic else {}, textfields.entered(self, "name"))

    @property
    def words(self) -> Words:
        """The patterns as they were entered, each once, by language; languages without any are left out."""
        entered = {name.removeprefix("words_"): self.cleaned_data[name] for name in self._of_words()}
        return {language: list(dict.fromkeys(lines)) for language, lines in entered.items() if lines}

    @property
    def changed(self) -> tuple[Mapping[str, Words], Words]:
        """The patterns and the ignored ones of the whole dictionary, with what was entered."""
        if self.topic is None:
            return self.dictionary.patterns, self.words
        return {**self.dictionary.patterns, self.topic.slug: self.words}, self.dictionary.ignored

    @property
    def changes_words(self) -> bool:
        return self.words != {language: words for language, words in self.kept.items() if words}

    @property
    def new_words(self) -> list[str]:
        known = {word for words in self.kept.values() for word in words}
        return [word for words in self.words.values() for word in words if word not in known]

    def name_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self.fields if name.startswith("name_"))

    def word_fields(self) -> Iterator[forms.BoundField]:
        return (self[name] for name in self._of_words())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self._of_words():
            cleaned[name] = [line.strip() for line in cleaned.get(name, "").splitlines() if line.strip()]
            for line in cleaned[name]:
                try:
                    parse(line)
                except PatternError:
                    self.add_error(name, NO_PATTERN % {"line": line})
                    break
        if cleaned.get("version") not in (None, self.dictionary.number):
            self.add_error(None, CHANGED_MEANWHILE)
        return cleaned

    def _of_words(self) -> list[str]:
        return [name for name in self.fields if name.startswith("words_")]


CHANGED_MEANWHILE = gettext_lazy("Somebody has changed the words meanwhile. Load the page again.")


def languages(words: Words) -> dict[str, str]:
    """Return the languages in which words may be entered: those of the pages, of the shipped words, and any others."""
    known = {language: str(name) for language, name in [*OF_COMMENTS.items(), *spoken.choices()]}
    return known | {language: language for language in words if language not in known}
