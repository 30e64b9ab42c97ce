"""The command line: what it prints, where, and the status it ends with."""

import contextlib
import functools
import io
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sm_gaussmle as smg
from sm_gaussmle import __main__ as command_line
from sm_gaussmle import tutorial

HEART = Path(smg.datasets.heart.__file__).parent / "heart.csv"
HEART_COLUMNS = (
    "age, sex, cp, trestbps, chol, fbs, restecg, thalach, exang, oldpeak, slope, ca, thal, num"
)
SMALL = "y,x,w,s,c,e\n1,1,1,a,2,\n2,2,1,b,2,\n4,3,-1,a,2,\n3,4,1,b,2,\n7,5,1,a,2,\n"
SMALL_COLUMNS = "The columns are y, x, w, s, c, e."
UNSEEN = "is no column of the data and no name that the formula can see"
NO_MEAN = (
    "it must have a response, one '~' and the terms of the mean, as in 'y ~ x' or 'y ~ 1'."
)


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    """Work in an empty directory, so that messages hold short names of files."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Run the command line in this process: status, output and errors."""

    def run(*argv):
        status = command_line.main(argv)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def small():
    Path("small.csv").write_text(SMALL, "utf-8")
    return "small.csv"


def process(*argv, **options):
    """Run the command line in a process of its own."""
    root = str(Path(smg.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "sm_gaussmle", *argv],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


# What it prints ------------------------------------------------------------------------


def test_no_arguments_print_the_tutorial(run):
    assert run() == (0, tutorial.text(tutorial.compute()), "")


def test_clusters_are_a_column_of_the_file(run):
    status, out, err = run(
        "thalach ~ age", str(HEART), "--cov-type", "cluster", "--groups", "sex"
    )
    assert (status, err) == (0, "")
    assert "within clusters (2 clusters)" in out


def test_lags_are_a_number(run):
    status, out, err = run("thalach ~ age", str(HEART), "--cov-type", "HAC", "--maxlags", "2")
    assert (status, err) == (0, "")
    assert "(bartlett kernel, 2 lags)" in " ".join(out.split())


@pytest.mark.parametrize("option", [["--groups", "sex"], ["--maxlags", "2"]])
def test_options_of_a_covariance_need_a_formula(run, option):
    status, out, err = run(*option)
    assert (status, out) == (2, "")
    assert f"{option[0]} needs a formula and a file" in err


def test_formula_and_file_print_the_summary(run):
    status, out, err = run("thalach ~ age + exang + oldpeak", str(HEART))
    assert (status, err) == (0, "")
    for text in ("203.3660", "-0.8298", "-14.2542", "-3.7805", "-1322.5799", "nonrobust"):
        assert text in out


def test_scale_equation_and_covariance_are_used(run):
    status, out, err = run("thalach ~ age", str(HEART), "--scale", "~ sex", "--cov-type", "HC0")
    assert (status, err) == (0, "")
    assert "ln(sigma2)[sex]" in out
    assert "HC0" in out


def test_columns_of_offsets_and_weights_are_used(run):
    options = {
        "offset": "num",
        "offset_scale": "oldpeak",
        "freq_weights": "sex",
        "var_weights": "chol",
    }
    argv = [part for k, v in options.items() for part in (f"--{k.replace('_', '-')}", v)]
    status, out, err = run("thalach ~ age", str(HEART), *argv)
    assert (status, err) == (0, "")
    fit = smg.gaussmle("thalach ~ age", smg.datasets.heart.load_pandas().data, **options).fit()
    assert f"{fit.llf:.4f}" in out
    assert "of weight 0" in out


@pytest.mark.parametrize("limit", ["0", "num"])
def test_limits_are_numbers_or_columns(run, limit):
    status, out, err = run("oldpeak ~ age", str(HEART), "--left", limit)
    assert (status, err) == (0, "")
    heart = smg.datasets.heart.load_pandas().data
    fit = smg.gaussmle("oldpeak ~ age", heart, left=0 if limit == "0" else "num").fit()
    assert f"{fit.llf:.4f}" in out
    assert "Left-censored:" in out


def test_limits_that_begin_with_a_minus_are_written_as_the_help_says(run):
    told = "Write -inf and -1e3 with an equals sign: --left=-inf."
    assert told in " ".join(run("--help")[1].split())
    assert "argument --left: expected one argument" in run("--left", "-inf")[2]
    status, out, err = run("oldpeak ~ age", str(HEART), "--left=-inf", "--trunc-left=-1e3")
    assert (status, err) == (0, "")
    assert "Responses: truncated below -1000;" in out


def test_formula_may_use_numpy_and_transforms(run):
    status, out, _ = run("thalach ~ np.log(age) + center(oldpeak) + C(cp)", str(HEART))
    assert status == 0
    assert "np.log(age)" in out


def test_formula_does_not_see_the_names_of_the_program(run, small):
    status, _, err = run("y ~ x + PIPE_CLOSED", small)
    assert status == 2
    assert f"'PIPE_CLOSED' {UNSEEN}" in err


def test_rows_with_missing_values_are_counted_in_the_summary(run):
    Path("holes.csv").write_text("y,x\n1,1\n2,\n4,3\n3,4\n7,5\n,3\n", "utf-8")
    status, out, err = run("y ~ x", "holes.csv")
    assert (status, err) == (0, "")
    assert "2 missing" in out


def test_byte_order_mark_is_no_part_of_the_first_name(run):
    Path("excel.csv").write_text(SMALL, "utf-8-sig")
    assert run("y ~ x", "excel.csv")[0] == 0


def test_empty_values_at_the_ends_of_rows_are_ignored(run):
    Path("commas.csv").write_text("y,x\n1,1,\n2,2,\n4,3,\n", "utf-8")
    assert run("y ~ x", "commas.csv")[0] == 0


def test_name_that_the_terminal_cannot_show_is_escaped(run, monkeypatch):
    Path("names.csv").write_text(SMALL.replace("x", "ß"), "utf-8")
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert command_line.main(["y ~ ß", "names.csv"]) == 0
    assert b"\\xdf" in terminal.buffer.getvalue()


def assert_fit_of(found, data, passes):
    status, out, _ = found
    assert status == 0
    fit = smg.gaussmle("y ~ x", data).fit()
    assert f"{fit.llf:.4f}" in out
    assert ("read in" in out) == passes


def test_a_csv_file_is_read_into_memory_unless_passes_are_asked_for(run, small):
    data = pd.read_csv(small)
    assert_fit_of(run("y ~ x", small), data, passes=False)
    found = run("y ~ x", small, "--in-passes", "--progress")
    assert_fit_of(found, data, passes=True)
    assert "pass 1" in found[2]


@pytest.mark.parametrize(
    ("name", "given", "write"),
    [
        ("a.parquet", "a.parquet", lambda data: data.to_parquet("a.parquet")),
        ("b.feather", "b.feather", lambda data: data.to_feather("b.feather")),
        ("c.csv.gz", "c.csv.gz", lambda data: data.to_csv("c.csv.gz", index=False)),
        ("d.tsv", "d.tsv", lambda data: data.to_csv("d.tsv", index=False, sep="\t")),
        ("e.csv", "[e].csv", lambda data: data.to_csv("e.csv", index=False)),
        ("f/f.parquet", "f", lambda data: data.to_parquet("f/f.parquet")),
    ],
)
def test_other_files_are_read_in_passes(run, small, name, given, write):
    data = pd.read_csv(small)
    Path(name).parent.mkdir(exist_ok=True)
    write(data)
    assert_fit_of(run("y ~ x", given), data, passes=True)


def test_a_file_whose_name_looks_like_a_pattern_is_read_as_it_is(run, small):
    Path(small).rename("[1].csv")
    assert_fit_of(run("y ~ x", "[1].csv"), pd.read_csv("[1].csv"), passes=False)


def test_several_files_are_rows_of_one_table(run, small):
    Path("more.csv").write_text("y,x,w,s,c,e\n4,6,1,a,2,\n5,9,1,a,2,\n", "utf-8")
    data = pd.concat(map(pd.read_csv, ["small.csv", "more.csv"]))
    assert_fit_of(run("y ~ x", "small.csv", "more.csv"), data, passes=True)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_names_every_option_and_warns_that_formulas_are_run(run, option):
    status, out, err = run(option)
    assert (status, err) == (0, "")
    assert "A formula is Python code, and it is run" in out
    for text in (
        "--scale",
        "--cov-type",
        "HC0",
        "--offset-scale",
        "--freq-weights",
        "--in-passes",
    ):
        assert text in out
    assert max(map(len, out.splitlines())) <= 79


def test_version_is_that_of_the_installed_package(run, monkeypatch):
    monkeypatch.setattr(metadata, "version", {"sm_gaussmle": "1.2.3"}.__getitem__)
    assert run("--version") == (0, "sm_gaussmle 1.2.3\n", "")


def test_version_of_a_source_tree_is_unknown(run, monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert run("--version") == (0, "sm_gaussmle (not installed: run from its source)\n", "")


# Errors --------------------------------------------------------------------------------

ARGUMENTS = " (--help shows the arguments)."


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["y ~ x"], f"the formula 'y ~ x' needs a file of data after it{ARGUMENTS}"),
        (["--scale", "~ x"], f"--scale needs a formula and a file{ARGUMENTS}"),
        (["--freq-weights", "w"], f"--freq-weights needs a formula and a file{ARGUMENTS}"),
        (["--scale"], f"argument --scale: expected one argument{ARGUMENTS}"),
        (["--sca", "~ x"], f"unrecognized arguments: --sca{ARGUMENTS}"),
        (["--in-passes"], f"--in-passes needs a formula and a file{ARGUMENTS}"),
        (["--no-eval"], f"--no-eval needs a formula and a file{ARGUMENTS}"),
        (["--progress"], f"--progress needs a formula and a file{ARGUMENTS}"),
    ],
)
def test_wrong_arguments_are_refused(run, argv, message):
    assert run(*argv) == (2, "", f"sm_gaussmle: error: {message}\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "data.csv is no CSV file: No columns to parse from file."),
        (b"y,x\n", "data.csv has no rows below the names of the columns."),
        (
            b"\x7fELF\xff",
            "data.csv is no CSV file in UTF-8: invalid start byte at byte 4, in line 1.",
        ),
        (b"y,x\n1,\x00\n", "data.csv is no CSV file: it has null characters, first in line 2."),
        (
            b"y,x\n1,2\n3,4,5\n",
            (
                "data.csv is no CSV file: line 3 has 3 values, the last of them '5', and the "
                "header names 2 columns; correct the line, or take it out."
            ),
        ),
        (
            b"y,x,z\n1,2,\n3,4\n",
            (
                "data.csv is no CSV file: line 3 has 2 values, the last of them '4', and the "
                "header names 3 columns; correct the line, or take it out."
            ),
        ),
        (
            b'y,x\n1,2\n3,"4\n',
            (
                "data.csv is no CSV file: line 3 cannot be read: a quote is opened in it that "
                "nothing closes. A text in quotes has the quotes that are part of it twice."
            ),
        ),
        (
            b'"' + b"y" * 200_000 + b'","x\n1,2\n',
            (
                "data.csv is no CSV file: Error tokenizing data. C error: EOF inside string "
                "starting at row 0."
            ),
        ),
        (b"y,x\n1,2,3\n", "data.csv has more values in its rows than names in its first line."),
    ],
)
def test_file_that_is_no_table_is_refused(run, content, message):
    Path("data.csv").write_bytes(content)
    assert run("y ~ x", "data.csv") == (2, "", f"sm_gaussmle: error: {message}\n")


