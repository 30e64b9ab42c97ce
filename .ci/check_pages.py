"""Check the pages that were built: that they can be read without a network, and their links.

python .ci/check_pages.py DIRECTORY, which holds the HTML
"""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Elements whose text is meant as it is, and those of formulas, which MathJax draws.
VERBATIM = {"code", "pre", "script", "style", "math"}
TEX = re.compile(r"\$\$|\\(?:frac|begin|mathrm|sigma|beta|log)\b")
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Page(HTMLParser):
    """What has to be known of a page.

    Attributes
    ----------
    links : list of str
        Where its links lead.
    fetched : list of str
        What a browser loads with it.
    anchors : set of str
        Places in it.
    text : list of str
        Running text, without code and formulas.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.text: list[str] = []
        self._open: list[bool] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note links and anchors, and whether text is to be read."""
        found = {name: value or "" for name, value in attrs}
        self.anchors.update(found[name] for name in ("id", "name") if name in found)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag in {"script", "img", "iframe", "source"} and "src" in found:
            self.fetched.append(found["src"])
        if tag == "link" and {"stylesheet", "preload", "icon"} & set(
            found.get("rel", "").split()
        ):
            self.fetched.append(found["href"])
        if tag not in VOID:
            formula = "math" in found.get("class", "").split()
            self._open.append(tag in VERBATIM or formula)

    def handle_endtag(self, tag: str) -> None:
        """Close the element."""
        if tag not in VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Keep running text."""
        if not any(self._open):
            self.text.append(data)


def faults_of_page(name: str, pages: dict[str, Page], files: set[str]) -> list[str]:
    """Name what is wrong with a page.

    Parameters
    ----------
    name : str
        Its path below the root of the pages.
    pages : dict of str to Page
        All pages.
    files : set of str
        All files.

    Returns
    -------
    list of str
        One sentence a fault.
    """
    page = pages[name]
    faults = [
        f"{name} needs a network: {address}"
        for address in page.fetched
        if urlsplit(address).netloc
    ]
    raw = TEX.search(" ".join(page.text))
    if raw:
        faults.append(f"{name} shows TeX as it is written: {raw.group()}")
    for link in page.links + page.fetched:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target, place = _target(name, unquote(parts.path)), unquote(parts.fragment)
        if target not in files:
            faults.append(f"{name} has a link to nothing: {link}")
        elif place and target in pages and place not in pages[target].anchors:
            faults.append(f"{name} has a link to no place on {target}: {link}")
    return faults


def _target(name: str, path: str) -> str:
    if not path:
        return name
    parts: list[str] = list(Path(name).parent.parts)
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts) or "index.html"


def main(directory: str) -> None:
    """Check all pages below a directory.

    Parameters
    ----------
    directory : str
        Where they are.
    """
    root = Path(directory)
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    pages = {
        name: Page((root / name).read_text("utf-8"))
        for name in sorted(files)
        if name.endswith(".html") and not name.startswith("_static/")
    }
    faults = [fault for name in pages for fault in faults_of_page(name, pages, files)]
    index = (root / "searchindex.js").read_text("utf-8")
    terms = json.loads(index[index.index("(") + 1 : index.rindex(")")])["terms"]
    # As the index has them: without their endings.
    faults += [
        f"the search finds no {word!r}" for word in ("tobit", "hessian") if word not in terms
    ]
    if faults:
        raise SystemExit("\n".join(faults))
    print(
        f"{len(pages)} pages, {sum(len(p.links) for p in pages.values())} links: none is broken"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
