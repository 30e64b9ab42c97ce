"""Every block of every reference case beside what the package gives.

A block is one entry of ``results`` of a case; see ``tests/reference/README.md``. Longer than other
modules because each kind of entry has its own way from a fit.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

import sm_gaussmle as smg
from tests.reference.cases import CASES, FOLDER, Case, load

from .digits import CARRIED, log_relative_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEXTS = {"param_names", "values_from"}
"""Entries that are not numbers. The names are compared in ``tests/reference``."""


@dataclass(frozen=True)
class Block:
    """One block.

    Attributes
    ----------
    case, name : str
    labels : list of str
        What each number is.
    digits : ndarray
        Log relative errors.
    """

    case: str
    name: str
    labels: list[str] = field(repr=False)
    digits: np.ndarray = field(repr=False)

    @property
    def worst(self) -> float:
        """Digits of the number that agrees least."""
        return float(self.digits.min())

    @property
    def where(self) -> str:
        """What that number is; empty where all agree in all digits."""
        return "" if self.worst == CARRIED else self.labels[int(self.digits.argmin())]


def _block(case: str, name: str, rows: list[tuple], *, unit=None) -> Block:
    labels, found, reference = zip(*rows, strict=True)
    return Block(case, name, list(labels), log_relative_errors(found, reference, unit=unit))


def _arguments(case: Case) -> dict:
    return {"scale_formula": case.scale_formula, **case.arguments}


@functools.cache
def fitted(name: str, cov_type: str = "nonrobust", use_correction: str | None = None):
    """Return the fit of a case."""
    case = load(name)
    options = {}
    if cov_type == "cluster":
        options["cov_kwds"] = {
            "groups": case.results["cluster"]["by"],
            "use_correction": use_correction or False,
        }
    model = smg.gaussmle(case.formula, case.frame, **_arguments(case))
    return model.fit(cov_type=cov_type, **options)


def _vector(case: Case, found, *path: str) -> list[tuple]:
    return list(zip(case.names, np.asarray(found), case.vector(*path), strict=True))


def _ends(case: Case, found, *path: str) -> list[tuple]:
    labels = [f"{name}, {end}" for name in case.names for end in ("lower", "upper")]
    return list(zip(labels, np.ravel(found), case.vector(*path).ravel(), strict=True))


def _numbers(case: Case) -> Iterator[Block]:
    result, known = fitted(case.name), case.results
    yield _block(case.name, "coefficients", _vector(case, result.params))
    values = {
        "n": ("counts", len(case.frame)),
        "n_weighted": ("counts", result.nobs),
        "n_params": ("counts", len(result.params)),
        "df_resid": ("counts", result.df_resid),
        "loglik": ("log-likelihood", result.llf),
        "aic": ("information criteria", result.aic),
        "bic": ("information criteria", result.bic),
    }
    if case.scale_formula is None:
        values |= {
            "log_sigma2": ("variance", result.params.iloc[-1]),
            "sigma2_mle": ("variance", result.sigma2),
            "sigma": ("variance", result.sigma),
        }
        sigma = result.delta_method(lambda p: np.exp(p[-1] / 2))
        values["se_sigma"] = ("variance", np.ravel(sigma.bse)[0])
    if "rss" in known:
        values["rss"] = ("variance", result.ssr)
        values["sigma2_unbiased"] = ("variance", result.sigma2_unbiased)
    rows: dict[str, list[tuple]] = {}
    for key, (block, value) in values.items():
        if key in known:
            rows.setdefault(block, []).append((key, value, known[key]))
    for key, value in known.get("counts", {}).items():
        rows["counts"].append((key, result.model.response_counts[key], value))
    for block, entries in rows.items():
        yield _block(case.name, block, entries)


def _errors(case: Case, name: str, found, *path: str) -> Block:
    return _block(case.name, name, _vector(case, found, *path))


def _matrix(case: Case, name: str, found, reference) -> Block:
    # An entry of a covariance may be zero: in units of the standard errors.
    bse = np.sqrt(np.diag(reference))
    labels = [f"{a}, {b}" for a in case.names for b in case.names]
    rows = list(zip(labels, np.ravel(found), np.ravel(reference), strict=True))
    return _block(case.name, name, rows, unit=np.outer(bse, bse))


def _observed(case: Case) -> Iterator[Block]:
    result = fitted(case.name)
    yield _errors(case, "standard errors", result.bse, "se_observed")
    known = case.results["cov_observed"]
    yield _matrix(case, "covariance", result.cov_params(), known)


def _expected(case: Case) -> Iterator[Block]:
    found = fitted(case.name, "eim").bse
    yield _errors(case, "standard errors, expected information", found, "se_expected")


def _opg(case: Case) -> Iterator[Block]:
    found = fitted(case.name, "opg").bse
    yield _errors(case, "standard errors, outer product", found, "se_opg")


def _robust(case: Case) -> Iterator[Block]:
    result = fitted(case.name, "HC0")
    yield _errors(case, "standard errors, HC0", result.bse, "robust_HC0", "se")
    known = case.results["robust_HC0"]["cov"]
    yield _matrix(case, "covariance, HC0", result.cov_params(), known)


def _cluster(case: Case) -> Iterator[Block]:
    plain, adjusted = (fitted(case.name, "cluster", how) for how in (None, "groups"))
    rows = _vector(case, plain.bse, "cluster", "se_noadj")
    rows += _vector(case, adjusted.bse, "cluster", "se_adjG")
    groups = plain.cov_kwds["n_groups"]
    rows.append(("groups", groups, case.results["cluster"]["n_groups"]))
    rows.append(("G/(G - 1)", groups / (groups - 1), case.results["cluster"]["factor_G"]))
    yield _block(case.name, "standard errors, clusters", rows)
    known = case.results["cluster"]["cov_noadj"]
    yield _matrix(case, "covariance, clusters", plain.cov_params(), known)


def _wald(case: Case) -> Iterator[Block]:
    found = fitted(case.name).conf_int()
    yield _block(case.name, "Wald intervals", _ends(case, found, "wald_ci_95"))


def _profile(case: Case) -> Iterator[Block]:
    result = fitted(case.name)
    for level, known in case.results["profile_ci"].items():
        alpha = 1 - float(level)
        found = result.conf_int(alpha=alpha, method="profile")
        rows = _ends(case, found, "profile_ci", level)
        if "sigma" in known:
            ends = result.profile("sigma", alpha, points=0).interval
            names = ("sigma, lower", "sigma, upper")
            rows += zip(names, ends, known["sigma"], strict=True)
        yield _block(case.name, f"profile intervals, {level}", rows)


def _tests(case: Case) -> Iterator[Block]:
    for label, known in case.results["lr_tests"].items():
        null = smg.gaussmle(
            f"{case.response} {known['null_formula']}",
            case.frame,
            **(_arguments(case) | {"scale_formula": known["null_formula_scale"]}),
        ).fit()
        full = fitted(case.name)
        table = smg.lrtest(full, null).table.loc[2]
        rows = [
            ("log-likelihood", full.llf, known["loglik_full"]),
            ("log-likelihood of the null", null.llf, known["loglik_null"]),
            ("statistic", table["statistic"], known["stat"]),
            ("df", table["df_diff"], known["df"]),
            ("p-value", table["pvalue"], known["p"]),
        ]
        yield _block(case.name, f"likelihood-ratio test, {label}", rows)


_COLUMNS = {
    "loglik_full": "llf",
    "loglik_null": "llf_without",
    "stat": "statistic",
    "df": "df",
    "p": "pvalue",
}


def _terms(key: str, title: str, table: Callable) -> Callable[[Case], Iterator[Block]]:
    def blocks(case: Case) -> Iterator[Block]:
        result = fitted(case.name)
        found = table(result).table.drop(index="<none>", errors="ignore")
        if "llf_without" not in found:  # that of drop1 has one log-likelihood a row
            found = found.rename(columns={"llf": "llf_without"}).assign(llf=result.llf)
        rows = [
            (f"{term}, {column}", ours[_COLUMNS[column]], value)
            for (term, values), (_, ours) in zip(
                case.results[key].items(), found.iterrows(), strict=True
            )
            for column, value in values.items()
        ]
        yield _block(case.name, title, rows)

    return blocks


def _constrained(case: Case) -> Iterator[Block]:
    for label, known in case.results["constrained"].items():
        model = smg.gaussmle(case.formula, case.frame, **_arguments(case))
        result = model.fit_constrained((known["R"], known["q"]))
        test = result.constraint_tests()
        path = ("constrained", label)
        rows = _vector(case, result.params, *path)
        rows += [
            (f"error of {name}", *pair)
            for name, *pair in _vector(case, result.bse, *path, "se_observed")
        ]
        rows += [
            ("log-likelihood", result.llf, known["loglik"]),
            ("aic", result.aic, known["aic"]),
            ("bic", result.bic, known["bic"]),
            ("sigma", result.sigma, known["sigma"]),
            ("statistic", test.likelihood_ratio, known["lr_test"]["stat"]),
            ("p-value", test.table["pvalue"].iloc[0], known["lr_test"]["p"]),
        ]
        yield _block(case.name, f"constrained, {label}", rows)


_BLOCKS: dict[str, Callable[[Case], Iterator[Block]]] = {
    "beta": _numbers,
    "se_observed": _observed,
    "se_expected": _expected,
    "se_opg": _opg,
    "robust_HC0": _robust,
    "cluster": _cluster,
    "wald_ci_95": _wald,
    "profile_ci": _profile,
    "lr_tests": _tests,
    **{
        key: _terms(key, title, table)
        for key, title, table in (
            ("anova_sequential", "table, type I", partial(smg.anova, typ=1, equation="mean")),
            ("anova_type2_lr", "table, type II", partial(smg.anova, typ=2, equation="mean")),
            ("drop1_scale_lr", "table, drop1", partial(smg.drop1, equation="scale")),
        )
    },
    "constrained": _constrained,
}
_WITH_BETA = {
    *("gamma", "n", "n_weighted", "n_params", "df_resid", "loglik", "aic", "bic", "counts"),
    *("log_sigma2", "sigma2_mle", "sigma", "se_sigma", "rss", "sigma2_unbiased"),
}
_WITH_ERRORS = {"cov_observed"}


def blocks_of_case(name: str) -> list[Block]:
    """Return the blocks of a case of ``tests/reference``.

    Raises
    ------
    KeyError
        If the file has an entry that nothing here compares.
    """
    case = load(name)
    known = set(_BLOCKS) | _WITH_BETA | _WITH_ERRORS | TEXTS
    if left := set(case.results) - known:
        raise KeyError(f"{name}.json has entries that are not compared: {sorted(left)}")
    return [
        block
        for key, blocks in _BLOCKS.items()
        if key in case.results
        for block in blocks(case)
    ]


def blocks_of_constraints() -> list[Block]:
    """Return the blocks of ``constraints/constraints.json``."""
    found = []
    for known in json.loads((FOLDER / "constraints" / "constraints.json").read_text()):
        case = load(known["case"])
        model = smg.gaussmle(case.formula, case.frame, **_arguments(case))
        result = model.fit_constrained((known["R"], known["q"]))
        test = result.constraint_tests()
        rows = list(zip(case.names, result.params, known["params"], strict=True))
        rows += [
            (f"error of {name}", *pair)
            for name, *pair in zip(case.names, result.bse, known["se_observed"], strict=True)
        ]
        rows += [
            ("log-likelihood", result.llf, known["loglik"]),
            ("likelihood ratio", test.likelihood_ratio, known["lr"]),
            ("Wald", test.wald, known["wald"]),
            ("score", test.score, known["score_expected"]),
        ]
        found.append(_block(case.name, f"constraints, {known['name']}", rows))
    return found


def blocks_of_minos() -> list[Block]:
    """Return the blocks of ``minos/cars_het.json``."""
    stored = json.loads((FOLDER / "minos" / "cars_het.json").read_text())
    case, result = load(stored["case"]), fitted(stored["case"])
    labels = [f"{name}, {end}" for name in case.names for end in ("lower", "upper")]
    found = []
    for level, known in stored["intervals"].items():
        ours = result.conf_int(alpha=1 - float(level), method="profile")
        rows = list(zip(labels, np.ravel(ours), np.ravel(known), strict=True))
        found.append(_block(case.name, f"MINOS intervals, {level}", rows))
    return found


def all_blocks() -> list[Block]:
    """Return the blocks of all files, the worst first."""
    found = [block for name in CASES for block in blocks_of_case(name)]
    found += blocks_of_constraints() + blocks_of_minos()
    return sorted(found, key=lambda block: (block.worst, block.case, block.name))
