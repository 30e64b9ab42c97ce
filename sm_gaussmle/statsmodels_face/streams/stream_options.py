"""What a fit of rows that are read in passes may be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sm_gaussmle.statsmodels_face.covariances.covariance_options import check_covariance
from sm_gaussmle.statsmodels_face.streams.group_columns import group_columns, refuse_order

if TYPE_CHECKING:
    from sm_gaussmle.statsmodels_face.fitting.options import Options
    from sm_gaussmle.statsmodels_face.model import GaussianMLE


def check_stream_options(model: GaussianMLE, options: Options) -> None:
    """Refuse before the first pass what would fail after the last.

    Parameters
    ----------
    model : GaussianMLE
        Its rows are read in passes.
    options : Options
        Arguments of ``fit``.

    Raises
    ------
    ValueError
        If an option is wrong, or is not for such a model.
    TypeError
        If an option is unknown.
    """
    if options.rank_deficient == "drop":
        raise ValueError(
            "`rank_deficient` is 'drop', which is for data in memory; leave the dependent "
            "columns out of the formula."
        )
    refuse_order(options.cov_type)
    if str(options.cov_type).lower() == "cluster":
        group_columns(model, (options.cov_kwds or {}).get("groups"))
        return
    check_covariance(model, options.cov_type, options.cov_kwds, options.use_t)
