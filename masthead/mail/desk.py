"""The desk's screens for letters: the mailbox, one letter, its formatted words in a frame, what is decided on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.views.generic import IndexView, InspectView

from masthead.mail import actions
from masthead.mail.models import Letter
from masthead.mail.work import message
from masthead.mail.writing import unpacked

# What a letter says is shown as a mail program would: no scripts, no forms, nothing fetched, an origin of its own.
FRAME = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'; base-uri 'none'"
SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Message-ID", "Content-Language")

View = Callable[..., HttpResponse]


def title(letter: Letter) -> str:
    """What the letter is called in the mailbox. A sealed one's subject is nobody's to read."""
    if letter.sealed:
        return _("Sealed (%(kind)s)") % {"kind": letter.kind}
    return letter.subject or _("Words forgotten (%(key)s)") % {"key": letter.key}


class MailboxView(IndexView):
    """The list. The words of letters aren't fetched for it."""

    page_title = gettext_lazy("Mailbox")

    def get_base_queryset(self) -> Any:
        """All letters, without their bodies."""
        return super().get_base_queryset().defer("text", "html", "attachments")


class LetterView(InspectView):
    """One letter."""

    page_title = gettext_lazy("Letter")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its headers and attachments, and what may be decided on it by this person."""
        letter: Letter = self.object
        may = self.request.user.has_perm("mail.change_letter")
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(
            letter=letter,
            title_of_letter=title(letter),
            headers=_headers(letter),
            files=[] if letter.sealed else [each.name for each in unpacked(letter.attachments)],
            may_resend=may and letter.waits_for_a_person and letter.has_words and not letter.sealed,
            may_drop=may and (letter.waits_for_a_person or letter.state == Letter.State.WAITING),
        )
        return context


def _headers(letter: Letter) -> list[tuple[str, str]]:
    if letter.sealed or not letter.to:
        return []
    made = message(letter)
    given = {
        "From": made.from_email,
        "To": ", ".join(made.to),
        "Reply-To": ", ".join(made.reply_to),
        "Subject": made.subject,
        **made.extra_headers,
    }
    return [(name, str(given[name])) for name in SHOWN_HEADERS if given.get(name)]


def _for_those_who(permission: str) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate


@require_safe
@_for_those_who("mail.view_letter")
def formatted(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter's formatted words by themselves, for the frame on its page."""
    letter = get_object_or_404(Letter, pk=pk, sealed=False)
    response = HttpResponse(letter.html)
    response.headers["Content-Security-Policy"] = FRAME
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@_for_those_who("mail.view_letter")
def attached(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A file that went with a letter, to be downloaded."""
    letter = get_object_or_404(Letter, pk=pk, sealed=False)
    try:
        file = unpacked(letter.attachments)[number]
    except IndexError:
        raise Http404 from None
    response = HttpResponse(file.content, content_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = _named(file.name)
    return response


def _named(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


@require_POST
@_for_those_who("mail.change_letter")
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it posted after all."""
    return _decide(request, pk, actions.resend, _("The letter will be sent within a second."))


@require_POST
@_for_those_who("mail.change_letter")
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave it unsent."""
    return _decide(request, pk, actions.drop, _("The letter is dropped."))


def _decide(request: HttpRequest, pk: int, verb: Callable[[Letter, Any], None], done: str) -> HttpResponse:
    letter = get_object_or_404(Letter, pk=pk)
    try:
        verb(letter, request.user)
    except actions.CannotResend:
        messages.error(request, _("Somebody was quicker: this letter is no longer waiting for a decision."))
    else:
        messages.success(request, done)
    return redirect("mailbox:inspect", pk)
