"""Summaries in every format, with names that are hard for it."""

import csv
import io
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from statsmodels.iolib.summary import Summary
from statsmodels.iolib.summary2 import Summary as Summary2
from statsmodels.iolib.summary2 import summary_col

from sm_gaussmle import GaussianMLE, from_json, gaussmle, intreg
from sm_gaussmle.statsmodels_face.reading.table_text import latex_text, one_line

from .typeset import printed, read

NAMES = [
    *("x_1", "C(g)[T.a_b]", "np.log(x)", "I(x ** 2)", "a&b", "50%", "$", "$$", "#", "{}", "}{"),
    *(
        "<b>",
        "</table>",
        "&amp;",
        "]]>",
        "~",
        "^",
        "\\",
        "a\\\\b",
        "[bracket]",
        "*star",
        "a--b",
    ),
    *('it\'s, "quoted"', "''", ",,", "?`!`", "|", "\u03c3", "βΣ λ", "é²±", "%s", "%(a)d", "-1"),
    "a name of sixty characters, all of which are needed to tell it",
]
RESPONSE = "heart_rate <b> & {β} 5% $^~\\"
TITLE = "A_title: 5% & {$x^2$} <i>"


@pytest.fixture(scope="module")
def nasty():
    rng = np.random.default_rng(7)
    table = pd.DataFrame(rng.normal(size=(99, len(NAMES))), columns=NAMES)
    return GaussianMLE(pd.Series(rng.normal(size=99), name=RESPONSE), table).fit(use_t=True)


@pytest.fixture(scope="module", params=["summary", "summary2"])
def either(request, nasty):
    return getattr(nasty, request.param)(title=TITLE)


def _cells(summary):
    """Texts of the cells, row by row."""
    return [[str(cell.data).strip() for cell in row] for t in summary.tables for row in t]


def _tree(summary):
    return ET.fromstring(f"<div>{summary.as_html()}</div>")  # noqa: S314 - our own text


def _text(element):
    return "".join(element.itertext())


def test_they_are_statsmodels_summaries(nasty):
    assert isinstance(nasty.summary(), Summary)
    assert isinstance(nasty.summary2(), Summary2)


# LaTeX ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*NAMES, RESPONSE, TITLE])
def test_latex_prints_every_character(name):
    assert printed(latex_text(name)) == name


def test_a_negative_number_has_a_minus_in_latex():
    assert latex_text("-0.5") == r"\ensuremath{-0.5}"
    assert latex_text("-1.2e-05") == r"\ensuremath{-1.2e-05}"
    assert latex_text("-a") == "-a"


@pytest.mark.parametrize("text", ["a_b", r"\frac", "a--b", "a}", "{a", "ж", "a & b"])
def test_the_reader_of_latex_refuses_what_does_not_compile(text):
    with pytest.raises(AssertionError):
        printed(text)


@pytest.mark.parametrize("rows", ["a & b & c  \\\\", "a  \\\\\n*b & c  \\\\", "a & b"])
def test_the_reader_of_latex_refuses_wrong_rows(rows):
    with pytest.raises((AssertionError, ValueError)):
        read(f"\\begin{{tabular}}{{lr}}\n{rows}\n\\end{{tabular}}")


def test_latex_has_every_cell_of_the_summary(nasty):
    summary = nasty.summary()
    assert read(summary.as_latex())[0] == _cells(summary)


def test_latex_has_every_note(nasty):
    summary = nasty.summary()
    paragraphs = read(summary.as_latex())[1]
    assert paragraphs == summary.extra_txt.splitlines()
    assert len(paragraphs) == 3


def test_latex_of_the_second_summary_has_title_parameters_and_notes(nasty):
    summary = nasty.summary2(title=TITLE)
    rows, paragraphs = read(summary.as_latex(label="tab:fit"))
    assert [row[0] for row in rows[-len(NAMES) - 1 :]] == [*NAMES, "ln(sigma2)"]
    assert paragraphs == [TITLE, "", *summary.extra_txt]
    assert any(RESPONSE in row for row in rows)


