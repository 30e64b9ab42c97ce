"""What the parts of the model class have in common."""

from __future__ import annotations

from statsmodels.base.model import GenericLikelihoodModel


class ModelPart(GenericLikelihoodModel):
    """A part of the model class: one of statsmodels' models itself, without its own `fit`.

    mlflow logs the fits of a class whose `fit` is not that of the next class in its method
    resolution order, which has to have one for that.
    """
