"""Links open nothing by themselves and show where they lead."""

from __future__ import annotations

import pytest

from rlhf_collect.rendering import render_markdown
from rlhf_collect.rendering.links import read_target
from tests.rendering.reading import Reading


def test_a_link_is_inert_and_shows_its_true_target():
    reading = Reading(render_markdown("[my bank](https://evil.example/login?a=1)"))
    assert reading.text.strip() == "my bank https://evil.example/login?a=1"
    link = next(attributes for tag, attributes in reading.tags if tag == "a")
    assert link == {
        "class": "rc-link",
        "role": "link",
        "tabindex": "0",
        "data-href": "https://evil.example/login?a=1",
        "rel": "noopener noreferrer nofollow",
    }


def test_a_link_whose_text_is_its_target_does_not_say_it_twice():
    assert Reading(render_markdown("<https://a.example/x>")).text.strip() == "https://a.example/x"
    assert Reading(render_markdown("<me@a.example>")).text.strip() == "me@a.example"


def test_a_link_whose_text_is_another_address_shows_both():
    text = Reading(render_markdown("[https://bank.example](https://evil.example)")).text
    assert text.strip() == "https://bank.example https://evil.example"


def test_a_look_alike_host_is_shown_in_coded_form_with_a_warning():
    reading = Reading(render_markdown("[apple.com](https://аррӏе.com/)"))
    assert reading.attributes("data-href") == ["https://xn--80ak6aa92e.com/"]
    assert "⚠ https://xn--80ak6aa92e.com/" in reading.text


@pytest.mark.parametrize(
    ("raw", "href", "warning"),
    [
        ("https://a.example", "https://a.example", ""),
        ("HTTPS://A.Example/B", "https://a.example/B", ""),
        ("http://a.example:8080/x?y#z", "http://a.example:8080/x?y#z", ""),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC", "foreign"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example", "foreign"),
        ("https://ａ。example/", "https://a.example/", ""),
        ("http://127.0.0.1/", "http://127.0.0.1/", "numeric"),
        ("http://2130706433/", "http://2130706433/", "numeric"),
        ("http://0x7f.1/", "http://0x7f.1/", "numeric"),
        ("http://[::1]:80/", "http://[::1]:80/", "numeric"),
        ("mailto:me@a.example?subject=hi", "mailto:me@a.example?subject=hi", ""),
        ("https://a.example/'\"`{}|^", "https://a.example/%27%22%60%7B%7D%7C%5E", ""),
        ("https://a.example/\u202egpj.exe", "https://a.example/%E2%80%AEgpj.exe", ""),
        ("https://ar.example/مرحبا", "https://ar.example/%D9%85%D8%B1%D8%AD%D8%A8%D8%A7", ""),
    ],
)
def test_a_web_or_mail_address_is_read_as_a_browser_would(raw, href, warning):
    target = read_target(raw)
    assert target is not None
    assert (target.href, target.warning) == (href, warning)


@pytest.mark.parametrize(
    "raw",
    [
        *[
            "",
            "#x",
            "/x",
            "x",
            "//a.example",
            "javascript:alert(1)",
            "JAVASCRIPT://a.example/%0aalert(1)",
            "data:x",
        ],
        *[
            "vbscript:x",
            "file:///x",
            "ftp://a.example",
            "https:",
            "https://",
            "https:///x",
            "https://a..example",
        ],
        *[
            "https://a@b.example",
            "https://a:b@c.example",
            "https://a.example:99999999",
            "https://a.example:x",
        ],
        *[
            "https://a.ex%61mple",
            "https://-a.example",
            "https://a b.example",
            "https://a.example\\@b.example",
        ],
        *[
            "https://a.c℀.example",
            "https://a\u200d.example",
            "https://[::1",
            "https://[x]",
        ],
        *[
            "https://[fe80::1%25eth0]/",
            "mailto:",
            "mailto:a",
            "mailto:a@b\n@c",
            "https://a.example/<b>",
            " https://a.b",
        ],
        *["https://a.example/\ud800", "https://a.example/" + "x" * 2001, "https://" + "a" * 64 + ".example"],
    ],
)
def test_any_other_target_is_no_link(raw):
    assert read_target(raw) is None


@pytest.mark.parametrize("markdown", ["[x](javascript:alert(1))", "[x](/own)", "[x]()", "![x](cat.png)"])
def test_a_refused_target_leaves_the_markdown_as_it_was_written(markdown):
    reading = Reading(render_markdown(markdown))
    assert reading.text.strip() == markdown
    assert reading.count("a") == 0


def test_a_long_target_is_shown_with_its_whole_host():
    host = ".".join(["a" * 50] * 4) + ".example"
    text = Reading(render_markdown(f"[x](https://{host}/{'y' * 500})")).text
    assert f"https://{host}…" in text
