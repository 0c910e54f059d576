from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MinValueValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import clock, company_clock
from accounts.form_fields import PlainField
from accounts.models import Organisation
from crm.models import ExchangeRate
from followups.compensations.gifts import Gift
from followups.models import CodePool, Compensation, Followup, FollowupStep, GiftKind
from followups.models.gift import words_of


def pools_on_offer() -> list[CodePool]:
    """Return the pools that have a code to give today, by name, each with how many are `left`."""
    giving = CodePool.objects.giving(company_clock.today(clock.now())).counted()
    return [pool for pool in giving.order_by("name") if vars(pool)["left"]]


def label_of(pool: CodePool) -> str:
    """Return what staff choose a pool by: what a code is, and how many are left of it."""
    left: int = vars(pool)["left"]
    said = ngettext("%(left)d code left", "%(left)d codes left", left) % {"left": left}
    return f"{pool} · {words_of(pool.kind, pool.amount, pool.currency)} · {said}"


class CompensationForm(forms.Form):
    """What is given: the next code of a pool, or so much of something."""

    # Names this one giving, so that a form sent twice gives once.
    key = forms.UUIDField(initial=uuid4, widget=forms.HiddenInput)
    # The step of a playbook that asks for it, which is done with it.
    step = forms.ModelChoiceField(FollowupStep.objects.none(), required=False, widget=forms.HiddenInput)
    pool = forms.TypedChoiceField(
        label=gettext_lazy("Code"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": gettext_lazy("There is no code left in this pool. Choose another one.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[("", gettext_lazy("Choose…")), *GiftKind.choices], required=False
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        required=False,
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(0, gettext_lazy("Give an amount of 0 or more."))],
        widget=forms.NumberInput(attrs={"min": "0", "step": "0.01", "inputmode": "decimal"}),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    note = PlainField(
        label=gettext_lazy("Note"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Why, or what was agreed. Colleagues read it; the customer does not."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        followup: Followup,
        pools: Sequence[CodePool] | None = None,
        step: FollowupStep | None = None,
    ) -> None:
        chosen = {"step": step.pk, "pool": step.pool_id} if step else None
        super().__init__(data, initial=chosen, auto_id="compensation_%s")
        self.fields["step"].queryset = followup.steps.offers()  # type: ignore[attr-defined]
        self.pools = {pool.pk: pool for pool in (pools_on_offer() if pools is None else pools)}
        if self.pools:
            offered = [("", _("No code")), *((pool.pk, label_of(pool)) for pool in self.pools.values())]
            self.fields["pool"].choices = offered  # type: ignore[attr-defined]
        else:
            del self.fields["pool"]
        own, of_deal = Organisation.current().currency, followup.about.currency
        known = ExchangeRate.objects.order_by("currency").values_list("currency", flat=True).distinct()
        codes = list(dict.fromkeys(filter(None, [of_deal, own, *known])))
        self.fields["currency"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]

    @property
    def is_begun(self) -> bool:
        """Whether somebody has chosen something in it."""
        return self.is_bound or bool(self.initial)

    @property
    def running_out(self) -> list[CodePool]:
        """The pools that have few codes left."""
        return [pool for pool in self.pools.values() if vars(pool)["left"] <= pool.few]

    @property
    def gift(self) -> Gift:
        said = self.cleaned_data
        pool = self.pools.get(said.get("pool") or 0)
        if pool:
            return Gift(pool=pool, note=said["note"])
        return Gift(
            said["kind"], said["amount"], said["currency"] if said["amount"] is not None else "", None, said["note"]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("pool") or self.errors:
            return cleaned
        if not cleaned.get("kind"):
            self.add_error("kind", _("Choose what the customer gets."))
        if cleaned.get("amount") is None and cleaned.get("kind") != GiftKind.REPLACEMENT:
            self.add_error("amount", _("Say how much it is."))
        return cleaned


class WithdrawalForm(forms.Form):
    compensation = forms.ModelChoiceField(Compensation.objects.none(), widget=forms.HiddenInput)
    reason = PlainField(
        label=gettext_lazy("Why is it withdrawn?"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why it is withdrawn.")},
    )

    def __init__(self, data: QueryDict | None = None, *, followup: Followup, auto_id: str = "withdrawal_%s") -> None:
        super().__init__(data, auto_id=auto_id)
        self.fields["compensation"].queryset = followup.compensations.all()  # type: ignore[attr-defined]