@pytest.mark.parametrize("value", ["oops", "1,234", "-", "1_000"])
@pytest.mark.parametrize("option", [[], ["--in-passes"]])
def test_a_text_among_numbers_is_named_by_its_line(run, option, value):
    rows = [f"{i % 5},{i % 3}" for i in range(60)]
    rows[40] = f'2,"{value}"'
    Path("data.csv").write_text("\n".join(["y,x", *rows, ""]), "utf-8")
    status, out, err = run("y ~ x", "data.csv", *option)
    assert (status, out) == (2, "")
    assert f"column 'x' is text, as line 42 of data.csv has '{value}' where most" in err
    assert "Write C(x) if each value is a level." in err
    assert run("y ~ C(x)", "data.csv", *option)[0] == 0
    assert run("y ~ 1", "data.csv", *option)[0] == 0


@pytest.mark.parametrize("argument", ["--offset", "--var-weights", "--left"])
@pytest.mark.parametrize("option", [[], ["--in-passes"]])
def test_a_text_among_the_numbers_of_an_option_is_named_by_its_line(run, option, argument):
    rows = [f"{i % 5},{i % 3},{i % 4}" for i in range(60)]
    rows[40] = "2,1,oops"
    Path("data.csv").write_text("\n".join(["y,x,o", *rows, ""]), "utf-8")
    status, out, err = run("y ~ x", "data.csv", argument, "o", *option)
    assert (status, out) == (2, "")
    assert "is 'o': column 'o' is text, as line 42 of data.csv has 'oops' where most" in err


