"""E-mail: encrypted with a certificate that is checked, signed in, and with headers nothing can add to."""

from __future__ import annotations

import base64
from email import message_from_string
from email.policy import default
from typing import Any

import pytest

from rlhf_collect.config import Email
from rlhf_collect.domain.sending import Fate
from rlhf_collect.senders import Mail, Notice
from tests.making import START
from tests.senders.receiving import CERTIFICATE, Post, free_port, mail_server

PASSWORD = base64.b64encode(b"\0ada\0secret")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SSL_CERT_FILE": str(CERTIFICATE), "USER_NAME": "ada", "USER_WORD": "secret"}.items():
        monkeypatch.setenv(name, value)


def mail(port: int, **more: Any) -> Mail:
    given = {"to": ["lena@example.org", "leo@example.org"], "sender": "rlhf@example.org", "host": "localhost"}
    return Mail(Email(**(given | {"port": port} | more)))


def test_a_mail_goes_out_encrypted_and_signed_in(post: Post, notice: Notice):
    post.password = PASSWORD
    sent = mail(post.port, user_env="USER_NAME", password_env="USER_WORD").send(notice, START)
    assert (sent.fate, sent.said) == (Fate.DELIVERED, "")
    clear = [each for each in post.commands if not each.startswith("*")]
    assert [each.partition(" ")[0].upper() for each in clear] == ["EHLO", "STARTTLS"]
    (text,) = post.mails
    read = message_from_string(text, policy=default)
    assert (read["to"], read["from"]) == ("lena@example.org, leo@example.org", "rlhf@example.org")
    assert read["subject"] == "rlhf-collect: helpfulness: running dry"
    assert read["message-id"] == f"<alert.{notice.alert_id.hex}@example.org>"
    assert read["auto-submitted"] == "auto-generated"
    assert notice.sentence in read.get_content()


def test_no_text_adds_a_header_or_ends_the_mail(post: Post, notice: Notice):
    mail(post.port).send(notice, START)
    (text,) = post.mails
    read = message_from_string(text, policy=default)
    assert read["bcc"] is None
    assert "\n.\nQUIT\n" in read.get_content().replace("\r\n", "\n"), "a text like any other"
    receivers = [each for each in post.commands if each.upper().startswith("*RCPT")]
    assert len(receivers) == 2
    with pytest.raises(ValueError, match=r"may not contain|newline|linefeed"):
        mail(post.port).message(notice, START)["X-Other"] = "a\r\nBcc: everybody@example.org"


def test_from_the_first_byte_too(notice: Notice):
    with mail_server(tls=True) as post:
        assert mail(post.port, security="tls").send(notice, START).fate is Fate.DELIVERED
        assert all(each.startswith("*") for each in post.commands)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_gets_nothing(
    notice: Notice, security: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(tls=security == "tls") as post:
        reply = mail(post.port, security=security).send(notice, START)
        assert reply.fate is Fate.FAILED
        assert "certificate verify failed" in reply.said
        assert post.mails == []


def test_a_server_that_offers_no_encryption_gets_nothing(post: Post, notice: Notice):
    post.offers_starttls = False
    reply = mail(post.port, user_env="USER_NAME", password_env="USER_WORD").send(notice, START)
    assert reply.fate is Fate.FAILED
    assert "STARTTLS" in reply.said
    assert not [each for each in post.commands if each.startswith(("AUTH", "MAIL"))]


def test_on_this_machine_it_may_go_in_the_clear(post: Post, notice: Notice):
    assert mail(post.port, security="none").send(notice, START).fate is Fate.DELIVERED
    assert not [each for each in post.commands if each.startswith("*")]


@pytest.mark.parametrize(
    ("refuses", "fate", "said"),
    [
        ({"MAIL": "451 later"}, Fate.FAILED, "It answered 451 (SMTPSenderRefused)."),
        ({"MAIL": "550 never"}, Fate.GIVEN_UP, "It answered 550 (SMTPSenderRefused)."),
        ({"RCPT": "450 later"}, Fate.FAILED, "It refused every address."),
        ({"RCPT": "550 never"}, Fate.GIVEN_UP, "It refused every address."),
        ({"QUIT": "500 what"}, Fate.DELIVERED, ""),
    ],
)
def test_a_refusal_for_good_is_given_up_and_any_other_tried_again(
    post: Post, notice: Notice, refuses: dict[str, str], fate: Fate, said: str
):
    post.refuses = refuses
    reply = mail(post.port).send(notice, START)
    assert (reply.fate, reply.said) == (fate, said)


def test_a_wrong_password_is_given_up_and_not_told(post: Post, notice: Notice):
    post.password = b"another"
    reply = mail(post.port, user_env="USER_NAME", password_env="USER_WORD").send(notice, START)
    assert (reply.fate, reply.said) == (Fate.GIVEN_UP, "It answered 535 (SMTPAuthenticationError).")


def test_a_password_that_cannot_be_sent_is_told_as_well(
    post: Post, notice: Notice, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("USER_WORD", "geheimnüß")
    reply = mail(post.port, user_env="USER_NAME", password_env="USER_WORD").send(notice, START)
    assert reply.fate is Fate.FAILED
    assert reply.said == "The name or the password has a character that cannot be sent."


def test_a_server_that_is_not_there_is_tried_again(notice: Notice):
    reply = mail(free_port()).send(notice, START)
    assert reply.fate is Fate.FAILED


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("USER_WORD")
    channel = mail(25, user_env="USER_NAME", password_env="USER_WORD")
    assert channel.problem() == "Not set where this runs: USER_WORD."
    assert mail(25).problem() is None
