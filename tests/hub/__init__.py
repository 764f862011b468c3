"""An honest small server that stands in for huggingface.co: see `tests.hub.hub.TestHub`.

Rooms: ``hub`` (what tests hold), ``server`` and ``exchange`` (HTTP), ``routes/`` (one room per noun),
``repository``, ``commits``, ``tags``, ``pulls``, ``withdrawal``, ``git`` (the git side), ``lfs``,
``uploading``, ``cards``, ``accounts``, ``call`` (who may do what), ``faults``, ``fixtures`` (for pytest).
"""

from tests.hub.hub import TestHub

__all__ = ["TestHub"]
