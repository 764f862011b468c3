"""Every word of the rater's page, in each language: the one place where they are written.

Both catalogues have the same keys and the same ``{names}`` to fill in (tests hold them to it). The
page carries them all, because the rater chooses the language on the page and the choice must work
while the service cannot be reached. French puts a no-break space before ``: ; ? !`` and inside « ».
"""

from __future__ import annotations

from typing import Final

from rlhf_collect.web.texts_english import ENGLISH
from rlhf_collect.web.texts_french import FRENCH
from rlhf_collect.web.texts_service import ENGLISH as SERVICE_ENGLISH
from rlhf_collect.web.texts_service import FRENCH as SERVICE_FRENCH

TEXTS: Final[dict[str, dict[str, str]]] = {
    "en": ENGLISH | SERVICE_ENGLISH,
    "fr": {
        key: text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")
        for key, text in (FRENCH | SERVICE_FRENCH).items()
    },
}
"""Language tag → key → text."""
