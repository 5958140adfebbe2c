"""The calculators' currencies by CDEK's numbers. Rates are made up: roubles for one."""

from __future__ import annotations

from typing import NamedTuple


class Currency(NamedTuple):
    """A currency's letters and its price in roubles."""

    letters: str
    rate: float

    def of(self, roubles: float) -> float:
        """An amount of roubles in this currency."""
        return round(roubles / self.rate, 2)


ROUBLE = 1
CURRENCIES = {
    ROUBLE: Currency("RUB", 1.0),
    2: Currency("KZT", 0.18),
    3: Currency("USD", 90.0),
    4: Currency("EUR", 98.0),
    5: Currency("GBP", 115.0),
    6: Currency("CNY", 12.5),
    7: Currency("BYR", 28.0),
    8: Currency("UAH", 2.2),
    9: Currency("KGS", 1.03),
    10: Currency("AMD", 0.23),
    11: Currency("TRY", 2.7),
    12: Currency("THB", 2.5),
    13: Currency("KRW", 0.066),
    14: Currency("AED", 24.5),
    15: Currency("UZS", 0.0072),
    16: Currency("MNT", 0.026),
    17: Currency("PLN", 22.6),
    18: Currency("AZN", 53.0),
    19: Currency("GEL", 33.0),
    55: Currency("JPY", 0.6),
    704: Currency("VND", 0.0036),
}
