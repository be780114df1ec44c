"""Bad input at the desk: a clear word beside the field, nothing lost, nothing that shouldn't reaches readers."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.rich_text import expand_db_html

from masthead.accounts.tests.factories import editor
from masthead.articles.models import Article
from masthead.articles.tests import factories as make
from masthead.articles.tests.desk import contentstate, create, edit, errors, latest, sign_in, story_form

pytestmark = pytest.mark.django_db
PUBLISH = {"action-publish": "1"}


@pytest.fixture
def desk() -> Client:
    make.section()
    return sign_in(editor())


@pytest.mark.parametrize("button", [{}, PUBLISH])
@pytest.mark.parametrize("field", ["title", "slug", "kicker", "standfirst", "short_headline", "seo_title"])
def test_ten_thousand_characters_are_refused_beside_the_field(desk: Client, field: str, button: dict) -> None:
    response = create(desk, make.section(), story_form([make.person()], **{field: "x" * 10_000}, **button))

    errors(response)
    assert "10000" in str(response.context["form"].errors[field])
    assert not Article.objects.exists()


def test_a_headline_of_ten_thousand_characters_is_refused_in_an_autosave_too(desk: Client) -> None:
    response = desk.post(
        reverse("wagtailadmin_pages:add", args=("articles", "article", make.section().pk)),
        story_form(title="x" * 10_000),
        headers={"Accept": "application/json"},
    )

    assert response.status_code == 400
    assert response.json()["error_code"] == "validation_error"


def test_a_taken_address_is_said(desk: Client) -> None:
    make.story(slug="ferry")
    response = create(desk, make.section(), story_form([make.person()], slug="ferry"))

    errors(response)
    assert "already in use" in str(response.context["form"].errors["slug"])


def test_the_second_editors_save_does_not_lose_the_firsts_work(desk: Client) -> None:
    story = make.story(live=False)
    opened = story.save_revision()
    seen = {
        "loaded_revision_id": str(opened.pk),
        "loaded_revision_created_at": opened.created_at.isoformat(),
        "slug": story.slug,
    }
    first = sign_in(editor(first_name="Ida", last_name="Lund"))
    assert edit(first, story, story_form(title="Ida's headline", **seen)).status_code == 302

    response = edit(desk, story, story_form(title="My headline", **seen))
    page = errors(response)
    assert "Ida Lund saved this page at" in page
    assert "My headline" in page
    story = Article.objects.get(pk=story.pk)
    assert story.get_latest_revision_as_object().title == "Ida's headline"

    newest = story.get_latest_revision()
    knowing = {
        "loaded_revision_id": str(newest.pk),
        "loaded_revision_created_at": newest.created_at.isoformat(),
        "slug": story.slug,
    }
    assert str(newest.pk) in page
    assert edit(desk, story, story_form(title="My headline", **knowing)).status_code == 302
    assert {revision.content["title"] for revision in story.revisions.all()} >= {"Ida's headline", "My headline"}


def test_ones_own_autosaves_are_no_other_editor(desk: Client) -> None:
    account = editor()
    mine = sign_in(account)
    story = make.story(live=False)
    opened = story.save_revision(user=account)
    seen = {
        "loaded_revision_id": str(opened.pk),
        "loaded_revision_created_at": opened.created_at.isoformat(),
        "slug": story.slug,
    }
    autosave = {"Accept": "application/json"}
    url = reverse("wagtailadmin_pages:edit", args=(story.pk,))
    saved = mine.post(url, story_form(title="First words", **seen), headers=autosave).json()
    again = {**seen, "overwrite_revision_id": str(saved["revision_id"])}
    assert mine.post(url, story_form(title="More words", **again), headers=autosave).json()["success"]

    # The button sends what the form was opened with, not what autosave did since.
    assert edit(mine, story, story_form(title="All words", **seen)).status_code == 302


def test_an_autosave_over_somebody_elses_version_is_refused(desk: Client) -> None:
    story = make.story(live=False)
    opened = story.save_revision()
    story.save_revision(user=editor())
    answer = desk.post(
        reverse("wagtailadmin_pages:edit", args=(story.pk,)),
        story_form(slug=story.slug, loaded_revision_id=str(opened.pk)),
        headers={"Accept": "application/json"},
    )

    assert answer.json()["error_code"] == "invalid_revision"


def test_the_second_editors_publish_button_does_not_lose_the_firsts_work_either(desk: Client) -> None:
    story = make.story()
    opened = story.save_revision()
    story.save_revision()
    page = errors(edit(desk, story, story_form(slug=story.slug, loaded_revision_id=str(opened.pk), **PUBLISH)))

    assert "Somebody saved this page at" in page


def test_a_story_that_had_no_version_when_it_was_opened_is_not_overwritten_unseen(desk: Client) -> None:
    """An imported story has no history before somebody saves it here for the first time."""
    story = make.story()
    assert not story.revisions.exists()
    seen = {"loaded_revision_id": "", "loaded_revision_created_at": "", "slug": story.slug}
    theirs = edit(sign_in(editor(first_name="Ida", last_name="Lund")), story, story_form([make.person()], **seen))
    assert theirs.status_code == 302

    page = errors(edit(desk, story, story_form([make.person()], title="My headline", **seen)))
    assert "Ida Lund saved this page at" in page
    assert "My headline" in page


# What Word 365 puts on the clipboard, shortened; the words are ours.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View>
</w:WordDocument></xml><![endif]--><style><!-- p.MsoNormal {mso-style-unhide:no; margin:0cm;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<p class=MsoNormal style='mso-margin-top-alt:auto'><span lang=EN-US style='font-family:"Arial",sans-serif;
mso-fareast-language:EN-GB'>The ferry <b style='mso-bidi-font-weight:normal'>stays</b>.<o:p></o:p></span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·
</span><![endif]>Seven for<o:p>&nbsp;</o:p></p>
<p class=MsoNormal><a href="javascript:alert(1)">a link</a> <img src="file:///C:/temp/clip_image001.png"
onerror=alert(1)><script>alert(2)</script></p><!--EndFragment--></body></html>"""
RUBBISH = (
    "mso",
    "Mso",
    "o:p",
    "<!--",
    "[if",
    "style",
    "class",
    "script",
    "javascript",
    "onerror",
    "file:",
    "<img",
    "xml",
)


