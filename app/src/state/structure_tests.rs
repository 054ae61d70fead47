//! Prompts taken apart and written down again.

use super::*;

fn shown(prompt: &str) -> Vec<(PartUse, String)> {
    let structure = Structure::read(prompt);
    let parts = structure.parts().iter();
    parts.map(|part| (part.usage, part.text.clone())).collect()
}

/// A deterministic stream of numbers.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % sides
    }
}

#[test]
fn every_text_survives_the_structure() {
    let words = [
        "<S>",
        "<E>",
        "<AUDCAP>",
        "<ENDAUDCAP>",
        "Audio:",
        "audio:",
        "<s>",
        "</S>",
        "<",
        ">",
        " ",
        "\n",
        "  ",
        "Él dice,",
        "hi.",
        "雨。",
        "\u{3000}",
        "e\u{301}",
        "\r\n",
        "…",
        "\t",
        "x",
    ];
    let mut dice = Dice(7);
    for _ in 0..20_000 {
        let num = dice.roll(12);
        let text: String = (0..num).map(|_| words[dice.roll(words.len())]).collect();
        assert_eq!(Structure::read(&text).write(), text, "{text:?}");
    }
}

#[test]
fn every_edit_of_every_part_stays_readable() {
    let mut dice = Dice(3);
    for prompt in [
        "",
        "Scene. He says, <S>hi<E> Audio: wind",
        "<S>a<E><S>b<E>",
        "<AUDCAP>x<ENDAUDCAP> tail <S>open",
    ] {
        let mut structure = Structure::read(prompt);
        for _ in 0..200 {
            let idx = dice.roll(structure.parts().len() + 2);
            match dice.roll(5) {
                0 => structure.add_line(),
                1 => structure.remove_line(idx),
                2 => structure.move_line(idx, dice.roll(2) == 0),
                3 => structure.set_text(idx, "é <E>".into()),
                _ => structure.set_text(idx, String::new()),
            }
            let text = structure.write();
            structure = Structure::read(&text);
            assert_eq!(structure.write(), text);
        }
    }
}

#[test]
fn a_prompt_is_taken_apart_into_scene_speakers_speech_and_sound() {
    use PartUse::*;
    let part = |usage, text: &str| (usage, text.to_owned());
    assert_eq!(
        shown(
            "A shop. She spins it and says, <S>Again.<E> He sighs. He answers, <S>Yes.<E> They nod. Audio: ticking"
        ),
        [
            part(Scene, "A shop."),
            part(Speaker, "She spins it and says, "),
            part(Speech, "Again."),
            part(Scene, "He sighs."),
            part(Speaker, "He answers, "),
            part(Speech, "Yes."),
            part(Scene, "They nod. "),
            part(Sound, "ticking"),
        ]
    );
    assert_eq!(shown(""), [part(Scene, "")]);
    assert_eq!(
        shown("<S>Hi<E><AUDCAP>wind<ENDAUDCAP>"),
        [
            part(Scene, ""),
            part(Speaker, ""),
            part(Speech, "Hi"),
            part(Sound, "wind"),
        ]
    );
}

#[test]
fn parts_are_filled_in_and_lines_are_added_moved_and_removed() {
    let mut structure = Structure::read("");
    structure.set_text(0, "A lake.".into());
    structure.add_sound(Dialect::Labelled, "wind");
    assert_eq!(structure.write(), "A lake. Audio: wind");
    structure.add_line();
    assert_eq!(structure.write(), "A lake. <S><E> Audio: wind");

    let mut structure = Structure::read(&structure.write());
    structure.set_text(1, "He says,".into());
    structure.set_text(2, "Hi".into());
    assert_eq!(structure.write(), "A lake. He says, <S>Hi<E> Audio: wind");

    let mut structure = Structure::read("A says, <S>a<E> B says, <S>b<E>");
    structure.move_line(2, false);
    assert_eq!(structure.write(), "B says, <S>b<E> A says, <S>a<E>");
    structure.move_line(4, true);
    assert_eq!(structure.write(), "A says, <S>a<E> B says, <S>b<E>");
    structure.remove_line(2);
    assert_eq!(structure.write(), " B says, <S>b<E>");
    let mut tagged = Structure::read("A dog");
    tagged.add_sound(Dialect::Tagged, "bark");
    assert_eq!(tagged.write(), "A dog <AUDCAP>bark<ENDAUDCAP>");
}
