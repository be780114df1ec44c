"""What the desk's pages of our own have in common: Wagtail's furniture, a permission, a way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from masthead.members.desk import rights
from masthead.members.desk.deeds import CantDo


class Screen(rights.Restricted, WagtailAdminTemplateMixin, TemplateView):
    """A page to look at."""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Home, members, what lies between, this page."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("desk_members:index"), "label": _("Members")},
            *self.between(),
            {"url": "", "label": self.get_page_title()},
        ]

    def between(self) -> list[dict[str, Any]]:
        """Pages this one lies below."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the person who asks may do."""
        return super().get_context_data(may=rights.may(rights.who(self.request)), **kwargs)


class Decision(Screen):
    """A page that says what will happen, asks for what it needs, and does it when the button is pressed.

    What can't be done is said on this page, beside the form, and nothing has changed.
    """

    template_name = "members/desk/decision.html"
    form_class: type[forms.Form] = forms.Form
    button: str | Promise = ""
    grave = False  # whether the button is red
    done: str | Promise = ""

    def form(self) -> forms.Form:
        """The form, filled with what was sent."""
        return self.form_class(self.request.POST or None, initial=self.initial())

    def initial(self) -> dict[str, Any]:
        """What the form says at first."""
        return {}

    def says(self) -> list[str]:
        """What will happen, in paragraphs."""
        return []

    def facts(self) -> list[tuple[str, object]]:
        """What it is about, as names and values."""
        return []

    def do(self, form: forms.Form) -> str:
        """Do it, and say what was done. Raises CantDo."""
        raise NotImplementedError

    def back(self) -> str:
        """Where to go from here, done or not."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and the words around it."""
        kwargs.setdefault("form", self.form())
        return super().get_context_data(
            says=self.says(), facts=self.facts(), button=self.button, grave=self.grave, back=self.back(), **kwargs
        )

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Do it, or say why not."""
        form = self.form_class(request.POST)
        if form.is_valid():
            try:
                messages.success(request, self.do(form))
                return redirect(self.back())
            except CantDo as refused:
                form.add_error(None, str(refused))
        return self.render_to_response(self.get_context_data(form=form), status=422)
