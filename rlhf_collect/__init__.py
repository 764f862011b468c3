"""rlhf_collect: human preferences for RLHF, collected with care and published as versioned datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rlhf_collect.exporters.load import load_version as load_version

__all__ = ["load_version"]


def __getattr__(name: str) -> Any:
    """Load ``load_version`` only when it is used, so that importing the package stays instant."""
    if name == "load_version":
        from rlhf_collect.exporters.load import load_version  # noqa: PLC0415

        return load_version
    raise AttributeError(f"module 'rlhf_collect' has no attribute '{name}'")
