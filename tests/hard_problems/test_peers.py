"""What others climb is the likelihood, and they reach its maximum where that is easy."""

import json

import numpy as np
import pytest

from .compare_peers import PATH, _drawn, family_of
from .generator import KINDS, problem
from .limits.generator import LIMITED_KINDS, limited_problem
from .limits.routes import LimitedRoutes
from .outcome import failure
from .peers import ROUTES, RawLikelihood, as_limited
from .routes import evaluate_longdouble

LIMITED = ["constant_variance:both_sides", "scale_equation:mixed_intervals"]
TRUNCATED = "scale_equation:censored_truncated_both"


def likelihood_and_point(kind):
    limited = limited_problem(kind, 1)
    return limited, RawLikelihood(limited), RawLikelihood(limited).start()


@pytest.mark.parametrize("kind", [*LIMITED, TRUNCATED])
def test_the_derivatives_that_are_given_are_right(kind):
    _, likelihood, point = likelihood_and_point(kind)
    gradient, hessian = likelihood.score(point), likelihood.hessian(point)
    for j, step in enumerate(1e-5 * np.eye(len(point))):
        up, down = point + step, point - step
        rise = likelihood.loglikeobs(up).sum() - likelihood.loglikeobs(down).sum()
        # Of 1e5 in single rows, differences of 1e-5 keep five digits or so.
        assert rise / 2e-5 == pytest.approx(gradient[j], rel=1e-4, abs=1e-3)
        change = (likelihood.score(up) - likelihood.score(down)) / 2e-5
        np.testing.assert_allclose(change, hessian[:, j], rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("kind", [*LIMITED, TRUNCATED])
def test_the_likelihood_with_limits_is_that_of_the_routes(kind):
    limited, likelihood, point = likelihood_and_point(kind)
    expected = LimitedRoutes(limited).raw_loglike(point)
    assert likelihood.loglikeobs(point).sum() == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("kind", ["scale_equation:weights_and_offsets"])
def test_the_likelihood_without_limits_is_that_of_the_routes(kind):
    drawn = problem(kind, 1)
    likelihood = RawLikelihood(as_limited(drawn))
    point = likelihood.start()
    expected = float(evaluate_longdouble(drawn, point))
    assert likelihood.loglikeobs(point).sum() == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("name", ROUTES)
def test_others_reach_the_maximum_of_an_easy_problem(name):
    drawn, evaluate, best, lower = _drawn(("constant_variance:both_sides", 0, True))
    found = ROUTES[name](drawn, evaluate)
    assert failure(found, best, lower, 1e-3) in {"", "false alarm"}


def test_a_route_that_stops_with_an_error_is_counted_as_such():
    drawn = as_limited(problem("constant_variance:few_rows", 0))

    def evaluate(_params):
        raise ZeroDivisionError("no digits")

    for route in ROUTES.values():
        assert route(drawn, evaluate).error.startswith("ZeroDivisionError")


def test_all_problems_are_counted_in_a_family():
    made = json.loads(PATH.read_text(encoding="utf-8"))
    problems = sum(table["problems"] for table in made["families"].values())
    drawn = len(KINDS) * made["seeds"]["exact"] + len(LIMITED_KINDS) * made["seeds"]["limited"]
    assert problems + made["without a maximum"] == drawn
    limits = limited_problem(TRUNCATED, 0).limits
    assert family_of((TRUNCATED, 0, True), limits) == "truncated, scale equation"
    assert set(made["families"]) == {
        f"{seen}, {variance}"
        for seen in ("exact", "censored or intervals", "truncated")
        for variance in ("scale equation", "constant variance")
    }
