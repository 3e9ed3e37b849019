"""What an error of the disk or the database comes to, in words that say how to mend it."""

from __future__ import annotations

import sqlite3
from errno import EACCES, EDQUOT, ENOENT, ENOSPC, EPERM, EROFS

from surveys.localisation.language import marked
from surveys.storage.records.errors import DatabaseReplaced

_FULL = marked("服务器的磁盘满了，请腾出空间后再试")
_READ_ONLY = marked("服务器的磁盘是只读的，请检查磁盘是否出错或挂载为只读")
_NOT_ALLOWED = marked("服务器没有读写这个文件夹的权限")
_DAMAGED = marked("数据库文件已损坏，请停止服务，用备份恢复")
_REPLACED = marked("数据库文件在使用中被移走或替换了，请放回原来的文件，或停止服务后用备份恢复")
_BY_NUMBER = {
    ENOSPC: _FULL, EDQUOT: _FULL, ENOENT: marked("这个文件已经不在了"), EACCES: _NOT_ALLOWED, EPERM: _NOT_ALLOWED,
    EROFS: _READ_ONLY,
}  # fmt: skip
_BY_CODE = {
    sqlite3.SQLITE_FULL: _FULL, sqlite3.SQLITE_READONLY: _READ_ONLY, sqlite3.SQLITE_PERM: _NOT_ALLOWED,
    sqlite3.SQLITE_BUSY: marked("数据库正被另一个程序占用，请稍后再试"),
    sqlite3.SQLITE_IOERR: marked("磁盘读写出错（可能已满或有故障），请检查磁盘"),
    sqlite3.SQLITE_CANTOPEN: marked("数据库文件打不开，请检查它是否还在、文件夹是否可写"),
    sqlite3.SQLITE_CORRUPT: _DAMAGED, sqlite3.SQLITE_NOTADB: _DAMAGED,
}  # fmt: skip


def trouble(error: BaseException) -> str | None:
    """What is wrong and how to mend it, to be translated where it is shown; None for what is no such trouble."""
    if isinstance(error, DatabaseReplaced):
        return _REPLACED
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return _BY_CODE.get(code & 0xFF) if code is not None else None
    return _BY_NUMBER.get(error.errno or 0) if isinstance(error, OSError) else None
