"""Why a model cannot be fitted, as exceptions that carry the rows and columns at fault."""

from __future__ import annotations


class FitError(ValueError):
    """The likelihood has no maximum at finite parameters, or no single one."""


class NonFiniteError(FitError):
    """The sums over the rows are not finite, or squares fall out of the range of doubles.

    The layer that knows the names finds the rows and says so.
    """


class StartError(FitError):
    """The log-likelihood is not finite at the starting values."""


class PerfectFitError(FitError):
    """The mean equation reproduces the response: the variance estimate is zero."""


class CollinearError(FitError):
    """The columns of one equation are linearly dependent.

    Parameters
    ----------
    equation : str
        ``"exog"`` or ``"exog_scale"``.
    kept : tuple of int
        Positions of the columns of a largest independent set, earlier ones first.
    dependencies : dict of int to dict of int to float
        For each of the other columns, its coefficients on the kept ones; where there is a
        constant, that is left out.
    """

    def __init__(
        self, equation: str, kept: tuple[int, ...], dependencies: dict[int, dict[int, float]]
    ) -> None:
        super().__init__(f"`{equation}` has linearly dependent columns {sorted(dependencies)}.")
        self.equation = equation
        self.kept = kept
        self.dependencies = dependencies


class VarianceCollapseError(FitError):
    """The scale equation drives the variance of some rows to zero.

    Parameters
    ----------
    rows : tuple of int
        Positions of those rows, or of the first of them.
    direction : tuple of float
        How the coefficients of the scale equation run off, largest part 1.
    count : int, optional
        How many rows; those that are named by default.
    """

    def __init__(
        self, rows: tuple[int, ...], direction: tuple[float, ...], count: int | None = None
    ) -> None:
        super().__init__(f"the variance of rows {list(rows)} goes to zero.")
        self.rows = rows
        self.count = len(rows) if count is None else count
        self.direction = direction


class UndeterminedVarianceError(FitError):
    """The likelihood is flat in the log variance of some rows.

    Their responses are not exact, and likely with almost any variance or with ever smaller
    or larger ones.

    Parameters
    ----------
    rows : tuple of int
        Positions of those rows, or of the first of them.
    direction : tuple of float
        How the coefficients of the scale equation run off, largest part 1.
    count : int, optional
        How many rows; those that are named by default.
    """

    def __init__(
        self, rows: tuple[int, ...], direction: tuple[float, ...], count: int | None = None
    ) -> None:
        super().__init__(f"nothing determines the variance of rows {list(rows)}.")
        self.rows = rows
        self.count = len(rows) if count is None else count
        self.direction = direction


class UnboundedError(FitError):
    """The likelihood of constant variance rises as the variance goes to zero or infinity.

    Parameters
    ----------
    variance : float
        Zero or infinity.
    """

    def __init__(self, variance: float) -> None:
        super().__init__(f"the variance goes to {'infinity' if variance else 'zero'}.")
        self.variance = variance


class NoMaximumError(FitError):
    """Only rows that are not exact, all on one side, determine some parameter of the mean.

    Parameters
    ----------
    rows : tuple of int
        Positions of those rows, or of the first of them.
    direction : tuple of float
        How the coefficients of the mean run off, largest part 1.
    count : int, optional
        How many rows; those that are named by default.
    """

    def __init__(
        self, rows: tuple[int, ...], direction: tuple[float, ...], count: int | None = None
    ) -> None:
        super().__init__(f"the likelihood of rows {list(rows)} rises without end.")
        self.rows = rows
        self.count = len(rows) if count is None else count
        self.direction = direction


class SingularScoresError(FitError):
    """The scores of the rows say nothing about some combination of the parameters.

    Parameters
    ----------
    direction : tuple of float
        The combination, in standard errors of the parameters.
    """

    def __init__(self, direction: tuple[float, ...]) -> None:
        super().__init__("the outer product of the scores is singular.")
        self.direction = direction


class LeverageError(FitError):
    """A row has leverage 1: its residual is zero whatever its response."""
