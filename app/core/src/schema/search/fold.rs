//! Texts as they are compared while searching: words in lower case, without accents and punctuation.

use unicode_normalization::UnicodeNormalization;

/// The words of a text in lower case and without accents, each after a space but the first. Signs that separate words are left
/// out, other signs are words of their own, and so are the letters of scripts that write words without spaces.
///
/// A text without any word is itself, in lower case: it can be found by what it is.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|letter| push(&mut folded, letter.to_ascii_lowercase()));
    } else {
        for letter in text.nfkd().filter(|letter| !is_accent(*letter)).flat_map(char::to_lowercase) {
            match plain(letter) {
                Some(plain) => plain.chars().for_each(|letter| push(&mut folded, letter)),
                None => push(&mut folded, letter),
            }
        }
    }
    folded.truncate(folded.trim_end().len());
    if folded.is_empty() { text.trim().chars().flat_map(char::to_lowercase).collect() } else { folded }
}

/// Adds a letter, with a space before it where a word begins.
fn push(folded: &mut String, letter: char) {
    if stands_alone(letter) {
        if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
        folded.push(letter);
        folded.push(' ');
    } else if letter.is_alphanumeric() {
        folded.push(letter);
    } else if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Signs that mean something by themselves, and letters of scripts without spaces between words.
fn stands_alone(letter: char) -> bool {
    matches!(letter, '+' | '#' | '%' | '&' | '@' | '$' | '€' | '£' | '<' | '>' | '=' | '*' | '!' | '?' | '°' | '~')
        || matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Marks above and below letters that are left out when typing: of Latin, Greek and Cyrillic, and the points of Hebrew and Arabic.
fn is_accent(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Letters that hold another one without an accent that could be taken off.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_case_and_punctuation_are_folded() {
        for (text, folded) in [
            ("  Bolt, M8-40 ", "bolt m8 40"),
            ("Crème BRÛLÉE", "creme brulee"),
            ("Straße Łódź Ærø", "strasse lodz aero"),
            ("ΆΛΦΑ Ёлка", "αλφα елка"),
            ("C++", "c + +"),
            ("螺丝刀 M8", "螺 丝 刀 m8"),
            ("ﬁle ４２", "file 42"),
            ("שָׁלוֹם", "שלום"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,30}|[a-zÀ-ž +#,.-]{0,30}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
