import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.parallel import ordered_map

ROOT = Path(__file__).parents[1]


def crash_at_three(item: int) -> int:
    if item == 3:
        os._exit(9)
    return item * item


def process_of(_: int) -> int:
    return os.getpid()


def minus(item: int) -> int:
    return -item


def test_one_worker_is_this_process_and_lazy() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(9):
            taken.append(item)
            yield item

    results = ordered_map(process_of, items(), minus, workers=1)
    assert next(results) == os.getpid()
    assert taken == [0]


def test_results_are_in_order_and_few_items_in_flight() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(40):
            taken.append(item)
            yield item

    results = ordered_map(abs, items(), minus, workers=2)
    for number, result in enumerate(results):
        assert result == number
        assert len(taken) <= number + 5


def test_results_come_from_other_processes() -> None:
    assert os.getpid() not in set(ordered_map(process_of, range(4), minus, workers=2))


def test_an_item_that_brings_a_worker_down_costs_only_itself() -> None:
    assert list(ordered_map(crash_at_three, range(12), minus, workers=2)) == [
        -3 if item == 3 else item * item for item in range(12)
    ]


def test_an_error_in_the_items_ends_the_workers() -> None:
    def items() -> Iterator[int]:
        yield from range(3)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(ordered_map(abs, items(), minus, workers=2))


def test_a_script_without_a_guard_is_not_run_again_in_the_workers(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import operator, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from qa.parallel import ordered_map\n"
        "print('ran', list(ordered_map(abs, range(5), operator.neg, 2)))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ran [0, 1, 2, 3, 4]\n", "")
