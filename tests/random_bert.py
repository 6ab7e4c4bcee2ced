"""What random BERT models over single characters are made of, for tests that may download none."""

from collections.abc import Sequence
from pathlib import Path

_PAD, _UNKNOWN, _BREAK = "[PAD]", "[UNK]", "[SEP]"
MOST_TOKENS = 128
# Two small layers: parameters of a BertConfig beside its vocabulary.
SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": MOST_TOKENS,
}


def save_tokenizer(folder: Path, characters: Sequence[str], *, pairs: bool = False) -> int:
    """Save a tokenizer that cuts into characters, or such ``pairs`` of texts; returns how many tokens it has."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors  # noqa: PLC0415 (takes seconds)
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415

    special = [_PAD, _UNKNOWN, *([_BREAK] if pairs else [])]
    vocabulary = {token: number for number, token in enumerate([*special, *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=_UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    if pairs:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="$A", pair=f"$A {_BREAK} $B:1", special_tokens=[(_BREAK, vocabulary[_BREAK])]
        )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=MOST_TOKENS,
        pad_token=_PAD,
        unk_token=_UNKNOWN,
        **({"sep_token": _BREAK} if pairs else {}),
    ).save_pretrained(folder)
    return len(vocabulary)
