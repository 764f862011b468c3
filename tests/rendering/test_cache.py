"""Rendered texts are kept within a bounded room."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from rlhf_collect.rendering import Labels, render_markdown
from rlhf_collect.rendering.cache import HtmlCache


def test_the_least_recently_used_goes_first():
    entry = "x" * 1000
    cache = HtmlCache(max_bytes=5 * sys.getsizeof(entry))
    for key in "abcde":
        cache.put(key, entry)
    assert cache.get("a") == entry
    cache.put("f", entry)
    assert cache.get("b") is None
    assert cache.get("a") == entry
    assert len(cache) == 5


def test_the_room_is_counted_in_bytes():
    cache = HtmlCache(max_bytes=100_000)
    for number in range(500):
        cache.put(str(number), "ж" * 1000)
    assert cache.size <= 100_000
    assert 0 < len(cache) < 60


def test_putting_the_same_key_again_does_not_count_twice():
    cache = HtmlCache(max_bytes=10_000)
    for _ in range(3):
        cache.put("a", "x" * 100)
    assert cache.size == sys.getsizeof("x" * 100)


def test_an_entry_that_would_push_out_the_rest_is_not_kept():
    cache = HtmlCache(max_bytes=4000)
    cache.put("small", "x")
    cache.put("large", "x" * 2000)
    assert cache.get("large") is None
    assert cache.get("small") == "x"


def test_the_same_text_is_set_once_and_labels_make_a_difference():
    text = "once **only** ![x](https://a.example/cache)"
    assert render_markdown(text) is render_markdown(text)
    assert render_markdown(text, Labels(image="Bild")) != render_markdown(text)


def test_threads_get_the_same_html():
    texts = [f"# {number}\n\n```python\nx = {number}\n```\n\n$x^{number}$" for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(render_markdown, texts * 3))
    assert together[:40] == together[40:80] == [render_markdown(text) for text in texts]
