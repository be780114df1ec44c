"""The desk's own screens for a story: issue a correction, take it down, lift the takedown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from masthead.accounts.models import Account
from masthead.articles import actions
from masthead.articles.models import Article, Correction, Takedown


class CorrectionForm(forms.ModelForm[Correction]):
    """What was wrong, and what is right."""

    class Meta:
        model = Correction
        fields = ("kind", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}


class TakedownForm(forms.Form):
    """Why a story goes, for the record and for readers."""

    reason = forms.CharField(
        label=gettext_lazy("Reason, for the record"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Only the newsroom reads this."),
    )
    public_note = forms.CharField(
        label=gettext_lazy("What readers are told"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Shown at the story's address from now on. Empty: only that it was withdrawn."),
    )


def may_correct(account: Account, article: Article) -> bool:
    """Editors and publishers correct published stories in public."""
    return bool(article.live and account.has_perm("articles.add_correction"))


def may_take_down(account: Account, article: Article) -> bool:
    """Publishers take down stories that readers have seen."""
    return bool(article.first_published_at and account.has_perm("articles.add_takedown"))


def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a correction, and see those already issued."""
    article = get_object_or_404(Article, pk=pk)
    if not may_correct(_account(request), article):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        correction = actions.issue_correction(
            article, form.cleaned_data["kind"], form.cleaned_data["text"], _account(request)
        )
        messages.success(
            request,
            _("%(kind)s issued: readers see it under the story now.") % {"kind": correction.get_kind_display()},
        )
        return redirect("wagtailadmin_pages:edit", article.pk)
    return _page(request, "articles/desk/correct.html", article, form)


def take_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a story for good, or see its takedown."""
    article = get_object_or_404(Article, pk=pk)
    if not may_take_down(_account(request), article):
        raise PermissionDenied
    form = TakedownForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_down(article, form.cleaned_data["reason"], form.cleaned_data["public_note"], _account(request))
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Taken down. Its address says so from now on."))
            return redirect("articles_take_down", article.pk)
    return _page(request, "articles/desk/take_down.html", article, form)


@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a takedown."""
    takedown = get_object_or_404(Takedown.objects.select_related("article"), pk=pk)
    if not request.user.has_perm("articles.change_takedown"):
        raise PermissionDenied
    actions.lift_takedown(takedown, _account(request))
    messages.success(request, _("The takedown is lifted. The story is a draft until somebody publishes it."))
    if takedown.article_id is None:
        return redirect("wagtailadmin_home")
    return redirect("wagtailadmin_pages:edit", takedown.article_id)


def _account(request: HttpRequest) -> Account:
    """Whose request it is; Wagtail lets nobody else in."""
    if not isinstance(request.user, Account):
        raise PermissionDenied
    return request.user


def _page(request: HttpRequest, template: str, article: Article, form: forms.BaseForm) -> HttpResponse:
    context: dict[str, Any] = {
        "article": article,
        "form": form,
        "corrections": article.corrections.select_related("made_by"),
        "takedowns": article.takedowns.select_related("made_by"),
    }
    return render(request, template, context)
