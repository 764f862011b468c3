"""``python -m tests.hub --port N --root DIR``: a hub to try publishing by hand."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from tests.hub.hub import TestHub


def main() -> None:
    """Serves until interrupted, and says what a client has to be given."""
    parser = argparse.ArgumentParser(prog="python -m tests.hub", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--root", type=Path, required=True, help="folder for everything it keeps")
    parser.add_argument("--org", action="append", help="organisation Ada belongs to (default: org, team)")
    asked = parser.parse_args()
    with TestHub(asked.root, port=asked.port, orgs=asked.org or ("org", "team"), verbose=True) as hub:
        sys.stdout.write(
            f"Ready: {hub.url}\n"
            f"export HF_ENDPOINT={hub.url} HF_HUB_DISABLE_XET=1 HF_UPDATE_DOWNLOAD_COUNTS=0\n"
            f"export HF_HOME={asked.root.resolve() / 'client'}\n"
            f"export HF_TOKEN={hub.write_token}  # ada, writes\n"
            f"read only: {hub.read_token}  # ada, reads\n"
            f"stranger:  {hub.stranger_token}  # eve, no member\n"
        )
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("Stopped; everything is kept in the folder.\n")


if __name__ == "__main__":
    main()
