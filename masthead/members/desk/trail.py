"""What the desk's history says of what was done for supporters."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry

# Action → its name, and the sentence its details are put into.
DEEDS: dict[str, tuple[Promise, Promise]] = {
    "members.refund": (gettext_lazy("Refund"), gettext_lazy("Gave back %(money)s of “%(title)s”: %(reason)s")),
    "members.end_now": (gettext_lazy("End a membership"), gettext_lazy("Ended the membership %(tier)s: %(reason)s")),
    "members.end_at_period": (
        gettext_lazy("End a membership with its period"),
        gettext_lazy("Had the membership %(tier)s end with its period: %(reason)s"),
    ),
    "members.resume": (gettext_lazy("Resume a membership"), gettext_lazy("Resumed the membership %(tier)s")),
    "members.comp": (
        gettext_lazy("Give complimentary time"),
        gettext_lazy("Gave %(months)s months of %(tier)s, until %(until)s: %(reason)s"),
    ),
    "members.revoke": (
        gettext_lazy("End access"),
        gettext_lazy("Ended the access from %(start)s until %(end)s: %(reason)s"),
    ),
    "members.receipt": (gettext_lazy("Send a receipt again"), gettext_lazy("Sent %(number)s again")),
    "members.address": (
        gettext_lazy("Correct a mail address"),
        gettext_lazy("Corrected the mail address from %(before)s to %(after)s"),
    ),
    "members.transfer": (
        gettext_lazy("Note a bank transfer"),
        gettext_lazy("Noted the bank transfer %(reference)s over %(money)s"),
    ),
    "members.reason": (gettext_lazy("Publish a reason"), gettext_lazy("The reader's reason: %(what)s")),
    "members.export": (gettext_lazy("Take out the list of members"), gettext_lazy("Took out the list of members")),
    "members.notice": (gettext_lazy("Process a notice again"), gettext_lazy("Processed the notice again: %(outcome)s")),
}


def _formatter(name: Promise, sentence: Promise) -> type[LogFormatter]:
    class Said(LogFormatter):
        label = name

        def format_message(self, log_entry: ModelLogEntry) -> str:
            try:
                return str(sentence) % log_entry.data
            except (KeyError, TypeError):  # noted by an older version, with other details
                return _("%(deed)s (details are lost)") % {"deed": name}

    return Said


def register(actions: LogActionRegistry) -> None:
    """Tell Wagtail's log of them."""
    for action, (name, sentence) in DEEDS.items():
        actions.register_action(action)(_formatter(name, sentence))
