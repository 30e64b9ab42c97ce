"""The tutorial: a Gaussian regression by maximum likelihood, step by step.

A module computes numbers or writes text, never both: `by_hand`, `climbing` and
`comparisons` compute, `contents` gathers, `estimates_text` and `inference_text`
explain, `layout` and `page` make one text of it.
"""

from sm_gaussmle.tutorial.contents import Contents, compute
from sm_gaussmle.tutorial.page import text

__all__ = ["Contents", "compute", "text"]
