"""The repositories of one hub, by name, on disk under one folder."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

from tests.hub.repository import Repository


class Shelf:
    """Holds repositories ``org/name`` in folders ``org/name``; finds again what an earlier run left."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        found = [path.parent for path in sorted(root.glob("*/*/repo.git"))]
        self._by_name = {name: Repository(name, root / name) for name in map(_name, found)}

    def get(self, name: str) -> Repository | None:
        """The repository, or None."""
        return self._by_name.get(name)

    def create(self, name: str, *, private: bool, author: str) -> bool:
        """Makes a repository; False when there is one already."""
        with self._lock:
            if name in self._by_name:
                return False
            folder = self.root / name
            self._by_name[name] = Repository.create(name, folder, private=private, author=author)
        return True

    def delete(self, name: str) -> None:
        """Removes a repository and everything in it."""
        with self._lock:
            shutil.rmtree(self._by_name.pop(name).folder)

    def keep(self, name: str, place: Path) -> None:
        """Copies a repository to ``place``; copies nothing when there is none."""
        with self._lock:
            if name in self._by_name:
                shutil.copytree(self._by_name[name].folder, place)

    def put_back(self, name: str, place: Path) -> None:
        """Makes a repository what was kept in ``place``, gone when nothing was; what was read of it is forgotten."""
        with self._lock:
            if name in self._by_name:
                shutil.rmtree(self._by_name.pop(name).folder)
            if place.exists():
                shutil.copytree(place, self.root / name)
                self._by_name[name] = Repository(name, self.root / name)

    def names(self) -> list[str]:
        """The names of all repositories."""
        return sorted(self._by_name)


def _name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"
