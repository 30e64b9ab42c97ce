"""Versions of the score test: which information, which variance of the score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from sm_gaussmle.inference.score_sums import Codes, Variance, expectation_is_known
from sm_gaussmle.statsmodels_face.arguments.scalars import choice, flag
from sm_gaussmle.statsmodels_face.covariances.covariance_options import MODEL_BASED
from sm_gaussmle.statsmodels_face.covariances.dependence import clusters
from sm_gaussmle.statsmodels_face.result_parts import ResultPart
from sm_gaussmle.statsmodels_face.streams.group_columns import group_columns

_CHOICES = ("nonrobust", "HC0", "cluster")
_DEPENDENT = ("cluster", "HAC", "hac-panel")


class ScoreTestVersion(NamedTuple):
    """Which score test.

    Attributes
    ----------
    observed : bool
        Whether the information is the observed one, not the expected.
    variance : {"information", "studentized", "products"}
        Variance of the score.
    groups : tuple of one or two ndarrays of int, shape (n,), or of str, or None
        Numbers of clusters, or the columns of their labels.
    """

    observed: bool
    variance: Variance
    groups: tuple[Codes, ...] | tuple[str, ...] | None

    @property
    def information(self) -> str:
        """Which information, in words."""
        return f"{'observed' if self.observed else 'expected'} information"

    def sentences(self, *, named: bool) -> tuple[str, ...]:
        """What is said below the table of the test.

        Parameters
        ----------
        named : bool
            Whether columns of the log variance alone are tested in a model without such, of
            responses that are seen exactly.

        Returns
        -------
        tuple of str
            Which variance, and whose test it is where it has a name.
        """
        if self.variance == "information":
            how, whose = self.information, "Breusch and Pagan (1979)"
        elif self.variance == "studentized":
            how = "moments of the standardized residuals (studentized)"
            whose = "Breusch and Pagan as studentized by Koenker (1981)"
        elif self.groups is None:
            how, whose = "outer products of the scores (HC0)", ""
        else:
            counts = " and ".join(
                codes if isinstance(codes, str) else str(int(codes.max()) + 1)
                for codes in self.groups
            )
            how, whose = f"outer products of the scores of {counts} clusters", ""
        if self.variance != "information":
            how += f", with the {self.information}"
        has_name = bool(whose) and named and not self.observed
        return (f"Variance of the score: {how}.", *[f"It is the test of {whose}."] * has_name)

    def singular(self, *, known: bool) -> str:
        """What to say where the variance is not positive definite.

        Parameters
        ----------
        known : bool
            Whether there is an expected information.

        Returns
        -------
        str
            Which it is, and a remedy.
        """
        if self.variance == "products":
            which = "outer product of the scores"
            remedy = "cov_type='nonrobust', or fewer columns"
        elif self.variance == "studentized":
            which, remedy = "studentized variance of the score", "fewer columns"
        else:
            which = self.information
            remedy = "observed=False or " * known + "cov_type='HC0'"
            remedy = remedy if self.observed else "fewer columns"
        return (
            f"the {which} of the extra columns is not positive definite at these estimates, and "
            f"no variance of their score. Use {remedy}."
        )


def check_version(
    results: ResultPart, cov_type: Any, cov_kwds: Any, *, observed: Any, studentized: Any
) -> ScoreTestVersion:
    """Check the options of a score test.

    Parameters
    ----------
    results : ResultPart
        The fit, whose covariance says what is robust by default.
    cov_type : {"nonrobust", "HC0", "cluster"} or None
        Variance of the score.
    cov_kwds : dict or None
        The ``groups`` of clusters.
    observed : bool or None
        Which information; None for the expected one where there is one.
    studentized : bool
        Whether its moments are estimated.

    Returns
    -------
    ScoreTestVersion
        The version.

    Raises
    ------
    ValueError
        If an option is not allowed for this model, or they contradict each other, or the
        rows depend on each other and it is not known how.
    TypeError
        If `observed` or `studentized` is no bool, or an option is unknown or missing.
    """
    studentized = flag(studentized, "studentized")
    observed = _observed(results, observed)
    if studentized and not results.model.exact_responses:
        raise ValueError(
            "`studentized` is True, which takes moments of residuals, and not every response "
            f"is seen exactly ({results.model.scheme}). Use cov_type='HC0'."
        )
    if studentized:
        if cov_type not in (None, "nonrobust"):
            raise ValueError(
                f"`studentized` is True and `cov_type` is {cov_type!r}: these are two variances "
                "of the score. Leave one out."
            )
        cov_type = "nonrobust"
    if cov_type is None and results.cov_type in _DEPENDENT:
        raise ValueError(
            f"the fit's covariance is {results.cov_type!r}, for rows that depend on each other, "
            "and the results do not keep how. Pass cov_type='cluster' with "
            "cov_kwds={'groups': ...}, or cov_type='HC0' for rows that do not."
        )
    if cov_type is None:
        cov_type = "nonrobust" if results.cov_type in MODEL_BASED else "HC0"
    choice(cov_type, "cov_type", _CHOICES)
    if cov_kwds is not None and not isinstance(cov_kwds, Mapping):
        raise TypeError(f"`cov_kwds` is {cov_kwds!r}; it must be a dict of options, or None.")
    given = dict(cov_kwds or {})
    known = {"groups"} if cov_type == "cluster" else set()
    unknown = sorted(map(repr, set(given) - known))
    if unknown:
        raise TypeError(
            f"`cov_kwds` has {', '.join(unknown)}; with cov_type {cov_type!r} it takes "
            f"{'groups alone' if known else 'nothing'}."
        )
    if cov_type == "cluster":
        if results.model.rows_in_passes is not None:
            names = group_columns(results.model, given.get("groups"))
            return ScoreTestVersion(observed, "products", names)
        checked = clusters(results.model, given).arguments
        return ScoreTestVersion(
            observed, "products", cast("tuple[Codes, ...]", checked["groups"])
        )
    variance: Variance = "studentized" if studentized else "information"
    return ScoreTestVersion(observed, "products" if cov_type == "HC0" else variance, None)


def _observed(results: ResultPart, observed: Any) -> bool:
    known = expectation_is_known(results.model.source().prototype)
    if observed is None:
        return not known
    if not (flag(observed, "observed") or known):
        raise ValueError(
            "`observed` is False, but between which limits these intervals would have been "
            "seen otherwise is not known: they have no expected information. Use "
            "observed=True, or cov_type='HC0'."
        )
    return bool(observed)
