"""The public names: ``import sm_gaussmle.api as smg``."""

from sm_gaussmle import datasets
from sm_gaussmle.statsmodels_face.model import GaussianMLE
from sm_gaussmle.statsmodels_face.persistence.fit_document import from_json

#: The model from formulas: ``gaussmle("y ~ x", data, scale_formula="~ z")``.
gaussmle = GaussianMLE.from_formula

__all__ = ["GaussianMLE", "datasets", "from_json", "gaussmle"]
