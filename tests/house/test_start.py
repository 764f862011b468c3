"""Starting is quick: what takes seconds to load is loaded by who needs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from rlhf_collect.storage.duckdb_store import DuckStore
from tests.depth import thorough
from tests.house.source import ROOT

SLOW = {"gradio", "datasets", "huggingface_hub", "pandas", "scipy.stats"}
WHAT_IS_LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
COMMANDS = """
import sys
from rlhf_collect.cli.main import main
for line in sys.argv[1:]:
    sys.argv = ["rlhf-collect", *line.split()]
    try:
        main()
    except SystemExit as left:
        assert not left.code, left.code
"""
"""One command for each word it is given, one after the other."""


def loaded_by(program: str, *words: str) -> set[str]:
    whole = [sys.executable, "-c", f"{program}\n{WHAT_IS_LOADED}", *words]
    done = subprocess.run(whole, cwd=ROOT, capture_output=True, text=True, check=True)
    modules: list[str] = json.loads(done.stderr.splitlines()[-1])
    return set(modules)


def test_importing_the_package_loads_nothing_but_the_package():
    before, after = loaded_by("pass"), loaded_by("import rlhf_collect")
    outside = {name.partition(".")[0] for name in after - before} - sys.stdlib_module_names
    assert outside == {"rlhf_collect"}


def test_asking_for_help_loads_nothing_slow():
    assert loaded_by(COMMANDS, "--help", "freeze --help", "serve --help") & SLOW == set()


def test_reading_a_report_loads_neither_pages_nor_clients_of_the_hub(tmp_path):
    DuckStore(tmp_path / "new.duckdb").close()
    brought_by_pyarrow = {"pandas"}
    loaded = loaded_by(COMMANDS, f"doctor --database duckdb:///{tmp_path}/new.duckdb --json")
    assert loaded & SLOW <= brought_by_pyarrow


def test_the_name_that_loads_versions_is_there_once_it_is_used():
    loaded = loaded_by("import rlhf_collect; rlhf_collect.load_version")
    assert "rlhf_collect.exporters.load" in loaded
    assert "gradio" not in loaded


def test_a_command_has_arrow_give_memory_back_on_linux_unless_somebody_chose_otherwise():
    program = "import rlhf_collect.cli.main, pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    environment = {name: value for name, value in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    chosen = []
    for more in ({}, {"ARROW_DEFAULT_MEMORY_POOL": "system"}):
        words = [sys.executable, "-c", program]
        done = subprocess.run(
            words, env=environment | more, cwd=ROOT, capture_output=True, text=True, check=True
        )
        chosen.append(done.stdout.strip())
    assert chosen[1] == "system"
    assert chosen[0] == "jemalloc" or sys.platform != "linux"


@thorough
def test_loading_the_pages_writes_nothing_beside_a_component_of_gradio(tmp_path):
    (tmp_path / "own_component.py").write_text(
        "import gradio\n\n\nclass Own(gradio.HTML):\n    EVENTS = []\n"
    )
    for program, writes in (("import gradio", True), ("import rlhf_collect.server", False)):
        (tmp_path / "own_component.pyi").unlink(missing_ok=True)
        words = [sys.executable, "-c", f"{program}; import own_component"]
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}
        subprocess.run(words, env=environment, cwd=ROOT, check=True)
        assert (tmp_path / "own_component.pyi").exists() is writes
