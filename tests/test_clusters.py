"""An Index built on a Ray cluster, of two workers on this machine: the same as one built here."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.universal import UniversalSentenceEncoder
from eval.page_dumps import write_page_dumps
from qa import building
from qa.building import Summary, index_paths
from qa.clusters import RayWorkers, working
from qa.errors import InputError
from qa.index import Index
from qa.rebuilding import Progress, Rebuilt, Task
from qa.verifying import verify

ray = pytest.importorskip("ray", reason='needs Ray: pip install "wenbao[ray]"')
cluster_utils = pytest.importorskip("ray.cluster_utils")

PAGES = 60


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A cluster whose head does no work; its two workers are ``cluster.worker_nodes``."""
    if "WENBAO_RAY" not in os.environ:
        pytest.skip("starting clusters takes a minute or two: WENBAO_RAY=1")
    made = cluster_utils.Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
    )
    for _ in range(2):
        made.add_node(num_cpus=1)
    yield made
    ray.shutdown()
    made.shutdown()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    write_page_dumps(folder, PAGES)
    return folder


@pytest.fixture(scope="module")
def built_here(
    pages: Path, encoder: UniversalSentenceEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    index = tmp_path_factory.mktemp("here") / "index"
    index_paths(index, [pages], encoder)
    return index


def contents(folder: Path) -> dict[str, Any]:
    """Return vectors by passage id, after the index was checked."""
    assert verify(folder) == []
    index = Index.open(folder)
    numbers = index.database.numbers().tolist()
    passages = index.database.passages(numbers)
    vectors = dict(zip(numbers, index.store.vectors_of(numbers), strict=True))
    index.close()
    found = {passages[number].passage_id: vectors[number] for number in numbers}
    assert len(found) == len(numbers)
    return found


def index_on(
    cluster: Any,
    folder: Path,
    pages: Path,
    encoder: UniversalSentenceEncoder,
    progress: Progress | None = None,
) -> Summary:
    with working(cluster.address, encoder) as (workers, over):
        return index_paths(folder, [pages], workers, over=over, progress=progress)


def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    cluster: Any, pages: Path, built_here: Path, tmp_path: Path, encoder: UniversalSentenceEncoder
) -> None:
    killed: list[int] = []

    def kill(done: int, total: int, name: str) -> None:
        if done == PAGES // 2 and not killed:
            killed.append(done)
            cluster.remove_node(
                min(cluster.worker_nodes, key=lambda node: node.node_id), allow_graceful=False
            )

    summary = index_on(cluster, tmp_path / "index", pages, encoder, kill)
    assert killed == [PAGES // 2]
    assert (summary.files, summary.skipped, summary.interrupted) == (PAGES, [], False)
    found, expected = contents(tmp_path / "index"), contents(built_here)
    assert found.keys() == expected.keys()
    for passage_id, vector in found.items():
        np.testing.assert_allclose(vector, expected[passage_id], atol=0.01)
    again = index_on(cluster, tmp_path / "index", pages, encoder)
    assert (again.unchanged, again.embedded) == (PAGES, 0)


def test_an_interrupted_run_goes_on_where_it_stopped(
    cluster: Any,
    pages: Path,
    built_here: Path,
    tmp_path: Path,
    encoder: UniversalSentenceEncoder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(building, "_ROUND", 32)

    def interrupt(done: int, total: int, name: str) -> None:
        if done == PAGES - 2:
            raise KeyboardInterrupt

    first = index_on(cluster, tmp_path / "index", pages, encoder, interrupt)
    assert first.interrupted
    second = index_on(cluster, tmp_path / "index", pages, encoder)
    assert 0 < second.unchanged < PAGES
    found, expected = contents(tmp_path / "index"), contents(built_here)
    assert found.keys() == expected.keys()
    assert first.embedded + second.embedded == len(expected)


def test_an_item_that_brings_workers_down_is_left_out(
    cluster: Any, encoder: UniversalSentenceEncoder
) -> None:
    ray.init(cluster.address, log_to_driver=False)

    def read(item: Task | Rebuilt) -> Rebuilt:
        assert isinstance(item, Rebuilt)
        if item.name == "1":
            os._exit(1)
        return item

    items = [Rebuilt(str(number), [], []) for number in range(4)]
    found = list(RayWorkers(encoder).map(read, items, lambda item: Rebuilt("lost", [], ["crashed"])))
    assert [(rebuilt.name, rebuilt.skipped) for rebuilt in found] == [
        ("0", []),
        ("lost", ["crashed"]),
        ("2", []),
        ("3", []),
    ]


def test_vectors_made_by_actors_are_given_once_and_the_rest_is_embedded_here(
    encoder: UniversalSentenceEncoder,
) -> None:
    workers = RayWorkers(encoder)
    made = np.ones(encoder.dimension, dtype=np.float32)
    workers.keep(["灯塔"], made[None])
    first = workers.encode(["码头", "灯塔", "灯塔"])
    np.testing.assert_array_equal(first[1:], [made, made])
    np.testing.assert_allclose(first[0], encoder.encode(["码头"])[0], atol=1e-6)
    np.testing.assert_allclose(workers.encode(["灯塔"]), encoder.encode(["灯塔"]), atol=1e-6)


def test_where_there_is_no_cluster(encoder: UniversalSentenceEncoder) -> None:
    with pytest.raises(InputError, match="no Ray cluster there"), working("127.0.0.1:1", encoder):
        pass
