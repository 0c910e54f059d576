"""Whose words somebody may read: the one place that says it, to pages, files, searches, letters and programs alike.

The company may hide the words of critics, who gave a score of the lowest category of any metric, from the person whom
they rate (Organisation.hides_critics_words). Scores, categories, topics and follow-ups stay visible to that person.
Words that were said with such a score stay hidden when the same customer lets them stand with a better one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.db.models import BooleanField, Case, F, Func, Q, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject
from django.http import HttpRequest

from accounts.models import Organisation, User
from responses.models import Response
from responses.models.response import ResponseQuerySet
from surveys.metrics import SCALES, Tier

NOBODY, ANYBODY = 0, -1
# An entry of the trail with the same words and a score so low.
SAID_LOW = Func(template="'$[*] ? (@.comment == $words && @.score <= $highest)'::jsonpath", output_field=TextField())


@dataclass(frozen=True, slots=True)
class SaidWords:
    """The words of an answer as somebody may read them: "" where there are none, or where they are hidden."""

    text: str
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class WordAccess:
    """What somebody may read of the words of answers.

    `rated`: the key of the person about whom they may not read critics' words: their own; ANYBODY or NOBODY.
    """

    rated: int

    @classmethod
    def of(cls, reader: User, company: Organisation | None = None) -> WordAccess:
        """Return what a member of staff may read, by what the company has set now, or had when it was fetched."""
        return cls(reader.pk) if (company or Organisation.current()).hides_critics_words else EVERYTHING

    @classmethod
    def of_request(cls, request: HttpRequest) -> WordAccess:
        """Return what the reader of a page may read; one query, however often a request asks."""
        kept: WordAccess | None = getattr(request, "word_access", None)
        if kept is None:
            is_known = isinstance(request.user, User)
            kept = cls.of(cast(User, request.user)) if is_known else cls.of_program(reads_hidden=False)
            request.word_access = kept  # type: ignore[attr-defined]
        return kept

    @classmethod
    def of_program(cls, *, reads_hidden: bool) -> WordAccess:
        """Return what another system may read: nobody knows to whom it shows it."""
        return EVERYTHING if reads_hidden or not Organisation.current().hides_critics_words else cls(ANYBODY)

    def withheld(self, way: str = "") -> Q:
        """Return the condition that the words of an answer are hidden; `way` leads to the answer: `response__`."""
        if self.rated == NOBODY:
            return Q((f"{way}pk__in", []))
        rated = Q((f"{way}manager__isnull", False)) if self.rated == ANYBODY else Q((f"{way}manager", self.rated))
        critical = Q()
        for metric, scale in SCALES.items():
            highest = scale.highest_bad
            low = Q((f"{way}score__lte", highest)) | Q((f"{way}counted_score__lte", highest)) | _said_low(way, highest)
            critical |= Q((f"{way}metric", metric)) & low
        return rated & critical

    def readable(self, found: ResponseQuerySet) -> ResponseQuerySet:
        """Return those of the answers whose words may be read: what is searched, quoted or counted by its words."""
        return found if self.rated == NOBODY else found.exclude(self.withheld())

    @property
    def comment(self) -> Combinable:
        """The words of each row of a query, "" where they are hidden."""
        if self.rated == NOBODY:
            return F("comment")
        return Case(When(self.withheld(), then=Value("")), default=F("comment"), output_field=TextField())

    def instead(self, hidden: Combinable, shown: Combinable) -> Combinable:
        """Return what each row of a query is told: `hidden` where its words are hidden."""
        return shown if self.rated == NOBODY else Case(When(self.withheld(), then=hidden), default=shown)

    def hides(self, response: Response) -> bool:
        """Say of one answer what `withheld` says of many."""
        return self.hides_score(response, response.counted_score) or self._hides(
            response, response.score, response.comment
        )

    def hides_score(self, response: Response, score: int) -> bool:
        """Say whether words are hidden that came with a score, one of those that this customer gave."""
        return self._is_of_the_rated(response) and response.scale.tier_of(score) is Tier.BAD

    def said(self, response: Response) -> SaidWords:
        """Return the words that a customer says by now."""
        return SaidWords("", is_hidden=bool(response.comment)) if self.hides(response) else SaidWords(response.comment)

    def said_before(self, response: Response, score: int, words: str) -> SaidWords:
        """Return the words that a customer said before, with another score or the same."""
        is_hidden = self.hides(response) or self._hides(response, score, words)
        return SaidWords("", is_hidden=bool(words)) if is_hidden else SaidWords(words)

    def _hides(self, response: Response, score: int, words: str) -> bool:
        """Say whether words are hidden that came with a score, or that the customer said before with another one."""
        if not self._is_of_the_rated(response):
            return False
        before = (entry["score"] for entry in response.earlier_answers if entry["comment"] == words)
        return any(self.hides_score(response, each) for each in (score, *before))

    def _is_of_the_rated(self, response: Response) -> bool:
        return response.manager_id is not None if self.rated == ANYBODY else response.manager_id == self.rated


def _said_low(way: str, highest: int) -> Q:
    """Return the condition that the words of an answer were said before with a score up to `highest`."""
    said = JSONObject(words=F(f"{way}comment"), highest=Value(highest))
    return Q(Func(F(f"{way}trail"), SAID_LOW, said, function="jsonb_path_exists", output_field=BooleanField()))


EVERYTHING = WordAccess(NOBODY)
