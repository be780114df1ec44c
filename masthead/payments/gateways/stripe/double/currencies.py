"""Currencies as Stripe counts them: in minor units, with the exceptions its page on currencies names."""

from __future__ import annotations

from .errors import ApiError, unreadable

NO_DECIMALS = frozenset((
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
))  # fmt: skip
THREE_DECIMALS = frozenset((
    "bhd", "jod", "kwd", "omr", "tnd",
))  # fmt: skip
# Without decimals in life, with two in the API; the last two must be nought.
PADDED = frozenset(("isk", "ugx"))
TWO_DECIMALS = frozenset((
    "aed", "afn", "all", "amd", "ang", "aoa", "ars", "aud", "awg", "azn", "bam", "bbd", "bdt", "bgn", "bmd",
    "bnd", "bob", "brl", "bsd", "bwp", "byn", "bzd", "cad", "cdf", "chf", "cny", "cop", "crc", "cve", "czk",
    "dkk", "dop", "dzd", "egp", "etb", "eur", "fjd", "fkp", "gbp", "gel", "gip", "gmd", "gtq", "gyd", "hkd",
    "hnl", "htg", "huf", "idr", "ils", "inr", "jmd", "kes", "kgs", "khr", "kyd", "kzt", "lak", "lbp", "lkr",
    "lrd", "lsl", "mad", "mdl", "mkd", "mmk", "mnt", "mop", "mur", "mvr", "mwk", "mxn", "myr", "mzn", "nad",
    "ngn", "nio", "nok", "npr", "nzd", "pab", "pen", "pgk", "php", "pkr", "pln", "qar", "ron", "rsd", "rub",
    "sar", "sbd", "scr", "sek", "sgd", "shp", "sle", "sos", "srd", "std", "szl", "thb", "tjs", "top", "try",
    "ttd", "twd", "tzs", "uah", "usd", "uyu", "uzs", "wst", "xcd", "yer", "zar", "zmw",
))  # fmt: skip
KNOWN = NO_DECIMALS | THREE_DECIMALS | PADDED | TWO_DECIMALS

# The least that can be charged; for others the double asks for half of a unit, or 50 where there are no decimals.
LEAST = {
    "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250, "eur": 50, "gbp": 30,
    "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "kwd": 150, "mxn": 1000, "myr": 200, "nok": 300, "nzd": 50,
    "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000, "usd": 50,
}  # fmt: skip
MOST = 99_999_999


def exponent(currency: str) -> int:
    """How many digits stand behind the point when an amount from the API is read."""
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


def known(currency: str, param: str = "currency") -> str:
    """The currency in lower case, or Stripe's words for one it hasn't got."""
    lower = currency.lower()
    if lower not in KNOWN:
        raise unreadable(
            f"Invalid currency: {lower}. Stripe currently supports these currencies: {', '.join(sorted(KNOWN))}", param
        )
    return lower


def check_digits(amount: int, currency: str, param: str = "amount") -> None:
    """Some currencies' last digits are there only for show."""
    step = 10 if currency in THREE_DECIMALS else 100 if currency in PADDED else 1
    if amount % step:
        raise ApiError(
            f"Invalid amount. The amount in {currency} must be evenly divisible by {step}.",
            param=param, code="invalid_charge_amount",
        )  # fmt: skip


def check_chargeable(amount: int, currency: str, param: str = "amount") -> None:
    """What is too little, too much or not divisible, in Stripe's words."""
    least = LEAST.get(currency, 50)
    if amount < least:
        raise ApiError(
            f"Amount must be at least {written(least, currency)} {currency}", param=param, code="amount_too_small"
        )
    if amount > MOST:
        raise ApiError(
            f"Amount must be no more than {written(MOST, currency)} {currency}", param=param, code="amount_too_large"
        )
    check_digits(amount, currency, param)


def written(amount: int, currency: str) -> str:
    """The amount as people write it, without the currency: 1,234.50."""
    digits = exponent(currency)
    sign = "−" if amount < 0 else ""
    if currency in PADDED:
        return f"{sign}{abs(amount) // 100:,}"
    whole, rest = divmod(abs(amount), 10**digits)
    return f"{sign}{whole:,}" + (f".{rest:0{digits}d}" if digits else "")


SIGNS = {"eur": "€", "usd": "$", "gbp": "£", "jpy": "¥", "uah": "₴", "pln": "zł "}


def shown(amount: int, currency: str) -> str:
    """The amount with its currency, for a page."""
    text = written(abs(amount), currency)
    sign = "−" if amount < 0 else ""
    return f"{sign}{SIGNS[currency]}{text}" if currency in SIGNS else f"{sign}{text} {currency.upper()}"


def fee(amount: int) -> int:
    """What the double's Stripe keeps of a charge: 2.9 % (half a unit rounds up) and 30 minor units."""
    return (amount * 29 + 500) // 1000 + 30
