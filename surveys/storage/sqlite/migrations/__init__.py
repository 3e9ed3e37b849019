"""The schema as an ordered list of steps, oldest file first.

A new step goes to the end of the newest file. A step that has been released is never edited.
"""

from surveys.storage.sqlite.migrations import (  # noqa: F401 - the order of these names is the order of the steps
    m001_to_m009,
    m010_to_m017,
    m024_to_m034,
    m035_to_m040,
    m041_to_m060,
    m061_on,
    m069_on,
)
from surveys.storage.sqlite.migrations.ledger import migrations, upgrade

__all__ = ["migrations", "upgrade"]
