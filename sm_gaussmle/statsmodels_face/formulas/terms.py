"""The terms of both equations: which columns each has, and which terms contain which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sm_gaussmle.statsmodels_face.private_hooks import FormulaManager

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

INTERCEPT = "Intercept"  # the name of its column in both engines
# Sums of contrasts over the levels that are zero, up to the rounding of polynomials.
_ZERO = 1e-9


@dataclass(frozen=True)
class Term:
    """A term of one equation.

    Attributes
    ----------
    name : str
        Its name; one of the log variance is ``ln(sigma2)[term]``.
    equation : {"exog", "exog_scale"}
        The equation.
    columns : tuple of int
        Positions of its columns among those of the equation.
    factors : frozenset of str
        The factors that it is the interaction of.
    uncentred : frozenset of str
        Those that are coded in it with contrasts which do not sum to zero over the levels.
    constant : bool
        Whether it is the constant of the equation.
    """

    name: str
    equation: str
    columns: tuple[int, ...]
    factors: frozenset[str]
    uncentred: frozenset[str]
    constant: bool

    def contains(self, other: Term) -> bool:
        """Whether another term is a margin of this one.

        Parameters
        ----------
        other : Term
            A term that is not the constant.

        Returns
        -------
        bool
            True for another term of the same equation, all of whose factors this one has.
        """
        return self.equation == other.equation and other.factors < self.factors


def terms_of(model: GaussianMLE, equation: str) -> list[Term]:
    """Terms of one equation of a model, in the order of its columns.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    equation : {"exog", "exog_scale"}
        Mean or log variance.

    Returns
    -------
    list of Term
        Without a formula one for each column. Terms of which no column is left are not
        there, and none where the variance is constant.
    """
    if equation == "exog_scale" and model.constant_variance:
        return []
    label = "{}" if equation == "exog" else "ln(sigma2)[{}]"
    places = {name: place for place, name in enumerate(model.equation_names(equation))}
    constant = model.constant_column if equation == "exog" else model.constant_scale_column
    spec = spec_of(model, equation)
    if spec is None:
        return [
            Term(name, equation, (place,), frozenset([name]), frozenset(), place == constant)
            for name, place in places.items()
        ]
    # By the names of the columns, for some may have been dropped as dependent.
    columns = [label.format(name) for name in spec.column_names]
    manager = FormulaManager(engine=engine_of(spec))
    terms = []
    for term in spec.terms:
        left = tuple(places[c] for c in columns[manager.get_slice(spec, term)] if c in places)
        if left:
            terms.append(
                Term(
                    name=label.format(manager.get_term_name(term)),
                    equation=equation,
                    columns=left,
                    factors=factors_of(term),
                    uncentred=_uncentred(spec, term),
                    constant=left == (constant,),
                )
            )
    return terms


def spec_of(model: GaussianMLE, equation: str) -> Any:
    """What the engine remembers of the formula of one equation.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    equation : {"exog", "exog_scale"}
        Mean or log variance.

    Returns
    -------
    DesignInfo, ModelSpec or None
        None without a formula.
    """
    if equation == "exog":
        return getattr(model.data, "model_spec", None)
    return getattr(model, "_scale_spec", None)


def engine_of(spec: Any) -> str:
    """The engine that made a formula, which need not be today's.

    Parameters
    ----------
    spec : DesignInfo or ModelSpec
        Its memory of the formula.

    Returns
    -------
    {"patsy", "formulaic"}
        Its name.
    """
    return "patsy" if type(spec).__module__.startswith("patsy") else "formulaic"


def factors_of(term: Any) -> frozenset[str]:
    """Names of the factors of a term of either engine.

    Parameters
    ----------
    term : patsy.desc.Term or formulaic Term
        The term.

    Returns
    -------
    frozenset of str
        None of the constant, which formulaic has as a factor ``1``.
    """
    names = (f.name() if hasattr(f, "code") else str(f) for f in term.factors)
    return frozenset(names) - {"1"}


def _uncentred(spec: Any, term: Any) -> frozenset[str]:
    """Factors whose contrasts in a term do not sum to zero; those of all levels apart."""
    found = set()
    for factor in term.factors:
        for matrix in _contrasts(spec, term, factor):
            if matrix.shape[1] < matrix.shape[0] and np.abs(matrix.sum(axis=0)).max() > _ZERO:
                found.add(factor.name() if hasattr(factor, "code") else str(factor))
    return frozenset(found)


def _contrasts(spec: Any, term: Any, factor: Any) -> list[np.ndarray]:
    if engine_of(spec) == "patsy":
        parts = (part.contrast_matrices.get(factor) for part in spec.term_codings[term])
        return [part.matrix for part in parts if part is not None]
    state = spec.factor_contrasts.get(factor)
    return [] if state is None else [np.asarray(state.get_coding_matrix(reduced_rank=True))]
