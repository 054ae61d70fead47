//! A small unigram tokenizer in the published form: letters, signs and frequent English pieces.

use serde_json::{Value, json};

/// Pieces besides single characters; `_` stands for the word mark.
const PIECES: &str = "_the _a _an _and _of _in _on _to _is _at _with _her _his _he _she _it _they _who _says _as \
    _by _from _for _into _out _up _down _left _right _over _under _near _old _young _man _woman _girl _boy _child \
    _people _camera _light _dark _night _day _sea _sky _rain _wind _voice _sound _music _speaks _looks _walks \
    _turns _slowly _soft _loud _low _high _clear _deep _red _blue _green _white _black _gold _city _street _room \
    _house _tree _water _fire _face _hand _eyes _smile Audio AUDCAP END S E ing ed er ly es tion re st nd th ch sh \
    ou ea ai oo ee ar or en on an in at al el le ve ss ll tt";

/// Size of the embedding table, and the files of the tokenizer folder.
pub(super) fn files() -> (usize, Vec<(&'static str, String)>) {
    let pieces = vocabulary();
    let table = pieces.len().next_multiple_of(64);
    let special = |id: usize| {
        json!({
            "id": id, "content": pieces[id].0, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true,
        })
    };
    let metaspace = json!({ "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true });
    let tokenizer = json!({
        "version": "1.0",
        "truncation": Value::Null,
        "padding": Value::Null,
        "added_tokens": (0..4).map(special).collect::<Vec<_>>(),
        "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": " " },
        ] },
        "pre_tokenizer": metaspace,
        "post_processor": { "type": "TemplateProcessing",
            "single": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } }],
            "pair": [
                { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } },
                { "Sequence": { "id": "B", "type_id": 0 } }, { "SpecialToken": { "id": "</s>", "type_id": 0 } },
            ],
            "special_tokens": { "</s>": { "id": "</s>", "ids": [1], "tokens": ["</s>"] } } },
        "decoder": metaspace,
        "model": { "type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": false },
    });
    let config = json!({ "model_max_length": 512, "tokenizer_class": "T5TokenizerFast", "eos_token": "</s>",
        "pad_token": "<pad>", "unk_token": "<unk>" });
    (
        table,
        vec![
            ("tokenizer.json", tokenizer.to_string()),
            ("tokenizer_config.json", config.to_string()),
        ],
    )
}

/// Pieces with their log probabilities; longer pieces win over their letters.
fn vocabulary() -> Vec<(String, f64)> {
    let mut pieces: Vec<(String, f64)> = ["<pad>", "</s>", "<s>", "<unk>"]
        .into_iter()
        .map(|piece| (piece.to_owned(), 0.0))
        .collect();
    pieces.push(("\u{2581}".into(), -3.0));
    for (idx, piece) in PIECES.split_whitespace().enumerate() {
        pieces.push((piece.replace('_', "\u{2581}"), -4.0 - idx as f64 * 0.01));
    }
    let letters = ('!'..='~').chain("äöüßéèàçñáíóú¿¡…–—«»".chars());
    let new: Vec<String> = letters
        .map(String::from)
        .filter(|c| !pieces.iter().any(|(p, _)| p == c))
        .collect();
    pieces.extend(new.into_iter().map(|c| (c, -7.0)));
    pieces
}