# Formulas that run no code ---------------------------------------------------------------


@pytest.mark.parametrize("option", [[], ["--in-passes"]])
def test_without_evaluation_the_fit_is_the_same(run, small, option):
    both = ["y ~ x", small, "--scale", "~ 1", "--var-weights", "x", *option]
    plain, refusing = run(*both), run(*both, "--no-eval")
    assert refusing[0] == 0
    times = [line for line in plain[1].splitlines() if not line.startswith("Time:")]
    assert [x for x in refusing[1].splitlines() if not x.startswith("Time:")] == times


@pytest.mark.parametrize("option", [[], ["--in-passes"]])
@pytest.mark.parametrize(
    "argv",
    [
        ["y ~ np.log(x)"],
        ["np.log(y) ~ x"],
        ["y ~ x | np.log(x)"],
        ["y ~ x", "--scale=np.log(x)"],
        ["np.log(x) + y - np.log(x) ~ x"],
    ],
)
def test_code_in_either_equation_is_refused_by_its_piece(run, small, argv, option):
    formula, *scale = argv
    status, out, err = run(formula, small, *scale, *option, "--no-eval")
    assert (status, out) == (2, "")
    assert "which would be run as code. Without evaluation (--no-eval) there are" in err


@pytest.mark.parametrize("argument", ["--offset", "--var-weights", "--left", "--trunc-right"])
@pytest.mark.parametrize("option", [[], ["--in-passes"]])
def test_other_options_name_columns_and_evaluate_nothing(run, small, argument, option):
    status, _, err = run("y ~ x", small, argument, "np.log(x)", *option)
    assert status == 2
    assert "is 'np.log(x)', which is no column of the data" in err


