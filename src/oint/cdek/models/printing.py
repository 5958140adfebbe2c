"""Print forms: waybills and labels (schemas WaybillDto, BarcodeDto)."""

from __future__ import annotations

from enum import StrEnum

from msgspec import field

from oint.cdek.models.base import Model
from oint.cdek.models.envelope import Envelope
from oint.cdek.models.parts import StatusRow, latest


class FormStatus(StrEnum):
    """The statuses of a print form that this library decides by; a form may show any other."""

    READY = "READY"
    INVALID = "INVALID"
    REMOVED = "REMOVED"


class PrintOrder(Model):
    """An order on a form."""

    order_uuid: str | None = None
    cdek_number: int | None = None


class PrintForm(Model):
    """A form. `type` is a waybill's, `format` and `lang` a label's; `url` is there while the file is, for an hour."""

    uuid: str | None = None
    orders: list[PrintOrder] = field(default_factory=list)
    copy_count: int | None = None
    type: str | None = None
    format: str | None = None
    lang: str | None = None
    url: str | None = None
    statuses: list[StatusRow] = field(default_factory=list)

    @property
    def status(self) -> StatusRow | None:
        """Where the form stands now; None where CDEK names no status. CDEK writes those of forms oldest first."""
        return latest(self.statuses, newest_first=False)


class PrintAnswer(Envelope):
    """CDEK's answer to GET print: the form, and the operations on it."""

    entity: PrintForm | None = None

    @property
    def usable(self) -> bool:
        """A form needs its uuid."""
        return self.entity is not None and bool(self.entity.uuid)

    @property
    def form(self) -> PrintForm:
        """The form; a usable answer always has one."""
        return self.entity or PrintForm()
