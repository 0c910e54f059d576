"""Which records may go, since nothing names them; and their going: one that the database keeps stops only itself."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from crm.models import Consent, ConsentChange, ContactAddress, Deal, LatestScore, ScoreChange, Touchpoint

# What belongs to a record and goes with it; everything else that names it keeps it.
OWN = (ContactAddress, Consent, ConsentChange, LatestScore, ScoreChange)


def changed_later() -> str:
    return _("It was changed after the import.")


def named(model: type[models.Model], rows: Collection[int], *, but: Collection[tuple[Any, str]] = ()) -> dict[int, str]:
    """Return why records stay that something else names: an ask, an answer, a deal that came later.

    `but`: the models and names of fields that the caller looks at by itself.
    """
    why: dict[int, str] = {}
    for field in naming(model) if rows else ():
        other: Any = field.model
        if (other, field.name) in but:
            continue
        naming_rows = other._base_manager.filter(**{f"{field.name}__in": list(rows)})
        # What is narrowed to a record names it by a row of its own, and would be narrowed to nothing without it.
        called = other._meta.auto_created or other
        for pk in naming_rows.order_by().values_list(field.attname, flat=True).distinct():
            why.setdefault(pk, named_by(called))
    return why


def naming(model: type[models.Model]) -> list[Any]:
    """Return the fields of others that name a record, also those by which nobody asks it for what names it."""
    relations: list[Any] = list(model._meta.get_fields(include_hidden=True))
    fields = [one.remote_field for one in relations if (one.one_to_many or one.one_to_one) and one.auto_created]
    return [one for one in fields if one.model not in OWN and not (model is Deal and one.model is Touchpoint)]


def named_by(other: type[models.Model]) -> str:
    return _("It is named by others: %(what)s.") % {"what": other._meta.verbose_name_plural}


def removed(rows: Sequence[int], remove: Callable[[Sequence[int]], object]) -> dict[int, str]:
    """Let records go by `remove`; return why those stay that the database keeps."""
    try:
        with transaction.atomic():
            remove(rows)
    except (DatabaseError, models.ProtectedError):
        return _removed_one_by_one(rows, remove)
    return {}


def _removed_one_by_one(rows: Sequence[int], remove: Callable[[Sequence[int]], object]) -> dict[int, str]:
    why = {}
    for pk in rows:
        try:
            with transaction.atomic():
                remove([pk])
        except (DatabaseError, models.ProtectedError):
            why[pk] = _("Something else still needs it.")
    return why
