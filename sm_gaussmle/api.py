"""The public names: ``import sm_gaussmle.api as smg``."""

from sm_gaussmle import datasets
from sm_gaussmle.statsmodels_face.hypotheses.anova import anova
from sm_gaussmle.statsmodels_face.hypotheses.single_terms import add1, drop1
from sm_gaussmle.statsmodels_face.model import GaussianMLE
from sm_gaussmle.statsmodels_face.persistence.fit_document import from_json

#: The model from formulas: ``gaussmle("y ~ x", data, scale_formula="~ z")``.
gaussmle = GaussianMLE.from_formula

__all__ = ["GaussianMLE", "add1", "anova", "datasets", "drop1", "from_json", "gaussmle"]
