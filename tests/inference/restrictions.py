"""Score tests of linear restrictions, by the textbook's formula: what those of columns equal."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from sm_gaussmle.inference.model_score_tests import with_columns
from sm_gaussmle.inference.nested import beyond
from sm_gaussmle.inference.score_sums import score_matrices
from sm_gaussmle.inference.score_test import outcome

# Share of a variance that may be rounding.
SINGULAR = 1e-10


def score_statistic(
    score,
    information,
    restriction,
    *,
    variance=None,
    size=None,
    separate=False,
):
    r"""Return :math:`s' I^{-1} R' (R I^{-1} V I^{-1} R')^{-1} R I^{-1} s`.

    (Boos 1992, doi:10.1080/00031305.1992.10475921.) With `score` s, `information` I,
    `restriction` R and `variance` V. It is computed from the score along the directions that
    the restrictions forbid, less what the information says of it from those that they allow.
    """
    size = np.diagonal(information) if size is None else size
    unit = 1.0 / np.sqrt(size)
    scaled = restriction * unit
    length = np.sqrt((scaled * scaled).sum(axis=1))
    scaled /= np.where(length == 0.0, 1.0, length)[:, None]
    turn, factor = np.linalg.qr(scaled.T, mode="complete")
    q = len(restriction)
    diagonal = np.zeros(q)
    diagonal[: min(factor.shape)] = np.abs(np.diagonal(factor))
    assert (diagonal > SINGULAR).all(), "a restriction depends on others"
    if separate:
        # Along each of these directions one combination changes and the others do not.
        turn[:, :q] = linalg.solve_triangular(factor[:q], turn[:, :q].T).T
    square = np.outer(unit, unit)
    return outcome(
        turn.T @ (score * unit),
        turn.T @ (information * square) @ turn,
        None if variance is None else turn.T @ (variance * square) @ turn,
        (turn * turn).sum(axis=0),
        np.arange(len(score)) < q,
        separate=separate,
    )


def restriction_score_test(
    params,
    source,
    restriction,
    *,
    observed=None,
    variance="information",
    groups=None,
    separate=False,
):
    """Test linear restrictions of a model at `params`, the estimates under them."""
    rows = source.rows
    exog, exog_scale = (
        beyond(columns[:, :0], columns).basis for columns in (rows.exog, rows.exog_scale)
    )
    k_mean = exog.shape[1]
    # Columns are the basis times B'X, and what a row of R says of their coefficients b it
    # says of those of the basis by a row r with r B'X = R.
    turned = np.hstack(
        [
            np.linalg.solve((exog.T @ rows.exog).T, restriction[:, :k_mean].T).T,
            np.linalg.solve((exog_scale.T @ rows.exog_scale).T, restriction[:, k_mean:].T).T,
        ]
    )
    found = score_matrices(
        with_columns(params, source, exog, exog_scale),
        observed=observed,
        variance=variance,
        groups=groups,
    )
    return score_statistic(
        found.score,
        found.information,
        turned,
        variance=found.variance,
        size=found.size,
        separate=separate,
    )
