"""Results without their data, on disk and off it."""

from __future__ import annotations

from sm_gaussmle.statsmodels_face.result_parts import ResultPart


class Persistence(ResultPart):
    """Saving and loading, for the results class to inherit."""

    def remove_data(self) -> None:
        """Drop all arrays with one entry per row, to save memory in a pickle.

        What needs them is computed before: log-likelihood of the constant-only model,
        standard errors, and what the summary shows. `predict` then works for new rows.
        """
        _ = self.llnull, self.bse, self.scale_range, self.model.endog_names
        super().remove_data()
