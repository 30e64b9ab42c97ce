"""What statsmodels keeps private and this package uses: all of it is named here.

statsmodels promises its public names only, so a release that moves one of these is followed
here. Its test module has a test of what is expected of each name, and one that finds any
private name that is used and not listed.

Imported here, for the rest of the package:

- ``LinearConstraints``: equations of parameters, as its formula engines read them;
- ``DiscreteMargins`` has public methods, but its option checks, the ways to find 0/1 and
  count columns and the headings of its tables are private functions;
- ``FormulaManager``: patsy and formulaic behind one face;
- ``BaseInfluenceMixin``: the plots of influence;
- ``cache_readonly``: attributes that are computed once and can be cleared.

Attributes of its objects that are read, set or overridden are in `ATTRIBUTES`.
"""

from statsmodels.base._constraints import LinearConstraints
from statsmodels.discrete.discrete_margins import _check_at_is_all as check_at_is_all
from statsmodels.discrete.discrete_margins import _iscount as iscount
from statsmodels.discrete.discrete_margins import _isdummy as isdummy
from statsmodels.discrete.discrete_margins import _transform_names as transform_names
from statsmodels.formula._manager import FormulaManager
from statsmodels.stats.outliers_influence import _BaseInfluenceMixin as BaseInfluenceMixin
from statsmodels.tools._decorators import cache_readonly

__all__ = [
    "ATTRIBUTES",
    "BaseInfluenceMixin",
    "FormulaManager",
    "LinearConstraints",
    "cache_readonly",
    "check_at_is_all",
    "iscount",
    "isdummy",
    "transform_names",
]

ATTRIBUTES = {
    "_attrs": "results wrapper: how each attribute is labelled",
    "_cache": "results and data: values of `cache_readonly`, emptied with the data",
    "_data_attr": "model and results: names of arrays that `remove_data` drops",
    "_data_in_cache": "results: names of cached values that `remove_data` drops",
    "_fit": "Optimizer: runs an optimizer by its name",
    "_get_init_kwds": "model: keywords that make it again",
    "_init_keys": "model: names of these keywords",
    "_offset_exposure": "GLM: offset and log exposure, added",
    "_param_names": "data: names of all parameters, for the labels of results",
    "_plot_index": "influence: draws a measure against the row",
    "_reset": "margins: clears what was computed for other options",
    "_results": "results wrapper: the results without labels",
    "_transform_predict_exog": "results: new rows through one formula, of two here",
    "_use_t": "results: whether tests use the t distribution",
    "_wrap_attrs": "results wrapper: attributes to label",
    "_wrap_methods": "results wrapper: methods whose values to label",
}
