"""The studies by simulation, repeated in small, and the tables of their pages."""

import numpy as np
import pytest
from scipy import stats

from .constant_variance import ConstantVariance
from .limited_responses import LIMITED_RESPONSES
from .limits import HeteroscedasticTobit, Intervals, Tobit, Truncated
from .page import read, with_tables
from .scale_equation import ScaleEquation
from .small_samples import SMALL_SAMPLES
from .study import KEYS, Task, counts, far, tabulated

STUDIES = pytest.mark.parametrize("study", [SMALL_SAMPLES, LIMITED_RESPONSES])


def stored(study):
    return read(study.csv)[1].set_index(KEYS)


@pytest.mark.parametrize(
    ("study", "setting", "n", "samples", "resampled"),
    [
        (SMALL_SAMPLES, ConstantVariance, 20, 300, False),
        (SMALL_SAMPLES, ConstantVariance, 50, 300, False),
        (SMALL_SAMPLES, ConstantVariance, 20, 150, True),
        (SMALL_SAMPLES, ScaleEquation, 20, 150, False),
        (SMALL_SAMPLES, ScaleEquation, 50, 150, False),
        (LIMITED_RESPONSES, Tobit, 20, 100, False),
        (LIMITED_RESPONSES, Intervals, 20, 100, False),
        (LIMITED_RESPONSES, Truncated, 200, 60, False),
        (LIMITED_RESPONSES, HeteroscedasticTobit, 200, 60, False),
    ],
)
def test_the_table_is_found_again_with_other_samples(study, setting, n, samples, resampled):
    first = max(study.replications[setting][0].values())  # none of those in the table
    found = tabulated([counts(Task(setting, n, first, first + samples, resampled=resampled))])
    assert (found["failed"] == 0).all()
    table = stored(study).loc[found.index]
    variance = table["rate"] * (1.0 - table["rate"]) / samples + table["mc_se"] ** 2
    assert not far(found["rate"], table["rate"], variance).any()


@STUDIES
def test_the_table_has_the_samples_that_the_study_asks_for(study):
    table = stored(study)
    for setting, (all_samples, resampled) in study.replications.items():
        for n, rows in table.loc[setting.name].groupby("n"):
            asked = {number[n] for number in (all_samples, resampled) if number}
            assert set(rows["replicates"]) == asked


def test_a_study_begins_with_the_samples_that_are_resampled():
    resampled = [task.resampled for task in SMALL_SAMPLES.tasks()]
    assert resampled == sorted(resampled, reverse=True)
    assert set(resampled) == {True, False}


@STUDIES
def test_no_sample_of_a_study_is_left_out_or_taken_twice(study):
    numbers = {}
    for setting, n, first, last, resampled in study.tasks():
        numbers.setdefault((setting, n, resampled), []).extend(range(first, last))
    asked = {
        (setting, n, bool(resampled)): list(range(replications))
        for setting, both in study.replications.items()
        for resampled, sizes in enumerate(both)
        for n, replications in sizes.items()
    }
    assert numbers == asked


@STUDIES
def test_the_page_has_the_tables_of_the_study(study):
    assert study.written() == study.page.read_text(encoding="utf-8")


@STUDIES
def test_the_page_leaves_no_table_out(study):
    text = study.page.read_text(encoding="utf-8")
    for setting, quantity, target in set(stored(study).index.droplevel(["method", "n"])):
        titles = (f"{setting}; {target}", target)
        assert any(f"<!-- {quantity}: {title} -->" in text for title in titles)


def test_a_page_with_an_unknown_table_is_refused():
    text = "<!-- size: nothing; slope -->\n<!-- end -->"
    with pytest.raises(KeyError, match="nothing; slope"):
        with_tables(text, "", stored(SMALL_SAMPLES).reset_index())


@pytest.mark.parametrize("setting", [Tobit, HeteroscedasticTobit])
def test_about_a_third_of_the_rows_is_censored(setting):
    censored = [np.mean(setting(200, number).seen()[0] <= 0.0) for number in range(50)]
    assert 0.28 < np.mean(censored) < 0.33  # 0.30 but for the columns, which are drawn once


def test_intervals_are_of_three_kinds():
    endog, _ = Intervals(200, 0).seen()
    width = endog[:, 1] - endog[:, 0]
    assert set(width) == {0.0, 1.0, np.inf}
    assert (width == 0.0).sum() == 20
    assert 0 < np.isinf(width).sum() < 40


def test_truncated_responses_are_drawn_from_those_above_the_limit():
    """A mean given that it was drawn: mu + phi(mu) / Phi(mu) with unit variance."""
    samples = [Truncated(50, number) for number in range(400)]
    endog = np.array([sample.seen()[0] for sample in samples])
    assert endog.min() > 0.0
    mean = samples[0].mean
    ratio = stats.norm.pdf(mean) / stats.norm.cdf(mean)
    spread = np.sqrt(1.0 - ratio * (ratio + mean))
    gap = (endog.mean(axis=0) - mean - ratio) * np.sqrt(len(endog)) / spread
    assert np.abs(gap).max() < 4.0  # standard errors
