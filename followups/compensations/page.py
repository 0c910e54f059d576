"""What the page of a follow-up shows of what its customer was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from followups.compensations.forms import CompensationForm, WithdrawalForm
from followups.models import CodePool, Compensation, Followup, FollowupStep


@dataclass(frozen=True)
class ShownCompensation:
    """One of them. `code` is "" where the reader may not read it; `withdrawal`: the form that takes it back."""

    compensation: Compensation
    code: str
    withdrawal: WithdrawalForm | None


def page(
    followup: Followup, user: User, pools: Sequence[CodePool], *, step: FollowupStep | None = None
) -> dict[str, Any]:
    """Return what was given, oldest first, and the form to give something, at once that of the offer of `step`.

    A fixed number of queries.
    """
    rows = followup.compensations.select_related("code", "given_by", "withdrawn_by").order_by("pk")
    reads = user.has_perm("followups.read_codes")
    return {
        "compensations": [_shown(row, followup, reads=reads) for row in rows],
        "compensation_form": CompensationForm(followup=followup, pools=pools, step=step) if followup.is_open else None,
    }


def _shown(row: Compensation, followup: Followup, *, reads: bool) -> ShownCompensation:
    code = row.code.code if reads and row.code else ""
    form = None if row.is_withdrawn else WithdrawalForm(followup=followup, auto_id=f"withdrawal_{row.pk}_%s")
    return ShownCompensation(row, code, form)
