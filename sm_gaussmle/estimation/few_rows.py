"""A few of very many rows, to look for a start with."""

from __future__ import annotations

from sm_gaussmle.estimation.problem import Problem
from sm_gaussmle.sources.memory import Memory

# At most, at least for each parameter, and how many times more there are of them all.
_SAMPLE, _LEAST, _MANY = 20_000, 100, 10
# Squared distance to the maximum of these rows, in their standard errors, than which none is
# nearer to the maximum of all rows.
ROUGH = 1e-2


def few_rows(problem: Problem) -> Problem | None:
    """Take a sample of the rows.

    Parameters
    ----------
    problem : Problem
        Of all rows.

    Returns
    -------
    Problem or None
        In the same coordinates; None where that does not pay.
    """
    source = problem.source
    if isinstance(source, Memory):
        size = min(_SAMPLE, source.n_rows // _MANY)
        pays = size >= _LEAST * len(problem.start)
    else:
        # A pass over rows that are not in memory costs more than many over a few that are.
        size, pays = _SAMPLE, source.n_rows >= 2 * len(source.prototype.endog)
    return problem.thinned(size) if pays else None
