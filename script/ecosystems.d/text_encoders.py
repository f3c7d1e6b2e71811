"""Text encoders of transformers, as `save_pretrained` writes them, with lists made of a document.

Tokens, states and logits are compared with those of transformers before anything is recorded.
"""

import importlib
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from _recording import record

from ncviz.recording.hub_folder import read_hub_folder
from ncviz.recording.text_encoder import build_encoder, read_encoder_folder
from ncviz.texts.tokens import batch_of
from ncviz.torchvision import load_torchvision

MADE_BY = "transformers"
NEEDS = ("transformers", "tokenizers", "sentencepiece")

TEXT = Path(__file__).resolve().parents[2] / "docs" / "guide.md"
WORDS, PLACES, CLASSES = 1500, 66, 2
OF_ALL = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": PLACES,
}
OF_DISTILBERT = {
    "dim": 32,
    "n_layers": 3,
    "n_heads": 4,
    "hidden_dim": 64,
    "max_position_embeddings": PLACES,
}
STRANGE = (
    *("", " ", "a", "  two  spaces ", "Grüße aus Köln", "世界 한국어", "e\u0301 ﬁ ① ½ x²", "😀👍"),
    *("It's 'quoted'; 12,5 %", "tab\tand\nline", "\u00a0nbsp\u3000", "Antidisestablishment" * 9),
)


def cases() -> dict[str, Callable[[Path], Path]]:
    """Return a case for each kind of encoder."""
    kinds = {
        "Bert": _words,
        "DistilBert": _words,
        "Roberta": _byte_pairs,
        "XLMRoberta": _pieces,
        "Camembert": _pieces,
        "MPNet": _words_of_mpnet,
    }
    return {kind: _case(kind, begin) for kind, begin in kinds.items()}


def _case(kind: str, begin: Callable[[Path], None]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        load_torchvision()
        transformers = importlib.import_module("transformers")
        transformers.utils.logging.set_verbosity_error()
        torch.manual_seed(0)
        model = folder / "model"
        model.mkdir()
        begin(model)
        cut = getattr(transformers, f"{kind}TokenizerFast").from_pretrained(model)
        cut.save_pretrained(model)
        settings = OF_DISTILBERT if kind == "DistilBert" else OF_ALL
        one = {"type_vocab_size": 1} if kind in ("Roberta", "XLMRoberta", "Camembert") else {}
        config = getattr(transformers, f"{kind}Config")(
            vocab_size=len(cut), num_labels=CLASSES, **settings, **one
        )
        network = getattr(transformers, f"{kind}ForSequenceClassification")(config).eval()
        for weights in network.parameters():
            torch.nn.init.normal_(weights, std=0.2)
        network.save_pretrained(model)
        _compare(model, cut, network)
        texts = folder / "texts.csv"
        rows = [f'"{line.replace(chr(34), "")}",{len(line) % CLASSES}' for line in _lines()[:40]]
        texts.write_text("\n".join(["text,label", *rows]), "utf-8")
        return record(f"hf:{model}", model, folder, data=str(texts))

    return make


def _compare(folder: Path, cut: Any, network: Any) -> None:
    """Raise an error where tokens, states or logits are others than those of transformers."""
    own = read_encoder_folder(folder)
    encoder, head = build_encoder(own, read_hub_folder(folder).tensors, str(folder))
    assert head is not None
    room = own.shape.room
    texts = [*STRANGE, *_lines()]
    tokens = [own.pieces(text, room) for text in texts]
    for text, found in zip(texts, tokens, strict=True):
        wanted = cut(text, truncation=True, max_length=room)["input_ids"]
        if found != wanted:
            raise AssertionError(f"{text!r}: {found} and not {wanted}")
    ids, mask = batch_of(tokens[:60], own.pieces)
    with torch.no_grad():
        theirs = network(ids, attention_mask=mask.long(), output_hidden_states=True)
        states = list(encoder(ids, mask))
        logits = head.classifier(head.features(states[-1][:, 0]))
    for found, wanted in zip(states, theirs.hidden_states, strict=True):
        torch.testing.assert_close(found[mask], wanted[mask], atol=2e-5, rtol=1e-4)
    torch.testing.assert_close(logits, theirs.logits, atol=2e-5, rtol=1e-4)


def _lines() -> list[str]:
    return [line for line in TEXT.read_text("utf-8").splitlines() if line.strip()]


def _words(folder: Path, first: tuple[str, ...] = ()) -> None:
    marks = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    letters = sorted(set("".join(_lines()).lower()) - set(" \n"))
    seen = dict.fromkeys(word for line in _lines() for word in line.lower().split())
    whole = [word for word in seen if word.isalpha()][:WORDS]
    listed = dict.fromkeys([*first, *marks, *letters, *(f"##{x}" for x in letters), *whole])
    (folder / "vocab.txt").write_text("\n".join([*listed, *(["<mask>"] * bool(first))]), "utf-8")


def _words_of_mpnet(folder: Path) -> None:
    _words(folder, ("<s>", "<pad>", "</s>", "<unk>"))


def _byte_pairs(folder: Path) -> None:
    maker = importlib.import_module("tokenizers").ByteLevelBPETokenizer()
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    maker.train([str(TEXT)], vocab_size=WORDS, min_frequency=2, special_tokens=marks)
    maker.save_model(str(folder))


def _pieces(folder: Path) -> None:
    """Make a list of sentencepiece, with the letters made even as in XLM-R."""

    def evened() -> Iterator[str]:
        for line in _lines():
            yield unicodedata.normalize("NFKC", line)

    importlib.import_module("sentencepiece").SentencePieceTrainer.train(
        sentence_iterator=evened(),
        model_prefix=str(folder / "sentencepiece.bpe"),
        vocab_size=WORDS,
        normalization_rule_name="nmt_nfkc",
        unk_id=0,
        bos_id=1,
        eos_id=2,
        minloglevel=2,
    )
