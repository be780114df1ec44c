"""Rows of support: tiers, memberships, contributions, grants, gifts. Times are UTC, amounts minor units."""

from masthead.members.models.access import AccessGrant, Revocation
from masthead.members.models.comps import Comp
from masthead.members.models.gifts import Deferral, Gift, GiftStep, Redemption
from masthead.members.models.memberships import Contribution, Membership, MembershipStep
from masthead.members.models.offer import Offer
from masthead.members.models.tiers import Price, Tier, TierWords

__all__ = [
    "AccessGrant",
    "Comp",
    "Contribution",
    "Deferral",
    "Gift",
    "GiftStep",
    "Membership",
    "MembershipStep",
    "Offer",
    "Price",
    "Redemption",
    "Revocation",
    "Tier",
    "TierWords",
]
