"""The test Hub, for datasets that are imported from it."""

from tests.hub.fixtures import hub, hub_env, run_client

__all__ = ["hub", "hub_env", "run_client"]
