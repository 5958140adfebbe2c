"""Templates of objects to send: an order, a courier invitation, a delivery appointment, a filter of offices.

Each is a mapping of CDEK's fields to their descriptions in the user's language, or to empty values to fill in.
"""

from __future__ import annotations

from typing import Any

from oint.templates.model import TemplateOptions, build_template


def order(*, empty: bool = False, required: bool = False, ostore: bool = False) -> dict[str, Any]:
    """Return a template of the order of `CreateOrder`.

    Args:
        empty: put empty values instead of descriptions
        required: keep only the required fields
        ostore: add the fields of online shops
    """
    from oint.templates.order_fields import FIELDS  # noqa: PLC0415 - one template at a time

    return build_template(FIELDS, TemplateOptions(empty=empty, required=required, ostore=ostore))


def intake(*, empty: bool = False, required: bool = False) -> dict[str, Any]:
    """Return a template of the intake of `CreateCourierInvitation`; for the arguments see `order`."""
    from oint.templates.intake_fields import FIELDS  # noqa: PLC0415 - one template at a time

    return build_template(FIELDS, TemplateOptions(empty=empty, required=required))


def agreement(*, empty: bool = False, required: bool = False) -> dict[str, Any]:
    """Return a template of the appointment of `RegisterDeliveryAppointment`; for the arguments see `order`."""
    from oint.templates.agreement_fields import FIELDS  # noqa: PLC0415 - one template at a time

    return build_template(FIELDS, TemplateOptions(empty=empty, required=required))


def offices(*, empty: bool = False) -> dict[str, Any]:
    """Return a template of the filter of `GetOfficeList`; for the arguments see `order`."""
    from oint.templates.office_fields import FIELDS  # noqa: PLC0415 - one template at a time

    return build_template(FIELDS, TemplateOptions(empty=empty))
