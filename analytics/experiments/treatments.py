"""What an arm does, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.customerlanguages import spoken
from surveys.models import Experiment, ExperimentArm


def words(arm: ExperimentArm, experiment: Experiment) -> list[str]:
    """Return what is special about the asks of an arm, a line each; that all is as usual, where nothing is."""
    return _OF_VARIED[experiment.varied](arm) or [_("as usual")]


def _hours(arm: ExperimentArm) -> list[str]:
    return [f"{arm.hour_from:%H:%M}–{arm.hour_until:%H:%M}"] if arm.hour_from and arm.hour_until else []


def _subjects(arm: ExperimentArm) -> list[str]:
    names = spoken.names()
    lines = [f"{names.get(language, language)}: {text}" for language, text in arm.subjects.items()]
    reminders = [
        _("%(language)s, reminder: %(subject)s") % {"language": names.get(language, language), "subject": text}
        for language, text in arm.reminder_subjects.items()
    ]
    return [*lines, *reminders]


def _media(arm: ExperimentArm) -> list[str]:
    return [_("%(medium)s first") % {"medium": capfirst(arm.get_first_medium_display())}] if arm.first_medium else []


_OF_VARIED: Mapping[str, Callable[[ExperimentArm], list[str]]] = {
    Experiment.Varied.HOUR: _hours,
    Experiment.Varied.SUBJECT: _subjects,
    Experiment.Varied.MEDIUM: _media,
}
