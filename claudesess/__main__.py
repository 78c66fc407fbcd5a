"""`python -m claudesess`: the command line."""

from claudesess.cli import main

main(prog_name="claudesess")
