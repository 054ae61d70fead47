//! The tokenizer on good and on hostile files.

use std::path::Path;

use super::*;

/// A SentencePiece model of `pieces` (text, score, type).
fn sentencepiece(pieces: &[(&str, f32, u8)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (text, score, kind) in pieces {
        let mut piece = vec![0x0A, text.len() as u8];
        piece.extend(text.as_bytes());
        piece.push(0x15);
        piece.extend(score.to_le_bytes());
        piece.extend([0x18, *kind]);
        out.extend([0x0A, piece.len() as u8]);
        out.extend(piece);
    }
    out.extend([0x12, 0x02, 0x18, 0x01]);
    out
}

const PIECES: [(&str, f32, u8); 7] = [
    ("<pad>", 0.0, 3),
    ("</s>", 0.0, 3),
    ("<unk>", 0.0, 2),
    ("▁", -3.0, 1),
    ("a", -2.0, 1),
    ("▁a", -1.5, 1),
    ("<0x62>", 0.0, 6),
];

fn json(vocab: &str) -> String {
    format!(
        r#"{{"version":"1.0","added_tokens":[],"normalizer":null,
        "pre_tokenizer":{{"type":"Metaspace","replacement":"▁","add_prefix_space":true}},
        "post_processor":{{"type":"TemplateProcessing",
            "single":[{{"Sequence":{{"id":"A","type_id":0}}}},{{"SpecialToken":{{"id":"</s>","type_id":0}}}}],
            "pair":[{{"Sequence":{{"id":"A","type_id":0}}}},{{"Sequence":{{"id":"B","type_id":0}}}}],
            "special_tokens":{{"</s>":{{"id":"</s>","ids":[1],"tokens":["</s>"]}}}}}},
        "decoder":null,"model":{{"type":"Unigram","unk_id":2,"vocab":[{vocab}]}}}}"#
    )
}

fn refusal(bytes: &[u8]) -> String {
    let test = std::thread::current().id();
    let name = format!("ovi-tokenizer-{}-{test:?}", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, bytes).unwrap();
    let result = Tokenizer::open(&file).map(|_| ());
    std::fs::remove_file(&file).unwrap();
    result.unwrap_err().to_string()
}

#[test]
fn both_files_give_the_same_ids() {
    let vocab = PIECES
        .map(|(text, score, _)| format!("[{text:?},{score:?}]"))
        .join(",");
    let from_json = Tokenizer::from_json(json(&vocab).as_bytes()).unwrap();
    let from_model = Tokenizer::from_sentencepiece(&sentencepiece(&PIECES), 2).unwrap();
    for text in ["", " a  aa", "ab bba", "b", "aaaa a"] {
        assert_eq!(
            from_json.encode(text).unwrap(),
            from_model.encode(text).unwrap(),
            "{text:?}"
        );
    }
    assert_eq!(from_model.encode("a bb a").unwrap().ids, [5, 3, 2, 5, 1]);
    assert_eq!(
        from_model.encode("<extra_id_0>a</s>").unwrap().ids,
        [8, 5, 1, 1]
    );
}

#[test]
fn the_end_token_survives_truncation() {
    let tokenizer = Tokenizer::from_sentencepiece(&sentencepiece(&PIECES), 0).unwrap();
    let exact = tokenizer.encode(&"a ".repeat(511)).unwrap();
    assert_eq!((exact.ids.len(), exact.truncated), (512, false));
    let long = tokenizer.encode(&"a ".repeat(600)).unwrap();
    assert_eq!(
        (long.ids.len(), long.truncated, long.num_tokens_untruncated),
        (512, true, 601)
    );
    assert_eq!(long.ids[510..], [5, 1]);
}

#[test]
fn damaged_files_are_refused() {
    assert!(Tokenizer::open(Path::new("/nonexistent/tokenizer")).is_err());
    assert!(refusal(b"").contains("no pieces"));
    assert!(refusal(b"garbage").contains("SentencePiece"));
    assert!(refusal(b"{").contains("EOF"));
    assert!(refusal(b"{\"model\":{\"type\":\"BPE\"}}").contains("BPE"));
    assert!(refusal(json("[7]").as_bytes()).contains("no pieces"));
    assert!(
        refusal(json("[\"a\",0.0]").as_bytes()).contains("vocab"),
        "unk_id outside"
    );
    let model = sentencepiece(&PIECES);
    let is_accepted = |len: &usize| Tokenizer::from_sentencepiece(&model[..*len], 0).is_ok();
    let accepted = (0..model.len()).filter(is_accepted).count();
    assert_eq!(
        accepted, 5,
        "only between pieces, once the marks are complete"
    );
    assert!(refusal(&sentencepiece(&PIECES[..2])).contains("unknown piece"));
    assert!(
        refusal(&[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]).contains("cut off")
    );
}

#[test]
fn a_piece_that_would_exhaust_the_stack_is_refused() {
    let long = format!("[\"{}\",0.0]", "a".repeat(1 << 20));
    assert!(refusal(json(&long).as_bytes()).contains("bytes long"));
}

#[test]
fn a_character_map_of_garbage_is_refused_or_harmless() {
    let vocab = PIECES
        .map(|(text, score, _)| format!("[{text:?},{score:?}]"))
        .join(",");
    let garbage = "BAAAAP////8AAAAA";
    let normalizer =
        format!(r#""normalizer":{{"type":"Precompiled","precompiled_charsmap":"{garbage}"}}"#);
    let file = json(&vocab).replace(r#""normalizer":null"#, &normalizer);
    if let Ok(tokenizer) = Tokenizer::from_json(file.as_bytes()) {
        assert!(tokenizer.encode("any text").is_err());
    }
}
