"""What the configuration consists of, each kind after those it speaks of; everything else stays out of its file.

A new field of one of these models is named here, as taken along or as left out: a test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from accounts.models import Brand, CustomerLanguage, Holiday, Organisation, Team
from accounts.sources import SAMPLE
from analytics.models import Band, Benchmark
from crm.models import Channel, Product
from followups.models import (
    CodePool,
    EscalationRule,
    Playbook,
    PlaybookStep,
    QuotePolicy,
    ReferralProgramme,
    ReplyTemplate,
    RootCause,
    WorkState,
)
from onboarding.configuration import named_rows
from onboarding.configuration.columns import FileColumn, LinkColumn, PartsColumn, Values, WordsColumn, columns
from onboarding.configuration.particular_columns import (
    ConditionsColumn,
    EntryNameColumn,
    PatternsColumn,
    PictureColumn,
    WordingColumn,
)
from onboarding.configuration.questions_column import QuestionsColumn
from onboarding.models import SampleSet
from responses.models import Kiosk, OpenLink, Topic
from surveys.models import AskingPolicy, CustomerSegment, ReviewLink, Survey, Trigger, Wave, WritingHours

ASKER = (
    "name survey sampling_share media media_order undelivered_hours unanswered_hours reminder_days window_start"
    " window_end window_weekdays"
)


@dataclass(frozen=True, kw_only=True)
class ConfigurationKind:
    """One kind of row.

    `key`: by which columns a row here and one of a file are the same. `new_only`: columns that a row here keeps,
    whatever a file says. `arrives`: what a new row has, whatever a file says. `left_out`: fields that no file has.
    """

    name: str
    model: type[models.Model]
    columns: tuple[FileColumn, ...]
    key: tuple[str, ...] = ()
    new_only: frozenset[str] = frozenset()
    arrives: Mapping[str, Any] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    only: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = ("pk",)
    # The keys of the rows that a file has; None: it has all. Other systems bring these rows, by thousands.
    named: Callable[[], set[int]] | None = None
    # Of a file's values, where those of the columns of `key` are not what tells rows apart.
    known_by: Callable[[Values], tuple[Any, ...]] | None = None

    @property
    def is_single(self) -> bool:
        """Whether there is one row, with or without anybody having saved it."""
        return not self.key and self.known_by is None

    @property
    def label(self) -> str:
        names = self.model._meta
        return str(names.verbose_name if self.is_single else names.verbose_name_plural)

    def rows(self) -> list[Any]:
        """Return the rows here, in order; nothing of an archived survey, and nothing that is only a sample."""
        if self.is_single:
            return [self.model.current()]  # type: ignore[attr-defined]
        return self._shown(self._all() if self.named is None else self._all().filter(pk__in=self.named()))

    def rows_like(self, values: Sequence[Values]) -> list[Any]:
        """Return the rows here that those of a file may be: all, or of thousands those of their names."""
        if self.named is None:
            return self.rows()
        return self._shown(self._all().filter(name__in=[str(one.get("name")) for one in values]))

    def _all(self) -> models.QuerySet[Any]:
        links = [column.name for column in self.columns if isinstance(column, LinkColumn) and not column.needs_row]
        found = self.model._default_manager.filter(**self.only).order_by(*self.order)
        # Nothing named would join whatever there is.
        return found.select_related(*links) if links else found

    def _shown(self, found: models.QuerySet[Any]) -> list[Any]:
        samples = SampleSet.current()
        made: dict[str, Any] = samples.made if samples else {}
        return [row for row in found if not _is_archived(row) and not _is_sample(row, made)]

    def told(self, row: Any) -> dict[str, Any]:
        """Return what a file says of a row."""
        return {column.name: column.told(row) for column in self.columns}

    def key_of(self, values: Values) -> tuple[Any, ...]:
        """Return by what a row is known, of what a file says of it."""
        return self.known_by(values) if self.known_by else tuple(values.get(name) for name in self.key)


def _is_archived(row: Any) -> bool:
    survey = row if isinstance(row, Survey) else getattr(row, "survey", None)
    return survey is not None and survey.is_archived


def _is_sample(row: Any, made: Mapping[str, Any]) -> bool:
    """Whether sample data brought a row, by what was `made` for them."""
    brand = row.pk if isinstance(row, Brand) else getattr(row, "brand_id", None)
    is_of_brand = brand is not None and brand == made.get("brand")
    is_team = isinstance(row, Team) and row.pk in made.get("teams", [])
    return is_of_brand or is_team or getattr(row, "source", None) == SAMPLE


def _kind(name: str, model: type[models.Model], fields: str, *more: FileColumn, **rest: Any) -> ConfigurationKind:
    for words in ("new_only", "left_out"):
        rest[words] = frozenset(rest.get(words, "").split())
    return ConfigurationKind(name=name, model=model, columns=(*columns(model, fields), *more), **rest)


def _words(model: type[models.Model], name: str, depth: int) -> WordsColumn:
    return WordsColumn(model._meta.get_field(name), depth)  # type: ignore[arg-type]


def _english(values: Values) -> Any:
    names = values.get("names")
    return names.get("en") if isinstance(names, dict) else None


def _known_as_state(values: Values) -> tuple[Any, ...]:
    return (values.get("meaning"), _english(values))


def _known_as_playbook(values: Values) -> tuple[Any, ...]:
    """By its name; one without a name by which answers it is for."""
    if values.get("name"):
        return (values["name"],)
    return tuple(values.get(name) for name in ("survey", "metric", "category", "takes_letters"))


KINDS: tuple[ConfigurationKind, ...] = (
    _kind(
        "our_company",
        Organisation,
        "timezone opens_at closes_at weekdays currency hides_critics_words managers_enter_own",
        left_out="id head",
    ),
    _kind("holidays", Holiday, "date name region", key=("date", "region"), order=("date", "region"), left_out="id"),
    _kind("teams", Team, "name region", key=("name",), order=("name",), left_out="id lead"),
    _kind(
        "products",
        Product,
        "name is_active",
        key=("name",),
        order=("name", "pk"),
        left_out="id source external_id created_at updated_at",
        new_only="is_active",
        named=named_rows.products,
    ),
    _kind(
        "channels",
        Channel,
        "name is_active",
        key=("name",),
        order=("name", "pk"),
        left_out="id source external_id created_at updated_at",
        new_only="is_active",
        named=named_rows.channels,
    ),
    _kind(
        "customers_languages",
        CustomerLanguage,
        "tag name direction words is_offered",
        key=("tag",),
        order=("tag",),
        left_out="id offered_since changed_at",
    ),
    _kind(
        "brands",
        Brand,
        "slug name colour sender_name sender_address reply_to base_url short_url languages postal_address imprint_url"
        " privacy_url offers_reviews timezone opens_at closes_at weekdays",
        PictureColumn(),
        key=("slug",),
        left_out="id logo",
        # Where this installation is: that of another one would lead customers there.
        new_only="base_url short_url",
    ),
    _kind(
        "asking_policy",
        AskingPolicy,
        "transactional_days relational_days floor_days loser days_late company_budget company_window_days role_names"
        " own_domains surveys_are_marketing hard_bounces soft_bounces call_after_days",
        left_out="id",
    ),
    _kind(
        "writing_hours",
        WritingHours,
        "medium country opens_at closes_at weekdays",
        key=("medium", "country"),
        left_out="id",
    ),
    _kind(
        "surveys",
        Survey,
        "name brand kind metric presentation default_language days_valid repeat_days daily_maximum priority sms_plain",
        WordingColumn(),
        QuestionsColumn(),
        key=("name",),
        left_out="id status created_at",
        new_only="metric",
    ),
    _kind(
        "segments",
        CustomerSegment,
        "name",
        ConditionsColumn(CustomerSegment._meta.get_field("conditions")),
        key=("name",),
        only={"is_shared": True},
        arrives={"is_shared": True},
        left_out="id owner is_shared created_at",
    ),
    _kind(
        "triggers",
        Trigger,
        f"{ASKER} touchpoint_kind delay products channels teams min_amount max_amount",
        key=("name",),
        arrives={"is_active": False},
        left_out="id is_active asks_since",
    ),
    _kind(
        "waves",
        Wave,
        f"{ASKER} cadence_days size_bands regions products channels bought_within_days min_customer_days joining_days"
        " segment starts_on",
        key=("name",),
        arrives={"is_active": False},
        left_out="id is_active paused_at planned_until",
        new_only="starts_on",
    ),
    # Its code and address are of this installation: printed ones lead here.
    _kind(
        "open_links",
        OpenLink,
        "survey product channel place campaign manager team language asks_details again_after_days crowd ends_at",
        EntryNameColumn(),
        key=("name",),
        order=("entry__name", "pk"),
        arrives={"is_active": False},
        left_out="id entry code created_at is_active",
        new_only="survey",
    ),
    # Its tablets are here, and so is the PIN by which staff leave them: one is asked for before it is switched on.
    _kind(
        "kiosks",
        Kiosk,
        "survey product channel place campaign manager team language asks_words crowd",
        EntryNameColumn(),
        key=("name",),
        order=("entry__name", "pk"),
        arrives={"is_active": False},
        left_out="id entry created_at is_active pin_hash",
        new_only="survey",
    ),
    # Who is shown one is a rule of its platform, which a person confirms when switching it on.
    _kind(
        "review_links",
        ReviewLink,
        "brand platform name url language product tiers share position",
        key=("brand", "platform", "name", "language", "product"),
        order=("brand", "position", "pk"),
        arrives={"is_active": False},
        left_out="id is_active",
        new_only="tiers",
    ),
    _kind(
        "referral_programmes",
        ReferralProgramme,
        "brand invites_on_page invites_in_letter",
        _words(ReferralProgramme, "texts", 2),
        key=("brand",),
        arrives={"is_active": False},
        left_out="id is_active",
    ),
    _kind(
        "quoting",
        QuotePolicy,
        "brand tiers",
        key=("brand",),
        left_out="id is_feed_on is_feed_open key_number",
    ),
    _kind(
        "work_states",
        WorkState,
        "meaning names tone position is_active",
        known_by=_known_as_state,
        order=("meaning", "position", "pk"),
        left_out="id is_default",
    ),
    _kind(
        "topics",
        Topic,
        "slug names position is_offered is_about_manager",
        PatternsColumn(),
        key=("slug",),
        order=("position", "slug"),
        # A new one is shown to customers once somebody has taken that in too.
        arrives={"is_offered": False},
        left_out="id",
    ),
    _kind(
        "root_causes",
        RootCause,
        "slug parent names categories topics position is_active",
        key=("slug",),
        # A cause comes after the one that it is part of.
        order=("parent__parent__slug", "parent__slug", "slug"),
        left_out="id",
    ),
    _kind(
        "code_pools",
        CodePool,
        "name kind amount currency expires_on few is_active",
        key=("name",),
        order=("name",),
        left_out="id few_told_at",
    ),
    _kind(
        "reply_templates",
        ReplyTemplate,
        "name language brand category subject text position is_active",
        key=("name", "language", "brand", "category"),
        order=("name", "language", "pk"),
        left_out="id",
    ),
    _kind(
        "playbooks",
        Playbook,
        "name position survey metric category lowest_score highest_score products min_amount max_amount topics segment"
        " takes_letters creates_followup needs_comment assign person priority draws_lots instructions script"
        " first_contact_hours resolve_hours wait_days ask_again_days sends_thanks is_active",
        PartsColumn(
            "steps",
            PlaybookStep,
            "playbook",
            columns(PlaybookStep, "position action after_hours counts_from whose template pool texts"),
        ),
        PartsColumn(
            "escalation_rules",
            EscalationRule,
            "playbook",
            columns(EscalationRule, "lateness after_hours to person raises_priority hands_over"),
        ),
        known_by=_known_as_playbook,
        order=("position", "pk"),
        left_out="id",
    ),
    _kind("bands", Band, "metric lowest names", key=("metric", "lowest"), order=("metric", "lowest"), left_out="id"),
    _kind(
        "benchmarks",
        Benchmark,
        "metric name value source url year is_shown",
        key=("metric", "name", "year"),
        order=("metric", "name", "year", "pk"),
        left_out="id",
    ),
)
