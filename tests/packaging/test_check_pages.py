"""The check of the built pages finds what it is there for."""

import importlib.util
import json
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "check_pages.py"
SEARCH = 'Search.setIndex({"terms": {"tobit": 0, "hessian": 1}})'


@pytest.fixture
def check():
    spec = importlib.util.spec_from_file_location("check_pages", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


@pytest.fixture
def site(tmp_path):
    """Two pages without a fault."""
    (tmp_path / "below").mkdir()
    (tmp_path / "index.html").write_text(
        '<h1 id="top">A <br> title</h1><a href="below/page.html#place">there</a>'
        '<a href="https://doi.org/10.2307/1913974">elsewhere</a><img src="picture.png">'
        r'<span class="math notranslate">\(\frac{1}{2}\)</span><pre>\beta</pre>'
    )
    (tmp_path / "below" / "page.html").write_text(
        '<p id="place">Text</p><a href="../index.html">up</a><a href="#place">here</a>'
    )
    (tmp_path / "picture.png").touch()
    (tmp_path / "searchindex.js").write_text(SEARCH)
    return tmp_path


def test_pages_without_a_fault_are_counted(check, site, capsys):
    check(site)
    assert capsys.readouterr().out == "2 pages, 4 links: none is broken\n"


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<a href="gone.html">', "below/page.html has a link to nothing: gone.html"),
        ('<img src="gone.png">', "below/page.html has a link to nothing: gone.png"),
        (
            '<a href="../index.html#gone">',
            "below/page.html has a link to no place on index.html: ../index.html#gone",
        ),
        (
            '<a href="#gone">',
            "below/page.html has a link to no place on below/page.html: #gone",
        ),
        (
            '<script src="https://cdn.example/mathjax.js"></script>',
            "below/page.html needs a network: https://cdn.example/mathjax.js",
        ),
        (
            '<link rel="stylesheet" href="//cdn.example/a.css">',
            "below/page.html needs a network: //cdn.example/a.css",
        ),
        (r"<p>so \frac{1}{2} of it</p>", r"below/page.html shows TeX as it is written: \frac"),
    ],
)
def test_a_fault_is_named(check, site, html, fault):
    with (site / "below" / "page.html").open("a") as page:
        page.write(html)
    with pytest.raises(SystemExit) as error:
        check(site)
    assert str(error.value) == fault


def test_a_search_without_the_words_of_the_pages_is_a_fault(check, site):
    terms = json.dumps({"terms": {"tobit": 0}})
    (site / "searchindex.js").write_text(f"Search.setIndex({terms})")
    with pytest.raises(SystemExit, match="the search finds no 'hessian'"):
        check(site)
