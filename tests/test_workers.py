"""Workers: jobs are done in order, by as many threads as there are cores, in the context of who asks."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from threading import Event, Lock

import pytest

from qa import workers
from qa.workers import Workers

SAID: ContextVar[str] = ContextVar("said", default="nothing")


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Workers:
    monkeypatch.setattr(workers, "available_cores", lambda: 2)
    return Workers()


def test_a_job_is_done_in_the_context_of_its_caller(two: Workers) -> None:
    SAID.set("早")
    assert two.run(SAID.get) == "早"
    with pytest.raises(ZeroDivisionError):
        two.run(lambda: 1 // 0)
    assert not two.busy
    two.close()


def test_no_more_jobs_at_once_than_cores(two: Workers) -> None:
    lock, both, done = Lock(), Event(), Event()
    working, most, order = [0], [0], list[int]()

    def job(number: int) -> None:
        with lock:
            order.append(number)
            working[0] += 1
            most[0] = max(most[0], working[0])
        if number == 1:
            both.set()
        assert done.wait(30)
        with lock:
            working[0] -= 1

    with ThreadPoolExecutor(6) as askers:
        first = [askers.submit(two.run, lambda number=number: job(number)) for number in (0, 1)]
        assert both.wait(30)
        seen = [two.busy]  # everyone has a worker
        others = [askers.submit(two.run, lambda number=number: job(number)) for number in (2, 3)]
        while not two.busy:
            pass
        done.set()
        for future in (*first, *others):
            future.result(timeout=30)
    assert most[0] == 2
    assert sorted(order) == [0, 1, 2, 3]
    assert set(order[:2]) == {0, 1}
    assert [*seen, two.busy] == [False, False]
    two.close()
