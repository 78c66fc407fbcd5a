"""Stores that are opened once for all tests that only read them, and what notices a test that does more."""

from contextlib import nullcontext
from pathlib import Path


class KeptOpen:
    """Stores by what was asked for and by the files as they are: whoever names the same again finds the same store."""

    def __init__(self):
        from claudesess.chosen import Chosen

        self._opens, self._stores, self._seen = Chosen.open, {}, {}

    def open(self, chosen, paths):
        """Open databases as `Chosen.open` does; whoever closes the store leaves it open for the next."""
        files = [Path(path) for path in paths]
        if not files or not all(file.is_file() for file in files):
            return self._opens(chosen, paths)
        seen = [(file.resolve(), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
        key = (chosen.since, chosen.until, chosen.projects, str(chosen.zone), *seen)
        if key not in self._stores:
            self._stores[key] = self._opens(chosen, paths)
        self.check(key)
        return nullcontext(self._stores[key])

    def for_commands(self, patch):
        """Let commands find what was opened before."""
        from claudesess.chosen import Chosen

        patch.setattr(Chosen, "open", lambda chosen, paths: self.open(chosen, paths))

    def check(self, key):
        """See to it that no frame of a store which all are given has changed since it was last looked at."""
        for name, frame in _frames(self._stores[key]):
            before = self._seen.setdefault((key, name), frame.copy())
            assert before.equals(frame), f"a test changed {name}"

    def close(self):
        """Close them all."""
        for key, store in self._stores.items():
            self.check(key)
            store.close()


def _frames(store):
    """Yield what is kept with a store and given to whoever asks, by name: frames, and those of answers."""
    import pandas as pd

    for key, made in store._once.items():
        kept = {"": made} if key != "answers" else {name: vars(answer) for name, answer in made.items()}
        for name, parts in kept.items():
            for part, frame in parts.items() if isinstance(parts, dict) else [("", parts)]:
                if isinstance(frame, pd.DataFrame):
                    yield f"{key} {name} {part}", frame
