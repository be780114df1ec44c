"""Money is whole minor units: written and read in every language and exponent, added up exactly, never a float."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.lib.money import MOST, AmountError, Money, MoneyError, exponent, parse_amount

LANGUAGES = ["en", "uk", "de", "fr", "pl", "ar", "ja", "de-ch", "en-in", "nowhere"]
CURRENCIES = ["EUR", "USD", "UAH", "JPY", "KRW", "KWD", "BHD", "ISK", "HUF"]
currencies = st.sampled_from(CURRENCIES)
amounts = st.integers(1, MOST)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")


@given(amounts, currencies, st.sampled_from(LANGUAGES))
@settings(max_examples=400, deadline=None)
def test_what_is_written_is_read_as_the_same(minor: int, currency: str, language: str) -> None:
    money = Money(minor, currency)
    number = "".join(
        letter
        for letter in money.format(language).translate(_DIGITS)
        if letter.isdecimal() or letter in ".,'’ \u00a0\u202f"
    ).strip(".\u00a0 \u202f")
    if language == "ar":  # read with its own marks; here they were made plain
        language = "en"
    assert parse_amount(number, currency, language) == money


@given(amounts, currencies, st.sampled_from(LANGUAGES))
@settings(max_examples=200, deadline=None)
def test_a_plain_point_is_read_everywhere_unless_the_language_groups_with_it(
    minor: int, currency: str, language: str
) -> None:
    if exponent(currency) == 3:
        return  # "1.000" is a thousand in German
    assert parse_amount(str(Money(minor, currency).major), currency, language).minor == minor


@given(st.integers(-(10**30), 10**30), currencies)
def test_the_major_amount_is_exact(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert isinstance(money.major, Decimal)
    assert money.major * 10 ** exponent(currency) == minor or abs(minor) >= 10**28  # the context's digits
    assert str(money) == f"{money.major} {currency}"


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1), currencies)
def test_sums_are_those_of_whole_numbers(minors: list[int], currency: str) -> None:
    total = Money(0, currency)
    for minor in minors:
        total = total + Money(minor, currency)
    assert total.minor == sum(minors)
    assert (total - total).minor == 0
    assert (-total).minor == -sum(minors)
    assert bool(total) == (sum(minors) != 0)


@given(st.one_of(st.floats(), st.decimals(), st.booleans(), st.text(max_size=3), st.none()))
def test_nothing_but_a_whole_number_is_an_amount(wrong: object) -> None:
    with pytest.raises(MoneyError):
        Money(wrong, "EUR")  # type: ignore[arg-type]


@given(st.text(max_size=24), currencies, st.sampled_from(LANGUAGES))
@settings(max_examples=400, deadline=None)
def test_whatever_is_typed_is_an_amount_or_an_error(text: str, currency: str, language: str) -> None:
    try:
        answer: object = 0 < parse_amount(text, currency, language).minor <= MOST
    except AmountError as error:
        (answer,) = error.args
    assert answer in {True, "words", "fraction", "size"}


@pytest.mark.parametrize(
    ("text", "currency", "language", "why"),
    [
        ("", "EUR", "en", "words"),
        ("five", "EUR", "en", "words"),
        ("1e3", "EUR", "en", "words"),
        ("NaN", "EUR", "en", "words"),
        ("Infinity", "EUR", "en", "words"),
        ("0x10", "EUR", "en", "words"),
        ("5..0", "EUR", "en", "words"),
        ("1,2,3", "EUR", "en", "words"),
        ("9" * 21, "EUR", "en", "words"),
        ("5.001", "EUR", "en", "fraction"),
        ("5.5", "JPY", "en", "fraction"),
        ("0", "EUR", "en", "size"),
        ("0.00", "EUR", "uk", "size"),
        ("-5", "EUR", "en", "size"),
        ("−5", "EUR", "en", "size"),
        ("1000000", "EUR", "en", "size"),
    ],
)
def test_what_is_no_amount_says_why(text: str, currency: str, language: str, why: str) -> None:
    with pytest.raises(AmountError) as refused:
        parse_amount(text, currency, language)
    assert refused.value.args == (why,)


@pytest.mark.parametrize(
    ("text", "language", "minor"),
    [
        ("5", "en", 500),
        ("5.5", "en", 550),
        ("5,50", "en", 550),
        ("5.50", "uk", 550),
        (" 5 ", "uk", 500),
        ("1 234,50", "uk", 123450),
        ("1,234.50", "en", 123450),
        ("1.234,50", "de", 123450),
        ("1,000", "en", 100000),
        ("1.000", "de", 100000),
        ("+5", "en", 500),
    ],
)
def test_amounts_as_people_type_them(text: str, language: str, minor: int) -> None:
    assert parse_amount(text, "EUR", language) == Money(minor, "EUR")


def test_two_currencies_never_meet() -> None:
    euros, yen = Money(5, "EUR"), Money(5, "JPY")
    for meeting in (lambda: euros + yen, lambda: euros - yen, lambda: euros < yen, lambda: euros <= yen):
        with pytest.raises(MoneyError):
            meeting()
    assert euros != yen


@pytest.mark.parametrize("currency", ["", "eur", "XYZ", "EURO", "E R"])
def test_a_currency_that_does_not_exist_is_none(currency: str) -> None:
    with pytest.raises(MoneyError):
        Money(1, currency)


@pytest.mark.parametrize(
    ("money", "language", "short", "shown"),
    [
        (Money(500, "EUR"), "en", False, "€5.00"),
        (Money(500, "EUR"), "en", True, "€5"),
        (Money(550, "EUR"), "en", True, "€5.50"),
        (Money(500, "JPY"), "en", False, "¥500"),
        (Money(1234, "KWD"), "en", False, "KWD\u00a01.234"),
        (Money(123450, "UAH"), "uk", False, "1\u00a0234,50\u00a0₴"),
    ],
)
def test_amounts_as_languages_write_them(money: Money, language: str, short: bool, shown: str) -> None:
    assert money.format(language, short=short) == shown
