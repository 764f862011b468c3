"""``python -m rlhf_collect.cli`` is ``rlhf-collect``."""

from rlhf_collect.cli.main import main

main()
