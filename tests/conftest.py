"""What holds for every test: a run keeps what it compiled, for the next one and for the programs it starts."""

import os
import sys

# Some machines forbid it for everybody. Here a worker would compile and rewrite three hundred test modules each time (ten
# seconds of its CPU), and each of our programs that a story starts all of its own modules.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
