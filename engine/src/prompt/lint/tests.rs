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
        (
            "He says, <S>a<E> Audio: x. Then he says, <S>b<E> again.",
            "He says, <S>a<E> Then he says, <S>b<E> again. Audio: x.",
        ),
        (
            "A man and a boy. Rain. <S>a<E> Audio: x",
            "A man and a boy. Rain. One of them says, <S>a<E> Audio: x",
        ),
        (
            "He says, <S>a<E>",
            "He says, <S>a<E> Audio: natural ambient sound.",
        ),
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
        let fixes = fixes.filter(|fix| fix.target == FixTarget::Prompt);
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

#[test]
fn every_finding_but_the_token_count_has_a_remedy() {
    let context = LintContext {
        num_tokens: Some(600),
        video_guidance: 1.0,
        audio_guidance: 1.0,
        ..CONTEXT
    };
    let prompts = [
        "He says, <S>a Audio: x",
        "a<E> <s>b<E> <AUDCAP>x<ENDAUDCAP>",
        "A lake.",
        "A man and a boy. Rain. <S>a<E> Audio: x <S>b<E>",
    ];
    for prompt in prompts {
        for found in lint(prompt, &context) {
            let has_remedy = found.fix.is_some() || found.code == LintCode::TooManyTokens;
            assert!(has_remedy, "{prompt}: {found:?}");
        }
    }
}

#[test]
fn long_speech_is_cut_after_the_words_that_fit() {
    let prompt = format!(
        "He says, <S>{}<E> She says, <S>{}<E> and <S>more<E>. Audio: x",
        "a ".repeat(15),
        "b ".repeat(15)
    );
    let found = lint(&prompt, &CONTEXT);
    let detail = LintDetail::Words {
        num_words: 31,
        max_words: 20,
        secs: 5,
    };
    assert_eq!(found[0].detail, detail);
    let fixed = found[0].fix.as_ref().unwrap().apply(&prompt).unwrap();
    assert_eq!(crate::prompt::num_spoken_words(&fixed), 20);
    assert!(fixed.ends_with("<S>b b b b b<E> and. Audio: x"), "{fixed}");
    let long = LintContext {
        variant: ModelVariant::Square960Secs10,
        ..CONTEXT
    };
    assert!(codes(&prompt, &long).is_empty());
}

#[test]
fn voices_are_suggested_where_nobody_speaks() {
    let suggested = |negative: &str| {
        let context = LintContext {
            audio_negative: negative,
            ..CONTEXT
        };
        let found = lint("A lake. Audio: x", &context);
        let suggestion = found[0].suggestion.clone()?;
        assert_eq!(suggestion.target, FixTarget::AudioNegative);
        suggestion.apply(negative)
    };
    assert_eq!(suggested("echo").unwrap(), "echo, voices, speech");
    assert_eq!(suggested(" ").unwrap(), "voices, speech");
    assert_eq!(
        suggested("robotic, "),
        Some("robotic, voices, speech".into())
    );
    assert_eq!(suggested("voices"), None);
}

#[test]
fn an_unused_negative_is_cleared() {
    let context = LintContext {
        audio_guidance: 1.0,
        ..CONTEXT
    };
    let found = lint("He says, <S>a<E> Audio: x", &context);
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!(fix.target, FixTarget::AudioNegative);
    assert_eq!(fix.apply(context.audio_negative).unwrap(), "");
}
