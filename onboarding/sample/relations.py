"""Which rows hang on some others, in whichever table of whichever app: read from the models, so that none is missed."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import models

from accounts.models import SecurityEvent
from crm.models import ConsentChange, Facts, Sourced

AnyModel: TypeAlias = type[models.Model]
Rows: TypeAlias = dict[AnyModel, set[Any]]

# The first is only ever added to; the second goes with its contact, by the database.
KEPT = (SecurityEvent, ConsentChange)


class Reference(NamedTuple):
    """A column of `model` that names rows of another one; a row that `outlives` them forgets them instead."""

    model: AnyModel
    field: "models.ForeignKey[Any, Any]"
    outlives: bool


def references() -> Mapping[AnyModel, list[Reference]]:
    """Return what names the rows of each model."""
    found: dict[AnyModel, list[Reference]] = {}
    for model in apps.get_models(include_auto_created=True):
        if not model._meta.managed or model in KEPT:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey):
                target = field.remote_field.model
                found.setdefault(target, []).append(Reference(model, field, _outlives(model, field)))
    return found


def _outlives(model: AnyModel, field: "models.ForeignKey[Any, Any]") -> bool:
    """Say whether a row may go on without what it names: a real deal with the product of a sample, say."""
    is_fact = issubclass(model, Facts) and field.name in Facts.RELATIONS
    is_record = issubclass(model, Sourced) and field.null
    return field.remote_field.on_delete is models.SET_NULL or (field.null and (is_fact or is_record))


def hanging_on(roots: Mapping[AnyModel, Collection[Any]]) -> Rows:
    """Return the keys of the roots and of all rows that cannot be without them, by model."""
    named_by, found = references(), {model: set(keys) for model, keys in roots.items()}
    fresh: Rows = {model: set(keys) for model, keys in found.items() if keys}
    while fresh:
        model, keys = fresh.popitem()
        for other, field, outlives in named_by.get(model, ()):
            if outlives:
                continue
            rows = other._base_manager.filter(**{f"{field.name}__in": keys}).values_list("pk", flat=True)
            if new := set(rows) - found.setdefault(other, set()):
                found[other] |= new
                fresh.setdefault(other, set()).update(new)
    return {model: keys for model, keys in found.items() if keys}


def narrowed_to(model: AnyModel, keys: Collection[Any]) -> set[Any]:
    """Return which of these rows something is narrowed to, such as a trigger to a product.

    Without them it would be narrowed to nothing, and a trigger would ask about everything that is sold.
    """
    found: set[Any] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete):
            continue
        field: Any = relation.remote_field
        if relation.many_to_many:
            naming, name = field.remote_field.through, field.m2m_reverse_field_name()
        elif relation.one_to_many and field.null and field.remote_field.on_delete is models.CASCADE:
            naming, name = field.model, field.name
        else:
            continue
        found |= set(naming._base_manager.filter(**{f"{name}__in": keys}).values_list(name, flat=True))
    return found


def forget(rows: Rows) -> None:
    """Let whatever stays name none of these rows any more."""
    named_by = references()
    for model, keys in rows.items():
        for other, field, outlives in named_by.get(model, ()):
            if outlives:
                naming = other._base_manager.filter(**{f"{field.name}__in": keys})
                naming.exclude(pk__in=rows.get(other, ())).update(**{field.name: None})


def from_the_leaves(rows: Rows) -> Iterator[AnyModel]:
    """Yield each model after those whose rows name its own."""
    named_by, done = references(), set()

    def visit(model: AnyModel, path: frozenset[AnyModel]) -> Iterator[AnyModel]:
        if model in done or model in path:
            return
        for other, _field, _outlives in named_by.get(model, ()):
            if other in rows:
                yield from visit(other, path | {model})
        done.add(model)
        yield model

    for model in rows:
        yield from visit(model, frozenset())


def log_entries(rows: Rows) -> models.QuerySet[LogEntry]:
    """Return what the history of the administration tells of these rows."""
    about = models.Q(pk__in=[])
    for model, keys in rows.items():
        about |= models.Q(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            object_id__in=[str(key) for key in keys],
        )
    return LogEntry.objects.filter(about)
