"""The model class: a `GenericLikelihoodModel` with a mean and a log-variance equation.

Longer than other modules because the three entry points, with all their options, are
documented here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsmodels.base.model import LikelihoodModel
from statsmodels.genmod.families import links

from sm_gaussmle.sources.tables.opening import open_table
from sm_gaussmle.statsmodels_face.arguments.constants import Constants, constants_of
from sm_gaussmle.statsmodels_face.arguments.frames import as_frame
from sm_gaussmle.statsmodels_face.arguments.inputs import MISSING, Inputs, check_inputs
from sm_gaussmle.statsmodels_face.arguments.limits import (
    LIMITS,
    counts_of,
    is_number,
    limit,
    refuse_one_end,
)
from sm_gaussmle.statsmodels_face.arguments.scalars import choice
from sm_gaussmle.statsmodels_face.arguments.table_arguments import (
    check_designs,
    per_row,
    subset_places,
    without,
)
from sm_gaussmle.statsmodels_face.fitting import route
from sm_gaussmle.statsmodels_face.fitting.constrained import fit_constrained
from sm_gaussmle.statsmodels_face.fitting.many import ManyFits, fit_many
from sm_gaussmle.statsmodels_face.fitting.options import Options
from sm_gaussmle.statsmodels_face.formulas.designs import Designs, evaluate_formulas
from sm_gaussmle.statsmodels_face.formulas.dropped_columns import DroppedColumns
from sm_gaussmle.statsmodels_face.formulas.formula_text import environment, split_formula
from sm_gaussmle.statsmodels_face.formulas.interval_response import one_end_missing
from sm_gaussmle.statsmodels_face.persistence.pickling import (
    copied,
    keep_spec,
    shallow,
    with_specs,
    without_specs,
)
from sm_gaussmle.statsmodels_face.predictions.draws import Draws
from sm_gaussmle.statsmodels_face.reading.model_text import ModelText
from sm_gaussmle.statsmodels_face.streams.stream_arguments import refuse_parts
from sm_gaussmle.statsmodels_face.streams.stream_rows import StreamRows
from sm_gaussmle.statsmodels_face.streams.streamed_model import (
    constant_variance_in_passes,
    streamed_model,
)

Array = NDArray[np.float64]

_FORMULA = ("formula", "scale_formula", "_scale_spec", "_response_spec")
_WEIGHTS = ("offset", "offset_scale", "freq_weights", "var_weights")
_PER_ROW = (*_WEIGHTS, *LIMITS)


class GaussianMLE(ModelText, StreamRows, Draws):
    r"""Gaussian regression by maximum likelihood, for the mean and the log variance.

    Parameters
    ----------
    endog : array_like, shape (n,) or (n, 2)
        Response; or the lower and upper ends of the interval that it lies in, equal where
        it is exact, -inf and inf where it is open.
    exog : array_like, shape (n, k_mean)
        Columns of the mean equation. A constant is not added.
    exog_scale : array_like, shape (n, k_scale), optional
        Columns of the log-variance equation. By default the variance is constant.
    offset : array_like, shape (n,), optional
        Known part of the mean, in the units of `endog`.
    offset_scale : array_like, shape (n,), optional
        Known part of the log variance.
    freq_weights : array_like, shape (n,), optional
        How often each row was seen. They multiply the row's log-likelihood and count as
        observations; rows of weight 0 are dropped.
    var_weights : array_like, shape (n,), optional
        Inverse relative variances: row i has variance ``sigma_i^2 / var_weights_i``.
    left, right : float or array_like, shape (n,), optional
        Limits of censoring: a response at or below `left` is only known to be there, and
        so is one at or above `right`. Rows without a limit have -inf and inf.
    trunc_left, trunc_right : float or array_like, shape (n,), optional
        Limits of truncation: only rows with a response between them are in the sample. A
        response that is equal to one counts as inside.
    missing : {"none", "drop", "raise"}, default "none"
        What to do about rows in which anything is NaN. With "none" a fit on them is an
        error.
    hasconst : bool, optional
        Whether the columns of the mean have a constant among them; found out by default.

    Raises
    ------
    ValueError
        If an argument has the wrong length, shape, sign or index.
    TypeError
        If values are not numbers.
    MissingDataError
        If a weight or offset is not finite, or rows are missing with ``"raise"``.

    See Also
    --------
    gaussmle : The same from a formula.

    Notes
    -----
    The rows are independent with

    .. math:: y_i \sim N(x_i'\beta + o_i, \sigma_i^2), \qquad
              \log \sigma_i^2 = z_i'\gamma + s_i - \log v_i,

    where :math:`o` is `offset`, :math:`s` `offset_scale` and :math:`v` `var_weights`.
    A response that is seen exactly contributes its log density to the log-likelihood, one
    that is censored or an interval the logarithm of the probability that it lies where it
    is known to lie, and each row of a truncated sample minus the logarithm of the
    probability of being in it.
    The parameters are :math:`(\beta, \gamma)`; with constant variance :math:`\gamma` is
    the single parameter ``ln(sigma2)``. Multiplicative heteroscedasticity is due to
    Harvey (1976) [1]_. The documentation derives each formula in "The mathematics".

    References
    ----------
    .. [1] A. C. Harvey, "Estimating Regression Models with Multiplicative
       Heteroscedasticity", Econometrica 44 (1976) 461-465. doi:10.2307/1913974

    Examples
    --------
    >>> import sm_gaussmle as smg
    >>> heart = smg.datasets.heart.load_pandas().data
    >>> model = smg.GaussianMLE.from_formula("thalach ~ age + exang + oldpeak", heart)
    >>> result = model.fit()
    >>> print(result.params.round(4))
    Intercept     203.3660
    age            -0.8298
    exang         -14.2542
    oldpeak        -3.7805
    ln(sigma2)      5.8920
    dtype: float64
    """

    title = "Gaussian Maximum Likelihood Regression Results"
    # Without a link, statsmodels' generic prediction takes the mean for exp(x'b).
    link = links.Identity()
    # Whether the responses were drawn, for a bootstrap: the data then have others.
    _responses_drawn = False

    def __init__(
        self,
        endog: Any,
        exog: Any,
        *,
        exog_scale: Any = None,
        offset: Any = None,
        offset_scale: Any = None,
        freq_weights: Any = None,
        var_weights: Any = None,
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
        missing: str = "none",
        hasconst: bool | None = None,
    ) -> None:
        inputs = check_inputs(
            endog,
            exog,
            exog_scale=exog_scale,
            offset=offset,
            offset_scale=offset_scale,
            freq_weights=freq_weights,
            var_weights=var_weights,
            left=left,
            right=right,
            trunc_left=trunc_left,
            trunc_right=trunc_right,
            missing=missing,
        )
        self._set_up(inputs, hasconst)
        self.check_responses(self.limit_ranges, intervals=self.interval_response)

    @classmethod
    def check_responses(cls, limits: Collection[str], *, intervals: bool) -> None:
        """Refuse responses that the model is not for; this one is for all.

        Parameters
        ----------
        limits : collection of str
            Names of the limits that some row has.
        intervals : bool
            Whether the responses are intervals.
        """

    def _set_up(
        self, inputs: Inputs, hasconst: bool | None, constants: Constants | None = None
    ) -> None:
        if hasconst is not None and not isinstance(hasconst, bool | np.bool_):
            raise ValueError(f"`hasconst` is {hasconst!r}; it must be True, False or None.")
        # GenericLikelihoodModel.__init__ is passed over: it copies keywords onto the
        # model, looks for a constant by a rank decomposition and mutates names.
        LikelihoodModel.__init__(self, inputs.endog, inputs.exog, hasconst=False)
        self.nobs = (
            self.endog.shape[0] if inputs.freq_weights is None else inputs.freq_weights.sum()
        )
        self.k_exog = self.exog.shape[1]
        self.offset, self.offset_scale = inputs.offset, inputs.offset_scale
        self.freq_weights, self.var_weights = inputs.freq_weights, inputs.var_weights
        self.left, self.right = inputs.left, inputs.right
        self.trunc_left, self.trunc_right = inputs.trunc_left, inputs.trunc_right
        self.interval_response = self.endog.ndim == 2
        limits = {name: getattr(self, name) for name in LIMITS}
        limits = {name: values for name, values in limits.items() if values is not None}
        # Not all of them need be: whether there is anything to say that they are not.
        self.exact_responses = not (self.interval_response or limits)
        self.n_missing, self.n_unweighted = inputs.n_missing, inputs.n_unweighted
        self.n_given, self.kept_rows = inputs.n_given, inputs.kept
        # Kept without the rows, for what a summary says.
        self.response_counts = counts_of(self._bounds(), self.freq_weights)
        self.limit_ranges = {
            name: (float(values.min()), float(values.max())) for name, values in limits.items()
        }
        self.hasconst = hasconst
        self._dropped: tuple[DroppedColumns, ...] = ()
        if constants is None:
            constants = constants_of(self.exog, inputs.exog_scale)
        self.constant_column = constants.mean
        self.data.const_idx = self.constant_column
        self.data.k_constant = self.k_constant = int(
            constants.spans_mean if hasconst is None else hasconst
        )
        self.constant_variance = constants.constant_variance
        scale = None if self.constant_variance else inputs.exog_scale
        self.exog_scale = scale
        self.k_extra = self.k_scale = 1 if scale is None else scale.shape[1]
        # Constant variance is a scale equation of one column of ones.
        self.constant_scale_column = constants.scale
        self.k_constant_scale = int(constants.spans_scale)
        self.nparams = self.k_exog + self.k_scale
        self.df_model = float(self.k_exog - self.k_constant)
        self.df_resid = float(self.nobs - self.k_exog)
        self._set_names(self._mean_names() + self._scale_names(inputs.scale_names))
        self._init_keys = ["exog_scale", *_PER_ROW, "hasconst"]
        self._data_attr.extend(["exog_scale", "kept_rows", *_PER_ROW])

    @classmethod
    def from_formula(
        cls,
        formula: str,
        data: Any,
        subset: Any = None,
        drop_cols: Sequence[str] | None = None,
        *,
        scale_formula: str | None = None,
        missing: str = "drop",
        eval_env: int | dict[str, Any] | None = None,
        offset: Any = None,
        offset_scale: Any = None,
        freq_weights: Any = None,
        var_weights: Any = None,
        left: Any = None,
        right: Any = None,
        trunc_left: Any = None,
        trunc_right: Any = None,
        hasconst: bool | None = None,
    ) -> Self:
        """Create the model from formulas and a table.

        Parameters
        ----------
        formula : str
            Mean equation, ``"y ~ x"``. ``"y ~ x | z"`` gives the scale equation too, and
            ``"lower + upper ~ x"`` has intervals as responses.
        data : DataFrame, path or table
            The variables; also a polars DataFrame, a pyarrow Table or a dict of columns. Paths
            and globs of Parquet, CSV and Arrow files, pyarrow Datasets, DuckDB relations,
            polars LazyFrames, Dask and Spark DataFrames and Arrow streams are read in passes:
            the rows are never in memory together, and results have nothing per row.
        subset : array_like, optional
            Boolean mask, or labels of the rows to use; not for data that are read in passes,
            as `drop_cols`.
        drop_cols : sequence of str, optional
            Columns of the mean design to leave out.
        scale_formula : str, optional
            Log-variance equation, ``"~ z"``; constant variance by default.
        missing : {"drop", "raise", "none"}, default "drop"
            What to do about rows with a missing value in either formula, a weight or an
            offset. As elsewhere in statsmodels, "none" means "raise" in a formula.
        eval_env : int or dict, optional
            Where names that are not in `data` are looked up: 1 (the default) is the
            namespace of the caller, 2 that of its caller, -1 none; or a dict.
        offset, offset_scale, freq_weights, var_weights : str or array_like, optional
            Column of `data`, or one value per row of `data`; see `GaussianMLE`. Of data that
            are read in passes a column.
        left, right, trunc_left, trunc_right : float, str or array_like, optional
            Limits of censoring and truncation: one for all rows, a column of `data`, or
            one value per row of `data`.
        hasconst : bool, optional
            Whether the mean equation has a constant; found out by default.

        Returns
        -------
        GaussianMLE
            The model.

        Raises
        ------
        ValueError
            If a formula, column or option is wrong.
        MissingDataError
            If rows are missing and `missing` is ``"raise"`` or ``"none"``; of data that are
            read in passes only the fit finds them.
        TypeError
            If `data` is no table, or an argument is no column of data read in passes.

        Warns
        -----
        ValueWarning
            If a formula makes a category of a column of numbers with a few texts in it.
        """
        mean, scale = split_formula(formula, scale_formula)
        choice(missing, "missing", MISSING)
        given = dict(
            zip(_WEIGHTS, (offset, offset_scale, freq_weights, var_weights), strict=True)
        )
        limits = dict(zip(LIMITS, (left, right, trunc_left, trunc_right), strict=True))
        table = open_table(data)
        if table is not None:
            refuse_parts(subset=subset, drop_cols=drop_cols)
            names = environment([mean, scale or ""], eval_env, table.columns, depth=1)
            return streamed_model(
                cls,
                table,
                mean,
                scale,
                names=names,
                missing=missing,
                weights=given,
                limits=limits,
                hasconst=hasconst,
            )
        frame = as_frame(data, "data")
        names = environment([mean, scale or ""], eval_env, frame.columns, depth=1)
        columns = {name: v for name, v in (given | limits).items() if isinstance(v, str)}
        rows = {name: per_row(v, name, frame) for name, v in given.items()}
        rows |= {
            name: limit(v if is_number(v) else per_row(v, name, frame), name, len(frame))
            for name, v in limits.items()
        }
        given_rows = len(frame)
        places = np.arange(given_rows)
        if subset is not None:
            places = subset_places(frame, subset)
            frame = frame.iloc[places]
            rows = {k: None if v is None else v[places] for k, v in rows.items()}
        gone = np.zeros(len(frame), dtype=bool)
        for name in _WEIGHTS:
            values = rows[name]
            if values is not None:
                gone |= np.isnan(values)
        refuse_one_end(one_end_missing(mean, frame, names) & ~gone, frame.index)
        designs = evaluate_formulas(
            mean,
            scale,
            frame,
            gone=gone,
            missing=missing,
            names=names,
        )
        exog = without(designs.exog, drop_cols)
        scale_design = designs.exog_scale
        check_designs(
            list(designs.endog),
            list(exog),
            None if scale_design is None else list(scale_design),
            mean,
        )
        kept: dict[str, Any] = {
            name: None if v is None else v[designs.kept] for name, v in rows.items()
        }
        model = cls(
            designs.endog,
            exog,
            exog_scale=scale_design,
            hasconst=hasconst,
            **kept,
        )
        model.n_missing = len(frame) - len(designs.kept)
        model._attach_formula(designs, mean, scale, columns)
        model._trace_rows(given_rows, places[designs.kept])
        return model

    def _set_names(self, names: list[str]) -> None:
        double = sorted({name for name in names if names.count(name) > 1})
        if double:
            raise ValueError(
                f"`exog` has a column {double[0]!r}, which is the name of a parameter of the "
                "log variance; rename the column."
            )
        self.data.xnames = names
        self.data.param_names = list(names)

    def _attach_formula(
        self, designs: Designs, mean: str, scale: str | None, columns: dict[str, str]
    ) -> None:
        self.formula, self.scale_formula = mean, scale
        keep_spec(self.data, mean, designs.spec)
        self.data.frame = designs.frame
        self._scale_spec, self._response_spec = designs.scale_spec, designs.response_spec
        self._environment = designs.environment
        self._offset_columns = {
            k: v for k, v in columns.items() if k.startswith("offset") or k in LIMITS
        }

    def _trace_rows(self, given: int, places: NDArray[np.intp]) -> None:
        """Note which rows of the table the model has, and keep those alone of it."""
        if self.kept_rows is not None:  # some had weight 0
            self.data.frame = self.data.frame.iloc[self.kept_rows]
            places = places[self.kept_rows]
        self.n_given = given
        self.kept_rows = None if np.array_equal(places, np.arange(given)) else places

    def _mean_names(self) -> list[str]:
        labels = self.data.orig_exog
        if isinstance(labels, pd.DataFrame):
            return [str(name) for name in labels.columns]
        numbers = iter(range(1, self.k_exog + 1))
        return [
            "const" if place == self.constant_column else f"x{next(numbers)}"
            for place in range(self.k_exog)
        ]

    def _scale_names(self, names: list[str] | None) -> list[str]:
        if self.constant_variance:
            return ["ln(sigma2)"]
        if names is None:
            numbers = iter(range(1, self.k_scale + 1))
            names = [
                "const" if place == self.constant_scale_column else f"z{next(numbers)}"
                for place in range(self.k_scale)
            ]
        return [f"ln(sigma2)[{name}]" for name in names]

    def _labelled_scale(self) -> Any:
        if self.exog_scale is None:
            return None
        return pd.DataFrame(
            self.exog_scale, columns=self.scale_columns(), index=self.data.row_labels
        )

    def __getstate__(self) -> dict[str, Any]:
        return without_specs(dict(vars(self.without_passes())))

    def __copy__(self) -> Self:
        return shallow(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        memo[id(self._stream)] = self._stream  # it is shared, as are the data it reads
        return copied(self, memo)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(with_specs(state))

    def initialize(self) -> None:
        """Do nothing: all is set up once, in the constructor."""

    @property
    def closed_form(self) -> bool:
        """Whether the maximum is that of least squares: exact, of constant variance."""
        return self.constant_variance and self.exact_responses

    @cached_property
    def rank(self) -> int:
        """Rank of the columns of the mean; `fit` refuses or drops dependent ones."""
        return int(np.linalg.matrix_rank(self.exog))

    @property
    def expandparams(self) -> Any:
        """Not there: parameters are not fixed one by one."""
        raise AttributeError(
            "`expandparams` and `reduceparams` are for models with `fixed_params`, which this "
            "one has not; move what is known into `offset` or `offset_scale`."
        )

    reduceparams = expandparams

    def keep_columns(self, equation: str, kept: Sequence[int]) -> Self:
        """The model with some columns of one equation only.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            The equation.
        kept : sequence of int
            Positions of the columns to keep.

        Returns
        -------
        GaussianMLE
            A new model on the same rows.

        Raises
        ------
        ValueError
            If the rows are read in passes.
        """
        if self._stream is not None:
            refuse_parts(keep_columns=kept)
        kept = list(kept)
        labels = self.data.orig_exog
        exog, scale = labels, self._labelled_scale()
        if equation == "exog":
            exog = labels.iloc[:, kept] if isinstance(labels, pd.DataFrame) else labels[:, kept]
        else:
            scale = scale.iloc[:, kept]
        model = type(self)(
            self.data.orig_endog,
            exog,
            **(self._get_init_kwds() | {"exog_scale": scale}),
        )
        for name in ("n_missing", "n_unweighted", "n_given", "kept_rows"):
            setattr(model, name, getattr(self, name))
        columns: Array = getattr(self, equation)
        names = self.equation_names(equation)
        model._dropped = (*self._dropped, DroppedColumns.of(equation, columns, names, kept))
        model.take_formulas(self)
        if isinstance(labels, np.ndarray):
            model._set_names([n for n in self.exog_names if n not in model.dropped_columns])
        return model

    def of_constant_variance(self) -> Self:
        """The model with the constant of its scale equation alone.

        Returns
        -------
        GaussianMLE
            On the same rows.
        """
        if self.constant_variance:
            return self
        if self._stream is not None:
            return constant_variance_in_passes(self)
        return self.keep_columns("exog_scale", [self.constant_scale_column or 0])

    def take_formulas(self, model: GaussianMLE) -> None:
        """Take the formulas of another model, with all that it remembers of them.

        Parameters
        ----------
        model : GaussianMLE
            A model of the same data; nothing is taken where it has no formulas.
        """
        if not hasattr(model, "formula"):
            return
        for name in (*_FORMULA, "_environment", "_offset_columns"):
            setattr(self, name, getattr(model, name))
        for name in ("formula", "model_spec", "frame"):
            setattr(self.data, name, getattr(model.data, name))

    # Fitting --------------------------------------------------------------------------

    def fit(
        self,
        start_params: Any = None,
        method: str | None = None,
        maxiter: int = 100,
        full_output: bool = True,
        disp: bool = False,
        callback: Callable[[Array], object] | None = None,
        retall: bool = False,
        *,
        cov_type: str = "nonrobust",
        cov_kwds: dict[str, Any] | None = None,
        use_t: bool | None = None,
        rank_deficient: str = "error",
        warn_convergence: bool = True,
        skip_hessian: bool = False,
        progress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Fit the model by maximum likelihood.

        Parameters
        ----------
        start_params : array_like, shape (k_mean + k_scale,), optional
            Starting values; good ones are found by default. With constant variance and
            the default method the maximum has a closed form and they are only checked.
        method : str, optional
            By default the maximum is computed in closed form for constant variance and
            by Newton's method in a trust region otherwise. ``"newton"``, ``"bfgs"``,
            ``"lbfgs"``, ``"nm"``, ``"powell"``, ``"cg"``, ``"ncg"``,
            ``"basinhopping"`` and ``"minimize"`` run statsmodels' optimizer of that
            name, in well-scaled coordinates.
        maxiter : int, default 100
            Largest number of iterations; with 0 the model is evaluated at the starting
            values.
        full_output : bool, default True
            Accepted as elsewhere in statsmodels; all output is always kept.
        disp : bool, default False
            Whether to print how the fit ended.
        callback : callable, optional
            Called with the parameters after each iteration.
        retall : bool, default False
            Whether to keep the parameters of each iteration in
            ``mle_retvals["allvecs"]``.
        cov_type : str, default "nonrobust"
            Covariance estimator, as for `GaussianMLEResults.get_robustcov_results`:
            "nonrobust" (observed information), "unbiased" (as in OLS), "eim", "opg",
            "HC0" to "HC3", "cluster", "HAC" or "hac-panel".
        cov_kwds : dict, optional
            Options of the covariance, such as ``{"groups": "subject"}``.
        use_t : bool, optional
            Whether p-values and intervals use the t distribution instead of the normal;
            by default with "unbiased", where they are exact for normal errors. With
            other covariances it is an approximation: at n = 12 with 4 columns, tests
            of a coefficient with "nonrobust" reject 9.6 % of true hypotheses at the level
            of 5 %, and 14.8 % with the normal distribution.
        rank_deficient : {"error", "drop"}, default "error"
            What to do about linearly dependent columns: refuse them, or leave the later
            ones out with a warning. With constant variance only those that are left have
            to be fewer than the rows.
        warn_convergence : bool, default True
            Whether to warn where the fit did not converge.
        skip_hessian : bool, default False
            Whether to leave out the covariance.
        progress : bool, default False
            Whether to show how far each pass over the data is, where they are read in
            passes.
        **kwargs
            Options of the named optimizer, such as ``gtol``. What is in the units of the
            parameters (``bounds``, ``constraints``) is refused: the optimizer works in
            other coordinates.

        Returns
        -------
        GaussianMLEResults
            Estimates with their inference, wrapped to carry labels.

        Raises
        ------
        ValueError
            If an option is wrong, columns are dependent, the fit is perfect or there are
            too few rows.
        MissingDataError
            If the data are not finite.
        TypeError
            If an option is unknown.

        Warns
        -----
        ConvergenceWarning
            If the score at the end is not zero in the metric of the information.
        """
        return route.fit(
            self,
            Options(
                start_params=start_params,
                method=method,
                maxiter=maxiter,
                disp=disp,
                callback=callback,
                retall=retall,
                cov_type=cov_type,
                cov_kwds=cov_kwds,
                use_t=use_t,
                rank_deficient=rank_deficient,
                warn_convergence=warn_convergence,
                skip_hessian=skip_hessian,
                optimizer_options=kwargs,
                progress=progress,
            ),
        )

    def fit_constrained(
        self,
        constraints: Any,
        start_params: Any = None,
        maxiter: int = 100,
        *,
        cov_type: str = "nonrobust",
        cov_kwds: dict[str, Any] | None = None,
        use_t: bool | None = None,
        warn_convergence: bool = True,
    ) -> Any:
        """Fit the model by maximum likelihood under linear constraints.

        Parameters
        ----------
        constraints : str, list of str, dict, array_like, or tuple of two
            Linear equations of the parameters of either equation or both, as `t_test`
            takes them: ``"x1 = x2, x3 + x4 = 1, ln(sigma2)[z] = 0"``, or ``(R, q)`` for
            ``R @ params = q``; R may have the columns of the mean alone.
        start_params : array_like, shape (k_mean + k_scale,), optional
            Starting values of the fit without the constraints.
        maxiter : int, default 100
            Largest number of iterations of that fit.
        cov_type, cov_kwds, use_t, warn_convergence : optional
            As for `fit`.

        Returns
        -------
        ConstrainedGaussianMLEResults
            Estimates with their inference, which counts the free parameters only, and
            ``constraint_tests()``.

        Raises
        ------
        ValueError
            If the constraints cannot be read, contradict each other or say something
            twice, or the fit without them fails.

        Examples
        --------
        >>> import sm_gaussmle as smg
        >>> heart = smg.datasets.heart.load_pandas().data
        >>> model = smg.gaussmle("thalach ~ age + exang + oldpeak", heart)
        >>> result = model.fit_constrained("exang = 3*oldpeak")
        >>> print(result.constraint_tests())
        Null hypothesis: exang - 3*oldpeak = 0
                         statistic  df pvalue
        likelihood ratio    0.4455   1 0.5045
        Wald                0.4459   1 0.5043
        score               0.4452   1 0.5046
        """
        return fit_constrained(
            self,
            constraints,
            Options(
                start_params=start_params,
                method=None,
                maxiter=maxiter,
                disp=False,
                callback=None,
                retall=False,
                cov_type=cov_type,
                cov_kwds=cov_kwds,
                use_t=use_t,
                rank_deficient="error",
                warn_convergence=warn_convergence,
                skip_hessian=False,
                optimizer_options={},
            ),
        )

    def fit_many(self, endogs: Any) -> ManyFits:
        """Fit the design of the model to many responses, 256 in one pass.

        Parameters
        ----------
        endogs : array_like, shape (n, m)
            Responses, one per column, in place of the model's own; offset and weights
            are the model's.

        Returns
        -------
        ManyFits
            Estimates and standard errors of each response.

        Raises
        ------
        ValueError
            If the model has a scale equation, or the number of rows is wrong.
        """
        return fit_many(self, endogs)
