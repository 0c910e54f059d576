"""What a notice says: a title and lines, in the active language and time zone."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import dates
from accounts.models import User
from followups.models import Activity, ClosingLetter, CodePool, Followup, StaffNotice
from responses.word_access import WordAccess

Kind = StaffNotice.Kind


def title(notice: StaffNotice) -> str:
    """Say in one line what happened, and whose answer or which pool it is about."""
    return _("Few codes left: %(pool)s") % {"pool": notice.pool} if notice.pool else _of_customer(notice)


def _of_customer(notice: StaffNotice) -> str:
    said = {"customer": _customer(notice), "name": str(notice.by) if notice.by else _("Somebody")}
    match notice.kind:
        case Kind.NEW:
            return _("New follow-up: %(customer)s") % said
        case Kind.CUSTOMER_REPLIED:
            return _replied(notice) % said
        case Kind.MENTION:
            return _("%(name)s mentions you: %(customer)s") % said
        case Kind.HANDOVER:
            return _("%(name)s hands you a follow-up: %(customer)s") % said
        case Kind.OVERDUE:
            return _("Overdue: %(customer)s") % said
        case Kind.STEP:
            return _("Step due: %(customer)s") % said
        case Kind.LETTER:
            return _("%(customer)s wrote a letter that waits for somebody") % said
        case _:
            return _("Escalated: %(customer)s") % said


def lines(notice: StaffNotice, reader: User) -> tuple[str, ...]:
    """Return what stands under the title, for `reader`: words of the customer only where they may read them."""
    if notice.pool:
        return (_left(notice.pool), facts(notice))
    if notice.followup is None:
        return (facts(notice),)
    said = (facts_of(notice.followup), *_quoted(notice, notice.followup, reader), whose(notice.followup, reader))
    return tuple(filter(None, said))


def facts(notice: StaffNotice) -> str:
    """Say what stands beside a notice in a list."""
    if notice.pool:
        return _("Put in new ones in time, or switch the pool off.")
    return facts_of(notice.followup) if notice.followup else _("It belongs to no follow-up.")


def facts_of(followup: Followup) -> str:
    """Say the score, and what is due when, of an open follow-up."""
    score = _score_of(followup)
    if not followup.is_open:
        return score
    moment = {"moment": dates.moment(followup.next_due_at)}
    due = _("Contact by %(moment)s.") if followup.awaits_first_contact else _("Resolve by %(moment)s.")
    return f"{score} {due % moment}"


def _score_of(followup: Followup) -> str:
    response = followup.response
    if response is None:
        return _("A letter, without a score.")
    return _("Score %(score)d of %(highest)d.") % {"score": response.score, "highest": response.scale.highest}


def _customer(notice: StaffNotice) -> str:
    """Return the name of the customer, with the company."""
    subject = notice.followup.about if notice.followup else None
    about = subject or notice.letter
    contact = about.contact if about else None
    if contact is None:
        return _("Anonymous customer")
    company = (subject and subject.company) or contact.company
    return f"{contact}, {company}" if company else str(contact)


def whose(followup: Followup, reader: User | None = None) -> str:
    """Say whose work it is; to nobody in particular without a reader."""
    if reader and followup.assignee_id == reader.pk:
        return _("It is yours.")
    if followup.assignee:
        return _("It is assigned to %(name)s.") % {"name": followup.assignee}
    return _("It is in the team's queue: whoever is free takes it.") if followup.is_open else ""


def link_to(notice: StaffNotice) -> str:
    return f"{settings.BASE_URL}{notice.get_absolute_url()}"


def _replied(notice: StaffNotice) -> str:
    if not _is_of_closing(notice):
        return _("%(customer)s has replied")
    is_solved = notice.activity is not None and notice.activity.change.get("solved")
    return _("%(customer)s says that it is solved") if is_solved else _("%(customer)s says that it is not solved")


def _is_of_closing(notice: StaffNotice) -> bool:
    """Whether it tells that a customer answered a closing letter."""
    return notice.activity is not None and notice.activity.kind == Activity.Kind.ANSWERED


def _left(pool: CodePool) -> str:
    left = pool.codes.filter(given_at__isnull=True).count()
    said = ngettext("%(left)d code is left in it.", "%(left)d codes are left in it.", left) % {"left": left}
    return said if left else _("No code is left in it.")


def _quoted(notice: StaffNotice, followup: Followup, reader: User) -> Iterator[str]:
    """Yield what happened to it, a colleague's words, and the customer's where they are new to the reader."""
    activity = notice.activity
    if activity and (notice.kind in (Kind.ESCALATION, Kind.STEP) or _is_of_closing(notice)):
        yield activity.summary
    if activity and activity.text:
        yield _("“%(words)s”") % {"words": activity.text.strip()}
    if words := _new_words(notice, followup, reader).strip():
        yield _("The customer wrote: “%(words)s”") % {"words": words}


def _new_words(notice: StaffNotice, followup: Followup, reader: User) -> str:
    """Return what the customer wrote with that, or else first of all where work begins with it; "" if hidden."""
    access = WordAccess.of(reader)
    if notice.activity and _is_of_closing(notice):
        # Who has said otherwise since wrote their words to that.
        said = ClosingLetter.Answer.YES if notice.activity.change.get("solved") else ClosingLetter.Answer.NO
        letter = followup.closing_letters.filter(pk=notice.activity.change.get("closing"), answer=said).first()
        is_hidden = followup.response is not None and access.hides(followup.response)
        return letter.comment if letter and not is_hidden else ""
    if notice.kind not in (Kind.NEW, Kind.HANDOVER, Kind.ESCALATION):
        return ""
    return access.said(followup.response).text if followup.response else _first_letter(followup)


def _first_letter(followup: Followup) -> str:
    first = followup.letters.select_related("letter").order_by("pk").first()
    return first.letter.text if first else ""
