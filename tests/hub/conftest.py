"""The hub's own tests use the fixtures that other tests get from it."""

from tests.hub.fixtures import hub, hub_env, run_client

__all__ = ["hub", "hub_env", "run_client"]
