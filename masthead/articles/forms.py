"""The desk's forms: what must be right before publishing, and nobody's work overwritten unseen."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.models import Revision

from masthead.articles.checks import Problem, problems


class DeskForm(WagtailAdminPageForm):
    """Any page's form. Refuses once to save over a version that is newer than the one that was opened."""

    # The times stand in the form's own tab, so the side panel needs no dialog for them.
    show_schedule_publishing_toggle = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "title" in self.fields:
            self.fields["title"].error_messages["max_length"] = gettext_lazy(
                "At most %(limit_value)d characters; this has %(show_value)d."
            )

        if "slug" in self.fields:
            # The page makes one from its headline.
            self.fields["slug"].required = False

    @property
    def publishing(self) -> bool:
        """Whether a button was pressed that makes the page public, now or later."""
        return bool(self.data.get("action-publish")) or self.data.get("workflow-action-name") == "approve"

    def clean(self) -> dict[str, Any]:
        """Refuse to overwrite a newer version; what was written stays in the form, and the next press saves it."""
        cleaned: dict[str, Any] = super().clean()
        newer = self._newer_version()
        if newer is not None:
            self.add_error(
                None,
                _(
                    "%(who)s saved this page at %(when)s, after you opened it. Nothing of yours is lost: it is still "
                    "here, but not saved. Compare it in the history; save again to put yours in place of theirs."
                )
                % {
                    "who": newer.user or _("Somebody"),
                    "when": date_format(timezone.localtime(newer.created_at), "TIME_FORMAT"),
                },
            )
        return cleaned

    def _newer_version(self) -> Revision | None:
        """The latest version that somebody else saved after this form was filled; one's own autosaves are no news."""
        opened = self.data.get("loaded_revision_id")
        if self.instance.pk is None or opened is None:
            return None
        # Empty: there was no version when the form was filled, so whatever there is now is newer.
        newer = Q(pk__gt=int(opened) if opened.isdecimal() else 0)
        # Autosave writes into its own revision again: same number, later time.
        with contextlib.suppress(ValueError):
            if loaded_at := parse_datetime(self.data.get("loaded_revision_created_at", "")):
                newer |= Q(created_at__gt=loaded_at)
        return self.instance.revisions.filter(newer).exclude(user=self.for_user).order_by("created_at").last()


class StoryForm(DeskForm):
    """A story's form: publishing needs what `checks.problems` asks for; drafts save as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "topics" in self.fields:
            locale = self.instance.locale_id or (self.parent_page.locale_id if self.parent_page else None)
            self.fields["topics"].queryset = self.fields["topics"].queryset.filter(locale=locale)

    def is_valid(self) -> bool:
        """Say every problem beside its field. Bylines are only known once their own forms are clean."""
        valid: bool = super().is_valid()
        if valid and self.publishing:
            self._say(problems(self.instance, has_author=self._has_author()))
            valid = not self.errors and not self.formsets["bylines"].non_form_errors()
        return valid

    def _has_author(self) -> bool:
        rows = (form.cleaned_data for form in self.formsets["bylines"].forms if hasattr(form, "cleaned_data"))
        return any(row.get("person") and row.get("role") == "author" and not row.get("DELETE") for row in rows)

    def _say(self, found: list[Problem]) -> None:
        in_body: dict[int, dict[str, list[ValidationError]]] = defaultdict(lambda: defaultdict(list))
        for problem in found:
            if problem.block is not None:
                in_body[problem.block][problem.part].append(ValidationError(problem.message))
                # The block says what; only here can a link say where it is mended.
                self.add_error(None, problem.html)
            elif problem.field in self.fields:
                self.add_error(problem.field, problem.html)
            else:
                self.formsets["bylines"].non_form_errors().append(problem.message)
                self.add_error(None, problem.message)
        if in_body:
            blocks = {
                number: StructBlockValidationError(
                    {part: errors[0] if len(errors) == 1 else ValidationError(errors) for part, errors in parts.items()}
                )
                for number, parts in in_body.items()
            }
            self.add_error("body", StreamBlockValidationError(block_errors=blocks))


class NamedForm(WagtailAdminModelForm):
    """A person or a topic: the address follows from the name unless somebody writes another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """An address that nobody else of the same kind and language has."""
        slug = str(self.cleaned_data["slug"])
        others = type(self.instance).objects.filter(slug=slug, locale_id=self.instance.locale_id)
        other = others.exclude(pk=self.instance.pk).first() if slug else None
        if other is not None:
            raise ValidationError(
                _("%(other)s has this address already; choose another.") % {"other": other}, code="taken"
            )
        return slug
