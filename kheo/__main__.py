import sys

from kheo.cli import main

sys.exit(main())
