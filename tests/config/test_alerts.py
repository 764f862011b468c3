"""The settings of alerts: secrets stay out of the file, and nothing leaves this machine unencrypted."""

from __future__ import annotations

import pytest

from rlhf_collect.config import Alerts, load_project, read_project
from rlhf_collect.config import template as written
from rlhf_collect.errors import BadConfig
from tests.house.source import ROOT, snippets

START = written("my-team").replace("\nalerts:\n", "\n")
HEAD = START[: START.index("# What leads are alerted to")]


def problem(settings: str) -> str:
    with pytest.raises(BadConfig) as refused:
        read_project(f"{HEAD}\nalerts: {settings}\n", "x.yaml")
    (only,) = refused.value.problems
    assert only.where.startswith("x.yaml:")
    return f"{only.field} {only.what} {only.mend}"


def alerts(settings: str) -> Alerts:
    return read_project(f"{HEAD}\nalerts: {settings}\n", "x.yaml").alerts


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/rlhf?team=1",
        "https://10.0.0.7:8443/",
        "http://127.0.0.1:9000/hook",
        "http://localhost/hook",
        "http://[::1]:80/",
    ],
)
def test_a_webhook_is_https_or_on_this_machine(url: str):
    assert alerts(f"{{webhook: {{url: '{url}'}}}}").webhook.url == url


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://hooks.example.org/", "is not encrypted. Write https://"),
        ("http://127.0.0.1.example.org/", "is not encrypted."),
        ("http://localhost.example.org/", "is not encrypted."),
        ("http://169.254.169.254/latest", "is not encrypted."),
        ("https://ada:secret@example.org/", "holds a name, a password or a fragment."),
        ("https://example.org/#x", "holds a name, a password or a fragment."),
        ("ftp://example.org/", "is not a web address."),
        ("file:///etc/passwd", "is not a web address."),
        ("https:///hook", "is not a web address."),
        ("https://example.org:99999/", "is not a web address."),
        ("https://example.org/a b", "is not a web address."),
        ("https://exämple.org/", "is not a web address."),
    ],
)
def test_any_other_address_is_refused_without_repeating_what_may_be_secret(url: str, said: str):
    told = problem(f"{{webhook: {{url: '{url}'}}}}")
    assert told.startswith(f"alerts.webhook.url {said}")
    assert "secret@" not in told


@pytest.mark.parametrize("name", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "my secret", "lower_case", "9A"])
def test_a_secret_in_place_of_the_name_of_a_variable_is_refused_and_not_repeated(name: str):
    told = problem(f"{{webhook: {{url: 'https://example.org/', secret_env: '{name}'}}}}")
    assert told.startswith("alerts.webhook.secret_env is not the name of an environment variable.")
    assert name not in told


@pytest.mark.parametrize(
    "address",
    ["Ada <ada@example.org>", "ada@example.org, bo@example.org", "ada", "a\\nb@example.org", "a@b@c"],
)
def test_an_address_is_one_address_and_nothing_else(address: str):
    told = problem(f'{{email: {{to: ["{address}"], sender: rlhf@example.org, host: smtp.example.org}}}}')
    assert told.startswith("alerts.email.to")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("{to: [ada@example.org]}", "names addresses, and no sender or no host."),
        ("{user_env: SMTP_USER}", "has one of user_env and password_env."),
        ("{host: smtp.example.org, security: none}", "would send in the clear to smtp.example.org."),
        ("{host: 'a b'}", "'a b' is not the name of a server."),
    ],
)
def test_settings_of_email_fit_together(settings: str, said: str):
    assert said in problem(f"{{email: {settings}}}")


def test_nothing_is_sent_unless_it_is_said_where():
    settings = alerts("{}")
    assert not settings.webhook.is_set
    assert not settings.email.is_set
    assert alerts("{email: {security: none, host: 127.0.0.1}}").email.security == "none"


def test_the_settings_of_the_documents_are_accepted(tmp_path):
    (shown,) = (each for each in snippets(ROOT / "docs" / "running.md", "yaml") if "webhook" in each)
    path = tmp_path / "x.yaml"
    path.write_text(f"{HEAD}\n{shown}", encoding="utf-8")
    assert load_project(path).alerts.email.is_set
