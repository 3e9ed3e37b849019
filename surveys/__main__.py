"""`python -m surveys`: the commands of those who run an installation."""

import sys

from surveys.command_line import main

sys.exit(main())
