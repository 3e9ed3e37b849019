"""`python -m analysis`: the commands of those who analyse."""

import sys

from analysis.command_line import main
from surveys.private_files import keep_private

keep_private()
sys.exit(main())
