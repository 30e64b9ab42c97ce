"""great_tables, as others, takes plain data frames: those that results make."""

import re

import pytest
from broom_sm import stats_tidy
from great_tables import GT

FRAMES = {
    "tidy": lambda result, rows: stats_tidy(rows, model=result)[["term", "estimate"]],
    "predictions": lambda result, rows: result.get_prediction(rows.head()).summary_frame(),
    "effects": lambda result, _: result.get_margeff().summary_frame(),
    "terms": lambda result, _: result.wald_test_terms(scalar=True).table,
    "influence": lambda result, _: result.get_influence().summary_frame().head(),
    "intervals": lambda result, _: result.conf_int(),
}


@pytest.mark.parametrize("name", FRAMES)
def test_each_frame_becomes_a_table_with_its_numbers(scaled, heart, name):
    frame = FRAMES[name](scaled, heart).rename(columns=str)
    numbers = list(frame.select_dtypes("number"))
    table = GT(frame).fmt_scientific(numbers, decimals=5, exp_style="E")
    cells = re.findall(r'gt_right">([^<]*)</td>', table.as_raw_html())
    found = [float(cell.replace("\N{MINUS SIGN}", "-")) for cell in cells]
    assert len(found) == frame[numbers].size
    assert found == pytest.approx(frame[numbers].to_numpy().ravel(), rel=1e-5)
