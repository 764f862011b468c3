"""Rows shaped like those of public datasets. The shapes come from their cards; every text is invented.

Cards, on huggingface.co/datasets: nvidia/HelpSteer2, PKU-Alignment/PKU-SafeRLHF, allenai/multipref,
HannahRoseKirk/prism-alignment, OpenAssistant/oasst2, openai/coval, argilla/dpo-mix-7k and
allenai/llama-3.1-tulu-3-8b-preference-mixture (with the further columns of the 405b one).
"""

from __future__ import annotations

from typing import Any

Values = dict[str, Any]


def user(content: str) -> Values:
    return {"content": content, "role": "user"}


def said(content: str) -> Values:
    return {"content": content, "role": "assistant"}


def helpsteer2(prompt: str, response: str, helpfulness: int = 3, **ratings: int) -> Values:
    usual = {"correctness": 3, "coherence": 4, "complexity": 1, "verbosity": 2}
    return {"prompt": prompt, "response": response, "helpfulness": helpfulness, **usual, **ratings}


HARMS = (
    "Endangering National Security", "Insulting Behavior", "Discriminatory Behavior",
    "Endangering Public Health", "Copyright Issues", "Violence", "Drugs", "Privacy Violation",
    "Economic Crime", "Mental Manipulation", "Human Trafficking", "Physical Harm", "Sexual Content",
    "Cybercrime", "Disrupting Public Order", "Environmental Damage", "Psychological Harm",
    "White-Collar Crime", "Animal Abuse",
)  # fmt: skip


def safe_rlhf(severity: int = 0, *harms: str, **changes: Any) -> Values:
    """The second response has the harms and the severity."""
    return {
        "prompt": "How do I sharpen a knife?",
        "response_0": "With a wet stone, at a flat angle.",
        "response_1": "With your teeth.",
        "prompt_source": "alpaca",
        "response_0_source": "Alpaca-7B",
        "response_1_source": "WizardLM-7B",
        "is_response_0_safe": True,
        "is_response_1_safe": not severity,
        "response_0_harm_category": dict.fromkeys(HARMS, False),
        "response_1_harm_category": {name: name in harms for name in (*HARMS, *harms)},
        "response_0_severity_level": 0,
        "response_1_severity_level": severity,
        "better_response_id": 1,
        "safer_response_id": 0,
        "response_0_sha256": "00",
        "response_1_sha256": "01",
        **changes,
    }


def opinion(evaluator: str, overall: str, helpful: str | None = "Tie", **changes: Any) -> Values:
    """What one rater of MultiPref said."""
    return {
        "evaluator": evaluator,
        "time_spent": 341,
        "timestamp": "2024-04-01T09:30:00",
        "helpful_pref": helpful,
        "helpful_checked_reasons": ["Follows the instruction"],
        "helpful_own_reason": None,
        "truthful_pref": "A-is-slightly-better",
        "harmless_pref": None,
        "overall_pref": overall,
        "overall_confidence": "fairly-confident",
        "overall_checked_reasons": ["Clearer", "Shorter"],
        "overall_own_reason": "It names the source.",
        **changes,
    }


def multipref(**changes: Any) -> Values:
    return {
        "comparison_id": "mp-1",
        "prompt_id": "p-1",
        "text": "Where does the Danube rise?",
        "completion_a": "In the Black Forest.",
        "completion_b": "In the Alps.",
        "model_a": "model-one",
        "model_b": "model-two",
        "source": "made-up",
        "category": "Open QA",
        "subject_study": "Geography",
        "highest_level_degree": "None",
        "normal_worker_annotations": [
            opinion("n1", "A-is-clearly-better", "B-is-slightly-better"),
            opinion("n2", "Tie"),
        ],
        "expert_worker_annotations": [opinion("e1", "B-is-clearly-better"), opinion("n1", "Tie")],
        **changes,
    }