def test_a_single_table_has_safe_latex(nasty):
    panel = nasty.summary().tables[1]
    assert [row[0] for row in read(panel.as_latex_tabular())[0]] == ["mean", *NAMES]


def test_the_title_is_escaped_in_the_comment_of_latex(nasty):
    latex = nasty.summary(title=TITLE).as_latex()
    comment = next(line for line in latex.splitlines() if line.startswith("%"))
    assert comment == rf"%\caption{{{latex_text(TITLE)}}}"


# HTML -----------------------------------------------------------------------------------


def test_html_is_well_formed_and_has_the_title(either):
    assert _text(_tree(either).find("table/caption")) == TITLE


def test_html_has_every_cell_of_the_summary(nasty):
    summary = nasty.summary()
    rows = [[_text(cell).strip() for cell in row] for row in _tree(summary).iter("tr")]
    assert rows == _cells(summary)


def test_html_of_the_second_summary_has_the_names(nasty):
    names = [_text(cell).strip() for cell in _tree(nasty.summary2()).iter("th")]
    assert [name for name in names if name in NAMES] == NAMES


def test_html_has_every_note(either):
    notes = _text(_tree(either).find("p")).splitlines()
    expected = either.extra_txt
    assert notes == (expected.splitlines() if isinstance(expected, str) else expected)


def test_both_panels_are_one_table_in_html(nasty):
    tables = _tree(nasty.summary()).findall("table")
    assert len(tables) == 2
    assert len(tables[1]) == len(NAMES) + 3


def test_a_single_table_has_safe_html(nasty):
    tree = ET.fromstring(nasty.summary(title=TITLE).tables[0].as_html())  # noqa: S314 - our own table
    assert _text(tree.find("caption")) == TITLE
    assert RESPONSE in [_text(cell).strip() for cell in tree.iter("td")]


# CSV ------------------------------------------------------------------------------------


def test_csv_reads_back_as_the_cells_and_notes(nasty):
    summary = nasty.summary(title=TITLE)
    rows = list(csv.reader(io.StringIO(summary.as_csv())))
    notes = [[note] for note in summary.extra_txt.splitlines()]
    assert rows == [[TITLE], *_cells(summary), [], *notes]


# Text -----------------------------------------------------------------------------------


def test_all_rules_of_the_text_are_as_wide_as_the_widest_table(nasty):
    lines = str(nasty.summary()).splitlines()
    rules = [line for line in lines if set(line) in ({"="}, {"-"})]
    assert len(rules) == 6
    assert len({len(rule) for rule in rules}) == 1
    assert max(map(len, lines)) == len(rules[0])


def test_names_are_whole_in_text(either):
    text = str(either)
    assert all(name in text for name in [*NAMES, RESPONSE, TITLE])


def test_two_hundred_parameters_have_a_row_each():
    rng = np.random.default_rng(3)
    result = GaussianMLE(rng.normal(size=400), rng.normal(size=(400, 200))).fit()
    names = [line.split(" ")[0] for line in str(result.summary()).splitlines()]
    assert names[names.index("mean") + 2 :][:200] == [f"x{i}" for i in range(1, 201)]
    assert len(result.summary2().tables[1]) == 201


def test_line_breaks_in_names_become_blanks(rows):
    table = rows[["one", "x1"]].rename(columns={"x1": "two\nlines\tof\u2028it"})
    text = str(GaussianMLE(rows["y"], table).fit().summary(title="a\nb"))
    assert "two lines of it " in text
    assert text.splitlines()[0].strip() == "a b"
    assert one_line("a\r\x00b") == "a  b"


