"""What has to be paid before something counts as booked, and what of it goes back. Nothing here asks the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from app.businesses.models import Business
from app.core.money import share_of
from app.payments.refund_steps import RefundStep, read_steps, share_back, write_steps
from app.services.models import Service


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed about money when something was booked; a booking keeps it as it was then.

    `prepay`: nothing, a deposit (so many minor units, or hundredths of a percent of the price), or all. `steps` say
    what goes back to who cancels, the earliest first; `no_show_back_bp` what does to who does not come.
    """

    prepay: str = "none"
    deposit_cents: int | None = None
    deposit_bp: int | None = None
    steps: tuple[RefundStep, ...] = ()
    no_show_back_bp: int = 0

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Self:
        """What `written` wrote."""
        return cls(
            kept["prepay"],
            kept["deposit_cents"],
            kept["deposit_bp"],
            read_steps(kept["steps"]),
            kept["no_show_back_bp"],
        )

    @property
    def written(self) -> dict[str, Any]:
        """The same as a row keeps it (JSON)."""
        return {
            "prepay": self.prepay,
            "deposit_cents": self.deposit_cents,
            "deposit_bp": self.deposit_bp,
            "steps": write_steps(self.steps),
            "no_show_back_bp": self.no_show_back_bp,
        }

    def due_first(self, total: int, places: int = 1) -> int:
        """What of a total (minor units) is paid before it counts; a fixed deposit is per place. Never more than all."""
        if self.prepay == "none":
            return 0
        if self.prepay == "full":
            return total
        deposit = self.deposit_cents * places if self.deposit_cents else share_of(total, self.deposit_bp or 0)
        return min(total, deposit)

    def share_back(self, start: datetime, at: datetime) -> int:
        """The share (hundredths of a percent) of what was paid that goes back to who cancels at this moment."""
        return share_back(self.steps, start, at)


def terms_of(business: Business, service: Service) -> Terms:
    """What the settings of a service say now; where it says nothing, those of the business."""
    pays, gives = (
        (service if service.prepay else business),
        (service if service.refund_steps is not None else business),
    )
    return Terms(
        pays.prepay or "none",
        pays.deposit_cents,
        pays.deposit_bp,
        read_steps(gives.refund_steps or ()),
        gives.no_show_back_bp or 0,
    )
