"""Every error that oint raises on purpose has one root, a text, a next step and a stable code."""

import pickle

import pytest

import oint
from oint.cdek import errors as cdek
from oint.cli.usage_error import UsageError
from oint.i18n import Message
from oint.refusals.batch.api import NotApprovedError
from oint.refusals.input.errors import InputFileError
from oint.refusals.ledger import InvalidLedgerUrl, LedgerUnavailable
from oint.refusals.ledger.connection import LedgerError
from oint.refusals.ledger.single_refusals import InWorkError
from oint.refusals.report import MissingDependency

TEXT, HINT = Message("текст", "text"), Message("совет", "hint")
ERRORS = {
    "error": cdek.CdekError(TEXT, HINT),
    "bad_argument": cdek.InvalidArgument("uuid", TEXT, HINT),
    "authentication_failed": cdek.AuthenticationError(TEXT, HINT),
    "v2_entity_invalid": cdek.RequestRejected((cdek.ApiError("v2_entity_invalid", "invalid"),)),
    "rate_limited": cdek.RateLimited(1.0),
    "unavailable": cdek.ServiceUnavailable("refused"),
    "outcome_unknown": cdek.OutcomeUnknown("reset"),
    "unreadable_answer": cdek.InvalidResponse(),
    "still_pending": cdek.StillPending("uuid", None),
    "not_approved": NotApprovedError(7),
    "ledger_failed": LedgerError(TEXT, HINT),
    "ledger_away": LedgerUnavailable(TEXT, HINT),
    "in_work": InWorkError(TEXT, HINT),
    "input_closed": InputFileError("input_closed"),
    "missing_dependency": MissingDependency(),
    "bad_usage": UsageError(TEXT, HINT),
}


@pytest.mark.parametrize("code", ERRORS)
def test_error_has_text_hint_and_stable_code(code):
    error = ERRORS[code]
    assert error.code == code
    assert all((*error.text, *error.hint))


@pytest.mark.parametrize("error", ERRORS.values(), ids=list(ERRORS))
def test_caller_can_catch_the_root(error):
    with pytest.raises(oint.OintError):
        raise error


@pytest.mark.parametrize("error", ERRORS.values(), ids=list(ERRORS))
def test_pickled_error_keeps_its_attributes(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)


def test_invalid_ledger_url_is_a_ledger_error():
    assert issubclass(InvalidLedgerUrl, LedgerError)
