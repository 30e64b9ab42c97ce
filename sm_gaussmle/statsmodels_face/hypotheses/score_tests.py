"""Score tests of columns that were left out of a fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast

from sm_gaussmle.inference.model_score_tests import score_test, score_test_in_passes
from sm_gaussmle.inference.score_sums import expectation_is_known
from sm_gaussmle.inference.score_test import (
    DependentColumnsError,
    ScoreTest,
    SingularVarianceError,
)
from sm_gaussmle.statsmodels_face.arguments.coercion import some
from sm_gaussmle.statsmodels_face.formulas.extra_columns import extra_columns, texts_in
from sm_gaussmle.statsmodels_face.formulas.formula_text import environment
from sm_gaussmle.statsmodels_face.hypotheses.score_test_result import ScoreTestResult
from sm_gaussmle.statsmodels_face.hypotheses.score_test_version import (
    ScoreTestVersion,
    check_version,
)
from sm_gaussmle.statsmodels_face.result_parts import ResultPart
from sm_gaussmle.statsmodels_face.streams.extra_columns import stream_extra_columns, with_extra

Labels = dict[str, list[str]]
Test = Callable[..., ScoreTest]


class ScoreTests(ResultPart):
    """Tests of what the model was fitted without, for the results class to inherit."""

    def score_test(
        self,
        exog_extra: Any = None,
        exog_scale_extra: Any = None,
        *,
        hypothesis: str = "joint",
        cov_type: str | None = None,
        cov_kwds: dict[str, Any] | None = None,
        observed: bool | None = None,
        studentized: bool = False,
    ) -> ScoreTestResult:
        """Test columns that were left out, without fitting the larger model.

        Parameters
        ----------
        exog_extra : array_like, shape (n,) or (n, q), str or list of str, optional
            Columns to test in the mean. Of a model from a formula also columns of its data
            by name, and the right side of a formula, ``"x3 + np.log(x4)"``, whose intercept
            is left out: it is evaluated on the rows of the fit, with names that the model's
            formulas or the caller has. A tuple of two is taken for the columns of both
            equations, as elsewhere in statsmodels.
        exog_scale_extra : array_like, shape (n,) or (n, q), str or list of str, optional
            Columns to test in the log variance.
        hypothesis : {"joint", "separate"}, default "joint"
            Whether all are tested together, or each by itself.
        cov_type : {"nonrobust", "HC0", "cluster"}, optional
            Variance of the score: from the information; from the outer products of the
            scores, which is valid whatever the distribution; or of those of clusters. By
            default "HC0" where the fit's covariance is robust to heteroscedasticity.
        cov_kwds : dict, optional
            With "cluster", the ``groups``: a column, labels of the rows, or two of them for
            clustering in two ways.
        observed : bool, optional
            Whether the information is the observed one in place of the expected one. The
            expected one keeps its level in small samples, and is the default where there is
            one: not of responses that are intervals to begin with. For the log variance of
            a model of constant variance whose responses are seen exactly it gives the test
            of Breusch and Pagan (1979) [1]_.
        studentized : bool, default False
            Whether the moments of the standardized residuals take the place of those of the
            normal distribution: valid where they have any one distribution, and for
            responses that are seen exactly. For the log variance of a model of constant
            variance it is the test of Koenker (1981) [2]_.

        Returns
        -------
        ScoreTestResult
            Unpacks as ``statistic, pvalue, df``; print it to read it.

        Raises
        ------
        ValueError
            If there is nothing to test, lengths or labels differ, values are missing, the
            columns depend on the model's, an option is wrong, the variance of the score is
            not positive definite, the data were removed, or the fit did not converge.
        TypeError
            If `groups` are missing, or the columns are not numbers.

        Notes
        -----
        With the observed information tests reject too often in small samples. Simulated
        with normal errors, three columns in the mean and three tested at 5 %: 31 % of true
        hypotheses at n = 20 and 14 % at n = 50, against 7 % and 6 % with the expected one.
        At n = 50 and 200, one column in the mean, three tested in the mean (in the log
        variance): of responses of which 36 % are censored 15 and 8 % (10 and 5 %), against 5
        and 6 % (5 and 5 %); of a truncated sample 22 and 8 % (12 and 6 %), against 6 and 4 %
        (5 and 5 %). Of intervals of one standard deviation, where there is only the observed
        one, 14 and 7 % (9 and 5 %).

        Robust tests are those of Boos (1992) [3]_, without small-sample factors: they are
        conservative where there are few rows or clusters.

        White's test of heteroscedasticity is the studentized one of squares and products of
        the columns of the mean.

        References
        ----------
        .. [1] T. S. Breusch and A. R. Pagan, "A Simple Test for Heteroscedasticity and
           Random Coefficient Variation", Econometrica 47 (1979) 1287-1294.
           doi:10.2307/1911963
        .. [2] R. Koenker, "A note on studentizing a test for heteroscedasticity", Journal
           of Econometrics 17 (1981) 107-112. doi:10.1016/0304-4076(81)90062-2
        .. [3] D. D. Boos, "On Generalized Score Tests", The American Statistician 46
           (1992) 327-333. doi:10.1080/00031305.1992.10475921

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> result = smg.gaussmle("thalach ~ age + exang", heart).fit()
        >>> test = result.score_test("oldpeak", "age + I(age**2)")
        >>> print(f"{test.statistic:.3f} with {test.df} degrees of freedom")
        17.175 with 3 degrees of freedom
        """
        if isinstance(exog_extra, tuple) and len(exog_extra) == 2 and exog_scale_extra is None:
            exog_extra, exog_scale_extra = exog_extra
        given = {"exog_extra": exog_extra, "exog_scale_extra": exog_scale_extra}
        given = {name: values for name, values in given.items() if values is not None}
        if str(hypothesis) not in ("joint", "separate"):
            raise ValueError(
                f"`hypothesis` is {hypothesis!r}; it must be 'joint' or 'separate': the columns "
                "that are passed have no effect, together or each. Equations of the parameters "
                "that the model has are for wald_test(), or for fit_constrained() of the model "
                "and its constraint_tests(), which has the score test."
            )
        if not given:
            raise ValueError(
                "there is nothing to test; pass `exog_extra` or `exog_scale_extra`, columns that "
                "the model does not have."
            )
        if not self.converged:
            raise ValueError("the fit did not converge, so that its score is no test.")
        self.model.need_rows("there are no rows to test with", "test before remove_data()")
        version = check_version(
            self, cov_type, cov_kwds, observed=observed, studentized=studentized
        )
        texts = [text for values in given.values() for text in texts_in(values)]
        names = environment(texts, None, self._data_columns(), depth=1)
        names |= getattr(self.model, "_environment", {})
        find = _in_memory if self.model.rows_in_passes is None else _in_passes
        labels, statistic = find(self, given, names, version)
        separate = hypothesis == "separate"
        try:
            test = statistic(separate=separate)
        except DependentColumnsError as error:
            dependent = some([labels[error.name][place] for place in error.places])
            raise ValueError(
                f"`{error.name}` has columns that are combinations of the model's or of those "
                f"before them (up to rounding): {dependent}. Leave them out."
            ) from error
        except SingularVarianceError as error:
            known = expectation_is_known(self.model.source().prototype)
            raise ValueError(version.singular(known=known)) from error
        mean, scale = labels.get("exog_extra", []), labels.get("exog_scale_extra", [])
        return ScoreTestResult(
            *test,
            tested=(*mean, *(f"ln(sigma2)[{name}]" for name in scale)),
            distribution="norm" if separate else "chi2",
            method=version.sentences(
                named=self.model.constant_variance and self.model.exact_responses and not mean
            ),
        )

    def _data_columns(self) -> Iterable[Any]:
        stream = self.model.rows_in_passes
        if stream is not None:
            return stream.table.columns
        frame = getattr(self.model.data, "frame", None)
        return () if frame is None else frame.columns


def _in_memory(
    results: ResultPart,
    given: dict[str, Any],
    names: dict[str, Any],
    version: ScoreTestVersion,
) -> tuple[Labels, Test]:
    model = results.model
    columns = {name: extra_columns(model, v, name, names) for name, v in given.items()}
    arrays = {name: table.to_numpy() for name, table in columns.items()}
    labels = {name: [str(c) for c in table.columns] for name, table in columns.items()}
    return labels, partial(
        score_test,
        results.params,
        model.rows_in_memory(),
        arrays.get("exog_extra"),
        arrays.get("exog_scale_extra"),
        **version._asdict(),
    )


def _in_passes(
    results: ResultPart,
    given: dict[str, Any],
    names: dict[str, Any],
    version: ScoreTestVersion,
) -> tuple[Labels, Test]:
    model = results.model
    extra = {name: stream_extra_columns(model, v, name, names) for name, v in given.items()}
    labels = {name: [c for each in e for c in each.names] for name, e in extra.items()}
    groups = cast("tuple[str, ...]", version.groups or ())
    rows = with_extra(
        model, extra.get("exog_extra", []), extra.get("exog_scale_extra", []), groups
    )
    return labels, partial(
        score_test_in_passes,
        results.params,
        rows,
        (model.k_exog, model.k_scale),
        (model.constant_column, model.constant_scale_column),
        observed=version.observed,
        variance=version.variance,
        groups=None if version.groups is None else (),
    )