def test_columns_of_texts_and_booleans_are_levels_as_they_are(run):
    rows = [f"{i % 5},{'ab'[i % 2]},{i % 3 == 0}" for i in range(60)]
    Path("data.csv").write_text("\n".join(["y,g,b", *rows, ""]), "utf-8")
    assert run("y ~ g + b", "data.csv")[0] == 0


def test_a_short_row_that_is_filled_up_is_not_taken_for_a_missing_value(run):
    Path("data.csv").write_text("y,x\n1,2\n2,4\n3,5\n4,\n5,9\n", "utf-8")
    assert run("y ~ x", "data.csv")[0] == 0


def test_file_whose_columns_no_comma_separates_is_refused(run):
    Path("data.csv").write_text("y;x\n1;2\n", "utf-8")
    assert run("y ~ 1", "data.csv")[2] == (
        "sm_gaussmle: error: data.csv has one column, 'y;x'; commas must separate its "
        "columns.\n"
    )


def test_file_that_cannot_be_read_is_refused(run):
    message = "sm_gaussmle: error: none.csv cannot be read: No such file or directory.\n"
    assert run("y ~ x", "none.csv") == (2, "", message)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["none.parquet"], "There is no file 'none.parquet'."),
        (["*.arrow"], "No file matches the pattern '*.arrow'."),
        (["none.csv", "--in-passes"], "There is no file 'none.csv'."),
        (["small.csv", "none.csv"], "There is no file 'none.csv'."),
        (["folder"], "The directory 'folder' has no files of data (those whose names begin"),
        (["small.txt", "--in-passes"], "`data` is 'small.txt', which is not a table; give a"),
    ],
)
def test_files_that_are_not_there_are_refused(run, small, files, message):
    Path("folder").mkdir()
    Path("small.txt").write_text(SMALL, "utf-8")
    status, out, err = run("y ~ x", *files)
    assert (status, out) == (2, "")
    assert err.startswith(f"sm_gaussmle: error: {message}")
    assert err.count("\n") == 1


