"""Uploads by whoever means ill: refused in words, or kept where they can do nothing."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pixels
from PIL import TiffImagePlugin

from masthead.accounts.tests.factories import editor
from masthead.media.models import File, Picture

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 500


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_NEED_SECOND_FACTOR = False


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(editor(), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pixels(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    data = io.BytesIO()
    Pixels.new("RGB", size, (90, 120, 140)).save(data, kind, **options)
    return data.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A tiny file whose head promises a vast picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def upload_picture(desk: Client, name: str, data: bytes) -> Any:
    return desk.post(
        reverse("wagtailimages:add_multiple"),
        {"title": "A picture", "files[]": SimpleUploadedFile(name, data)},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )


def upload_file(desk: Client, name: str, data: bytes) -> Any:
    return desk.post(
        reverse("wagtaildocs:add_multiple"),
        {"title": "A file", "files[]": SimpleUploadedFile(name, data)},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("ferry.jpg", EXE, "not an image"),
        ("ferry.png", HTML, "not an image"),
        ("ferry.png", SVG, "extension does not match"),
        ("ferry.svg", SVG, "Not a supported image format"),
        ("ferry.svg.png", SVG, "extension does not match"),
        ("ferry.png", pixels("GIF"), "extension does not match"),
        ("ferry.php", pixels(), "Not a supported image format"),
        ("ferry.png", png_claiming(50_000, 50_000), "too many pixels"),
        ("ferry.png", png_claiming(12_000, 9_000), "too many pixels"),
        ("ferry.png", pixels()[:60], "damaged"),
        ("ferry.jpg", pixels("JPEG", (800, 600))[:700], "damaged"),
        ("ferry.png", b"", "empty"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(desk: Client, name: str, data: bytes, word: str) -> None:
    answer = upload_picture(desk, name, data).json()

    assert answer["success"] is False
    assert word.lower() in answer["error_message"].lower(), answer["error_message"]
    assert not Picture.objects.exists()


def test_a_picture_is_kept_under_a_path_that_nobody_guesses(desk: Client) -> None:
    assert upload_picture(desk, "ferry.jpg", pixels("JPEG")).json()["success"]
    picture = Picture.objects.get()
    cut = picture.get_rendition("width-20")

    _, folder, name = picture.file.name.split("/")
    assert name == "ferry.jpg"
    assert len(folder) >= 16
    assert folder not in cut.file.name


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/evil.png", "..\\..\\evil.png", "/etc/evil.png", "evil\x00.png", "a" * 3000 + ".png"]
)
def test_a_name_of_tricks_or_of_enormous_length_stays_within_the_folder(desk: Client, name: str, tmp_path: Any) -> None:
    upload_picture(desk, name, pixels())

    for picture in Picture.objects.all():
        assert picture.file.name.startswith("originals/")
        assert len(picture.file.name) <= 100
        assert tmp_path in __import__("pathlib").Path(picture.file.path).resolve().parents
        picture.get_rendition("width-20")


@pytest.mark.parametrize(
    "spec", ["width-20", "width-20|format-jpeg", "width-20|format-png", "width-20|format-webp", "original"]
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_reader_learns_where_a_picture_was_taken(desk: Client, kind: str, spec: str) -> None:
    exif = Pixels.Exif()
    exif[0x010F] = "Camera of Ida"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", tuple(TiffImagePlugin.IFDRational(n) for n in (50, 27, 1))
    data = pixels(kind, exif=exif.tobytes())
    assert b"Camera of Ida" in data
    upload_picture(desk, f"ferry.{kind.lower()}", data)
    cut = Picture.objects.get().get_rendition(spec)

    with cut.file.open() as file:
        shown = file.read()
    assert b"Camera of Ida" not in shown
    with Pixels.open(io.BytesIO(shown)) as picture:
        assert not dict(picture.getexif())


def test_a_picture_held_sideways_is_shown_upright(desk: Client) -> None:
    exif = Pixels.Exif()
    exif[0x0112] = 6
    upload_picture(desk, "ferry.jpg", pixels("JPEG", (40, 20), exif=exif.tobytes()))
    cut = Picture.objects.get().get_rendition("max-40x40")

    assert (cut.width, cut.height) == (20, 40)


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("report.pdf", EXE, "isn&#x27;t a .pdf"),
        ("report.docx", HTML, "isn&#x27;t a .docx"),
        ("report.zip", pixels(), "isn&#x27;t a .zip"),
        ("report.txt", HTML, "isn&#x27;t plain text"),
        ("report.csv", EXE, "isn&#x27;t plain text"),
        ("report.exe", EXE, "not allowed"),
        ("report.html", HTML, "not allowed"),
        ("report.svg", SVG, "not allowed"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(desk: Client, name: str, data: bytes, word: str) -> None:
    answer = upload_file(desk, name, data).json()

    assert answer["success"] is False
    assert word in answer["error_message"].replace("'", "&#x27;"), answer["error_message"]
    assert not File.objects.exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [("report.pdf", b"%PDF-1.7\n..."), ("report.csv", "місто,пором\n1,2\n".encode()), ("report.txt", b"Words.")],
)
def test_a_file_is_downloaded_and_never_opened_within_the_site(desk: Client, name: str, data: bytes) -> None:
    assert upload_file(desk, name, data).json()["success"]
    response = Client().get(File.objects.get().url)

    assert b"".join(response.streaming_content) == data
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
