"""Tests of the terms of both equations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sm_gaussmle.statsmodels_face.formulas.terms import terms_of
from sm_gaussmle.statsmodels_face.hypotheses.shown_tests import TermTests
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

_SCALE = "ln(sigma2)"


class WaldTerms(ResultPart):
    """Tests of terms, for the results class to inherit."""

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
            If no term has a text of `combine_terms` in its name.
        """
        identity = np.eye(len(self.params))
        terms = self._terms_of("exog") + self._terms_of("exog_scale")
        tests = [(n, identity[cols]) for n, cols in terms if len(cols) > 1 or not skip_single]
        for text in combine_terms or []:
            together = [
                column for name, cols in terms if _has_in_name(name, text) for column in cols
            ]
            if not together:
                raise ValueError(
                    f"`combine_terms` has {text!r}, which is in the name of no term; the terms "
                    f"are {', '.join(name for name, _ in terms)}."
                )
            tests.append((text, identity[together]))
        tests += list(extra_constraints or [])
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

    def _terms_of(self, equation: str) -> list[tuple[str, list[int]]]:
        """Names of the terms of one equation, and where their parameters are."""
        start = 0 if equation == "exog" else self.model.k_exog
        terms = terms_of(self.model, equation)
        return [(term.name, [start + place for place in term.columns]) for term in terms]


def _has_in_name(term: str, text: str) -> bool:
    """Whether a text is in the name of a term, and not in that of the log variance alone."""
    return text in term.removeprefix(_SCALE) or (_SCALE in text and text in term)
