"""What a language model is doing for a page meanwhile: begun, watched, cancelled; forgotten when the process ends."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Event, Lock, Thread
from typing import Any

from analysis.text.language_model.connection import (
    LanguageModel,
    LanguageModelCancelled,
    LanguageModelUnusable,
    ModelUse,
)
from surveys.settings import LanguageModelSettings

Work = Callable[[LanguageModel, Callable[[int], None]], Any]
"""What is to be done with a model; it tells how many comments have been read, and gives what came of it."""
_KEPT, _AT_ONCE = 16, 2


class ModelJob:
    """One piece of work: how far it is, what it takes, and in the end its result or what went wrong."""

    def __init__(self) -> None:
        self.done, self.use = 0, ModelUse()
        self.result: Any = None
        self.problem: LanguageModelUnusable | None = None
        self.ended, self._stop = Event(), Event()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask nothing more; the answer that is under way is thrown away."""
        self._stop.set()

    def run(self, settings: LanguageModelSettings, work: Work) -> None:
        """Do the work."""
        try:
            with LanguageModel(settings, self._stop.is_set) as model:
                self.use = model.use
                self.result = work(model, self._tell)
        except LanguageModelCancelled:
            pass
        except LanguageModelUnusable as problem:
            self.problem = problem
        finally:
            self.ended.set()

    def _tell(self, done: int) -> None:
        self.done = done


class TooManyJobs(RuntimeError):
    """The model is busy with other work of this installation."""


class ModelJobs:
    """The jobs of a process by what they are for; whoever wants the same gets the same."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[Hashable, ModelJob] = OrderedDict()
        self._lock = Lock()

    def of(self, key: Hashable) -> ModelJob | None:
        """The job for this, running or ended."""
        with self._lock:
            return self._jobs.get(key)

    def start(self, key: Hashable, settings: LanguageModelSettings, work: Work) -> ModelJob:
        """Begin it, anew where it has ended; raises TooManyJobs."""
        with self._lock:
            before = self._jobs.get(key)
            if before is not None and not before.ended.is_set() and not before.cancelled:
                return before
            if sum(not each.ended.is_set() for each in self._jobs.values()) >= _AT_ONCE:
                raise TooManyJobs
            job = self._jobs[key] = ModelJob()
            self._jobs.move_to_end(key)
            while len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)
        Thread(target=job.run, args=(settings, work), name="language model", daemon=True).start()
        return job

    def forget(self, key: Hashable) -> None:
        """Keep nothing of what has ended."""
        with self._lock:
            self._jobs.pop(key, None)


JOBS = ModelJobs()