def utterance(
    turn: int, place: int, response: str, score: int, *, chosen: bool = False, **changes: Any
) -> Values:
    """A reply of PRISM, in conversation ``c0``."""
    return {
        "utterance_id": f"ut{turn}{place}",
        "interaction_id": f"int{turn}",
        "conversation_id": "c0",
        "user_id": "user7",
        "turn": turn,
        "within_turn_id": place,
        "conversation_type": "unguided",
        "user_prompt": f"Question {turn}?",
        "model_response": response,
        "model_name": f"model-{place}",
        "model_provider": "made-up",
        "score": score,
        "if_chosen": chosen,
        "included_in_balanced_subset": True,
        **changes,
    }


CONVERSATION = [
    utterance(0, 0, "Rome.", 40),
    utterance(0, 1, "Paris.", 90, chosen=True),
    utterance(0, 2, "Oslo.", 90),
    utterance(0, 3, "Bern.", 5),
    utterance(1, 0, "Since the tenth century.", 70, chosen=True),
    utterance(1, 1, "Nobody knows.", 20),
]


def oasst(name: str, parent: str | None, text: str, *, rank: float | None = None, **changes: Any) -> Values:
    """A message; whose name ends with ``p`` is a prompter's."""
    return {
        "message_id": name,
        "parent_id": parent,
        "user_id": "u-1",
        "created_date": "2023-02-05T14:23:50.983374+00:00",
        "text": text,
        "role": "prompter" if name.endswith("p") else "assistant",
        "lang": "en",
        "review_count": 3,
        "review_result": True,
        "deleted": False,
        "rank": rank,
        "synthetic": False,
        "model_name": None,
        "detoxify": None,
        "message_tree_id": name if parent is None else "t1-p",
        "tree_state": "ready_for_export",
        "emojis": None,
        "labels": None,
        **changes,
    }


TREE = [
    oasst("t1-p", None, "A river?"),
    oasst("t1-x", "t1-p", "The Loire.", rank=1.0),
    oasst("t1-y", "t1-p", "The Po.", rank=0.0),
    oasst("t1-yp", "t1-y", "A longer one?", lang="pt-BR"),
    oasst("t1-yx", "t1-yp", "The Nile.", rank=0.0),
    oasst("t1-yy", "t1-yp", "The Amazon.", rank=2.0, synthetic=True, model_name="model-one"),
    oasst("t1-yz", "t1-yp", "The Rhine.", rank=1.0),
    oasst("t1-yd", "t1-yp", "A removed one.", rank=3.0, deleted=True),
    oasst("t1-yu", "t1-yp", "One nobody ranked."),
]


def assessment(rater: str, world: str, why: str = "", personal: str | None = None) -> Values:
    """What one rater of CoVal said."""
    return {
        "annotator_id": rater,
        "importance": "Very important",
        "ranking_blocks": {
            "personal": [] if personal is None else [{"ranking": personal, "rationale": "mine"}],
            "world": [{"ranking": world, "rationale": why}],
            "unacceptable": [{"rating": ["D"], "rationale": "rude"}],
        },
    }


def coval(*assessments: Values, **changes: Any) -> Values:
    return {
        "prompt_id": "cv-1",
        "prompt": {
            "id": "x",
            "messages": [
                {"role": "developer", "content": "Be brief."},
                {"role": "user", "content": "May I keep a lost coin?"},
            ],
        },
        "responses": [
            {"response_index": index, "messages": [said(text)]}
            for index, text in zip("ABCD", ("Yes.", "No.", "Ask around first.", "Who cares."), strict=True)
        ],
        "metadata": {"assessments": list(assessments)},
        **changes,
    }


def tulu(**changes: Any) -> Values:
    return {
        "id": "t-1",
        "prompt": "A mountain?",
        "chosen": [user("A mountain?"), said("Monte Rosa.")],
        "rejected": [user("A mountain?"), said("The Dead Sea.")],
        "source": "made-up",
        **changes,
    }


DPO_MIX = {
    "dataset": "made-up",
    "chosen": [user("Hi"), said("Hello."), user("A lake?"), said("Garda.")],
    "rejected": [user("Hi"), said("Hello."), user("A lake?"), said("Etna.")],
    "chosen_rating": 5.0,
    "rejected_rating": 2.0,
}
