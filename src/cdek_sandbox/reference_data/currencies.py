"""The calculators' currencies by CDEK's numbers: `currencies.csv`. Rates are invented: roubles for one unit."""

from __future__ import annotations

from msgspec import Struct

from cdek_sandbox.reference_data.loader import FOLDER, read_table


class Currency(Struct, frozen=True, forbid_unknown_fields=True):
    """A currency: CDEK's number, the letters and the price of one unit in roubles."""

    code: int
    letters: str
    rate: float

    def convert(self, roubles: float) -> float:
        """Return an amount of roubles in this currency."""
        return round(roubles / self.rate, 2)


ROUBLE = 1
CURRENCIES = {currency.code: currency for currency in read_table(FOLDER / "currencies.csv", Currency)}
