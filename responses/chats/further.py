"""The further questions of a survey in its chat: one at a time, after the reason of the score.

A button about one says at which place of the wording it stands; a wording that was published never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from delivery.media.messenger.buttons import Action
from responses import further_answers
from responses.further_answers import PHONE, Given, Sent
from responses.models import Response
from responses.page.further import of_version
from surveys.metrics import SCALES
from surveys.models import Invitation
from surveys.wording import further
from surveys.wording.further import FurtherQuestion, QuestionKind, Questions

# A button holds the place of a question, and in the last digit which of its options is meant.
OPTIONS_HELD = 10
# What may be changed until somebody goes on.
STAYS = frozenset({QuestionKind.MANY, QuestionKind.CALL})


class QuestionTurn(NamedTuple):
    """A question that is asked, at its place among all questions of the wording."""

    place: int
    question: FurtherQuestion

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be pressed, as a form would send it."""
        if self.question.kind.has_options:
            return self.question.options
        kinds = {QuestionKind.SCALE: tuple(map(str, further.STEPS)), QuestionKind.CALL: ("1",)}
        return kinds.get(self.question.kind, ())

    def value_of(self, choice: str) -> int:
        """Return what a button holds that means a choice."""
        return OPTIONS_HELD * self.place + int(choice)

    def pressed(self, said: Given, action: str, choice: str) -> Given | None:
        """Return what is said to the question once a choice is meant, or is not meant any more; None where no button
        of ours says that."""
        kind, is_meant = self.question.kind, action == Action.WITH_OPTION
        if choice not in self.choices or not (is_meant or kind in STAYS):
            return None
        chosen = {*said.options} - {choice} if kind is QuestionKind.MANY else set()
        return self.read({self.question.key: sorted(chosen | {choice} if is_meant else chosen)}, said)

    def longest(self, said: Given) -> int:
        """Return how long the words may be that it waits for, 0 where it waits for a press."""
        if self.question.kind is QuestionKind.TEXT:
            return further_answers.LONGEST_WORDS
        return further_answers.LONGEST_PHONE if self.question.kind is QuestionKind.CALL and said.number == 1 else 0

    def written(self, said: Given, words: str) -> Given | None:
        """Return what is said to the question once somebody has written `words`; None where they are no answer to it.

        A number is one on a scale.
        """
        key, kind = self.question.key, self.question.kind
        if self.longest(said):
            return self.read({key: ["1"], key + PHONE: [words]} if kind is QuestionKind.CALL else {key: [words]}, said)
        number = words.strip()
        return self.read({key: [number]}, said) if kind is QuestionKind.SCALE and number in self.choices else None

    def read(self, sent: Sent, said: Given) -> Given:
        """Return what a form would say that sends this; where to call stays as it was `said`."""
        key, is_call = self.question.key, self.question.kind is QuestionKind.CALL
        if is_call and sent[key] and key + PHONE not in sent:
            sent = {**sent, key + PHONE: [said.words]}
        return further_answers.read((self.question,), sent).get(key, Given(key))


Turns = Sequence[QuestionTurn]


def turns_of(ask: Invitation, given: Response) -> Turns:
    """Return the questions that an answer is asked, in their order."""
    every = of_version(ask.version_id)
    asked = further.asked(every, SCALES[ask.metric].tier_of(given.score), given.language)
    return [QuestionTurn(place, question) for place, question in enumerate(every) if question in asked]


def asked_in(turns: Turns) -> Questions:
    return tuple(turn.question for turn in turns)


def from_place(turns: Turns, place: int) -> QuestionTurn | None:
    """Return the question at a place, or the next one that is asked; None after the last."""
    return next((turn for turn in turns if turn.place >= place), None)


def at_place(turns: Turns, place: int) -> QuestionTurn | None:
    return next((turn for turn in turns if turn.place == place), None)


def shown_after(action: str, value: int | None, turns: Turns) -> QuestionTurn | None:
    """Return the question that the chat shows after a press; None where it was the last."""
    if action == Action.GO_ON:
        return from_place(turns, value or 0)
    place = (value or 0) // OPTIONS_HELD
    turn = at_place(turns, place)
    return turn if turn and turn.question.kind in STAYS else from_place(turns, place + 1)
