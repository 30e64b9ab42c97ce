"""What a fit of rows that are read in passes may be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sm_gaussmle.sources.table import ReadOnceError
from sm_gaussmle.statsmodels_face.covariances.covariance_options import check_covariance

if TYPE_CHECKING:
    from sm_gaussmle.sources.stream import Stream
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
    ReadOnceError
        If the rows can be read once and the covariance takes another pass.
    """
    if options.rank_deficient == "drop":
        raise ValueError(
            "`rank_deficient` is 'drop', which is for data in memory; leave the dependent "
            "columns out of the formula."
        )
    asked = check_covariance(model, options.cov_type, options.cov_kwds, options.use_t)
    table = cast("Stream", model.rows_in_passes).table
    if table.reads_once and asked.cov_type not in ("nonrobust", "unbiased"):
        raise ReadOnceError(
            f"`cov_type` is {asked.cov_type!r}, which takes a second pass over the rows; `data` "
            f"is a stream that can be read once ({table.text}). Write it to Parquet, or pass a "
            "table, dataset or relation that can be read again."
        )
