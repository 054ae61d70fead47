//! Which neighbours nobody writes side by side on purpose.
//!
//! Bytes of UTF-8 read as Windows-1252 are accented letters followed by signs and punctuation in
//! combinations that no language uses. Each character that such a byte can become has a class;
//! the rules name the pairs and triples of classes that give garbled text away.

use Class::{
    Accented, Closing, Currency, Lead, Letter, Ligature, LowerAccented, Neutral, Number, Odd,
    Opening, Section, Spaced, Times,
};

/// What a character is in correct text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Signs that hardly occur.
    Odd,
    Currency,
    /// Punctuation and signs before a word.
    Opening,
    /// Punctuation and signs after a word.
    Closing,
    /// Dashes, the no-break space, the space.
    Spaced,
    Section,
    Number,
    Times,
    /// Capitals that are the usual first bytes of Latin, Greek and Cyrillic letters.
    Lead,
    /// Other accented capitals.
    Accented,
    LowerAccented,
    /// `œ`, which is followed by a letter.
    Ligature,
    /// Unaccented letters.
    Letter,
    /// Everything else.
    Neutral,
}

fn class(c: char) -> Class {
    match c {
        'ƒ' | '†' | '‡' | 'ˆ' | '‰' | '˜' | '¤' | '¦' | '¨' | 'ª' | '¬' | '¯' | '¸' | 'º' => {
            Odd
        }
        '€' | '¢' | '£' | '¥' => Currency,
        '‚' | '„' | '‹' | '‘' | '“' | '•' | '¡' | '©' | '«' | '¿' => Opening,
        '”' | '™' | '›' | '®' | '»' => Closing,
        '–' | '—' | '\u{A0}' | '\u{AD}' | '´' | '·' | ' ' => Spaced,
        '§' | '¶' | '°' => Section,
        '±' | '÷' | '²' | '³' | 'µ' | '¹' | '¼' | '½' | '¾' => Number,
        '×' => Times,
        'Â' | 'Ã' | 'Î' | 'Ð' => Lead,
        'Œ' | 'œ' => Ligature,
        'Š' | 'Ÿ' | 'Ž' | 'À' | 'Á' | 'Ä'..='Í' | 'Ï' | 'Ñ' | 'Ø' | 'Ü' | 'Ý' => {
            Accented
        }
        'š' | 'ž' | 'ß'..='ñ' | 'ü' => LowerAccented,
        'a'..='z' | 'A'..='Z' => Letter,
        _ => Neutral,
    }
}

/// Whether `chars` hold neighbours that give garbled text away.
pub fn is_garbled(chars: &[char]) -> bool {
    let is_undefined = |c: &char| ('\u{80}'..='\u{9F}').contains(c);
    chars.iter().any(is_undefined)
        || chars
            .windows(2)
            .any(|pair| <&[char; 2]>::try_from(pair).is_ok_and(is_odd_pair))
        || is_lost_blank(chars.first().copied(), chars.get(1).copied())
        || chars
            .windows(3)
            .any(|triple| <&[char; 3]>::try_from(triple).is_ok_and(is_odd_triple))
}

/// `Ã ` and `Â ` where no word ends in a capital: the blank was a no-break space.
fn is_lost_blank(first: Option<char>, second: Option<char>) -> bool {
    matches!((first, second), (Some('Â' | 'Ã'), Some(' ')))
}

fn is_letter(class: Class) -> bool {
    matches!(class, Lead | Accented | LowerAccented | Ligature)
}

fn is_odd_pair(&[a, b]: &[char; 2]) -> bool {
    let (first, second) = (class(a), class(b));
    match first {
        Odd => !matches!(second, Neutral | Spaced | Letter) && b != '°',
        Currency | Number => matches!(second, Opening | Odd) || is_letter(second),
        Times => matches!(second, Opening | Odd) || is_letter(second) && !matches!(b, 'Š' | 'Ÿ'),
        Closing => matches!(second, Currency | Odd) || is_letter(second) && !matches!(b, 'š' | 'ž'),
        Opening | Section => second == Odd && a != '°',
        Accented => matches!(second, Odd | Section | Number | Times),
        LowerAccented => {
            matches!(second, Currency | Odd | Accented | Lead)
                || b == 'Œ'
                || (a == 'à' && second == Number && !matches!(b, '±' | '÷' | '³'))
        }
        Lead => match second {
            Currency => b != '¥',
            Accented => matches!(b, 'Š' | 'Ÿ'),
            Spaced => b != ' ',
            Ligature => b == 'œ',
            LowerAccented => matches!(b, 'š' | 'ž'),
            Opening | Odd | Closing | Section | Number | Times => true,
            Lead | Letter | Neutral => false,
        },
        Ligature => second != Letter,
        Spaced | Letter | Neutral => false,
    }
}

fn is_odd_triple(&[a, b, c]: &[char; 3]) -> bool {
    let (first, second, third) = (class(a), class(b), class(c));
    match (first, second) {
        (Accented | LowerAccented, Opening) => {
            is_letter(third) || matches!(third, Letter | Number | Times)
        }
        (Accented | LowerAccented, Closing) => {
            matches!(third, Opening | Letter) || (third == Number && !matches!(c, '±' | '÷'))
        }
        (Closing, Opening) => matches!(third, Number | Times),
        (Currency | Section | Number | Times, Closing) => third == Opening && a != '°',
        (Letter | Spaced, Accented) => {
            let ends_word = a.is_lowercase();
            let is_before_sign = first == Spaced || ends_word;
            (is_before_sign && third == Currency) || (ends_word && third == Opening)
        }
        (Letter | LowerAccented, Lead) if a.is_lowercase() && is_lost_blank(Some(b), Some(c)) => {
            true
        }
        (Letter | Spaced, Lead) => c == '¥' && !a.is_uppercase(),
        _ => false,
    }
}
