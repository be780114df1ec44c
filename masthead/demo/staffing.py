"""Who works at the demo newsroom: people with bylines, accounts for the desk, and the topics they write on."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Locale

from masthead.accounts.models import Account
from masthead.articles.models import Person, Topic
from masthead.demo.manuscripts import key_for, table
from masthead.demo.pictures import Pictures

PASSWORD = "packet-boat-1871"  # noqa: S105 (printed for every visitor of the demo)
ACCOUNTS = {
    "reporter@demo.example": ("Tobin", "Aske", "Reporters"),
    "editor@demo.example": ("Mara", "Ketteridge", "Editors"),
    "publisher@demo.example": ("Hester", "Lowe", "Publishers"),
}


def prepare_roles() -> None:
    """The groups and what they may do, where the accounts app knows how; else only the groups."""
    try:
        from masthead.accounts import actions  # type: ignore[attr-defined,unused-ignore]
    except ImportError:
        for name in ("Reporters", "Editors", "Publishers"):
            Group.objects.get_or_create(name=name)
    else:
        actions.prepare_roles()


def open_accounts() -> None:
    """One account for each role, the demo's password on each that is new."""
    prepare_roles()
    for email, (first, last, role) in ACCOUNTS.items():
        if Account.objects.filter(email=email).exists():
            continue
        account = Account.objects.create_user(email, PASSWORD, is_staff=True, first_name=first, last_name=last)
        account.groups.add(Group.objects.get(name=role))


def engage_people(locale: Locale, pictures: Pictures) -> dict[str, Person]:
    """People and desks of one language, by name in the files."""
    people: dict[str, Person] = {}
    for name, said in table("people").items():
        own = said if locale.language_code == "en" else said.get(locale.language_code)
        if own is None:
            continue
        email = said.get("email", "")
        fields: dict[str, Any] = {
            "kind": said.get("kind", Person.Kind.PERSON),
            "name": own["name"],
            "position": own.get("position", ""),
            "bio": own.get("bio", ""),
            "contact_email": email,
            "portrait_id": pictures.portrait(name) if said.get("face") else None,
        }
        person, _made = Person.objects.get_or_create(
            translation_key=key_for("person", name), locale=locale, defaults={"slug": own.get("slug", name), **fields}
        )
        people[name] = person
    return people


def lend_accounts(people: dict[str, Person]) -> None:
    """The people who have an account are known by it at the desk."""
    for email, (first, last, _role) in ACCOUNTS.items():
        person = people.get(f"{first}-{last}".lower())
        if person is not None and person.account_id is None:
            person.account = Account.objects.get(email=email)
            person.save(update_fields=["account"])


def name_topics(locale: Locale) -> dict[str, Topic]:
    """Topics of one language, by name in the files."""
    topics: dict[str, Topic] = {}
    for name, said in table("topics").items():
        own = said if locale.language_code == "en" else said.get(locale.language_code)
        if own is None:
            continue
        topics[name], _made = Topic.objects.get_or_create(
            translation_key=key_for("topic", name),
            locale=locale,
            defaults={"name": own["name"], "slug": own.get("slug", name), "description": own["description"]},
        )
    return topics