def test_word_markup_pasted_as_text_is_shown_as_text_and_never_as_markup(desk: Client) -> None:
    create(desk, make.section(), story_form([make.person()], **{"body-0-value": contentstate(WORD)}, **PUBLISH))
    source = latest().body[0].value.source

    assert latest().live
    assert "<o:p>" not in source
    assert "<script" not in source
    assert "&lt;script&gt;" in source


def test_word_markup_handed_to_the_editor_as_html_loses_everything_but_the_words() -> None:
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    from masthead.articles.blocks import INLINE
    from masthead.lib.html import clean

    converter = ContentstateConverter(INLINE)
    source = converter.to_database_format(converter.from_database_format(clean(WORD)))

    assert "The ferry <b>stays</b>." in source
    assert "Seven for" in source
    for rubbish in RUBBISH:
        assert rubbish not in expand_db_html(source).replace("data-block-key", ""), rubbish


def test_a_forged_editor_state_brings_no_script_and_no_foreign_entity(desk: Client) -> None:
    state = {
        "blocks": [
            {
                "key": "aaaaa",
                "type": "unstyled",
                "depth": 0,
                "text": "press here",
                "inlineStyleRanges": [{"offset": 0, "length": 5, "style": 'COLOR"><script>alert(1)</script>'}],
                "entityRanges": [{"offset": 0, "length": 5, "key": 0}],
            }
        ],
        "entityMap": {"0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}}},
    }
    create(desk, make.section(), story_form([make.person()], **{"body-0-value": json.dumps(state)}))
    source = latest().body[0].value.source

    assert "press" in source
    assert "javascript" not in source
    assert "<script" not in source
