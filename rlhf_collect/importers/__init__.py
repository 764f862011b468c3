"""Files, folders and Hub datasets turned into comparisons and judgement drafts, in bounded memory."""

from rlhf_collect.importers.imported import Imported, ImportedImage, ImportedJudgement
from rlhf_collect.importers.judgements import open_judgements
from rlhf_collect.importers.source import FORMATS, Source, open_source

__all__ = [
    "FORMATS",
    "Imported",
    "ImportedImage",
    "ImportedJudgement",
    "Source",
    "open_judgements",
    "open_source",
]
