"""Project files: reading, checking, writing the commented template."""

from __future__ import annotations

from rlhf_collect.config.alerts import Alerts, Email, Webhook
from rlhf_collect.config.criteria import Criterion, Reason
from rlhf_collect.config.dataset import Dataset, Recipe
from rlhf_collect.config.fields import LANGUAGE_COOKIE, LANGUAGES, is_repository
from rlhf_collect.config.guidance import Guidelines, Practice, generic_guidelines
from rlhf_collect.config.project import (
    Contact,
    Content,
    Project,
    Prompts,
)
from rlhf_collect.config.publication import Publication, Weekday
from rlhf_collect.config.reading import (
    check_project,
    check_projects,
    load_project,
    load_projects,
    read_project,
)
from rlhf_collect.config.recipe import check_recipe, read_recipe, recipe_text
from rlhf_collect.config.stored import as_json, from_json, with_guidelines
from rlhf_collect.config.template import template

__all__ = [
    "LANGUAGES",
    "LANGUAGE_COOKIE",
    "Alerts",
    "Contact",
    "Content",
    "Criterion",
    "Dataset",
    "Email",
    "Guidelines",
    "Practice",
    "Project",
    "Prompts",
    "Publication",
    "Reason",
    "Recipe",
    "Webhook",
    "Weekday",
    "as_json",
    "check_project",
    "check_projects",
    "check_recipe",
    "from_json",
    "generic_guidelines",
    "is_repository",
    "load_project",
    "load_projects",
    "read_project",
    "read_recipe",
    "recipe_text",
    "template",
    "with_guidelines",
]
