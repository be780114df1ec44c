"""Notices from providers: kept before they are answered, worked through afterwards, each until it is settled."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from masthead.lib.states import IllegalMove
from masthead.payments.gateways.base import GatewayError, NoticeSeen
from masthead.payments.models import Notice
from masthead.payments.registry import gateway
from masthead.payments.settling import Lost, Stranger, settle

log = logging.getLogger(__name__)

# After so many minutes each further try, then once a day; reconcile finds what is left.
AGAIN = [timedelta(minutes=minutes) for minutes in (0, 1, 5, 15, 60, 240, 720)]
PATIENCE = 30  # tries, which is about as many days; by then reconcile has listed what is wrong
AT_ONCE = 50  # notices worked through in one round
CLAIM = timedelta(minutes=2)  # whoever took a notice and died leaves it to others after this


def receive(gateway_name: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Keep a trusted notice; False if it was here already. Raises NotOurs for one that can't be trusted."""
    return keep(gateway_name, gateway(gateway_name).parse_webhook(headers, body))


def keep(gateway_name: str, seen: NoticeSeen) -> bool:
    """Keep a notice once; False if it was here already."""
    _notice, new = Notice.objects.get_or_create(
        gateway=gateway_name,
        ref=seen.ref,
        defaults={"kind": seen.kind[:80], "about": seen.about, "happened_at": seen.at},
    )
    return new


def work_through() -> int:
    """Settle what the waiting notices are about; how many were done. Called every second, by any process."""
    done = 0
    for number in Notice.objects.waiting().order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
        notice = _claim(number)
        if notice is not None:
            done += _work(notice)
    return done


@transaction.atomic
def _claim(number: int) -> Notice | None:
    notice = Notice.objects.waiting().select_for_update().filter(pk=number).first()
    if notice is not None:
        notice.attempts += 1
        notice.not_before = timezone.now() + CLAIM
        notice.save(update_fields=["attempts", "not_before"])
    return notice


def _work(notice: Notice) -> bool:
    if not notice.about:
        return _done(notice, "of no concern")
    began = timezone.now()
    try:
        settle(notice.gateway, notice.about, f"notice {notice.kind}")
    except Lost as error:
        log.error("Notice %s is about order %s of ours, which isn't here", notice.ref, error)  # noqa: TRY400
        return _done(notice, "about an order of ours that isn't here")
    except Stranger:
        return _done(notice, "about something that isn't ours")
    except IllegalMove as error:
        log.error("Notice %s about %s: %s can't be", notice.ref, notice.about, error)  # noqa: TRY400
        return _done(notice, f"settled, but refused: {error}")
    except (GatewayError, LookupError) as error:
        return _put_off(notice, str(error))
    except Exception as error:
        log.exception("Notice %s about %s failed", notice.ref, notice.about)
        return _put_off(notice, repr(error))
    # What else was said of the same thing before we asked has been answered by asking.
    told = Notice.objects.filter(gateway=notice.gateway, about=notice.about, processed_at=None, received_at__lte=began)
    told.exclude(pk=notice.pk).update(processed_at=timezone.now(), outcome="settled with another")
    return _done(notice, "settled")


def _done(notice: Notice, outcome: str) -> bool:
    Notice.objects.filter(pk=notice.pk).update(processed_at=timezone.now(), outcome=outcome[:200])
    return True


def _put_off(notice: Notice, outcome: str) -> bool:
    if notice.attempts >= PATIENCE:
        return _done(notice, f"given up: {outcome}")
    wait = AGAIN[notice.attempts] if notice.attempts < len(AGAIN) else timedelta(days=1)
    Notice.objects.filter(pk=notice.pk).update(not_before=timezone.now() + wait, outcome=outcome[:200])
    return False


def catch_up(gateway_name: str, since: datetime) -> int:
    """Keep what the provider told since then and we never heard; how many were new."""
    return sum(keep(gateway_name, seen) for seen in gateway(gateway_name).list_notices(since))