def test_packages_that_are_not_installed_are_named(run, small, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    status, out, err = run("y ~ x", small, "--in-passes")
    assert (status, out) == (2, "")
    assert "pip install 'sm_gaussmle[duckdb]'" in err


def test_name_of_a_file_with_a_null_character_is_refused(run):
    status, out, err = run("y ~ x", "a\0b")
    assert (status, out) == (2, "")
    assert "cannot be read" in err


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("y ~ z", f"`formula` 'y ~ z' cannot be evaluated: 'z' {UNSEEN}. {SMALL_COLUMNS}"),
        ("y", f"`formula` is 'y'; {NO_MEAN}"),
        ("", f"`formula` is ''; {NO_MEAN}"),
        (
            "y ~ x +",
            (
                "`formula` 'y ~ x +' cannot be evaluated: +: expected a noun, but instead the "
                f"expression ended. {SMALL_COLUMNS}"
            ),
        ),
        (
            "y ~ I(1/0)",
            (
                "`formula` 'y ~ I(1/0)' cannot be evaluated: I(1/0): Error evaluating factor: "
                f"ZeroDivisionError: division by zero. {SMALL_COLUMNS}"
            ),
        ),
        (
            "y ~ Q('z')",
            (
                "`formula` \"y ~ Q('z')\" cannot be evaluated: Q('z'): Error evaluating factor: "
                f"NameError: no data named 'z' found. {SMALL_COLUMNS}"
            ),
        ),
        (
            "y ~ e",
            (
                "none of the 5 rows is complete in the variables of the formulas, weights and "
                "offsets."
            ),
        ),
        (
            "c ~ x",
            (
                "`endog` is constant (2 in every row): its variance is zero and the likelihood has "
                "no maximum."
            ),
        ),
    ],
)
def test_formula_that_cannot_be_fitted_is_refused(run, small, formula, message):
    assert run(formula, small) == (2, "", f"sm_gaussmle: error: {message}\n")


@pytest.mark.parametrize(
    ("argv", "parts"),
    [
        (["y ~ x + I(2*x)"], ["linearly dependent", "'I(2 * x)' = 2*x"]),
        (["s ~ x"], ["the response of 's ~ x' has 2 columns"]),
        (
            ["y ~ C(x)"],
            ["`endog` has 5 rows and `exog` 5 columns", "At least 6 rows are needed"],
        ),
        (["y ~ x", "--scale", "y ~ x"], ["`scale_formula`", "left side"]),
        (["y ~ x", "--offset", "z"], ["`offset` is 'z'", "the columns are y, x, w, s, c, e."]),
        (["y ~ x", "--offset", "s"], ["`offset` has values that are not real numbers"]),
        (["y ~ x", "--freq-weights", "w"], ["`freq_weights`", "-1"]),
        (["y ~ x", "--cov-type", "zz"], ["`cov_type` is 'zz'", "nonrobust", "HC0"]),
    ],
)
def test_refusals_of_the_package_are_one_line(run, small, argv, parts):
    status, out, err = run(argv[0], small, *argv[1:])
    assert (status, out) == (2, "")
    assert err.startswith("sm_gaussmle: error: ")
    assert err.count("\n") == 1
    for part in parts:
        assert part in err


def test_columns_are_named_once(run, small):
    assert run("y ~ x", small, "--offset", "z")[2].count("olumns") == 1


def test_of_many_columns_the_first_are_named(run):
    Path("wide.csv").write_text(
        f"{','.join(f'x{i}' for i in range(30))}\n{'1,' * 29}1\n", "utf-8"
    )
    err = run("x1 ~ z", "wide.csv")[2]
    assert err.endswith("x18, x19 and 10 more.\n")


def test_message_of_several_lines_becomes_one(run):
    Path("lines.csv").write_text('"a\nb",y\n1,2\n2,3\n3,5\n', "utf-8")
    assert run("y ~ z", "lines.csv")[2] == (
        f"sm_gaussmle: error: `formula` 'y ~ z' cannot be evaluated: 'z' {UNSEEN}. The "
        "columns are a b, y. In a formula 'a\\nb' is Q('a\\nb'), or `a b` in formulaic.\n"
    )


