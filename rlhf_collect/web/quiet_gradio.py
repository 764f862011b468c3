"""Gradio, loaded so that it calls nobody and writes nothing: ``from rlhf_collect.web.quiet_gradio import gr``.

A page is mounted here and never launched.

Imported plainly it writes a ``.pyi`` file beside the source of each of its components, for editors. A
server has no use for them and may not own its installation; working them out is also half the time of
the import (0.7 s of 1.6 s of processor time, Gradio 6.31).
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace

_WRITER = "gradio.component_meta"


def _write_nothing(*_: object, **__: object) -> None:
    """What Gradio calls for each of its components instead."""


class _WithoutStubs(Loader):
    """Loads the module as it is, and then takes the writing of stubs out of it."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        if hasattr(module, "create_or_modify_pyi"):
            vars(module)["create_or_modify_pyi"] = _write_nothing


class _Finder(MetaPathFinder):
    """Stands before the others for one module, and steps aside once it was asked for it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _WRITER:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _WithoutStubs(spec.loader)
        return spec


os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
if _WRITER not in sys.modules:
    sys.meta_path.insert(0, _Finder())

import gradio as gr  # noqa: E402 - what stands above is for it
from gradio import blocks as _blocks  # noqa: E402
from gradio.routes import App as _App  # noqa: E402


def _unserved(page: gr.Blocks, **_: object) -> _App:
    """What Gradio makes of a page each time it is put together: a place for its state, without a route.

    Only what ``mount_gradio_app`` makes is asked for anything. With the eighty routes of Gradio, made twice
    for each page before that, the pages took 0.9 s of processor time to make; without, 0.4 s (Gradio 6.31).
    """
    made = _App()
    made.configure_app(page)
    return made


vars(_blocks)["App"] = SimpleNamespace(create_app=_unserved)

__all__ = ["gr"]
