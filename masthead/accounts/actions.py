"""Verbs on accounts: find or make one, prepare the roles, and say who is staff."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from masthead.accounts import letters, personal
from masthead.accounts.models import Account, FormerAddress
from masthead.mail import actions as mail

REPORTERS, EDITORS, PUBLISHERS = "Reporters", "Editors", "Publishers"
MEMBERSHIP = "Membership"  # reader service: looks after members and their money, writes nothing

# What each role may do to any page; a reporter changes only what he or she made.
PAGES = {
    REPORTERS: ["add"],
    EDITORS: ["add", "change", "publish", "lock", "unlock"],
    PUBLISHERS: ["add", "change", "publish", "lock", "unlock", "bulk_delete"],
    MEMBERSHIP: [],
}
# What each role may do to pictures and files; "add" alone also lets one change one's own.
UPLOADS = {
    REPORTERS: ["add", "choose"],
    EDITORS: ["add", "change", "delete", "choose"],
    PUBLISHERS: ["add", "change", "delete", "choose"],
    MEMBERSHIP: [],
}
# Who supports the newsroom and why, without what they pay.
SUPPORTERS_SEEN = ["members.view_membership", "members.publish_reason"]
# All about members and their money. Nothing of it changes what is on offer.
READER_SERVICE = [
    *SUPPORTERS_SEEN,
    "members.change_membership",
    "members.export_membership",
    "members.add_comp",
    "members.add_revocation",
    "payments.view_payment",
    "payments.add_refund",
    "payments.add_transfer",
    "payments.view_entry",
    "payments.view_reconciliation",
    "payments.view_notice",
    "payments.change_notice",
    "mail.view_letter",
    "mail.change_letter",
]
# Everything else, as app_label.codename.
RECORDS = {
    REPORTERS: ["wagtailadmin.access_admin"],
    EDITORS: [
        "wagtailadmin.access_admin",
        *[f"articles.{verb}_{noun}" for noun in ("person", "topic") for verb in ("add", "change", "delete")],
        "articles.add_correction",
        "simple_translation.submit_translation",
        *SUPPORTERS_SEEN,
    ],
    MEMBERSHIP: ["wagtailadmin.access_admin", *READER_SERVICE],
    PUBLISHERS: [
        "wagtailadmin.access_admin",
        *[f"articles.{verb}_{noun}" for noun in ("person", "topic") for verb in ("add", "change", "delete")],
        "articles.add_correction",
        "simple_translation.submit_translation",
        "articles.add_takedown",
        "articles.change_takedown",
        "articles.change_newsroom",
        "press.view_run",
        *READER_SERVICE,
        *[f"members.{verb}_tier" for verb in ("add", "change", "delete")],
        "members.change_offer",
        "payments.change_issuer",
        *[f"accounts.{verb}_account" for verb in ("add", "change", "delete")],
        *[f"wagtailredirects.{verb}_redirect" for verb in ("add", "change", "delete")],
        *[f"wagtailcore.{verb}_{noun}" for noun in ("collection", "workflow", "task") for verb in ("add", "change")],
        "wagtailcore.change_site",
    ],
}
REVIEW = "Editors' review"


@transaction.atomic
def prepare_roles() -> None:
    """Make or mend the roles and the editors' review. Safe to call at every start; needs the migrations only."""
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in PAGES}
    for name, group in groups.items():
        _allow_pages(group, PAGES[name])
        _allow_uploads(group, UPLOADS[name])
        _allow_records(group, RECORDS[name])
    _prepare_review([groups[EDITORS], groups[PUBLISHERS]])
    # Wagtail's migrations bring a group of their own; ours say the same in the newsroom's words.
    Group.objects.filter(name="Moderators", user__isnull=True).delete()


def recognise_staff(account: Account) -> None:
    """Keep `is_staff` true to the roles: whoever may open the desk is staff, nobody else is."""
    fresh = Account.objects.get(pk=account.pk)
    staff = fresh.is_active and fresh.has_perm("wagtailadmin.access_admin")
    if fresh.is_staff == staff:
        return
    if staff:
        # A reader's passkeys and sessions may go back to a mailed code, which opens no desk: begin anew.
        Authenticator.objects.filter(user=fresh).delete()
        if not fresh.has_usable_password():
            fresh.set_unusable_password()
    fresh.is_staff = account.is_staff = staff
    fresh.save(update_fields=["is_staff", "password"])


def _allow_pages(group: Group, verbs: Iterable[str]) -> None:
    root = Page.get_first_root_node()
    wanted = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=[f"{verb}_page" for verb in verbs]
    )
    GroupPagePermission.objects.filter(group=group, page=root).exclude(permission__in=wanted).delete()
    for permission in wanted:
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def _allow_uploads(group: Group, verbs: Iterable[str]) -> None:
    root = Collection.get_first_root_node()
    # Wagtail asks for the permissions of its own image and document, whatever the model in use.
    names = [f"{verb}_{noun}" for verb in verbs for noun in ("image", "document")]
    wanted = Permission.objects.filter(content_type__app_label__in=("wagtailimages", "wagtaildocs"), codename__in=names)
    GroupCollectionPermission.objects.filter(group=group, collection=root).exclude(permission__in=wanted).delete()
    for permission in wanted:
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _allow_records(group: Group, names: Iterable[str]) -> None:
    pairs = {tuple(name.split(".")) for name in names}
    labels = {label for label, _codename in pairs}
    found = Permission.objects.filter(content_type__app_label__in=labels).select_related("content_type")
    group.permissions.set([each for each in found if (each.content_type.app_label, each.codename) in pairs])


