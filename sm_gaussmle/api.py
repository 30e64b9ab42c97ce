"""The public names: ``import sm_gaussmle.api as smg``."""

from sm_gaussmle import datasets
from sm_gaussmle.statsmodels_face.hypotheses.anova import anova
from sm_gaussmle.statsmodels_face.hypotheses.model_comparisons import (
    compare_models,
    vuong_test,
)
from sm_gaussmle.statsmodels_face.hypotheses.ratio_tests import lrtest
from sm_gaussmle.statsmodels_face.hypotheses.single_terms import add1, drop1
from sm_gaussmle.statsmodels_face.limited_models import (
    IntervalRegression,
    Tobit,
    TruncatedRegression,
)
from sm_gaussmle.statsmodels_face.model import GaussianMLE
from sm_gaussmle.statsmodels_face.persistence.fit_document import from_json
from sm_gaussmle.statsmodels_face.streams.cross_products import CrossProducts

#: The model from formulas: ``gaussmle("y ~ x", data, scale_formula="~ z")``.
gaussmle = GaussianMLE.from_formula
#: Censored responses: ``tobit("y ~ x", data, left=0)``.
tobit = Tobit.from_formula
#: Intervals as responses: ``intreg("lower + upper ~ x", data)``.
intreg = IntervalRegression.from_formula
#: A truncated sample: ``truncreg("y ~ x", data, trunc_left=0)``.
truncreg = TruncatedRegression.from_formula

__all__ = [
    "CrossProducts",
    "GaussianMLE",
    "IntervalRegression",
    "Tobit",
    "TruncatedRegression",
    "add1",
    "anova",
    "compare_models",
    "datasets",
    "drop1",
    "from_json",
    "gaussmle",
    "intreg",
    "lrtest",
    "tobit",
    "truncreg",
    "vuong_test",
]
