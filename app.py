"""Serves every project in configs/: for a Space, or `python app.py`."""

from pathlib import Path

from rlhf_collect.cli.serving import serve_folder

serve_folder(Path(__file__).parent / "configs")
