"""TRL's own preparation of rows, run without torch.

The classes of the trainers do not import without torch, but how they prepare a row needs none of it: their
methods are taken out of the installed files as they stand, and only names such as the logger are ours.
"""

# ruff: noqa: PLC0415 - these imports are slow, and only some tests need them

from __future__ import annotations
import __future__

import ast
import json
import logging
from collections.abc import Callable
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def tokenizer() -> Any:
    """A tokenizer of single bytes that loses nothing, with the plainest chat template there is."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    core = Tokenizer(models.BPE({c: i for i, c in enumerate(alphabet)} | {"<eos>": 256}, merges=[]))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    core.decoder = decoders.ByteLevel()
    made = PreTrainedTokenizerFast(tokenizer_object=core, eos_token="<eos>", pad_token="<eos>")
    made.chat_template = (
        "{% for m in messages %}<{{m['role']}}>{{m['content']}}{% endfor %}"
        "{% if add_generation_prompt %}<assistant>{% endif %}"
    )
    return made


def told(turns: list[dict[str, str]]) -> str:
    """What the template makes of turns."""
    return "".join(f"<{turn['role']}>{turn['content']}" for turn in turns)


def own(file: str, name: str, **helpers: Any) -> Callable[..., Any]:
    """A function or method of TRL as its file has it, in the company of ``trl.data_utils`` and ``helpers``."""
    import numpy as np
    from trl import data_utils

    return own_alone(
        file,
        name,
        **{
            **vars(data_utils),
            "json": json,
            "np": np,
            "logger": SimpleNamespace(warning_once=_refuse, warning=logging.getLogger("trl").info),
            "global_then_local_main_first": nullcontext,
            "is_torch_xla_available": lambda: False,
            **helpers,
        },
    )


def own_alone(file: str, name: str, **names: Any) -> Callable[..., Any]:
    """A function of TRL as its file has it, with nothing of TRL imported, which takes seconds."""
    found = find_spec("trl")
    assert found is not None and found.origin is not None
    path = Path(found.origin).parent / file
    (function,) = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    code = compile(
        ast.Module([function], type_ignores=[]), str(path), "exec", __future__.annotations.compiler_flag
    )
    exec(code, names)
    prepared: Callable[..., Any] = names[name]
    return prepared


def prepare(trainer: str, dataset: Any, tok: Any) -> Any:
    """The dataset as ``trainer`` (``dpo``, ``reward``, ``kto``, ``orpo``, ``cpo``) prepares it for training."""
    if trainer in ("orpo", "cpo"):
        return _prepare_old(trainer, dataset, tok)
    method = own(f"trainer/{trainer}_trainer.py", "_prepare_dataset")
    itself = SimpleNamespace(_tokenizer=tok, calculate_KL=True, desirable_weight=1.0, undesirable_weight=1.0)
    args = SimpleNamespace(
        dataset_num_proc=None, max_length=None, truncation_mode="keep_start", per_device_train_batch_size=8
    )
    return method(itself, dataset, tok, args, "train")


def _prepare_old(trainer: str, dataset: Any, tok: Any) -> Any:
    from trl.data_utils import maybe_apply_chat_template, maybe_extract_prompt

    file = f"experimental/{trainer}/{trainer}_trainer.py"
    itself = SimpleNamespace(processing_class=tok, is_encoder_decoder=False, max_length=100_000)
    helpers = {
        name: own("experimental/utils.py", name)
        for name in ("add_bos_token_if_needed", "add_eos_token_if_needed")
    }
    for name in ("build_tokenized_answer", "tokenize_row"):
        method = own(file, name, **helpers)
        setattr(itself, name, lambda *given, method=method: method(itself, *given))
    dataset = dataset.map(maybe_extract_prompt)
    dataset = dataset.map(maybe_apply_chat_template, fn_kwargs={"processing_class": tok})
    return dataset.map(itself.tokenize_row)


def _refuse(words: str) -> None:
    raise AssertionError(words)
