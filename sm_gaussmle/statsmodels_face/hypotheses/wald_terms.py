"""Tests of the terms of both equations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from statsmodels.formula._manager import FormulaManager

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
        model, label = self.model, "{}" if equation == "exog" else _SCALE + "[{}]"
        start = 0 if equation == "exog" else model.k_exog
        places = {name: start + p for p, name in enumerate(model.equation_names(equation))}
        spec = getattr(model.data, "model_spec", None)
        if equation == "exog_scale":
            spec = getattr(model, "_scale_spec", None)
        if equation == "exog_scale" and model.constant_variance:
            return []  # whether sigma is 1 depends on its unit
        if spec is None:
            return [(name, [place]) for name, place in places.items()]
        # By the names of the columns, for some may have been dropped as dependent; and with
        # the engine that made the formula, which need not be today's.
        columns = [label.format(name) for name in spec.column_names]
        manager = FormulaManager(
            engine="patsy" if type(spec).__module__.startswith("patsy") else "formulaic"
        )
        terms = []
        for term in spec.terms:
            left = [c for c in columns[manager.get_slice(spec, term)] if c in places]
            if left:
                name = label.format(manager.get_term_name(term))
                terms.append((name, [places[c] for c in left]))
        return terms


def _has_in_name(term: str, text: str) -> bool:
    """Whether a text is in the name of a term, and not in that of the log variance alone."""
    return text in term.removeprefix(_SCALE) or (_SCALE in text and text in term)
