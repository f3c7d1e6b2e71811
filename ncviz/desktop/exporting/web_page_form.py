"""What a page for a browser holds."""

from dataclasses import replace
from pathlib import Path

from ncviz.desktop.exporting.page import ExportPage
from ncviz.desktop.widgets.form_parts import FieldError, caption
from ncviz.export.figure_plan import FigurePlan
from ncviz.export.page_plan import PagePlan
from ncviz.language import tr
from ncviz.scenes.view import View
from ncviz.wording import bytes_in_words

SAID = tr(
    "One file that any browser opens, without ncviz and without a network: the scene turns, the "
    "timeline moves, samples show their image."
)


class WebPageForm(ExportPage):
    """Size, classes, look and title of a page."""

    kind = tr("Page")
    verb = tr("Save page")
    usual_name = "page"

    def __init__(self) -> None:
        super().__init__(PagePlan(Path("page.html")))
        self.said = caption(SAID)
        rows = ("said", "title", "chosen_only", "size", "theme")
        self.lay_out([(name,) for name in rows], {"said": self.said})
        self.listen(self.heard)

    @property
    def suffix(self) -> str:
        """Return the ending of the file."""
        return ".html"

    @property
    def file_name(self) -> str:
        """Return a good name for the file."""
        return self.seen.name or self.usual_name

    def use_suffix(self, suffix: str) -> None:
        """Stay with HTML: there is no other format."""

    def begun(self, out: Path) -> PagePlan:
        """Return a plan of the run that is open, or of the model that is seen, as it is seen."""
        if self.seen.shows_model:
            model = replace(self.seen.model, last=None)  # the whole of its timeline
            return PagePlan(out, view=self.seen.view, model=model)
        return PagePlan(out, self.seen.run_path, view=self.seen.view, beside=self.seen.beside)

    def plan(self, out: Path) -> PagePlan:
        """Return the page that is asked for."""
        if self.seen.run is None and not self.seen.shows_model:
            raise FieldError(self.needs_run, self.fields["title"])
        plan: PagePlan = super().plan(out)
        return plan

    def picture(self, out: Path) -> FigurePlan:
        """Return a figure of what the page begins with, for the preview."""
        plan, seen = self.plan(out), self.seen
        view: View = replace(plan.view, hovered=None)
        both = seen.picture_in(view) if plan.beside and seen.picture_in else None
        return FigurePlan(
            Path("page.png"),
            plan.run,
            preset="scene",
            view=view,
            theme=view.theme,
            width=160.0,
            legend=True,
            model=plan.model,
            scene=both,
            cameras=seen.cameras if both else (),
        )

    def size_in_words(self, out: Path) -> str:
        """Say how large the page will be, and what is left out of it."""
        from ncviz.export.web.making import expected_bytes

        plan = self.plan(out)
        if plan.model is not None:
            return tr(
                "{title} along its timeline. At most {most_bytes}.",
                title=plan.model.model.title,
                most_bytes=bytes_in_words(plan.most_bytes),
            )
        size, chosen = expected_bytes(plan)
        return tr(
            "About {size}. {most_bytes}",
            size=bytes_in_words(size),
            most_bytes=chosen.rule(plan.most_bytes),
        ).rstrip()
