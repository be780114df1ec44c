"""Money: an amount in a currency's smallest unit, and that currency. Never a float, never two currencies in one sum."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.numbers import NumberFormatError, list_currencies, parse_decimal

# ISO 4217's minor units where they aren't two. (CLDR's own differ: it follows what shops print, not what banks count.)
_NONE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "))  # noqa: SIM905
_THREE = frozenset("BHD IQD JOD KWD LYD OMR TND".split(" "))  # noqa: SIM905
# A sign stands close, letters don't: €5, but KWD 5.
_TOUCHING = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
# The largest amount taken from a form, in minor units: what fits the gateways' own limit of eight digits.
MOST = 99_999_999


class MoneyError(ValueError):
    """Money of two currencies met, or a currency that doesn't exist."""


class AmountError(ValueError):
    """What was typed is no amount one could pay. The argument says which of the ways: `words`, `fraction`, `size`."""


@cache
def exponent(currency: str) -> int:
    """How many decimal places the currency's minor unit is away from its major one (ISO 4217). Raises MoneyError."""
    if currency not in list_currencies():
        raise MoneyError(f"{currency!r} is no currency")
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` is the whole number of minor units: 500 and "EUR" are five euros, 500 and "JPY" five hundred yen."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise MoneyError(f"{self.minor!r} is no whole number of minor units")
        exponent(self.currency)

    @property
    def major(self) -> Decimal:
        """The amount as people write it, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise MoneyError(f"{self.currency} and {other.currency} don't add up")
        return other.minor

    def format(self, language: str, *, short: bool = False) -> str:
        """As readers of the language write it; `short` leaves out a fraction of nothing: €5, not €5.00."""
        locale = locale_of(language)
        pattern = copy.copy(locale.currency_formats["standard"])
        places = 0 if short and self.major == self.major.to_integral_value() else exponent(self.currency)
        pattern.frac_prec = (places, places)
        written = str(pattern.apply(self.major, locale, currency=self.currency, currency_digits=False))
        return _TOUCHING.sub("\N{NO-BREAK SPACE}", written)


def parse_amount(text: str, currency: str, language: str, *, most: int = MOST) -> Money:
    """What a reader typed into a free field, as the language writes numbers or with a plain point.

    Raises AmountError("words") for what is no number, ("fraction") for finer than the minor unit, ("size") for nothing,
    less than nothing, or more than `most` minor units.
    """
    value = _number(text, language)
    minor = value.scaleb(exponent(currency))
    if minor != minor.to_integral_value():
        raise AmountError("fraction")
    if not 0 < minor <= most:
        raise AmountError("size")
    return Money(int(minor), currency)


def _number(text: str, language: str) -> Decimal:
    given = "".join(text.split())
    if not given or len(given) > 20 or not all(letter in "0123456789.,'’-−+" for letter in given):
        raise AmountError("words")
    if given[0] in "-−":
        raise AmountError("size")
    plain = given.replace(",", ".", 1) if given.count(",") == 1 and "." not in given else given
    head, _, tail = plain.partition(".")
    # "5,50" and "5.50" are meant the same by everybody; "1,000" is left to the language.
    if head.isdecimal() and tail.isdecimal() and len(tail) <= 2:
        return Decimal(plain)
    try:
        return Decimal(parse_decimal(given, locale=locale_of(language), strict=True))
    except NumberFormatError:
        pass
    if head.isdecimal() and (tail.isdecimal() or not tail) and plain == given:
        return Decimal(plain.rstrip("."))
    raise AmountError("words")


@cache
def locale_of(language: str) -> Locale:
    """Babel's locale of a language; English for one it does not know."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")
