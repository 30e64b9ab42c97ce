"""What is to be profiled, as a user writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orth

from sm_gaussmle.estimation.surface import LikelihoodSurface
from sm_gaussmle.inference.profile_surface import CountedSurface
from sm_gaussmle.inference.smooth_target import SmoothTarget, differences
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.formulas.formula_text import split_outside_brackets
from sm_gaussmle.statsmodels_face.hypotheses.expressions import expression
from sm_gaussmle.statsmodels_face.hypotheses.linear_equations import (
    coefficients,
    linear_equations,
    said_of_dropped,
)
from sm_gaussmle.statsmodels_face.hypotheses.named_params import NamedParams
from sm_gaussmle.statsmodels_face.hypotheses.shown_tests import combination_text

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]

SIGMA = "sigma"
# By how much a gradient may differ from differences, which are right to about 1e-10.
_GRADIENT_DIFFERS = 1e-4
# Standard errors by which parameters are moved to see which ones a function looks at.
_PROBES = 0.1, 0.37
# A standard error this small, relative to the value, is the rounding of differences.
_NO_CHANGE = 1e-11


@dataclass(frozen=True, eq=False)
class Combination:
    """A linear combination of the parameters.

    Attributes
    ----------
    label : str
        How it is called.
    coefficients : ndarray, shape (k,)
        Of the parameters.
    shift : float
        A constant that is added.
    is_sigma : bool
        Whether it is the log variance and stands for the standard deviation.
    """

    label: str
    coefficients: Array
    shift: float = 0.0
    is_sigma: bool = False


def combination(results: ResultPart, what: Any, name: str) -> Combination:
    """Read a parameter or a linear combination.

    Parameters
    ----------
    results : ResultPart
        The results.
    what : str or array_like
        A name, text as for ``t_test``, or coefficients.
    name : str
        Name of the argument, for errors.

    Returns
    -------
    Combination
        Its coefficients.

    Raises
    ------
    NotLinearError
        If the text is no linear combination.
    ValueError
        If it is an equation or more than one, or is constant.
    """
    names = list(results.model.data.cov_names)
    k = len(names)
    if isinstance(what, str):
        if what in names:
            return Combination(what, np.eye(k)[names.index(what)])
        if what == SIGMA and results.model.constant_variance:
            return Combination(what, np.eye(k)[-1], is_sigma=True)
        found = _from_text(what, results.model, name)
    else:
        rows = np.atleast_2d(coefficients(what, results.model, name))
        if len(rows) != 1:
            raise ValueError(
                f"`{name}` has {len(rows)} rows of coefficients; it must have one. "
                "Profile them one by one."
            )
        found = Combination(combination_text(rows[0], names), rows[0])
    if not np.isfinite(found.coefficients).all() or not found.coefficients.any():
        raise ValueError(
            f"`{name}` is {what!r}; its coefficients must be finite, and not all of them zero."
        )
    return found


def _from_text(what: str, model: Any, name: str) -> Combination:
    one = all(len(split_outside_brackets(what, mark)) == 1 for mark in "=,")
    if not one or not what.strip():
        raise ValueError(
            f"`{name}` is {what!r}; it must be one combination of the parameters and no "
            "equation, such as 'x1 - x2'. Values to test are for t_test()."
        )
    try:
        matrix, values = linear_equations(what, model, name)
    except ValueError as error:
        raise NotLinearError(
            f"`{name}` is {what!r}, which is no parameter and no combination of parameters; "
            f"they are {some(list(model.data.cov_names))}.{said_of_dropped(what, model)}"
        ) from error
    return Combination(what, matrix[0], -float(values[0]))


class NotLinearError(ValueError):
    """A text that is no linear combination of the parameters; a function perhaps."""


def function_of(
    results: ResultPart, what: Any, error: NotLinearError
) -> tuple[str, Callable[[Any], Any]]:
    """Read a function of the parameters from text.

    Parameters
    ----------
    results : ResultPart
        The results.
    what : str
        Text, as for ``delta_method``.
    error : NotLinearError
        Why it is no linear combination.

    Returns
    -------
    tuple of str and callable
        The text, and what maps the parameters to the value.

    Raises
    ------
    NotLinearError
        If it is no function either.
    """
    try:
        return what, expression(what, list(results.model.data.cov_names))
    except ValueError:
        raise error from None


def smooth_target(
    surface: CountedSurface,
    names: list[str],
    function: Callable[[Any], Any],
    gradient: Callable[[Any], Any] | None,
) -> SmoothTarget:
    """A function of the parameters as a target.

    Parameters
    ----------
    surface : CountedSurface
        The likelihood.
    names : list of str, length k
        The parameters.
    function : callable
        Maps the parameters to a number.
    gradient : callable or None
        Maps them to its derivatives by each of them.

    Returns
    -------
    SmoothTarget
        On the surface.

    Raises
    ------
    TypeError
        If the function gives no number.
    ValueError
        If it is not finite at the estimates or does not change there, or the gradient is
        another's.
    """
    around = surface.surface

    def at(point: Array) -> float:
        value = function(NamedParams.of(around.params_at(point), names))
        number = np.asarray(value)
        if number.size != 1 or number.dtype.kind not in "biuf":
            raise TypeError(
                f"`what` gave {value!r}; a function of the parameters must give one number."
            )
        return float(number.reshape(())[()])

    def slope(point: Array, given: Any = gradient) -> Array:
        value = np.asarray(given(NamedParams.of(around.params_at(point), names)), float)
        if value.shape != around.params.shape:
            raise ValueError(
                f"`gradient` gave shape {value.shape}; it must have one derivative for each "
                f"parameter, shape {around.params.shape}."
            )
        return around.root.T @ value

    zero = np.zeros(around.root.shape[1])
    estimate = at(zero)
    if not np.isfinite(estimate):
        raise ValueError(f"`what` is {estimate} at the estimates; it must be finite there.")
    basis = _directions(around.root, _arguments(function, around, names))
    target = SmoothTarget.of(at, None, basis)
    if not target.std_err > _NO_CHANGE * abs(estimate):
        raise ValueError(
            "`what` does not change with the parameters at the estimates, or not beyond "
            "rounding; its profile has no meaning there."
        )
    if gradient is None:
        return target
    if (
        np.linalg.norm(slope(zero) - differences(at, zero, basis))
        > _GRADIENT_DIFFERS * target.std_err
    ):
        raise ValueError(
            "`gradient` differs from the differences of `what` at the estimates; leave it out "
            "to use those."
        )
    return SmoothTarget.of(at, slope, basis)


def _arguments(
    function: Callable[[Any], Any], around: LikelihoodSurface, names: list[str]
) -> NDArray[np.bool_]:
    """Whether the function looks at each of the parameters.

    One by one they are moved, at two points at which no other derivative vanishes that does
    not vanish everywhere: where the value stays what it was to the last bit, it does not.
    """
    errors = np.linalg.norm(around.root, axis=1)
    found = np.zeros(len(names), dtype=bool)
    for share in _PROBES:
        pattern = np.sin(np.arange(1.0, len(names) + 1.0))
        point = around.params + share * errors * pattern
        with np.errstate(all="ignore"):  # NaN differs, which is meant
            value = function(NamedParams.of(point, names))
            for place in np.flatnonzero(~found):
                moved = point.copy()
                moved[place] += share * errors[place]
                found[place] = function(NamedParams.of(moved, names)) != value
    return found


def _directions(root: Array, moves: NDArray[np.bool_]) -> Array:
    """Orthonormal directions of the coordinates in which some parameters move."""
    rows = root[moves & root.any(axis=1)]
    if not len(rows):  # of which older versions of SciPy find no basis
        return np.zeros((root.shape[1], 0))
    return np.asarray(orth((rows / np.linalg.norm(rows, axis=1)[:, None]).T))
