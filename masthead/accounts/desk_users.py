"""How publishers look after accounts at the desk. Nobody is made an administrator there, and nobody shuts herself out.

Administrators are made on the command line (`masthead createsuperuser`) or by the first run.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import EditView, IndexView, UserViewSet


class AccountCreationForm(UserCreationForm):
    """A new account, with roles but never with everything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_superuser"]


class AccountEditForm(UserEditForm):
    """An account's name, address, roles and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.editing_self = kwargs.get("editing_self", False)
        super().__init__(*args, **kwargs)
        self.fields.pop("is_superuser", None)

    def clean_groups(self) -> Any:
        """One's own roles stay: whoever took them away could not give them back. Raises ValidationError."""
        groups = self.cleaned_data["groups"]
        if self.editing_self and set(self.instance.groups.all()) - set(groups):
            raise ValidationError(_("You can't take a role away from yourself. Ask another publisher."))
        return groups


class StaffView(IndexView):
    """The list: staff and whoever was. Readers, who may be thousands, are found by searching."""

    def get_base_queryset(self) -> Any:
        """Accounts that have, or ever had, a password or a role."""
        everybody = super().get_base_queryset()
        if self.is_searching:
            return everybody
        return everybody.exclude(
            is_staff=False, is_superuser=False, groups=None, password__startswith=UNUSABLE_PASSWORD_PREFIX
        )


class AccountEditView(EditView):
    """Edits an account; an administrator's only for administrators, whose password would otherwise be up for grabs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Raises PermissionDenied."""
        if self.object.is_superuser and not getattr(request.user, "is_superuser", False):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class AccountViewSet(UserViewSet):
    """Wagtail's screens for users, with our forms."""

    index_view_class = StaffView
    edit_view_class = AccountEditView

    def get_form_class(self, for_update: bool = False) -> Any:
        """The form for a new or a known account."""
        return AccountEditForm if for_update else AccountCreationForm
