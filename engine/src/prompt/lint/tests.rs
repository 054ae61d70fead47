//! The advice on good, bad and odd prompts.

use super::*;

const CONTEXT: LintContext<'static> = LintContext {
    variant: ModelVariant::Square960Secs5,
    num_tokens: None,
    video_negative: "blur",
    audio_negative: "echo",
    video_guidance: 4.0,
    audio_guidance: 3.0,
};

fn codes(prompt: &str, context: &LintContext<'_>) -> Vec<&'static str> {
    lint(prompt, context)
        .iter()
        .map(|lint| lint.code.code())
        .collect()
}

/// Apply the first fix until none is left.
fn fixed(prompt: &str) -> String {
    let mut prompt = prompt.to_owned();
    for _ in 0..10 {
        let Some(fix) = lint(&prompt, &CONTEXT)
            .into_iter()
            .find_map(|lint| lint.fix)
        else {
            break;
        };
        prompt = fix.apply(&prompt).unwrap();
    }
    prompt
}

#[test]
fn good_prompts_pass() {
    for prompt in [
        "",
        "A woman spins the wheel and says flatly, <S>You rode it down again.<E> The man looks at the wheel and answers, <S>It came up.<E> She sighs. Audio: Dry voice.",
        "A fox crosses the ice. No one speaks. Audio: Groaning ice.",
    ] {
        assert!(codes(prompt, &CONTEXT).is_empty(), "{prompt}");
    }
}

#[test]
fn every_code_is_found() {
    let tokens = LintContext {
        num_tokens: Some(513),
        video_guidance: 1.0,
        ..CONTEXT
    };
    let long = format!("He says, <S>{}<E> Audio: x", "word ".repeat(21));
    let cases = [
        ("He says, <S>a Audio: x", &CONTEXT, vec!["E-TAG1"]),
        (
            "He says, a<E> No one speaks. Audio: x",
            &CONTEXT,
            vec!["E-TAG1"],
        ),
        ("He says, <S>a <S>b<E> Audio: x", &CONTEXT, vec!["E-TAG1"]),
        (
            "He says, <S>a</S> Audio: x",
            &CONTEXT,
            vec!["E-TAG1", "W-TAG2"],
        ),
        (
            "He says, <S>a<E> <AUDCAP>x<ENDAUDCAP>",
            &CONTEXT,
            vec!["W-DIA"],
        ),
        (
            "He says, <S>a<E> Audio: x. Then <S>b<E>",
            &CONTEXT,
            vec!["W-ORD"],
        ),
        ("A lake. Audio: x", &CONTEXT, vec!["W-NOS"]),
        (&long, &CONTEXT, vec!["W-LONG"]),
        ("He says, <S>a<E>", &CONTEXT, vec!["W-AUD"]),
        (
            "A man and a boy. Rain. <S>a<E> Audio: x",
            &CONTEXT,
            vec!["W-WHO"],
        ),
        ("He says, <S>a<E> Audio: x", &tokens, vec!["W-TOK", "W-NEG"]),
    ];
    for (prompt, context, expected) in cases {
        assert_eq!(codes(prompt, context), expected, "{prompt}");
    }
}

#[test]
fn fixes_lead_to_a_prompt_without_findings() {
    let cases = [
        ("He says, <S>a Audio: x", "He says, <S>a<E> Audio: x"),
        ("He says, <s>a</S> Audio: x", "He says, <S>a<E> Audio: x"),
        (
            "He says, <S>a<S>b<E> Audio: x",
            "He says, <S>a<E> <S>b<E> Audio: x",
        ),
        ("A lake. Audio: x", "A lake. No one speaks. Audio: x"),
        (
            "He says, <S>a<E> <AUDCAP>x<ENDAUDCAP> End.",
            "He says, <S>a<E> End. Audio: x",
        ),
        ("He says, <S>é<E> audio: x", "He says, <S>é<E> Audio: x"),
    ];
    for (prompt, expected) in cases {
        assert_eq!(fixed(prompt), expected, "{prompt}");
    }
}

#[test]
fn odd_texts_are_judged_without_failing() {
    for prompt in [
        "<",
        "<<<S>>>",
        "<é",
        "<S><E><S><E>",
        "Audio:Audio:",
        "<ENDAUDCAP><AUDCAP>",
        "ÀÈ<S>ù\u{3000}",
    ] {
        let found = lint(prompt, &CONTEXT);
        let fixes = found.iter().filter_map(|lint| lint.fix.as_ref());
        assert!(
            fixes.into_iter().all(|fix| fix.apply(prompt).is_some()),
            "{prompt}"
        );
        assert!(
            found
                .iter()
                .all(|lint| prompt.get(lint.span.clone()).is_some()),
            "{prompt}"
        );
    }
}
