"""Code is coloured in a process of its own, which no text can make anybody else wait for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from rlhf_collect.rendering import colouring, render_markdown
from rlhf_collect.rendering.colourist import COLOURIST, Colourist
from rlhf_collect.rendering.highlight import CLASSES
from rlhf_collect.rendering.sheet import COLOUR_SECONDS
from tests.rendering.reading import Reading

HOSTILE = {
    "lisp": "*" + "." * 40,
    "console": "a" * 30_000 + ":" + "a" * 20_000,
    "ini": "=" * 59_000,
    "hcl": "a" * 59_000,
}
"""Lines for which a lexer needs minutes to days."""


def fenced(language: str, code: str) -> str:
    return f"```{language}\n{code}\n```"


def is_coloured(html: str) -> bool:
    return any(f'"{each}"' in html for each in CLASSES)


@pytest.mark.parametrize("language", HOSTILE)
def test_code_that_takes_too_long_stays_plain_and_its_reader_is_ended(language):
    html = render_markdown(fenced(language, HOSTILE[language]))
    assert HOSTILE[language] in Reading(html).text
    assert not is_coloured(html)
    assert COLOURIST.pid is None


def test_others_are_served_while_a_hostile_block_is_read():
    hostile = threading.Thread(target=render_markdown, args=(fenced("lisp", "*" + "." * 41),))
    hostile.start()
    served = 0
    while hostile.is_alive():
        render_markdown(f"**number** {served}")
        served += hostile.is_alive()
    assert served > 0


def test_one_hostile_block_ends_the_colours_of_its_text_and_of_no_other():
    after = fenced("python", "x = 1")
    assert not is_coloured(render_markdown(fenced("lisp", "*" + "." * 42) + "\n\n" + after))
    assert is_coloured(render_markdown(after))


def test_a_process_that_was_killed_between_two_blocks_is_started_again():
    reader = Colourist()
    assert reader.spans("python", "x = 1")
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGKILL)
    os.waitid(os.P_PID, reader.pid, os.WEXITED | os.WNOWAIT)
    assert reader.spans("python", "x = 1") == [("", 2), ("rc-o", 1), ("", 1), ("rc-m", 1)]
    reader.stop()


def test_stopping_leaves_no_process_behind():
    reader = Colourist()
    assert reader.spans("python", "x = 1")
    pid = reader.pid
    reader.stop()
    assert reader.pid is None
    assert pid is not None
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


@pytest.mark.parametrize(("code", "ended"), [("x", 0), (HOSTILE["lisp"], -signal.SIGPROF)])
def test_the_process_ends_by_itself_when_the_server_is_gone_even_within_a_block(code, ended):
    message = json.dumps({"language": "lisp", "code": code}).encode()
    process = subprocess.Popen(
        [sys.executable, "-I", colouring.__file__], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    process.communicate(colouring.LENGTH.pack(len(message)) + message)
    assert process.returncode == ended


def test_the_process_gives_no_class_but_those_the_style_sheet_knows():
    assert {css_class for _, css_class in colouring.KINDS} == set(CLASSES)


def test_the_time_counted_for_a_block_given_up_is_the_time_it_had():
    assert COLOUR_SECONDS == colouring.MAX_SECONDS


def test_a_lexer_that_tidies_its_input_colours_nothing():
    reader = Colourist()
    assert reader.spans("python", "a\r\nb") == []
    reader.stop()
