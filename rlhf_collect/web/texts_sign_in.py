"""The pages before the page: coming in, and being told why not, in each language."""

from __future__ import annotations

from typing import Final

SIGN_IN_TEXTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "start_title": "rlhf_collect",
        "start": "Raters and project leads come in by their own invitation link. If you have one, open it; "
        "if it has run out, ask the project lead for a new one.",
        "run_out_title": "This invitation does not work any more",
        "run_out": "This invitation is not known, or has run out after 30 days. Ask the project lead for a new link.",
        "signed_out_title": "You are not signed in",
        "signed_out": "Open your own invitation link to come in. If it has run out, ask the project lead for a new "
        "one. Nothing you judged is lost, and what you typed waits in this browser.",
        "other": "Français",
    },
    "fr": {
        "start_title": "rlhf_collect",
        "start": "Les personnes qui évaluent et les responsables de projet entrent par leur propre lien "
        "d'invitation. Si vous en avez un, ouvrez-le\u00a0; s'il n'est plus valable, demandez-en un autre à la "
        "personne responsable du projet.",
        "run_out_title": "Cette invitation n'est plus valable",
        "run_out": "Cette invitation est inconnue, ou a expiré après 30 jours. Demandez un nouveau lien à la "
        "personne responsable du projet.",
        "signed_out_title": "Votre session n'est pas ouverte",
        "signed_out": "Ouvrez votre propre lien d'invitation pour entrer. S'il n'est plus valable, demandez-en un "
        "autre à la personne responsable du projet. Rien de ce que vous avez évalué n'est perdu, et ce que vous "
        "avez écrit vous attend dans ce navigateur.",
        "other": "English",
    },
}
"""Language → key → text; ``other`` names the other language in its own words."""
