"""Tests of the terms of both equations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sm_gaussmle.statsmodels_face.arguments.scalars import flag
from sm_gaussmle.statsmodels_face.formulas.terms import terms_of
from sm_gaussmle.statsmodels_face.hypotheses.hypothesis_tests import HypothesisTests
from sm_gaussmle.statsmodels_face.hypotheses.shown_tests import TermTests

_SCALE = "ln(sigma2)"


class WaldTerms(HypothesisTests):
    """Tests of terms, for the results of both equations, and of one, to inherit."""

    def wald_test_terms(
        self,
        skip_single: bool = False,
        extra_constraints: Any = None,
        combine_terms: Any = None,
        scalar: bool = True,
    ) -> TermTests:
        """Wald tests of the terms of both equations.

        Parameters
        ----------
        skip_single : bool, default False
            Whether to leave out terms of one column.
        extra_constraints : list of tuple, optional
            Further tests, as pairs of a name and a restriction matrix.
        combine_terms : list of str, optional
            Terms with such a text in their name are tested together too.
        scalar : bool, default True
            Whether the statistics are numbers, not arrays.

        Returns
        -------
        WaldTestResults
            Its ``table`` is a DataFrame with a row for each term; those of the log
            variance are named ``ln(sigma2)[term]``. Without a formula each column is a
            term.

        Raises
        ------
        ValueError
            If no term has a text of `combine_terms` in its name, or there is no test.
        TypeError
            If `combine_terms` is no list of texts, or `extra_constraints` no list of pairs.
        """
        identity = np.eye(len(self.params))
        terms, single = self._terms(), not flag(skip_single, "skip_single")
        tests = [(n, identity[cols]) for n, cols in terms if len(cols) > 1 or single]
        for text in _texts(combine_terms):
            together = [
                column for name, cols in terms if _has_in_name(name, text) for column in cols
            ]
            if not together:
                raise ValueError(
                    f"`combine_terms` has {text!r}, which is in the name of no term; the terms "
                    f"are {', '.join(name for name, _ in terms)}."
                )
            tests.append((text, identity[together]))
        tests += _pairs(extra_constraints)
        rows, names = [], []
        for name, restrictions in tests:
            test = self.wald_test(restrictions, scalar=scalar)
            if self.use_t:
                rows.append([test.statistic, test.pvalue, int(test.df_num), test.df_denom])
            else:
                rows.append([test.statistic, test.pvalue, int(test.df_denom)])
            names.append(name)
        columns = ["statistic", "pvalue", "df_constraint", "df_denom"][: 3 + self.use_t]
        table = pd.DataFrame(rows, index=names, columns=columns)
        return TermTests(None, "F" if self.use_t else "chi2", None, table=table)

    def _terms(self) -> list[tuple[str, list[int]]]:
        """Names of the terms, and where their parameters are."""
        return [
            (term.name, [start + place for place in term.columns])
            for equation, start in (("exog", 0), ("exog_scale", self.model.k_exog))
            for term in terms_of(self.model, equation)
        ]


def _texts(combine_terms: Any) -> list[str]:
    given = [] if combine_terms is None else combine_terms
    if not isinstance(given, list | tuple) or not all(isinstance(text, str) for text in given):
        raise TypeError(
            f"`combine_terms` is {combine_terms!r}; it must be a list of texts in the names of "
            "terms."
        )
    return list(given)


def _pairs(extra_constraints: Any) -> list[tuple[str, Any]]:
    given = [] if extra_constraints is None else extra_constraints
    if not isinstance(given, list | tuple) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], str)
        for pair in given
    ):
        raise TypeError(
            f"`extra_constraints` is {extra_constraints!r}; it must be a list of pairs of a "
            "name and coefficients, as [('both', [[0, 1, 0], [0, 0, 1]])]."
        )
    return [(name, restrictions) for name, restrictions in given]


def _has_in_name(term: str, text: str) -> bool:
    """Whether a text is in the name of a term, and not in that of the log variance alone."""
    return text in term.removeprefix(_SCALE) or (_SCALE in text and text in term)
