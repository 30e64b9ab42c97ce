"""Some hard problems with limits of each kind: the best maximum is found, and called that.

The script `table` runs any number of them.
"""

import numpy as np
import pytest

from tests.hard_problems.routes import HAS_LONG_DOUBLE

from .generator import LIMITED_KINDS, limited_problem
from .routes import best_limited
from .table import ALLOWED_LOSS, judged

pytestmark = pytest.mark.skipif(
    not HAS_LONG_DOUBLE, reason="long double is no longer than double on this machine"
)

# Beside the first three of each kind those that once failed: multiple maxima of truncated
# samples with a scale equation, and ways that lead along the edge of Orme's coordinates.
SEEDS = {
    "scale_equation:truncated_90": (36, 42),
    "scale_equation:truncated_99": (11, 59),
    "scale_equation:truncated_both": (56,),
    "scale_equation:truncated_collinear": (3, 25),
    "constant_variance:truncated_99": (105, 180),
    "constant_variance:wide_intervals": (1,),
    "constant_variance:mixture": (109, 131),
}


@pytest.mark.parametrize("kind", LIMITED_KINDS)
def test_no_problem_fails(kind):
    found = [judged(kind, seed) for seed in (0, 1, 2, *SEEDS.get(kind, ()))]
    assert not [
        (seed, failed, outcome.error or best.ends_at - outcome.loglike)
        for seed, best, outcome, failed in found
        if failed
    ]
    # A problem of which the routes miss the best would be no test.
    assert not [
        seed
        for seed, best, outcome, _ in found
        if outcome.loglike > best.loglike + ALLOWED_LOSS
    ]


@pytest.mark.parametrize("kind", ["scale_equation:mixture", "constant_variance:truncated_90"])
def test_the_routes_evaluate_in_raw_parameters_what_they_climb(kind):
    for seed in range(3):
        problem = limited_problem(kind, seed)
        routes, _ = best_limited(problem)
        start = routes.starts()[0]
        climbed = -routes.negative(start, 1)[0] - routes.log_unit
        raw = routes.raw_loglike(routes.frame.raw_params(start))
        assert raw == pytest.approx(climbed, abs=1e-6)


def test_the_derivatives_of_the_routes_are_differences():
    routes, _ = best_limited(limited_problem("scale_equation:censored_truncated_both", 0))
    point = routes.starts()[-1]
    _, gradient, hessian = routes.negative(point)
    for i, step in enumerate(1e-5 * np.eye(len(point))):
        up, down = (routes.negative(point + s * step) for s in (1, -1))
        assert (up[0] - down[0]) / 2e-5 == pytest.approx(gradient[i], abs=1e-4)
        np.testing.assert_allclose((up[1] - down[1]) / 2e-5, hessian[i], atol=1e-4)
