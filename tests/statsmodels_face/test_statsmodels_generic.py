"""statsmodels' own checks of all its models, run on ours.

The checks are those of the installed statsmodels; here are only our models in place of
OLS, GLM and the rest. Of ``test_shrink_pickle`` and ``test_generic_methods`` these do not
apply, or apply otherwise:

- ``cached_data_removed`` and ``cached_values_evaluated``: names that only GLM has; for ours
  see ``test_persistence``.
- constrained and regularized fits: other models' ``fit_constrained`` and
  ``fit_regularized``.
- ``predict_types`` with an offset: new rows have an offset of zero, as in GLM.
- ``test_noformula``: fits OLS itself.
- the data of ``TestPickleFormula2`` and 3: a perfect fit, which is refused; noise is added.
- the link and the count models' ``exposure``, ``alpha`` and ``transform_index``: a Gaussian
  model has none.
"""

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.base.tests import test_generic_methods as generic
from statsmodels.base.tests import test_shrink_pickle as shrink

from sm_gaussmle import GaussianMLE, gaussmle


def _response(exog):
    noise = np.random.default_rng(987689).standard_normal(len(exog))
    return exog.reshape(len(exog), -1).sum(axis=1) + noise


def _fitted(exog, method=None, **options):
    model = GaussianMLE(_response(exog), exog, **options)
    # The checks pass the starting values on.
    return model.fit(start_params=model.fit().params, method=method)


# Fits of arrays -------------------------------------------------------------------------


class TestGeneric(generic.CheckGenericMixin):
    def setup_method(self):
        super().setup_method()
        self.results = _fitted(self.exog)


class TestGenericMethod(generic.CheckGenericMixin):
    def setup_method(self):
        super().setup_method()
        self.results = _fitted(self.exog, method="bfgs")


class TestGenericWeights(generic.CheckGenericMixin):
    def setup_method(self):
        super().setup_method()
        n = len(self.exog)
        self.results = _fitted(
            self.exog,
            var_weights=np.linspace(1, 2, n),
            freq_weights=np.arange(n) % 3 + 1.0,
            offset_scale=0.1 * self.exog[:, 1],
        )


class TestGenericOneExog(generic.CheckGenericMixin):
    def setup_method(self):
        super().setup_method()
        self.results = _fitted(self.exog[:, 1])

    test_zero_constrained = None  # the only column cannot be left out


class TestGenericScale(generic.CheckGenericMixin):
    def setup_method(self):
        super().setup_method()
        self.results = _fitted(self.exog, exog_scale=self.exog[:, :2])


class TestGenericOffset(generic.CheckGenericMixin):
    def setup_method(self):
        super().setup_method()
        self.results = _fitted(self.exog, offset=0.01 * np.ones(len(self.exog)))

    test_predict_types = None  # new rows have an offset of zero


# Terms of formulas ----------------------------------------------------------------------


class TestWaldAnova(generic.CheckAnovaMixin):
    def initialize(self):
        formula = "np.log(Days+1) ~ C(Duration, Sum)*C(Weight, Sum)"
        self.res = gaussmle(formula, self.data).fit()

    test_predict_missing = generic.TestWaldAnovaOLSF.test_predict_missing


class TestWaldAnovaT(TestWaldAnova):
    def initialize(self):
        formula = "np.log(Days+1) ~ C(Duration, Sum)*C(Weight, Sum)"
        self.res = gaussmle(formula, self.data).fit(use_t=True)


class TestWaldAnovaRobust(TestWaldAnova):
    def initialize(self):
        formula = "np.log(Days+1) ~ C(Duration, Sum)*C(Weight, Sum)"
        self.res = gaussmle(formula, self.data).fit(cov_type="HC0")


class Pairwise:
    def setup_method(self):
        super().setup_method()
        # "unbiased" is the covariance of OLS, for which the decisions are written down.
        self.res = gaussmle(self.res.model.formula, self.data).fit(cov_type="unbiased")


class TestTTestPairwise(Pairwise, generic.TestTTestPairwiseOLS):
    pass


class TestTTestPairwise2(Pairwise, generic.TestTTestPairwiseOLS2):
    pass


class TestTTestPairwise3(Pairwise, generic.TestTTestPairwiseOLS3):
    pass


class TestTTestPairwise4(Pairwise, generic.TestTTestPairwiseOLS4):
    pass


# Pickles and removed data ---------------------------------------------------------------


class Ours:
    def setup_method(self):
        super().setup_method()
        self.model_class = GaussianMLE
        if not self.formula:
            self.model_args, self.model_kwargs = self.arguments()
        self.results = self.estimate_model()


class TestRemoveDataPickle(Ours, shrink.RemoveDataPickle):
    def arguments(self):
        return (_response(self.exog), self.exog), {}


class TestRemoveDataPickleWeights(Ours, shrink.RemoveDataPickle):
    def arguments(self):
        weights = np.ones(len(self.exog))
        return (_response(self.exog), self.exog), {"var_weights": weights}


class TestRemoveDataPickleScale(Ours, shrink.RemoveDataPickle):
    def arguments(self):
        return (_response(self.exog), self.exog), {"exog_scale": self.exog[:, :2]}


class TestPickleFormula(Ours, shrink.TestPickleFormula):
    pass


class Noise:
    @classmethod
    def setup_class(cls):
        super().setup_class()
        # The response is the sum of the columns, whose likelihood has no maximum.
        cls.data["Y"] += np.random.default_rng(4).standard_normal(len(cls.data))


class TestPickleFormula2(Noise, Ours, shrink.TestPickleFormula2):
    pass


class TestPickleFormula3(Noise, Ours, shrink.TestPickleFormula3):
    pass


class TestPickleFormula4(Ours, shrink.TestPickleFormula4):
    pass


class TestPickleFormula5(Ours, shrink.TestPickleFormula5):
    pass


# Dependent columns ----------------------------------------------------------------------


@pytest.mark.parametrize("cov_type", ["nonrobust", "HC0"])
def test_dependent_columns_get_zeros_in_a_fit_of_the_others(cov_type):
    exog = sm.add_constant(np.random.default_rng(5).standard_normal((200, 2)))
    model = GaussianMLE(_response(exog), np.column_stack([exog, exog[:, 1:]]))
    result = model._fit_collinear(cov_type=cov_type)
    alone = GaussianMLE(model.endog, exog).fit(cov_type=cov_type)
    kept = [0, 1, 2, 5]
    # Rounding: their columns lie otherwise in memory.
    np.testing.assert_allclose(result.params[kept], alone.params, rtol=1e-13)
    np.testing.assert_allclose(result.bse[kept], alone.bse, rtol=1e-13)
    np.testing.assert_array_equal(result.params[3:5], 0)
