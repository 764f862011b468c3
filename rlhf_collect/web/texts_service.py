"""What the service says to raters outside the comparison: refusals by their code, and why there is no work.

Every error of ``rlhf_collect.errors`` has a stable ``code``; the page shows ``problem_CODE`` in the
rater's language and never the English ``detail`` alone (a test walks the family).
"""

from __future__ import annotations

from typing import Final

ENGLISH: Final[dict[str, str]] = {
    "empty_guidelines_changed": "The guidelines have changed since you read them. Read what is new, then go on.",
    "empty_practice_required": "Before the first comparison there are a few to practise on. They are not counted.",
    "problem_error": "Something went wrong on our side. Nothing you typed is lost; please try again.",
    "problem_refused": "The service did not accept this. Nothing was changed.",
    "problem_not_signed_in": "You are not signed in, or the session has ended. Open your invitation link again.",
    "problem_not_allowed": "Your link does not allow this. Nothing was changed.",
    "problem_not_found": "This is not yours, or it is not there any more. Reload the page.",
    "problem_already_judged": "You have answered this already, in another way. Your first answer is kept.",
    "problem_already_exists": "The name is taken by something else. Nothing was changed.",
    "problem_already_skipped": "You have skipped this comparison. Take the skip back to go on with it.",
    "problem_no_place": "Others have taken this comparison in the meantime, so it cannot come back. Your skip stands.",
    "problem_out_of_date": "There is a newer version of this. Nothing was recorded; read the new one.",
    "problem_conflict": "Something else changed this at the same time. Nothing was lost; please try again.",
    "problem_no_work": "No comparison for you now. You can close the page and come back later.",
    "problem_damaged_version": "A sealed version differs from its manifest. Tell the project lead.",
    "problem_hub_refused": "The Hugging Face Hub refused this. Nothing was changed here.",
    "problem_hub_unreachable": "The Hugging Face Hub could not be reached. Please try again later.",
    "problem_busy": "The service is stopping or overloaded. Nothing was stored yet; please try again in a moment.",
    "problem_unusable": "The service cannot use this as it is. Nothing was changed.",
    "problem_bad_answer": "The answer does not fit the question. Nothing was stored; what you chose is still here.",
    "problem_bad_source": "The file has lines that cannot be used. Nothing was imported.",
    "problem_bad_config": "The project file has settings that cannot be used. Nothing was changed.",
    "problem_bad_call": "The page sent something the service does not take. Reload the page; what you typed is kept.",
    "problem_store_unusable": "The service cannot store anything just now. Please keep the page open and try again.",
    "problem_file_held": "The service cannot open its data just now. Please keep the page open and try again.",
}

FRENCH: Final[dict[str, str]] = {
    "empty_guidelines_changed": "Les consignes ont changé depuis votre lecture. Lisez ce qui a changé, puis continuez.",
    "empty_practice_required": "Avant la première comparaison, il y en a quelques-unes pour s'exercer. Elles ne "
    "comptent pas.",
    "problem_error": "Quelque chose s'est mal passé de notre côté. Rien de ce que vous avez écrit n'est perdu\u00a0; "
    "veuillez réessayer.",
    "problem_refused": "Le service n'a pas accepté cette demande. Rien n'a changé.",
    "problem_not_signed_in": "Votre session est terminée ou n'a pas commencé. Veuillez rouvrir votre lien "
    "d'invitation.",
    "problem_not_allowed": "Votre lien ne permet pas cela. Rien n'a changé.",
    "problem_not_found": "Ceci ne vous appartient pas ou n'existe plus. Veuillez recharger la page.",
    "problem_already_judged": "Vous avez déjà répondu autrement. Votre première réponse est gardée.",
    "problem_already_exists": "Ce nom est déjà pris. Rien n'a changé.",
    "problem_already_skipped": "Vous avez passé cette comparaison. Reprenez-la pour continuer.",
    "problem_no_place": "D'autres personnes ont pris cette comparaison entre-temps, elle ne peut donc pas revenir. "
    "Elle reste passée.",
    "problem_out_of_date": "Il existe une version plus récente. Rien n'a été enregistré\u00a0; lisez la nouvelle.",
    "problem_conflict": "Un autre changement a eu lieu au même moment. Rien n'est perdu\u00a0; veuillez réessayer.",
    "problem_no_work": "Aucune comparaison pour vous en ce moment. Vous pouvez fermer la page et revenir plus tard.",
    "problem_damaged_version": "Une version figée diffère de son manifeste. Dites-le à la personne responsable.",
    "problem_hub_refused": "Le Hugging Face Hub a refusé. Rien n'a changé ici.",
    "problem_hub_unreachable": "Le Hugging Face Hub est injoignable. Veuillez réessayer plus tard.",
    "problem_busy": "Le service s'arrête ou est surchargé. Rien n'est encore enregistré\u00a0; veuillez réessayer dans "
    "un instant.",
    "problem_unusable": "Le service ne peut pas utiliser ceci. Rien n'a changé.",
    "problem_bad_answer": "La réponse ne convient pas à la question. Rien n'a été enregistré\u00a0; votre choix est "
    "toujours là.",
    "problem_bad_source": "Le fichier contient des lignes inutilisables. Rien n'a été importé.",
    "problem_bad_config": "Le fichier du projet contient des réglages inutilisables. Rien n'a changé.",
    "problem_bad_call": "La page a envoyé quelque chose que le service ne prend pas. Veuillez la recharger\u00a0; ce "
    "que vous avez écrit est gardé.",
    "problem_store_unusable": "Le service ne peut rien enregistrer en ce moment. Gardez la page ouverte et "
    "réessayez.",
    "problem_file_held": "Le service ne peut pas ouvrir ses données en ce moment. Gardez la page ouverte et "
    "réessayez.",
}
