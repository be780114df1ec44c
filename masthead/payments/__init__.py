"""Payments: what readers were asked for, what they paid, and what came back, equal to the payment provider's books.

An `Order` is one thing a reader set out to pay for. Through a gateway it leads to `Payment`s, once or again and again
under an `Agreement`; a `Payment` may be followed by `Refund`s and `Dispute`s. Every line of the provider's books is one
`Entry` of the ledger. Whatever tells of a change (webhook, return page, reconcile) leads to the same act: ask the
provider how things stand *now*, and apply that picture (`actions.settle`).

It knows nothing of what is paid for: an app above registers its purpose (`purposes`) and is told when an order changed.
It never sees a card.
"""