def test_notes_can_be_replaced(constant):
    summary = constant.fit().summary()
    summary.add_extra_txt(["first", "second"])
    assert str(summary).endswith("\n\nfirst\nsecond")
    assert summary.as_html().endswith("<p>first<br/>\nsecond</p>")
    summary.extra_txt = None
    assert "Standard errors" not in str(summary)


def test_a_summary_can_be_shown_in_one_format_after_the_other(nasty):
    summary = nasty.summary()
    before = summary.as_text(), summary.as_latex(), summary.as_html(), summary.as_csv()
    assert (
        summary.as_text(),
        summary.as_latex(),
        summary.as_html(),
        summary.as_csv(),
    ) == before


# The second summary ---------------------------------------------------------------------


def test_the_second_summary_has_both_equations_as_a_frame(scaled):
    result = scaled.fit()
    frame = result.summary2().tables[1]
    assert list(frame.columns) == ["Coef.", "Std.Err.", "z", "P>|z|", "[0.025", "0.975]"]
    pd.testing.assert_series_equal(frame["Coef."], result.params, check_names=False)
    pd.testing.assert_series_equal(frame["P>|z|"], result.pvalues, check_names=False)
    np.testing.assert_array_equal(frame.iloc[:, 4:], result.conf_int())


def test_the_second_summary_has_no_scale_of_one(scaled, constant):
    for result in (scaled.fit(), constant.fit(cov_type="HC0")):
        text = str(result.summary2())
        assert "Scale:" not in text
        assert "Covariance Type:" in text
        assert result.cov_type in text
        assert f"{result.llf:.4f}" in text
        assert "yes (" in text


def test_the_second_summary_takes_the_arguments_of_that_of_ols(scaled):
    result = scaled.fit(use_t=True)
    summary = result.summary2(
        yname="pulse", xname=list("abcde"), title="My title", alpha=0.1, float_format="%.2f"
    )
    frame = summary.tables[1]
    assert list(frame.index) == list("abcde")
    assert list(frame.columns[2:]) == ["t", "P>|t|", "[0.05", "0.95]"]
    assert f"{result.params.iloc[0]:.2f} " in str(summary)
    assert f"{result.params.iloc[0]:.2f}<" in summary.as_html()
    assert "pulse" in str(summary)
    assert summary.title == "My title"


def test_the_second_summary_shows_fractional_observations(rows):
    result = GaussianMLE(rows["y"], rows[["one"]], freq_weights=np.full(60, 0.51)).fit()
    assert "30.6 " in str(result.summary2())


def test_the_second_summary_refuses_wrong_arguments(constant):
    with pytest.raises(ValueError, match="`xname` has 1 names"):
        constant.fit().summary2(xname=["a"])
    with pytest.raises(ValueError, match="`alpha` is 2"):
        constant.fit().summary2(alpha=2)


def test_fits_stand_side_by_side_in_statsmodels_table(constant, scaled):
    fits = [constant.fit(), scaled.fit()]
    table = summary_col(fits, model_names=["first", "second"], stars=True).tables[0]
    for column, fit in zip(("first", "second"), fits, strict=True):
        shown = table[column]
        for name, value in fit.params.items():
            assert shown[name].startswith(f"{value:.4f}")
    assert table.loc["ln(sigma2)", "second"] == ""


def test_intervals_stand_in_statsmodels_table_under_the_names_of_both_ends(rows):
    rows["lo"], rows["hi"] = np.floor(rows["y"]), np.floor(rows["y"]) + 1
    fit = intreg("lo + hi ~ x1", rows).fit()
    assert list(summary_col([fit]).tables[0].columns) == ["lo, hi"]
    assert list(summary_col([from_json(fit.to_json())]).tables[0].columns) == ["lo, hi"]


def test_tables_without_data_can_be_read(heart):
    result = gaussmle("thalach ~ age | age", heart).fit()
    before = [str(result.summary().tables[1]), str(result.summary2().tables[1])]
    result.remove_data()
    assert [str(result.summary().tables[1]), str(result.summary2().tables[1])] == before
