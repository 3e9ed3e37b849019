"""`python -m surveys`: the commands of those who run an installation."""

import sys

from surveys.command_line import main
from surveys.private_files import keep_private

keep_private()
sys.exit(main())
