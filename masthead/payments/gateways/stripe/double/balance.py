"""Balance transactions: the one list of all money that came and went, with what Stripe keeps of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from stripe.params import BalanceRetrieveParams, BalanceTransactionListParams, BalanceTransactionRetrieveParams

from .account import DAY, Account
from .listing import listed
from .routing import Call, route
from .shapes import public
from .store import Object

CATEGORIES = {"charge": "charge", "refund": "refund", "adjustment": "dispute", "refund_failure": "refund_failure"}


@dataclass
class Money:
    """What one currency's balance is made of, in minor units. What left is negative."""

    charges: int = 0
    refunds: int = 0
    disputes: int = 0
    fees: int = 0

    @property
    def net(self) -> int:
        return self.charges + self.refunds + self.disputes - self.fees


def book(
    account: Account,
    kind: str,
    source: Object,
    amount: int,
    fee: int = 0,
    *,
    category: str = "",
    text: str | None = None,
) -> Object:
    """Write a line into the balance."""
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Dispute fee" if kind == "adjustment" else "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    transaction = {
        "id": account.new_id("txn_3"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": account.now() + 2 * DAY,
        "balance_type": "payments",
        "created": account.now(),
        "currency": source["currency"],
        "description": text,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": category or CATEGORIES[kind],
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
    return account.store.add(transaction)


def _shown(account: Account, transaction: Object) -> Object:
    settled = transaction["available_on"] <= account.now()
    return {**public(transaction), "status": "available" if settled else "pending"}


def money(account: Account) -> dict[str, Money]:
    """The sums of all balance transactions, a currency each."""
    rows = account.store.connection.execute(
        "SELECT json_extract(body, '$.currency'), json_extract(body, '$.type'), sum(json_extract(body, '$.amount')),"
        " sum(json_extract(body, '$.fee')) FROM object WHERE kind = 'balance_transaction' GROUP BY 1, 2"
    )
    found: dict[str, Money] = defaultdict(Money)
    for currency, kind, amount, fee in rows:
        sums = found[currency]
        if kind == "charge":
            sums.charges += amount
        elif kind == "adjustment":
            sums.disputes += amount
        else:
            sums.refunds += amount
        sums.fees += fee
    return dict(found)


@route("GET", "/v1/balance", BalanceRetrieveParams)
def whole(call: Call) -> Object:
    """What is there, and what comes within two days."""
    rows = call.account.store.connection.execute(
        "SELECT json_extract(body, '$.currency'), json_extract(body, '$.available_on') <= ?,"
        " sum(json_extract(body, '$.net')) FROM object WHERE kind = 'balance_transaction' GROUP BY 1, 2",
        (call.account.now(),),
    ).fetchall()
    sums = {(currency, bool(there)): amount for currency, there, amount in rows}
    parts = {
        name: [
            {"amount": amount, "currency": currency, "source_types": {"card": amount}}
            for (currency, there), amount in sorted(sums.items())
            if there == (name == "available")
        ]
        for name in ("available", "pending")
    }
    return {"object": "balance", "livemode": False, **parts}


@route("GET", "/v1/balance_transactions", BalanceTransactionListParams)
def listing(call: Call) -> Object:
    fields = {name: call.params.get(name) for name in ("currency", "source", "type")}
    page = listed(call.account, "balance_transaction", "/v1/balance_transactions", call.params, **fields)
    page["data"] = [_shown(call.account, transaction) for transaction in page["data"]]
    return page


@route("GET", "/v1/balance_transactions/{id}", BalanceTransactionRetrieveParams)
def retrieve(call: Call) -> Object:
    return _shown(call.account, call.account.find("balance_transaction", call.id))
