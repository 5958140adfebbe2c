"""The four templates of OInt: an order, a courier invitation, a delivery appointment, a filter of offices.

Each is a mapping with CDEK's fields: descriptions in the user's language as values, or empty ones to be filled.
"""

from __future__ import annotations

from typing import Any

from oint.templates.model import TemplateOptions, build_template


def order(*, empty: bool = False, required: bool = False, ostore: bool = False) -> dict[str, Any]:
    """A template of `CreateOrder`'s order.

    Args:
        empty: empty values instead of descriptions
        required: the required fields only
        ostore: with the fields of online shops
    """
    from oint.templates.order_fields import FIELDS  # noqa: PLC0415 - one template at a time

    return build_template(FIELDS, TemplateOptions(empty=empty, required=required, ostore=ostore))


def intake(*, empty: bool = False, required: bool = False) -> dict[str, Any]:
    """A template of `CreateCourierInvitation`'s intake; see `order`."""
    from oint.templates.intake_fields import FIELDS  # noqa: PLC0415 - one template at a time

    return build_template(FIELDS, TemplateOptions(empty=empty, required=required))


def agreement(*, empty: bool = False, required: bool = False) -> dict[str, Any]:
    """A template of `RegisterDeliveryAppointment`'s appointment; see `order`."""
    from oint.templates.agreement_fields import FIELDS  # noqa: PLC0415 - one template at a time

    return build_template(FIELDS, TemplateOptions(empty=empty, required=required))


def offices(*, empty: bool = False) -> dict[str, Any]:
    """A template of `GetOfficeList`'s filter; see `order`."""
    from oint.templates.office_fields import FIELDS  # noqa: PLC0415 - one template at a time

    return build_template(FIELDS, TemplateOptions(empty=empty))