def _prepare_review(reviewers: list[Group]) -> None:
    """One workflow for every page: an editor or a publisher approves."""
    task = GroupApprovalTask.objects.filter(name=REVIEW).first() or GroupApprovalTask.objects.create(name=REVIEW)
    task.groups.set(reviewers)
    workflow = Workflow.objects.filter(name=REVIEW).first() or Workflow.objects.create(name=REVIEW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})
    # Wagtail's own, from its migrations, unless somebody uses it.
    Workflow.objects.filter(name="Moderators approval", workflow_states__isnull=True).exclude(pk=workflow.pk).delete()
    Task.objects.filter(name="Moderators approval", task_states__isnull=True, workflow_tasks__isnull=True).delete()


def role_of(account: Account) -> str:
    """The name of the account's highest role, for the desk; empty if it has none."""
    if account.is_superuser:
        return _("Publisher")
    names = set(account.groups.values_list("name", flat=True))
    words = {
        PUBLISHERS: _("Publisher"),
        EDITORS: _("Editor"),
        REPORTERS: _("Reporter"),
        MEMBERSHIP: _("Reader service"),
    }
    return next((word for name, word in words.items() if name in names), "")


def account_for(email: str, name: str = "") -> Account:
    """The account with this mail address, whatever its capitals; made if there is none, without a password.

    A name is only taken for a new account: who pays for somebody doesn't rename them. Raises ValidationError.
    """
    address = email.strip().lower()
    validate_email(address)
    known = Account.objects.filter(email__iexact=address).first()
    if known:
        return known
    first, _space, last = " ".join(name.split()).partition(" ")
    try:
        with transaction.atomic():
            return Account.objects.create_user(address, first_name=first[:150], last_name=last[:150])
    except IntegrityError:  # somebody else made it in this moment
        return Account.objects.get(email__iexact=address)


_confirming = TimestampSigner(salt="masthead.new-address")
CONFIRM_WITHIN = timedelta(days=1)


def ask_to_confirm(account: Account, wanted: str) -> None:
    """Write to the new address; its link changes the address when this account's owner opens it.

    To an address that somebody else signs in with, the letter says only that.
    """
    taken = Account.objects.filter(email__iexact=wanted).exists()
    token = _confirming.sign_object([str(account.uuid), account.email, wanted])
    link = settings.BASE_URL + reverse("confirm_address", args=(token,))
    letters.write_sealed(letters.NEW_ADDRESS, wanted, {"link": link, "taken": taken})


def wanted_address(account: Account, token: str) -> str | None:
    """The address a letter's link confirms; None if the link is old, another's, or was used."""
    try:
        whose, former, wanted = _confirming.unsign_object(token, max_age=CONFIRM_WITHIN)
    except (BadSignature, ValueError):
        return None
    return str(wanted) if (whose, former) == (str(account.uuid), account.email) else None


@transaction.atomic
def change_address(account: Account, wanted: str) -> None:
    """Take the confirmed address, and tell the former one. Raises ValidationError if somebody else has it by now."""
    former = account.email
    try:
        with transaction.atomic():
            Account.objects.filter(pk=account.pk).update(email=wanted.lower())
    except IntegrityError:
        raise ValidationError(_("This address belongs to another account.")) from None
    account.email = wanted.lower()
    EmailAddress.objects.filter(user=account).delete()
    FormerAddress.objects.create(account=account, address=former)
    mail.readdress(former, account.email)
    # Sealed, for it tells whoever has the former address from now on; nothing is kept of it.
    letters.write_notice("address_changed", former, {"wanted": wanted}, sealed=True)


def tell_of_passkey(account: Account) -> None:
    """Whoever adds a way in tells its owner."""
    letters.write_notice("passkey_added", account.email, {})


@transaction.atomic
def erase_account(account: Account) -> None:
    """Erase a person, and say so in a last letter, of which nothing is kept. Staff are not erased like this."""
    if not account.is_reader:
        raise ValueError("staff belong to the newsroom's history")
    address = account.email
    personal.erase(account)
    letters.write_notice("erased", address, {}, sealed=True)


@transaction.atomic
def found_publisher(email: str, password: str, first_name: str = "", last_name: str = "") -> Account:
    """Make the account that may do everything, in the role Publishers. Raises IntegrityError for a taken address."""
    prepare_roles()
    account = Account.objects.create_superuser(email, password, first_name=first_name, last_name=last_name)
    account.groups.add(Group.objects.get(name=PUBLISHERS))
    return account
