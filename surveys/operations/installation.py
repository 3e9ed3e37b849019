"""An installation, opened to be served: its database, its secret, and what of its settings every page asks for."""

from __future__ import annotations

import gc
import logging
from dataclasses import dataclass

from surveys import anonymity
from surveys.localisation.profile import follow
from surveys.operations.installation_secret import installation_secret
from surveys.operations.log import set_up_log
from surveys.private_files import keep_private, shut_to_others
from surveys.settings import Settings, UnfitSecret
from surveys.storage import Store, open_store

_log = logging.getLogger("xinsheng")


@dataclass(frozen=True)
class Installation:
    """What its pages stand on."""

    settings: Settings
    store: Store
    secret: bytes


def open_installation(process: str) -> Installation:
    """By the settings in the environment, for a *process* by this name in the log.

    Raises SystemExit, saying why, when its secret can't serve.
    """
    keep_private()
    settings = Settings.from_environment()
    set_up_log(process, settings.log_format, settings.log_file)
    store = open_store(settings.database)
    try:
        secret = installation_secret(store, settings.secret_file)
    except UnfitSecret as error:
        raise SystemExit(str(error)) from error
    for line in shut_to_others(settings.database, settings.secret_file):
        _log.warning(line)
    follow(store.organisation.profile)
    anonymity.follow(store.organisation.minimums)
    return Installation(settings, store, secret)


def keep_what_is_loaded() -> None:
    """What is loaded by now stays: looking through it for garbage would stop every form for a tenth of a second."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
