"""Work on files of strangers: in a process of its own, with bounds on memory, time and what it writes.

A few kilobytes of a file can claim a table or a picture larger than any memory. What reads it runs apart, so that at
worst it takes itself down; one at a time for each person.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from typing import IO, Any

from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Said, saying

MOST_MEMORY = 1_000_000_000  # bytes, the program itself included
LONGEST_WORK = 120  # seconds of the processor
MOST_WRITTEN = 600_000_000  # bytes
MOST_MADE = 100_000_000  # bytes of what the process that asked takes into its own memory
_REFUSED, _TOO_MUCH = 3, 4  # exit codes
_LATEST = 3.0  # times as long by the clock, on a machine that others use too

work_of: ContextVar[str] = ContextVar("work_of", default="")
"""On whose behalf this thread works; nobody's work waits for nobody."""

HERE = False  # for tests of what is read, which would wait for a process a thousand times

_turns: defaultdict[str, Lock] = defaultdict(Lock)
_TOO_LARGE = marked("太大或太复杂，读取时超过了 {memory} MB 内存或 {seconds} 秒；请拆小或另存一次再试")
_BUSY = marked("您的另一个文件还在读取；请等它完成再试")
_BROKEN = marked("读取时出错，文件可能已损坏；请另存一次再试")


class WorkRefused(ValueError):
    """What can't be read, raised by the work or for it; carries what is to be said of the file."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


def done_apart(
    work: str, content: bytes, *options: str, memory: int = MOST_MEMORY, seconds: int = LONGEST_WORK
) -> bytes:  # fmt: skip
    """What `module:function` makes of *content* and the options, in bytes; raises WorkRefused."""
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as made:
        source.write(content)
        source.seek(0)
        run_apart(work, source, made, *options, memory=memory, seconds=seconds, written=MOST_MADE)
        if made.seek(0, os.SEEK_END) >= MOST_MADE:  # cut off there, whatever the work made of that
            raise WorkRefused(saying(_TOO_LARGE, memory=memory // 1_000_000, seconds=seconds))
        made.seek(0)
        return made.read()


def run_apart(
    work: str, source: IO[bytes], made: IO[bytes], *options: str, memory: int = MOST_MEMORY,
    seconds: int = LONGEST_WORK, written: int = MOST_WRITTEN,
) -> None:  # fmt: skip
    """Let `module:function` read one open file and write the other; raises WorkRefused, also for what was too much.

    *written*: bytes of the largest file it may write.
    """
    if HERE:
        _work_named(work)(source, made, *options)
        made.flush()
        return
    command = [sys.executable, "-m", __name__, work, str(memory), str(seconds), str(written), *options]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # each claims much address space
    too_large = WorkRefused(saying(_TOO_LARGE, memory=memory // 1_000_000, seconds=seconds))
    with _turn():
        try:
            ended = subprocess.run(  # noqa: S603  no word of the command comes from outside
                command, stdin=source, stdout=made, stderr=subprocess.PIPE, timeout=seconds * _LATEST,
                cwd=Path(__file__).parents[1], env=environment, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise too_large from error
    if ended.returncode == _REFUSED:
        raise WorkRefused(said_again(json.loads(ended.stderr.splitlines()[-1])))
    if ended.returncode in (_TOO_MUCH, -24, -25, -9):  # by itself, or by SIGXCPU, SIGXFSZ, SIGKILL
        raise too_large
    if ended.returncode:
        raise WorkRefused(_BROKEN)


@contextmanager
def _turn() -> Iterator[None]:
    person = work_of.get()
    if not person:
        yield
        return
    if not _turns[person].acquire(timeout=LONGEST_WORK):
        raise WorkRefused(_BUSY)
    try:
        yield
    finally:
        _turns[person].release()


def plainly(said: Said) -> Any:
    """Something said, as JSON has it."""
    if isinstance(said, Message):
        return [said.wording, {name: plainly_value(value) for name, value in said.values.items()}]
    return str(said)


def plainly_value(value: object) -> object:
    return value if isinstance(value, int | float) else str(value)


def said_again(plain: Any) -> Said:
    return Message(plain[0], plain[1]) if isinstance(plain, list) else str(plain)


def _work_named(work: str) -> Callable[..., None]:
    module, _, name = work.partition(":")
    function: Callable[..., None] = getattr(importlib.import_module(module), name)
    return function


def _main(work: str, memory: int, seconds: int, written: int, *options: str) -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        _work_named(work)(sys.stdin.buffer, sys.stdout.buffer, *options)
        sys.stdout.buffer.flush()
    except WorkRefused as refused:
        sys.stderr.write("\n" + json.dumps(plainly(refused.said)))
        return _REFUSED
    except (MemoryError, RecursionError):
        return _TOO_MUCH
    except OSError as error:
        import errno

        return _TOO_MUCH if error.errno in (errno.EFBIG, errno.ENOMEM) else 1
    return 0


if __name__ == "__main__":
    sys.modules["surveys.bounded_work"] = sys.modules["__main__"]  # so that what the work raises is known here
    sys.exit(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:]))
