"""Results of a fit under linear constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.restriction import Restricted
from sm_gaussmle.statsmodels_face.covariances.covariance_options import MODEL_BASED
from sm_gaussmle.statsmodels_face.hypotheses.constraint_tests import ConstraintTests
from sm_gaussmle.statsmodels_face.hypotheses.linear_equations import linear_equations
from sm_gaussmle.statsmodels_face.hypotheses.shown_tests import HypothesisTest, hypotheses
from sm_gaussmle.statsmodels_face.private_hooks import LinearConstraints
from sm_gaussmle.statsmodels_face.results import GaussianMLEResults

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.fitting.options import Options
    from sm_gaussmle.statsmodels_face.model import GaussianMLE

Array = NDArray[np.float64]

# Directions with less than this share of their length left are those the constraints fix.
_FIXED = 1e-9


class ConstrainedGaussianMLEResults(GaussianMLEResults):
    """Estimates under linear constraints, with their inference.

    The covariance is that of the directions which the constraints leave free: it is
    singular, and a parameter that they fix has the standard error zero and no test.
    Degrees of freedom, `aic` and `bic` count what is free. What would have to be
    estimated again row by row or sample by sample (influence, bootstrap) is refused.

    Parameters
    ----------
    model : GaussianMLE
        The model.
    fit : Fit
        Its maximum under the constraints.
    options : Options
        How it was asked for.
    """

    def __init__(self, model: GaussianMLE, fit: Fit, options: Options) -> None:
        super().__init__(model, fit, options, [])
        columns = self._restricted.mean_directions
        self.df_resid = self.df_resid_inference = float(self.nobs - columns)
        self.df_model = float(max(columns - model.k_constant, 0))
        self.method = fit.route

    @property
    def _restricted(self) -> Restricted:
        restricted = self.fit_record.restricted
        assert restricted is not None  # noqa: S101 - what these results are made of
        return restricted

    # The constraints ------------------------------------------------------------------

    @property
    def constraints(self) -> LinearConstraints:
        """The constraints, ``coefs @ params = constants``, as statsmodels keeps them."""
        given = self._restricted.restriction
        return LinearConstraints(given.matrix, given.values, self.model.data.param_names)

    @property
    def k_constr(self) -> int:
        """Number of constraints."""
        return len(self._restricted.restriction)

    @property
    def df_modelwc(self) -> int:
        """Number of parameters that are free, the scale equation included."""
        return len(self.params) - self.k_constr

    def constraint_text(self) -> list[str]:
        """The constraints as text.

        Returns
        -------
        list of str
            As ``"x1 - 2*x2 = 0"``.
        """
        given = self._restricted.restriction
        return hypotheses(given.matrix, given.values, self.model.data.param_names)

    def constraint_tests(self) -> ConstraintTests:
        """Likelihood-ratio, Wald and score tests of the constraints.

        Returns
        -------
        ConstraintTests
            The three statistics with their p-values from the chi-squared distribution.

        Raises
        ------
        ValueError
            If the fit has a robust covariance: where that is needed, none of the three is
            chi-squared.

        Notes
        -----
        Twice the difference of the log-likelihoods (Wilks 1938) [1]_; the Wald statistic
        with the observed information at the estimates without the constraints (Wald 1943)
        [2]_; the score statistic with the expected information at those with them (Rao
        1948) [3]_, of responses that are intervals with the observed one. In large samples they agree to first order.

        References
        ----------
        .. [1] S. S. Wilks, "The Large-Sample Distribution of the Likelihood Ratio for
           Testing Composite Hypotheses", Annals of Mathematical Statistics 9 (1938)
           60-62. doi:10.1214/aoms/1177732360
        .. [2] A. Wald, "Tests of Statistical Hypotheses Concerning Several Parameters When
           the Number of Observations is Large", Transactions of the American Mathematical
           Society 54 (1943) 426-482. doi:10.1090/S0002-9947-1943-0012401-3
        .. [3] C. R. Rao, "Large sample tests of statistical hypotheses concerning several
           parameters with applications to problems of estimation", Mathematical
           Proceedings of the Cambridge Philosophical Society 44 (1948) 50-57.
           doi:10.1017/S0305004100023987
        """
        if self.cov_type not in MODEL_BASED:
            raise ValueError(
                f"the fit has the robust covariance {self.cov_type!r}: where that is needed, "
                "these statistics are not chi-squared. Use wald_test() of the fit without the "
                "constraints, with that covariance."
            )
        found = self._restricted
        return ConstraintTests(
            found.likelihood_ratio,
            found.wald,
            found.score,
            df=self.k_constr,
            hypotheses=tuple(self.constraint_text()),
        )

    # Tests that have to know of them --------------------------------------------------

    @property
    def tvalues(self) -> Array:
        """Estimates over standard errors; NaN for parameters that are fixed."""
        bse = np.asarray(self.bse)
        ratio = np.full(len(bse), np.nan)
        np.divide(self.params, bse, out=ratio, where=bse > 0.0)
        return ratio

    def t_test(
        self, r_matrix: Any, cov_p: Any = None, use_t: bool | None = None
    ) -> HypothesisTest:
        """Test linear hypotheses one by one.

        Parameters
        ----------
        r_matrix, cov_p, use_t : array_like, optional
            As without constraints.

        Returns
        -------
        statsmodels.stats.contrast.ContrastResults
            Estimates of the combinations, their standard errors and p-values.

        Raises
        ------
        ValueError
            If the constraints fix a combination: there is nothing to test.
        """
        matrix, values = linear_equations(r_matrix, self.model, "r_matrix")
        fixed = self._free(matrix) < _FIXED
        if fixed.any():
            raise self._nothing_to_test(matrix[fixed], values[fixed])
        return super().t_test((matrix, values), cov_p=cov_p, use_t=use_t)

    def wald_test(
        self,
        r_matrix: Any,
        cov_p: Any = None,
        invcov: Any = None,
        use_f: bool | None = None,
        df_constraints: int | None = None,
        scalar: bool = True,
    ) -> HypothesisTest:
        """Test linear hypotheses together.

        Parameters
        ----------
        r_matrix, cov_p, invcov, use_f, df_constraints, scalar : array_like, optional
            As without constraints. Combinations that depend on each other under the
            constraints are one hypothesis.

        Returns
        -------
        statsmodels.stats.contrast.ContrastResults
            Statistic and p-value.

        Raises
        ------
        ValueError
            If the constraints fix a combination of the hypotheses.
        """
        matrix, values = linear_equations(r_matrix, self.model, "r_matrix")
        asked = hypotheses(matrix, values, self.model.data.param_names)
        unit = self._units(matrix)
        left, sizes, _ = np.linalg.svd(matrix @ self.covariance_root().root / unit[:, None])
        rank = int(np.count_nonzero(sizes > _FIXED))
        if rank < len(matrix):
            rest = left[:, rank:].T / unit
            terms = np.abs(rest) @ (np.abs(matrix) @ np.abs(self.params) + np.abs(values))
            gap = np.abs(rest @ (matrix @ self.params - values))
            if not rank or np.any(gap > _FIXED * terms):
                raise self._nothing_to_test(matrix, values)
            left = left[:, :rank].T / unit
            matrix, values = left @ matrix, left @ values
        test = super().wald_test((matrix, values), cov_p, invcov, use_f, df_constraints, scalar)
        return HypothesisTest(test, asked)

    def _terms_of(self, equation: str) -> list[tuple[str, list[int]]]:
        bse = np.asarray(self.bse)
        return [
            (name, places)
            for name, places in super()._terms_of(equation)
            if np.any(bse[places] > 0.0)
        ]

    def _units(self, matrix: Array) -> Array:
        """Size of combinations if nothing were fixed, for all parameters as uncertain."""
        bse = np.asarray(self.bse)
        typical = np.where(bse > 0.0, bse, np.abs(self.params))
        return np.maximum(np.abs(matrix) @ typical, np.finfo(float).tiny)

    def _free(self, matrix: Array) -> Array:
        """Standard errors of combinations over what they would be without cancelling."""
        size = np.linalg.norm(matrix @ self.covariance_root().root, axis=1)
        return np.asarray(size / self._units(matrix))

    def _nothing_to_test(self, matrix: Array, values: Array) -> ValueError:
        tested = ", ".join(hypotheses(matrix, values, self.model.data.param_names))
        return ValueError(
            f"the constraints {', '.join(self.constraint_text())} fix a combination of "
            f"{tested}: there is nothing to test. Test it on the fit without them, or by "
            "constraint_tests()."
        )

    # Against the constant-only model --------------------------------------------------

    @property
    def llr(self) -> float:
        """Likelihood-ratio statistic against the constant-only model, where that is nested."""
        self._null_is_nested("llr")
        return super().llr

    @property
    def llr_pvalue(self) -> float:
        """Its p-value from the chi-squared distribution."""
        df = self.df_modelwc - 2
        return float(stats.chi2.sf(self.llr, df)) if df else 1.0

    def _f_test(self) -> tuple[float, float]:
        self._null_is_nested("fvalue")
        return super()._f_test()

    def _null_is_nested(self, name: str) -> None:
        given, model = self._restricted.restriction, self.model
        constants = [model.constant_column]
        if model.constant_scale_column is not None:
            constants.append(model.k_exog + model.constant_scale_column)
        free = given.matrix[:, [place for place in constants if place is not None]]
        if np.any(given.values) or np.any(free):
            raise AttributeError(
                f"`{name}` compares with the constant-only model, which does not satisfy "
                f"{', '.join(self.constraint_text())}: it is not nested. Compare `aic`, or use "
                "constraint_tests()."
            )


def _refused(name: str, instead: str) -> Any:
    def refuse(self: ConstrainedGaussianMLEResults, *args: Any, **kwargs: Any) -> Any:
        del self, args, kwargs
        raise AttributeError(
            f"`{name}` is not available for a fit under constraints. Use {instead}."
        )

    refuse.__name__, refuse.__doc__ = name, f"Not available under constraints: {instead}."
    return refuse


for _name, _instead in {
    "get_influence": "that of the fit without them, or put the constraints into the columns",
    "bootstrap": "that of the fit without them, or put the constraints into the columns",
    "score_test": "constraint_tests(), or score_test() of a model with the constraints in its "
    "columns",
    "test_normality": "that of the fit without them, or put the constraints into the columns",
    "compare_f_test": "constraint_tests(), or compare_lr_test()",
    "lr_scale_test": "constraint_tests(), or compare_lr_test()",
}.items():
    setattr(ConstrainedGaussianMLEResults, _name, _refused(_name, _instead))
