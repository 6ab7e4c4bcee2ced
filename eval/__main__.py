"""`python -m eval`: the same as `wenbao eval`; `python -m eval speed` measures speed."""

import sys

import typer

from eval.command import evaluate

if __name__ == "__main__":
    if sys.argv[1:2] == ["speed"]:
        from eval.speed import app

        app(sys.argv[2:], prog_name="python -m eval speed")
    else:
        typer.run(evaluate)
