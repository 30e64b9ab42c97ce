"""Fits with some of the columns of a model, each made once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sm_gaussmle.estimation.errors import FitError
from sm_gaussmle.estimation.fit_record import Fit
from sm_gaussmle.estimation.maximum_likelihood import fit_rows
from sm_gaussmle.estimation.row_changes import PickedColumns
from sm_gaussmle.inference.smaller_means import fit_known_mean, without_columns
from sm_gaussmle.sources.source import Source


@dataclass(frozen=True, order=True)
class Columns:
    """Which columns of the two equations a model has.

    Attributes
    ----------
    mean, scale : tuple of int
        Positions, in ascending order.
    """

    mean: tuple[int, ...]
    scale: tuple[int, ...]

    def without(self, equation: str, gone: Sequence[int]) -> Columns:
        """The others.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            Mean or log variance.
        gone : sequence of int
            Positions of columns of it.

        Returns
        -------
        Columns
            Without these.
        """
        if equation == "exog":
            return replace(self, mean=tuple(p for p in self.mean if p not in gone))
        return replace(self, scale=tuple(p for p in self.scale if p not in gone))

    def within(self, other: Columns) -> bool:
        """Whether another model has these columns of the mean, and the same log variance.

        Parameters
        ----------
        other : Columns
            What the other has.

        Returns
        -------
        bool
            True if it has.
        """
        return self.scale == other.scale and set(self.mean) <= set(other.mean)

    def places_in(self, other: Columns) -> tuple[int, ...]:
        """Positions of the columns of the mean among those of another model.

        Parameters
        ----------
        other : Columns
            What the other has.

        Returns
        -------
        tuple of int
            One for each.
        """
        return tuple(other.mean.index(place) for place in self.mean)

    def adding(self, equation: str, more: Sequence[int]) -> Columns:
        """These and others.

        Parameters
        ----------
        equation : {"exog", "exog_scale"}
            Mean or log variance.
        more : sequence of int
            Positions of columns of it.

        Returns
        -------
        Columns
            With these.
        """
        if equation == "exog":
            return replace(self, mean=tuple(sorted({*self.mean, *more})))
        return replace(self, scale=tuple(sorted({*self.scale, *more})))


class UnfittedError(FitError):
    """A submodel whose likelihood has no maximum, or whose maximum was not reached.

    Parameters
    ----------
    columns : Columns
        What it has.
    reason : str
        Why not, as the end of a sentence.
    """

    def __init__(self, columns: Columns, reason: str) -> None:
        super().__init__(f"the submodel with the columns {columns} cannot be used: {reason}")
        self.columns = columns
        self.reason = reason


@dataclass(frozen=True)
class Submodels:
    """The models that columns of two designs can make, on the same rows.

    Attributes
    ----------
    designs : Source
        Rows with all columns of both equations, offsets and weights.
    constant, constant_scale : int or None
        Positions of the constant columns.
    fits : dict of Columns to Fit
        What has been fitted already; it grows.
    """

    designs: Source
    constant: int | None
    constant_scale: int | None
    fits: dict[Columns, Fit] = field(default_factory=dict)

    def rows(self, columns: Columns) -> Source:
        """The rows with some of the columns only.

        Parameters
        ----------
        columns : Columns
            Which.

        Returns
        -------
        Source
            Views of the designs where nothing is left out.
        """
        return self.designs.mapped(PickedColumns(columns.mean, columns.scale))

    def constant_variance(self, columns: Columns) -> bool:
        """Whether a submodel has the same variance in all rows, up to known factors.

        Parameters
        ----------
        columns : Columns
            What it has.

        Returns
        -------
        bool
            True if the constant is its only column of the log variance.
        """
        return columns.scale == (self.constant_scale,)

    def fit(self, columns: Columns) -> Fit:
        """The maximum-likelihood fit of a submodel.

        Parameters
        ----------
        columns : Columns
            What it has.

        Returns
        -------
        Fit
            Converged.

        Raises
        ------
        UnfittedError
            If there is none.
        """
        if columns not in self.fits:
            try:
                found = self._fit(columns)
            except FitError as error:
                raise UnfittedError(columns, str(error)) from error
            if not found.converged:
                raise UnfittedError(columns, f"the fit did not converge ({found.reason}).")
            self.fits[columns] = found
        return self.fits[columns]

    def _fit(self, columns: Columns) -> Fit:
        source = self.rows(columns)
        if not columns.scale:
            raise FitError(
                "no column of the log variance is left, and whether the variance is 1 depends "
                "on the unit of the response. Write the scale equation with its constant."
            )
        rows = source.prototype
        closed_form = self.constant_variance(columns) and rows.bounds is None
        if not columns.mean:
            if not closed_form:
                raise FitError(
                    "no column of the mean is left, which only exact responses of constant "
                    "variance can do without."
                )
            fit = fit_known_mean(source)
            return replace(fit, params=fit.params / rows.exog_scale[0, 0])
        many = len(columns.mean) + (0 if closed_form else len(columns.scale))
        if source.n_rows <= many:
            what = "columns" if closed_form else "parameters"
            raise FitError(f"{source.n_rows} rows are too few for {many} {what}.")
        in_passes = self.designs.at_hand is None
        for known, fit in self.fits.items() if closed_form and in_passes else ():
            if columns.within(known) and fit.cov_root is not None:
                return without_columns(fit, columns.places_in(known))
        return fit_rows(source, *self.constants(columns))

    def constants(self, columns: Columns) -> tuple[int | None, int | None]:
        """Positions of the constant columns in a submodel.

        Parameters
        ----------
        columns : Columns
            What it has.

        Returns
        -------
        tuple of two int or None
            Of the mean and of the log variance.
        """
        return _place(self.constant, columns.mean), _place(self.constant_scale, columns.scale)


def _place(column: int | None, columns: tuple[int, ...]) -> int | None:
    return columns.index(column) if column in columns else None
