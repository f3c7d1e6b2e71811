"""Pages of the site that lie elsewhere or nowhere: README, changes, and a reference per package.

The demonstration as a page for a browser is made when the site is.

Formulas become MathML, which browsers draw without a script.

MkDocs calls the functions by their names (`hooks` in mkdocs.yml).
"""

import ast
import re
from functools import cache
from html import unescape
from pathlib import Path

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from ncviz.export.page_plan import PagePlan
from ncviz.export.web.making import page_bytes
from ncviz.runs.run import Run
from ncviz.scenes.view import View

ROOT = Path(__file__).parents[1]
ELSEWHERE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
}
STYLE = """.md-grid { max-width: 72rem; }
.md-typeset td:first-child code { white-space: nowrap; }
.md-typeset math { font-size: 1.05em; }
.md-typeset math[display="block"] { margin: 1em 0; overflow-x: auto; }
"""
SHOWN = "demonstration-page.html"
DEMONSTRATION = f"""# Demonstration

Fashion-MNIST in a network of eight layers, over 600 epochs: turn the scene, play the timeline,
choose a layer, point at a sample. It is a page as `ncviz export page` makes it of any run; [open
it alone]({SHOWN}).

<iframe src="{SHOWN}" title="The demonstration" style="width:100%;height:85vh;border:0"></iframe>
"""
INVITATION = "See it move: [the demonstration](demonstration.md), in this browser."
FORMULA = re.compile(
    r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>',
    re.DOTALL,
)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that do not lie in docs/."""
    for name, page in ELSEWHERE.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=text))
    icon = (ROOT / "assets/icons/ncviz.svg").read_text(encoding="utf-8")
    files.append(File.generated(config, "images/ncviz.svg", content=icon))
    files.append(File.generated(config, "site.css", content=STYLE))
    files.append(File.generated(config, SHOWN, content=demonstration()))
    files.append(File.generated(config, "demonstration.md", content=DEMONSTRATION))
    packages = sorted(path.parent for path in (ROOT / "ncviz").rglob("__init__.py"))
    rows = []
    for package in packages:
        name = ".".join(package.relative_to(ROOT).parts)
        modules = [path for path in sorted(package.glob("*.py")) if path.name[0] != "_"]
        parts = [f"# {name}\n", _said(package / "__init__.py"), ""]
        parts += [f"::: {name}.{path.stem}" for path in modules]
        files.append(File.generated(config, f"reference/{name}.md", content="\n\n".join(parts)))
        rows.append(f"| [{name}](reference/{name}.md) | {_said(package / '__init__.py')} |")
    table = "\n".join(["# Reference", "", "| package | holds |", "| --- | --- |", *rows, ""])
    files.append(File.generated(config, "reference.md", content=table))
    return files


@cache
def demonstration() -> bytes:
    """Return the demonstration as a page for a browser, made once however often the site is."""
    run = Run(ROOT / "assets" / "demonstration")
    view = View().at(run.epochs[-1])
    return page_bytes(PagePlan(Path(SHOWN), run.path, view=view))[0]


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to pages of the site; what lies outside it keeps its words."""

    def told(link: re.Match[str]) -> str:
        picture, words, target = link.groups()
        path, mark, place = target.partition("#")
        if "://" in target or not path:
            return link[0]
        named = Path(path).as_posix().removeprefix("../").removeprefix("docs/")
        named = ELSEWHERE.get(named, named)
        if files.get_file_from_path(named) is not None:
            return f"{picture}[{words}]({named}{mark}{place})"
        return words

    if page.file.src_uri.startswith("reference"):
        return markdown
    if page.file.src_uri == "index.md":
        markdown = markdown.replace("\n## ", f"\n{INVITATION}\n\n## ", 1)
    return LINK.sub(told, markdown)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn TeX into MathML."""

    def drawn(found: re.Match[str]) -> str:
        display = "block" if found[1] == "div" else "inline"
        return str(convert(unescape(found[2]), display=display))

    return FORMULA.sub(drawn, html)


def _said(module: Path) -> str:
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return said.split("\n\n")[0].replace("\n", " ")
