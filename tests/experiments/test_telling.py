"""What a site says of runs of experiments: claim, source and verdict of those that are known."""

from ncviz.experiments.catalogue import experiments
from ncviz.experiments.finding import shipped_run
from ncviz.experiments.results import current_results
from ncviz.experiments.telling import ExperimentsOfRuns, gallery_folder
from ncviz.experiments.verdict import outcome_of


def test_a_run_that_ships_is_told_with_claim_source_and_verdict(tmp_path):
    told = ExperimentsOfRuns(tmp_path)
    experiment = experiments()["neural-collapse"]
    run = shipped_run(experiment, experiment.variants[0].name)
    assert run.is_relative_to(gallery_folder())
    claim, source, verdict = told.about(run)
    assert claim == f"{experiment.title}: {experiment.claim}"
    assert source == experiment.source.words
    outcome = outcome_of(experiment, current_results(experiment, tmp_path))
    assert verdict.lower().startswith(f"{outcome.verdict}.")
    assert told.about(tmp_path) == ()
