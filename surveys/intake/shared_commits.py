"""All submissions that wait at a moment go into one transaction; each is answered after its commit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from surveys.intake.protocols import Intake
from surveys.intake.submission import Outcome, Submission

LARGEST_BATCH = 500


class SharedCommits:
    """Takes all submissions waiting at a moment into one transaction, and answers each after its commit."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._waiting: asyncio.Queue[tuple[Submission, asyncio.Future[Outcome]]] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="intake")

    async def start(self) -> None:
        self._writer = asyncio.create_task(self._write(), name="shared commits")

    async def stop(self) -> None:
        """Finish what is waiting, then end."""
        if self._writer is not None:
            await self._waiting.join()
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
        self._thread.shutdown()

    async def append(self, submission: Submission) -> Outcome:
        """Returns when the submission is on disk; raises what the store raised."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((submission, answer))
        return await answer

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            batch = [await self._waiting.get()]
            while not self._waiting.empty() and len(batch) < LARGEST_BATCH:
                batch.append(self._waiting.get_nowait())
            results = await loop.run_in_executor(self._thread, self._commit, [submission for submission, _ in batch])
            for (_, answer), result in zip(batch, results, strict=True):
                _settle(answer, result)
                self._waiting.task_done()

    def _commit(self, batch: Sequence[Submission]) -> Sequence[Outcome | Exception]:
        try:
            return self._intake.append(batch)
        except Exception as error:
            # One bad submission must not cost the others theirs.
            return [error] if len(batch) == 1 else [self._alone(submission) for submission in batch]

    def _alone(self, submission: Submission) -> Outcome | Exception:
        try:
            return self._intake.append([submission])[0]
        except Exception as error:
            return error


def _settle(answer: asyncio.Future[Outcome], result: Outcome | Exception) -> None:
    if answer.done():  # the client went away meanwhile; its answer is kept all the same
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
