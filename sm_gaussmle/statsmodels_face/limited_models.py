"""The models of limited responses, under the names that people look for.

Longer than other modules because each model describes its arguments twice, of arrays and of
formulas.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Self

from sm_gaussmle.statsmodels_face.arguments.coercion import shape_of
from sm_gaussmle.statsmodels_face.model import GaussianMLE

_INTERVALS = (
    "Tobit has one response per row, with limits of censoring; `endog` has two columns, the "
    "ends of intervals. Use intreg, IntervalRegression or GaussianMLE, without `left` and "
    "`right`."
)


class Tobit(GaussianMLE):
    """Gaussian regression with censored responses.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Response; at or below `left` it is only known to be there, and so at or above
        `right`.
    exog : array_like, shape (n, k_mean)
        Columns of the mean of the latent response. A constant is not added.
    left, right : float or array_like, shape (n,), optional
        Limits of censoring. `left` is 0 by default, also beside `right`: it is None where
        nothing is censored from the left.
    **options
        Other arguments of `GaussianMLE`, of which this is a name: ``exog_scale``,
        ``freq_weights``, ``trunc_left`` and so on.

    Raises
    ------
    ValueError
        If no row has a limit, `endog` has two columns, or as for `GaussianMLE`.

    Notes
    -----
    Due to Tobin (1958) [1]_.

    References
    ----------
    .. [1] J. Tobin, "Estimation of Relationships for Limited Dependent Variables",
       Econometrica 26 (1958) 24-36. doi:10.2307/1907382

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> result = smg.tobit("oldpeak ~ age + exang", heart, left=0).fit()
    >>> print(result.params.round(4))
    Intercept    -1.8626
    age           0.0415
    exang         0.9190
    ln(sigma2)    0.7808
    dtype: float64
    """

    title = "Tobit Regression Results"

    def __init__(
        self, endog: Any, exog: Any, *, left: Any = 0.0, right: Any = None, **options: Any
    ) -> None:
        if shape_of(endog, "endog")[1:] == (2,):
            raise ValueError(_INTERVALS)  # before what else is wrong with them
        super().__init__(endog, exog, left=left, right=right, **options)

    @classmethod
    def check_responses(cls, limits: Collection[str], *, intervals: bool) -> None:
        """Refuse intervals, and responses that nothing limits.

        Parameters
        ----------
        limits : collection of str
            Names of the limits that some row has.
        intervals : bool
            Whether the responses are intervals.

        Raises
        ------
        ValueError
            If it is so.
        """
        if intervals:
            raise ValueError(_INTERVALS)
        if not {"left", "right"} & set(limits):
            raise ValueError(
                "Tobit needs a limit: `left`, `right` or both. (`trunc_left` and `trunc_right` "
                "are limits of truncation, beyond which no response is in the data.)"
            )

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: Any,
        subset: Any = None,
        drop_cols: Sequence[str] | None = None,
        *,
        left: Any = 0.0,
        right: Any = None,
        eval_env: int | dict[str, Any] | None = None,
        **options: Any,
    ) -> Self:
        """Regression of censored responses, from formulas and a table.

        Parameters
        ----------
        formula : str
            Mean equation, ``"y ~ x"``; with a log-variance equation ``"y ~ x | z"``.
        data : DataFrame, path or table
            The variables, as for `gaussmle`.
        subset, drop_cols : optional
            As for `gaussmle`.
        left, right : float, str or array_like, optional
            Limits of censoring: one for all rows, a column of `data`, or one value per
            row. For censoring from the right alone, `left` is None.
        eval_env : int or dict, optional
            As for `gaussmle`.
        **options
            Other arguments of `gaussmle`: ``scale_formula``, weights, offsets and so on.

        Returns
        -------
        Tobit
            The model.

        Raises
        ------
        ValueError
            If no row has a limit, the responses are intervals, or as for `gaussmle`.

        See Also
        --------
        gaussmle : All arguments.
        """
        return super().from_formula(
            formula,
            data,
            subset,
            drop_cols,
            left=left,
            right=right,
            eval_env=_one_frame_up(eval_env),
            **options,
        )


class IntervalRegression(GaussianMLE):
    """Gaussian regression with responses that are known to lie between two values.

    Parameters
    ----------
    endog : array_like, shape (n, 2)
        Lower and upper ends: equal where the response is exact, -inf and inf where it is
        open.
    exog : array_like, shape (n, k_mean)
        Columns of the mean of the latent response. A constant is not added.
    **options
        Other arguments of `GaussianMLE`, of which this is a name.

    Raises
    ------
    ValueError
        If `endog` has one column, or as for `GaussianMLE`.
    """

    title = "Interval Regression Results"

    def __init__(self, endog: Any, exog: Any, **options: Any) -> None:
        super().__init__(endog, exog, **options)

    @classmethod
    def check_responses(cls, limits: Collection[str], *, intervals: bool) -> None:
        """Refuse responses that are not intervals.

        Parameters
        ----------
        limits : collection of str
            Names of the limits that some row has.
        intervals : bool
            Whether the responses are intervals.

        Raises
        ------
        ValueError
            If they are not.
        """
        del limits
        if not intervals:
            raise ValueError(
                "IntervalRegression needs two columns in `endog`, the lower and the upper ends "
                "of the intervals."
            )

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: Any,
        subset: Any = None,
        drop_cols: Sequence[str] | None = None,
        *,
        eval_env: int | dict[str, Any] | None = None,
        **options: Any,
    ) -> Self:
        """Regression of responses that are known as intervals, from formulas and a table.

        Parameters
        ----------
        formula : str
            Mean equation, ``"lower + upper ~ x"``; with a log-variance equation
            ``"lower + upper ~ x | z"``.
        data : DataFrame, path or table
            The variables, as for `gaussmle`.
        subset, drop_cols : optional
            As for `gaussmle`.
        eval_env : int or dict, optional
            As for `gaussmle`.
        **options
            Other arguments of `gaussmle`: ``scale_formula``, weights, offsets and so on.

        Returns
        -------
        IntervalRegression
            The model.

        Raises
        ------
        ValueError
            If the response is one column, or as for `gaussmle`.

        See Also
        --------
        gaussmle : All arguments.
        """
        return super().from_formula(
            formula,
            data,
            subset,
            drop_cols,
            eval_env=_one_frame_up(eval_env),
            **options,
        )


class TruncatedRegression(GaussianMLE):
    """Gaussian regression in a sample that has responses between limits alone.

    Parameters
    ----------
    endog : array_like, shape (n,)
        Response.
    exog : array_like, shape (n, k_mean)
        Columns of the mean before truncation. A constant is not added.
    trunc_left, trunc_right : float or array_like, shape (n,), optional
        Limits: a row whose response had been beyond them would not be in the sample.
    **options
        Other arguments of `GaussianMLE`, of which this is a name.

    Raises
    ------
    ValueError
        If no row has a limit, or as for `GaussianMLE`.
    """

    title = "Truncated Regression Results"

    def __init__(
        self,
        endog: Any,
        exog: Any,
        *,
        trunc_left: Any = None,
        trunc_right: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(endog, exog, trunc_left=trunc_left, trunc_right=trunc_right, **options)

    @classmethod
    def check_responses(cls, limits: Collection[str], *, intervals: bool) -> None:
        """Refuse samples that nothing cuts off.

        Parameters
        ----------
        limits : collection of str
            Names of the limits that some row has.
        intervals : bool
            Whether the responses are intervals.

        Raises
        ------
        ValueError
            If there is no limit of truncation.
        """
        del intervals
        if not {"trunc_left", "trunc_right"} & set(limits):
            raise ValueError(
                "TruncatedRegression needs a limit: `trunc_left`, `trunc_right` or both. "
                "(`left` and `right` are limits of censoring, where responses beyond are seen "
                "as the limit.)"
            )

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: Any,
        subset: Any = None,
        drop_cols: Sequence[str] | None = None,
        *,
        trunc_left: Any = None,
        trunc_right: Any = None,
        eval_env: int | dict[str, Any] | None = None,
        **options: Any,
    ) -> Self:
        """Regression in a truncated sample, from formulas and a table.

        Parameters
        ----------
        formula : str
            Mean equation, ``"y ~ x"``; with a log-variance equation ``"y ~ x | z"``.
        data : DataFrame, path or table
            The variables, as for `gaussmle`.
        subset, drop_cols : optional
            As for `gaussmle`.
        trunc_left, trunc_right : float, str or array_like, optional
            Limits of truncation: one for all rows, a column of `data`, or one value per row.
        eval_env : int or dict, optional
            As for `gaussmle`.
        **options
            Other arguments of `gaussmle`: ``scale_formula``, weights, offsets and so on.

        Returns
        -------
        TruncatedRegression
            The model.

        Raises
        ------
        ValueError
            If no row has a limit, or as for `gaussmle`.

        See Also
        --------
        gaussmle : All arguments.
        """
        return super().from_formula(
            formula,
            data,
            subset,
            drop_cols,
            trunc_left=trunc_left,
            trunc_right=trunc_right,
            eval_env=_one_frame_up(eval_env),
            **options,
        )


def _one_frame_up(eval_env: int | dict[str, Any] | None) -> int | dict[str, Any] | None:
    """Where a caller's names are, seen from one function further in."""
    if eval_env is None or (isinstance(eval_env, int) and eval_env > 0):
        return (eval_env or 1) + 1
    return eval_env
