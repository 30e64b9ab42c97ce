"""The bootstrap of whole rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from statsmodels.tools.sm_exceptions import ValueWarning

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.statsmodels_face.removed_data import present
from sm_gaussmle.statsmodels_face.result_parts import ResultPart

Array = NDArray[np.float64]


class Resampling(ResultPart):
    """The bootstrap, for the results class to inherit."""

    bootstrap_results: Array

    def bootstrap(
        self,
        nrep: Any = 100,
        method: str | None = None,
        disp: bool = False,
        store: bool = True,
        rng: int | np.random.Generator | None = None,
    ) -> tuple[Array, Array, Array]:
        """Refit the model to samples of its rows, drawn with replacement.

        Rows are drawn whole: with the columns of both equations, offsets and weights. A
        frequency weight is that many rows.

        Parameters
        ----------
        nrep : int, default 100
            Number of samples.
        method : str, optional
            As for `fit`.
        disp : bool, default False
            As for `fit`.
        store : bool, default True
            Whether to keep the estimates as ``bootstrap_results``.
        rng : int or numpy.random.Generator, optional
            Seed or generator.

        Returns
        -------
        mean : ndarray, shape (k,)
            Means of the estimates over the samples.
        std : ndarray, shape (k,)
            Their standard deviations, the divisor being their number.
        results : ndarray, shape (m, k)
            The estimates of each sample that could be fitted.

        Raises
        ------
        ValueError
            If `nrep` is not a positive whole number, frequency weights are not whole
            numbers, the data were removed, or no sample could be fitted.

        Warns
        -----
        ValueWarning
            If some samples could not be fitted, or did not converge: they are left out.

        References
        ----------
        .. [1] B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of
           Statistics 7 (1979) 1-26. doi:10.1214/aos/1176344552
        """
        whole = isinstance(nrep, int | np.integer) and not isinstance(nrep, bool)
        if not whole or nrep < 1:
            raise ValueError(f"`nrep` is {nrep!r}; it must be a positive whole number.")
        counts = self._rows_as_counts()
        share = counts / counts.sum()
        generator = np.random.default_rng(rng)
        estimates, failures = [], []
        for _ in range(nrep):
            drawn = generator.multinomial(int(counts.sum()), share).astype(float)
            try:
                estimates.append(self._refitted(drawn, method, disp))
            except FitError as error:
                failures.append(str(error))
        if not estimates:
            raise ValueError(
                f"none of {nrep} samples could be fitted. The last: {failures[-1]}"
            )
        if failures:
            warnings.warn(
                f"{len(failures)} of {nrep} samples could not be fitted and are left out. The "
                f"last: {failures[-1]}",
                ValueWarning,
                stacklevel=2,
            )
        results = np.array(estimates)
        if store:
            self.bootstrap_results = results
        return results.mean(axis=0), results.std(axis=0), results

    def _rows_as_counts(self) -> Array:
        model: Any = self.model
        present(model.endog, "there are no rows to draw from", "draw before remove_data()")
        if model.freq_weights is None:
            return np.ones(len(model.endog))
        counts: Array = model.freq_weights
        if (counts != np.rint(counts)).any():
            raise ValueError(
                "`freq_weights` are not all whole numbers, so that rows cannot be drawn as "
                "often as they were seen. Use var_weights, or round them."
            )
        return counts

    def _refitted(self, drawn: Array, method: str | None, disp: bool) -> Array:
        model: Any = self.model
        # With labels, for a failure names columns.
        scale = model._labelled_scale()
        options = model._get_init_kwds() | {"exog_scale": scale, "freq_weights": drawn}
        sample = type(model)(model.data.orig_endog, model.data.orig_exog, **options)
        # No warning: filters are of the whole process, and a failure is counted.
        fit = sample.fit(method=method, disp=disp, skip_hessian=True, warn_convergence=False)
        if not fit.converged:
            raise FitError(f"the fit did not converge: {fit.fit_record.reason}.")
        return np.asarray(fit.params)
