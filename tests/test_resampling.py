import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.resampling import (
    bootstrap,
    bootstrap_weights,
    mean_statistic,
    percentile_intervals,
    point_values,
    randomisation_p_values,
    swap_weights,
)

NAN = float("nan")
clusters = st.lists(st.sampled_from("abcde"), min_size=1, max_size=20)


def interval_of(values: list[float], names: list[str]) -> tuple[float, float]:
    ((low, high),) = percentile_intervals(bootstrap(mean_statistic(np.array([values]).T), names))
    return low, high


def test_a_mean_is_over_the_questions_that_count() -> None:
    statistic = mean_statistic(np.array([[1.0, NAN, 0.0, 0.5], [NAN, 1.0, 1.0, 0.0]]).T)
    assert point_values(statistic, 4).tolist() == pytest.approx([0.5, 2 / 3])
    weighted = statistic(np.array([[2.0, 9.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0]]))
    assert weighted.shape == (2, 2)
    assert weighted[0].tolist() == pytest.approx([2 / 3, 1.0])
    assert np.isnan(weighted[1, 0]), "a resample without any that count has no mean"


@given(clusters)
def test_a_resample_draws_whole_clusters_as_many_as_there_are(names: list[str]) -> None:
    for weights in bootstrap_weights(names, 50):
        assert weights.shape == (50, len(names))
        for name in set(names):
            of_cluster = weights[:, [other == name for other in names]]
            assert (of_cluster == of_cluster[:, :1]).all()
        firsts = [names.index(name) for name in sorted(set(names))]
        assert (weights[:, firsts].sum(axis=1) == len(set(names))).all()


@given(clusters)
def test_resamples_are_the_same_in_every_run(names: list[str]) -> None:
    for first, second in zip(bootstrap_weights(names, 20), bootstrap_weights(names, 20), strict=True):
        assert (first == second).all()


def test_the_interval_is_about_as_wide_as_theory_has_it() -> None:
    values = [1.0] * 70 + [0.0] * 30
    low, high = interval_of(values, [str(i) for i in range(100)])
    error = 1.96 * (0.7 * 0.3 / 100) ** 0.5
    assert (low, high) == pytest.approx((0.7 - error, 0.7 + error), abs=0.02)


def test_questions_that_hang_together_make_a_wider_interval() -> None:
    values = [float(i // 10 % 2) for i in range(100)]
    apart = interval_of(values, [str(i) for i in range(100)])
    together = interval_of(values, [str(i // 10) for i in range(100)])
    assert together[1] - together[0] > 2 * (apart[1] - apart[0])


@given(clusters)
def test_an_exchange_takes_every_question_from_one_run_and_its_cluster_with_it(names: list[str]) -> None:
    for left, right in swap_weights(names, 30):
        assert (left + right == 1).all()
        first, second = left[:, : len(names)], left[:, len(names) :]
        assert (first + second == 1).all()
        for name in set(names):
            of_cluster = first[:, [other == name for other in names]]
            assert (of_cluster == of_cluster[:, :1]).all()


def test_a_p_value_is_that_of_all_exchanges() -> None:
    # Five questions won and none lost: of the 32 exchanges, 2 have a difference as large.
    before, after = np.zeros(5), np.ones(5)
    statistic = mean_statistic(np.concatenate([before, after])[:, None])
    swaps = swap_weights([str(i) for i in range(5)])
    differences = np.vstack([statistic(right) - statistic(left) for left, right in swaps])
    (p_value,) = randomisation_p_values(np.array([1.0]), differences)
    assert p_value == pytest.approx(2 / 32, abs=0.01)


def test_without_a_difference_the_p_value_is_one_and_it_is_never_zero() -> None:
    observed, exchanged = np.array([0.0, -0.5, 0.5]), np.zeros((99, 3))
    exchanged[:3, 2] = 0.1, NAN, -0.5
    assert randomisation_p_values(observed, exchanged).tolist() == [1.0, 0.01, 2 / 99]


def test_many_questions_are_resampled_in_pieces() -> None:
    pieces = list(bootstrap_weights([str(i) for i in range(30_000)], 200))
    assert len(pieces) > 1
    assert sum(len(piece) for piece in pieces) == 200
