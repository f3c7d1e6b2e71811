"""Formats of data that are not read, and how to come from them to one that is."""

from pathlib import Path

from ncviz.language import tr

_FOREIGN = {
    (".joblib", ".dill"): (
        tr("a pickle of joblib, which could run code"),
        tr(
            "where you trust it, np.savez('f.npz', features=features, labels=labels) makes one "
            "that is"
        ),
    ),
    (".xlsx", ".xls", ".ods"): ("a spreadsheet", tr("save it as CSV")),
    (".gz", ".bz2", ".xz", ".zst", ".7z", ".tgz", ".rar", ".zip"): (
        "packed",
        tr("unpack it first"),
    ),
    (".arff", ".libsvm", ".svm"): (tr("in a format of other programs"), tr("save it as CSV")),
    (".tfrecord", ".tfrecords"): (tr("a file of TensorFlow"), tr("save its arrays by np.savez")),
    (".keras",): (tr("a network of Keras"), tr("save its features and the labels by np.savez")),
    (".orc",): (
        tr("a table of Arrow"),
        tr("pandas.read_orc(path).to_parquet('f.parquet') makes one"),
    ),
}


def is_foreign(suffix: str) -> bool:
    """Tell whether a name ends as those of files that are not read."""
    return any(suffix in suffixes for suffixes in _FOREIGN)


def foreign_sentence(path: Path, suffix: str = "") -> str:
    """Return a sentence about a file that is not read; '' where its name says no such thing.

    Parameters
    ----------
    path : Path
    suffix : str, optional
        How it should be called, where its content tells more than its name.
    """
    for suffixes, (kind, advice) in _FOREIGN.items():
        if (suffix or path.suffix.lower()) in suffixes:
            return tr(
                "{path} is {kind} and is not read: {advice}.", path=path, kind=kind, advice=advice
            )
    return ""
