"""The letter of a trial: that of the survey, with a word that it is a test. The secret of its link stands in no row."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.customerlanguages import spoken
from accounts.media import Medium
from accounts.vocatives import vocative
from delivery.composers import Composed, Unsendable, attempted, register
from delivery.media.email.letter import Letter
from delivery.models import Message
from onboarding.models import Trial
from surveys.letters import kinds
from surveys.letters.frames import LetterPages, Words

TEMPLATE = "onboarding.trial"
PAGES = LetterPages("trial_survey", "trial_decoy", "trial_unsubscribe")
GONE = gettext_noop("The trial is over, or its wording is not there any more.")
OTHER_ADDRESS = gettext_noop("The person has another address by now.")
NAME_LENGTH = Message._meta.get_field("to_name").max_length
Found = dict[int, Trial]


def draft(trial: Trial) -> Message:
    """Return the unsaved message that brings a trial to its person, and to nobody else."""
    return Message(
        medium=Medium.EMAIL,
        purpose=Message.Purpose.STAFF,
        to_address=trial.asker.email or "",
        to_name=trial.asker.name[:NAME_LENGTH],
        language=trial.language,
        template=TEMPLATE,
        context={"trial": trial.pk},
        idempotency_key=f"trial-{trial.pk}",
    )


def named(trial: Trial) -> dict[str, Any]:
    """Return what fills the texts: whoever asked is both the customer and the manager, the product is made up."""
    first_name = trial.asker.name.partition(" ")[0]
    return {"name": vocative(first_name, trial.language), "manager": trial.asker.name}


def compose(messages: Sequence[Message]) -> Sequence[Composed]:
    keys = [message.context["trial"] for message in messages]
    found = Trial.objects.select_related("asker", "version__survey__brand").in_bulk(keys)
    return [attempted(partial(_letter, found=found), message) for message in messages]


def _letter(message: Message, *, found: Found) -> Letter:
    trial = found.get(message.context["trial"])
    if trial is None or trial.has_expired(clock.now()) or not trial.asker.is_active:
        raise Unsendable(GONE, called_off=True)
    if trial.asker.email != message.to_address:
        raise Unsendable(OTHER_ADDRESS, called_off=True)
    # An answer by mail goes back to whoever tries it: nobody reads it as a customer's.
    to_oneself = {"reply_to": message.to_address}
    message.context = kinds.made_up(trial.version, trial.language) | named(trial) | to_oneself
    words = _marked(trial)
    return kinds.unasked(message, words, token=trial.token, pages=PAGES)


def language_of_notes(trial: Trial, language: str) -> str:
    """Return in which language it is said that it is a test: an added one has no words for that."""
    return language if language in spoken.OWN else trial.asker.language or settings.LANGUAGE_CODE


def _marked(trial: Trial) -> Words:
    """Return the words of the ask, its subject and a note above it saying that it is a test."""
    words = dict(kinds.INVITE.words(trial.version, trial.language))
    with spoken.speaking(language_of_notes(trial, trial.language)):
        words["subject"] = _("Test: %(subject)s") % {"subject": words["subject"]}
        words["note"] = _("This is a test. What you answer counts nowhere, and no link in it unsubscribes anybody.")
    return tuple(words.items())


register(TEMPLATE, Medium.EMAIL, compose)
