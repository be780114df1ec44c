"""HTTP's small print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.press.negotiation import Range, encoding_for, has_it, range_for


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("zstd, gzip", "zstd"),
        ("br;q=0.2, gzip;q=0.8", "gzip"),
        ("br;q=0, gzip;q=0", ""),
        ("*", "br"),
        ("*;q=0.1, gzip", "gzip"),
        ("br;q=0, *", "zstd"),
        ("GZIP", "gzip"),
        ("identity", ""),
        ("br;q=nonsense, gzip", "gzip"),
        ("br;q=2, gzip", "gzip"),
        (";;;,,,q=1", ""),
    ],
)
def test_the_encoding_a_client_likes_best(header: str, chosen: str) -> None:
    assert encoding_for(header) == chosen


@given(st.text(max_size=200))
def test_no_header_breaks_the_choice(header: str) -> None:
    assert encoding_for(header) in {"", "gzip", "br", "zstd"}


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ("*", True),
        ('"abcd"', False),
        ('"x"', False),
        ("abc", False),
        ("", False),
    ],
)
def test_whether_a_client_has_it_already(header: str, known: bool) -> None:
    assert has_it(header, '"abc"') is known


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-99", Range(0, 100)),
        ("bytes=0-0", Range(0, 1)),
        ("bytes=100-", Range(100, 1000)),
        ("bytes=-100", Range(900, 1000)),
        ("bytes=-5000", Range(0, 1000)),
        ("bytes=990-5000", Range(990, 1000)),
        ("bytes=1000-", False),
        ("bytes=-0", False),
        ("bytes=5-2", None),
        ("bytes=a-b", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("items=0-5", None),
        ("bytes=0-1,5-6", None),
        ("bytes=99999999999999999999-", None),
        ("", None),
    ],
)
def test_the_bytes_a_client_wants(header: str, wanted: object) -> None:
    assert range_for(header, 1000) == wanted


@given(st.text(max_size=60), st.integers(0, 10_000))
def test_a_range_always_lies_within_the_file(header: str, size: int) -> None:
    for text in (header, f"bytes={header}"):
        wanted = range_for(text, size)
        if isinstance(wanted, Range):
            assert 0 <= wanted.start < wanted.end <= size