# Warnings ------------------------------------------------------------------------------


def test_fit_that_did_not_converge_is_printed_with_a_warning(run, monkeypatch):
    one_step = functools.partialmethod(smg.GaussianMLE.fit, maxiter=1)
    monkeypatch.setattr(smg.GaussianMLE, "fit", one_step)
    status, out, err = run("thalach ~ age", str(HEART), "--scale", "~ chol")
    assert status == 0
    assert "DID NOT CONVERGE" in out
    assert err.startswith("sm_gaussmle: warning: the fit did not converge: ")
    assert err.count("\n") == 1


def test_warnings_and_the_error_after_them_are_one_line_each(run):
    status, out, err = run("thalach ~ np.log(oldpeak)", str(HEART))
    assert (status, out) == (2, "")
    warning, error = err.splitlines()
    assert warning == "sm_gaussmle: warning: divide by zero encountered in log"
    assert error.startswith("sm_gaussmle: error: `exog` column 'np.log(oldpeak)' is NaN or inf")


def test_warnings_for_programmers_are_not_shown(run, small):
    warn = "__import__('warnings').warn('old', DeprecationWarning)"
    status, _, err = run(f"y ~ I([{warn}, x][1])", small)
    assert (status, err) == (0, "")


# The stream ----------------------------------------------------------------------------


def test_closed_pipe_ends_the_program_without_a_word(monkeypatch, capsys):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert command_line.main(["--help"]) == command_line.PIPE_CLOSED
        # What Python flushes at exit goes nowhere.
        stream.write("more")
        stream.flush()
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_full_disk_is_an_error(monkeypatch, capsys):
    with open("/dev/full", "w", encoding="utf-8") as stream:  # noqa: PTH123 - as a shell does
        monkeypatch.setattr(sys, "stdout", stream)
        assert command_line.main(["--help"]) == 2
    assert capsys.readouterr().err == (
        "sm_gaussmle: error: the output cannot be written: No space left on device.\n"
    )


def test_process_without_an_output_is_no_error(monkeypatch, run):
    monkeypatch.setattr(sys, "stdout", None)
    assert command_line.main(["--help"]) == 0


# In a process of its own ---------------------------------------------------------------


def test_process_ends_with_status_2_after_an_error():
    done = process("y ~ x", "none.csv")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "sm_gaussmle: error: none.csv cannot be read: No such file or directory.\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_head_takes_the_first_line_and_nothing_complains():
    command = f"'{sys.executable}' -m sm_gaussmle | head -1"
    root = str(Path(smg.__file__).parents[1])
    done = subprocess.run(
        ["sh", "-c", command],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{'=' * 79}\n"


# Anything at all -----------------------------------------------------------------------


def status_of(*argv):
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()) as err,
    ):
        status = command_line.main(argv)
    return status, err.getvalue()


# A formula is run: without letters it reaches no function of Python, and without * and <
# no number that takes for ever.
@given(st.text(st.sampled_from("yx~+-:|()[]{}'\"\\01 .,=!@#$%^&é\n\0"), max_size=20))
def test_any_formula_is_fitted_or_refused(tmp_path_factory, formula):
    file = tmp_path_factory.getbasetemp() / "formula.csv"
    file.write_text(SMALL, "utf-8")
    status, err = status_of("--", formula, str(file))
    assert status == 0 or (status == 2 and "error: " in err.splitlines()[-1])


@pytest.mark.parametrize("name", ["any.parquet", "any.arrow", "any.tsv", "any.csv.gz"])
@settings(max_examples=10)
@given(st.binary(max_size=40) | st.text("yx\t\n1.", max_size=40).map(str.encode))
def test_any_table_is_fitted_or_refused(tmp_path_factory, name, content):
    file = tmp_path_factory.getbasetemp() / name
    file.write_bytes(content)
    status, err = status_of("y ~ x", str(file))
    assert status == 0 or (status == 2 and "error: " in err.splitlines()[-1])


@given(st.binary(max_size=40) | st.text("yx,\"'\n\r1.-; ", max_size=40).map(str.encode))
def test_any_file_is_fitted_or_refused(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(content)
    status, err = status_of("y ~ x", str(file))
    assert status == 0 or (status == 2 and "error: " in err.splitlines()[-1])
