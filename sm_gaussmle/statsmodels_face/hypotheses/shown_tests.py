"""Results of hypothesis tests that say which hypotheses were tested."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.stats.contrast import ContrastResults, MultiCompResult, WaldTestResults

from sm_gaussmle.statsmodels_face.arguments.scalars import probability
from sm_gaussmle.statsmodels_face.arguments.texts import label_list, text

Array = NDArray[np.float64]

_MOST_SHOWN = 20  # hypotheses


class HypothesisTest(ContrastResults):
    """Test by t, z, F or chi-squared, with its hypotheses.

    Parameters
    ----------
    test : ContrastResults
        The test.
    hypotheses : sequence of str
        As ``"x1 - x2 = 0"``.
    """

    def __init__(self, test: ContrastResults, hypotheses: Sequence[str]) -> None:
        # All there is, whichever of its four kinds of attributes statsmodels gave it.
        self.__dict__.update(vars(test))
        self.hypotheses = tuple(hypotheses)

    def __str__(self) -> str:
        """Text of statsmodels, and the hypotheses below it."""
        return "\n".join([str(self.summary()), *self._shown()])

    def __repr__(self) -> str:
        """The same."""
        return str(self)

    def conf_int(self, alpha: float = 0.05) -> Array:
        """Intervals of the combinations, of tests one by one.

        Parameters
        ----------
        alpha : float, default 0.05
            One minus the confidence level.

        Returns
        -------
        ndarray, shape (m, 2)
            Lower and upper ends.

        Raises
        ------
        ValueError
            If `alpha` is not between 0 and 1.
        AttributeError
            If the hypotheses were tested together.
        """
        level = probability(alpha, "alpha")
        if self.effect is None:
            raise AttributeError(
                "hypotheses that were tested together have no interval each; use t_test()."
            )
        half = self.dist.isf(0.5 * level, *self.dist_args) * self.sd
        return np.column_stack([self.effect - half, self.effect + half])

    def summary(self, xname: Any = None, alpha: float = 0.05, title: Any = None) -> Any:
        """Table of the tests.

        Parameters
        ----------
        xname : list of str, optional
            Names of the hypotheses.
        alpha : float, default 0.05
            One minus the confidence level.
        title : str, optional
            Title of the table.

        Returns
        -------
        SimpleTable or str
            Text where the hypotheses were tested together.

        Raises
        ------
        ValueError
            If `xname` has another length, or `alpha` is not between 0 and 1.
        TypeError
            If `xname` is no list, or `title` no text.
        """
        return super().summary(
            self._names(xname), probability(alpha, "alpha"), text(title, "title")
        )

    def summary_frame(self, xname: Any = None, alpha: float = 0.05) -> pd.DataFrame:
        """Table of tests one by one.

        Parameters
        ----------
        xname : list of str, optional
            Names of the hypotheses.
        alpha : float, default 0.05
            One minus the confidence level.

        Returns
        -------
        DataFrame
            A row for each hypothesis.

        Raises
        ------
        ValueError
            If `xname` has another length, or `alpha` is not between 0 and 1.
        TypeError
            If `xname` is no list.
        AttributeError
            If the hypotheses were tested together.
        """
        self.conf_int(alpha)  # says so where there is none
        return super().summary_frame(self._names(xname), alpha)

    def _names(self, xname: Any) -> list[str] | None:
        return label_list(xname, "xname", len(self.hypotheses))

    def _repr_html_(self) -> str:
        table = self.summary()
        text = f"<p>{html.escape(table)}</p>" if isinstance(table, str) else table.as_html()
        shown = "<br/>\n".join(map(html.escape, self._shown()))
        return f"{text}\n<p>{shown}</p>"

    def _shown(self) -> list[str]:
        tested = list(self.hypotheses)
        more = len(tested) - _MOST_SHOWN
        if self.c_names is not None:
            tested = [
                f"{name}: {text}" for name, text in zip(self.c_names, tested, strict=True)
            ]
        shown = tested[:_MOST_SHOWN] + [f"and {more} more"] * (more > 0)
        return shown if self.c_names is not None else [f"Null hypothesis: {', '.join(shown)}"]


class TermTests(WaldTestResults):
    """Wald tests of the terms of a model, shown as their table."""

    def __repr__(self) -> str:
        """Table of the tests."""
        return str(self)

    def _repr_html_(self) -> str:
        return str(self.summary_frame().to_html())


class PairwiseTests(MultiCompResult):
    """Tests of all pairs of levels of a factor.

    Parameters
    ----------
    tests : MultiCompResult
        The tests.
    """

    def __init__(self, tests: MultiCompResult) -> None:
        self.__dict__.update(vars(tests))

    def __repr__(self) -> str:
        """Table of the tests."""
        return str(self.result_frame.to_string())

    def _repr_html_(self) -> str:
        return str(self.result_frame.to_html())


def hypotheses(matrix: Array, values: Array, names: Sequence[str]) -> list[str]:
    """Linear hypotheses as text.

    Parameters
    ----------
    matrix : ndarray, shape (m, k)
        Coefficients of the parameters.
    values : ndarray, shape (m,)
        Values of the combinations under the hypotheses.
    names : sequence of str, length k
        The parameters.

    Returns
    -------
    list of str
        As ``"x1 - 2*x2 = 0"``.
    """
    return [
        f"{combination_text(row, names)} = {value + 0.0:g}"  # no minus zero
        for row, value in zip(matrix, values, strict=True)
    ]


def combination_text(row: Array, names: Sequence[str]) -> str:
    """A linear combination as text.

    Parameters
    ----------
    row : ndarray, shape (k,)
        Coefficients of the parameters.
    names : sequence of str, length k
        The parameters.

    Returns
    -------
    str
        As ``"x1 - 2*x2"``.
    """
    text = ""
    for factor, name in zip(row, names, strict=True):
        if factor:
            sign = "-" if factor < 0 else "+" if text else ""
            text += f" {sign} " if text else sign
            text += name if abs(factor) == 1 else f"{abs(factor):g}*{name}"
    return text or "0"
