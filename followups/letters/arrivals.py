"""What customers write back, taken up into their follow-ups.

A letter answers one of ours, and by that is somebody's. It becomes an activity of the follow-up that ours was written
from, else of the customer's open one, else of one closed within the last month, which it reopens. Where there is none
it opens one: about the answer to the ask, else about the ask itself, which stays unanswered. What answers no ask of
ours waits for a person on the page of letters. Machines' answers are noted and wake nobody; a letter that says nothing
but “stop” ends all letters to that address.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.setaside import Batch
from crm import suppressions
from crm.models import Contact
from crm.suppressions import No
from delivery.models import IncomingLetter
from delivery.stopwords import asks_to_stop
from followups import notices, openings, routes
from followups.letters import brevity, correspondents
from followups.letters.correspondents import Correspondent
from followups.models import Activity, CustomerLetter, Followup, Playbook, WorkSubject
from followups.models.deed import Change
from responses.models import Response
from surveys.fates.address_news import spelled
from surveys.models import Invitation

BATCH = 200
LETTERS = Batch("letters", _("taking up customers' letters"), task="followups.take_letters", model=IncomingLetter)


def take_due(*, now: datetime | None = None, batch: int = BATCH) -> int:
    """Take up every letter that waits, each once, and return how many were looked at."""
    return LETTERS.take_all(IncomingLetter.objects.untaken, _take, now=now, size=batch)


@dataclass
class _Taken:
    """A letter with what is made of it.

    `wakes`: whether somebody has to look at it; `about`: what a follow-up of its own would be about.
    """

    letter: IncomingLetter
    row: CustomerLetter
    wakes: bool
    about: WorkSubject | None = None


def _take(letter_ids: Sequence[int], now: datetime) -> None:
    letters = list(IncomingLetter.objects.filter(pk__in=letter_ids).select_related("answers").order_by("pk"))
    whose = correspondents.of(letters)
    taken = [_taken(letter, whose[letter.pk], now) for letter in letters]
    _stop([each.letter for each in taken if each.row.ends_letters])
    if any(each.about for each in taken):
        _open(taken, now)
    CustomerLetter.objects.bulk_create(each.row for each in taken)
    _enter(taken)
    notices.tell_of_letters([each.row for each in taken if each.row.is_waiting])
    IncomingLetter.objects.filter(pk__in=letter_ids).update(taken_at=now)


def _taken(letter: IncomingLetter, who: Correspondent, now: datetime) -> _Taken:
    row = CustomerLetter(letter=letter, contact=who.contact, invitation=who.invitation)
    if not letter.is_automatic:
        row.asks_to_stop = asks_to_stop(letter.text)
        row.score = brevity.score_in(letter.text, who.invitation.scale) if who.invitation else None
    wakes = not (letter.is_automatic or row.ends_letters)
    row.followup = who.followup(now)
    if row.followup is None and not wakes:
        row.seen_at = now
    return _Taken(letter, row, wakes, about=who.subject if row.followup is None and wakes else None)


def _enter(taken: Sequence[_Taken]) -> None:
    """Make the letters activities; those that wake end the waiting or reopen what was closed, and are told."""
    entered = [(each, each.row.followup_id) for each in taken if each.row.followup_id]
    keys = {key for _each, key in entered}
    # In one order, so that no two workers wait for each other.
    followups = list(Followup.objects.filter(pk__in=keys).order_by("pk").select_for_update())
    Activity.objects.bulk_create(
        # Not when it says that it was written: that may be any day.
        Activity(followup_id=key, kind=_kind(each.letter), at=each.letter.arrived_at, change={"letter": each.letter.pk})
        for each, key in entered
    )
    woken = {key for each, key in entered if each.wakes}
    for followup in followups:
        if followup.pk in woken and not followup.is_open:
            followup.reopen(by=None)
    _go_on([followup for followup in followups if followup.pk in woken and followup.is_waiting])
    by_key = {followup.pk: followup for followup in followups}
    notices.tell_all(
        [
            notices.Happening(notices.Kind.CUSTOMER_REPLIED, by_key[key], f"letter-{each.letter.pk}")
            for each, key in entered
            if each.wakes and key in by_key
        ]
    )


def _go_on(waiting: Sequence[Followup]) -> None:
    """Do to many follow-ups, whose rows are locked, what `start` does to one: two statements, however many."""
    change: Change = {"from": Followup.Status.WAITING, "to": Followup.Status.IN_PROGRESS}
    Activity.objects.bulk_create(
        Activity(followup=followup, kind=Activity.Kind.STATUS, change=change) for followup in waiting
    )
    Followup.objects.filter(pk__in=[followup.pk for followup in waiting]).update(
        status=Followup.Status.IN_PROGRESS, look_again_on=None, until_answer=False
    )


def _kind(letter: IncomingLetter) -> Activity.Kind:
    return Activity.Kind.AUTOMATIC if letter.is_automatic else Activity.Kind.REPLY


def _open(taken: Sequence[_Taken], now: datetime) -> None:
    """Open the follow-ups of letters that belong to none: of answers whose playbook asked for none, and of asks that
    nobody answered, in the clocks of the playbook for such answers or letters if there is one.
    """
    wanted = {each.about: each for each in taken if each.about}
    desk = routes.Desk.at(now)
    drafts = [desk.draft(route, route.playbook or Playbook(), now=now) for route in _routes(desk, wanted)]
    for row, _detour in drafts:
        # Its playbook asked for no work of such an answer, and says nothing of how pressing it is.
        row.priority = row.priority if row.is_of_letter else Playbook.Priority.NORMAL
    openings.open_all(drafts, desk.calendars, now)
    opened = {row.about: row for row in openings.about(drafts).select_related("response", "invitation")}
    for each in taken:
        each.row.followup = each.row.followup or (opened.get(each.about) if each.about else None)


def _routes(desk: routes.Desk, subjects: Collection[WorkSubject]) -> list[routes.Route]:
    """Return the way of each answer and ask, without asks of which their playbook wants no work."""
    answers = [subject.pk for subject in subjects if isinstance(subject, Response)]
    asks = [subject.pk for subject in subjects if isinstance(subject, Invitation)]
    known = routes.KNOWN
    of_answers = desk.routes(list(Response.objects.filter(pk__in=answers).select_related(*known).order_by("pk")))
    of_letters = desk.routes_of_letters(
        list(Invitation.objects.filter(pk__in=asks).select_related(*known).order_by("pk"))
    )
    return [*of_answers, *(route for route in of_letters if route.playbook is None or route.makes_work)]


def _stop(letters: Sequence[IncomingLetter]) -> None:
    """End all letters to the addresses that ours went to, in the customers' own words."""
    noes = [
        No(
            reason=Contact.OptOut.UNSUBSCRIBED,
            at=letter.arrived_at,
            through=spelled(letter.answers) if letter.answers else None,
            evidence=f"“{letter.text}” · {letter.message_id}",
        )
        for letter in letters
    ]
    if noes:
        suppressions.opt_out_addresses(noes)
