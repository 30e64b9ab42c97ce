"""statsmodels' own Mediation: direct and indirect effects, by simulation.

It works on models from arrays. Models from formulas it makes again with keywords that it
takes from one that was made of arrays; the mediator needs a constant variance, for it
replaces the columns of the mean only.
"""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.stats.mediation import Mediation

from sm_gaussmle import GaussianMLE

DRAWS = 400


@pytest.fixture
def columns(heart):
    heart["one"] = 1.0
    heart["oldpeak"] *= 30  # a variance far from 1, which Mediation passes as the scale
    return heart


@pytest.mark.parametrize("scale", [None, ["one", "exang"]], ids=["constant", "scaled"])
def test_effects_are_products_and_sums_of_the_coefficients(columns, scale):
    z = None if scale is None else columns[scale].to_numpy()
    outcome = GaussianMLE(
        columns["thalach"].to_numpy(),
        columns[["one", "age", "oldpeak"]].to_numpy(),
        exog_scale=z,
    )
    mediator = GaussianMLE(columns["oldpeak"].to_numpy(), columns[["one", "age"]].to_numpy())
    effects = Mediation(outcome, mediator, [1, 1], 2).fit(n_rep=DRAWS, rng=1)
    first, second = outcome.fit(), mediator.fit()
    assert_allclose(
        effects.ADE_ctrl.mean(), first.params[1], atol=4 * first.bse[1] / np.sqrt(DRAWS)
    )
    assert_allclose(effects.ADE_ctrl.std(), first.bse[1], rtol=4 / np.sqrt(2 * DRAWS))
    # A draw of the indirect effect has the noise of two samples of mediators too.
    noise = abs(first.params[2]) * np.exp(second.params[2] / 2) * np.sqrt(2 / 303)
    indirect = first.params[2] * second.params[1]
    spread = np.hypot(noise, abs(first.params[2]) * second.bse[1])
    found = effects.ACME_ctrl
    assert_allclose(found.mean(), indirect, atol=4 * spread / np.sqrt(DRAWS))
    assert_allclose(found.std(), spread, rtol=0.2)  # without the smaller product of the two
