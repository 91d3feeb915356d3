//! What a person types to find something, and how well a text fits it.

use super::fold::fold;

/// Letters from which on a word may be typed with one slip.
const SLIP_FROM: usize = 4;
/// Most letters that count.
const MOST_TYPED: usize = 200;
/// Most words that count.
const MOST_WORDS: usize = 12;

/// What is typed, ready to be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    whole: String,
    words: Vec<Word>,
}

/// One word of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its letters, folded.
    pub text: String,
    letters: Vec<char>,
}

/// How a text fits what is typed; the least is the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It is what is typed.
    Whole,
    /// It begins with it.
    Begins,
    /// Each word that is typed begins one of its words, in whichever order.
    Words,
    /// Each word that is typed stands somewhere within it.
    Holds,
    /// So many of the words hold only with one slip each: a letter wrong, missing, too many, or two exchanged.
    Slips(u8),
}

impl Typed {
    /// Of what stands in a field.
    pub fn new(typed: &str) -> Self {
        let short: String = typed.chars().take(MOST_TYPED).collect();
        let whole = fold(&short);
        let words = whole.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS);
        let words = words.map(|word| Word { text: word.to_owned(), letters: word.chars().collect() }).collect();
        Self { words, whole }
    }

    /// Whether nothing is typed: everything fits.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// All of it, folded.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// Its words, in the order in which they are typed.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// Whether any word may be typed with a slip.
    pub fn may_slip(&self) -> bool {
        self.words.iter().any(Word::may_slip)
    }

    /// How a folded text fits; `None` when it does not.
    pub fn fit(&self, folded: &str) -> Option<Fit> {
        if let Some(fit) = self.begins(folded) {
            return Some(fit);
        }
        let (mut slips, mut within) = (0, false);
        for word in &self.words {
            match word.fit(folded)? {
                Fit::Slips(_) => slips += 1,
                Fit::Holds => within = true,
                _ => {}
            }
        }
        Some(match (slips, within) {
            (0, false) => Fit::Words,
            (0, true) => Fit::Holds,
            (slips, _) => Fit::Slips(slips),
        })
    }

    /// How a folded text fits when it begins with all that is typed.
    pub fn begins(&self, folded: &str) -> Option<Fit> {
        let rest = folded.strip_prefix(self.whole.as_str())?;
        Some(if rest.is_empty() { Fit::Whole } else { Fit::Begins })
    }
}

impl Word {
    /// Whether it is long enough to be meant when it is typed with a slip.
    pub fn may_slip(&self) -> bool {
        self.letters.len() >= SLIP_FROM
    }

    /// Its letters.
    pub fn letters(&self) -> &[char] {
        &self.letters
    }

    fn fit(&self, folded: &str) -> Option<Fit> {
        if folded.split(' ').any(|word| word.starts_with(self.text.as_str())) {
            return Some(Fit::Words);
        }
        if folded.contains(self.text.as_str()) {
            return Some(Fit::Holds);
        }
        self.slips_in(folded).then_some(Fit::Slips(1))
    }

    /// Whether a word of a folded text begins with this one but for a slip.
    pub fn slips_in(&self, folded: &str) -> bool {
        self.may_slip() && folded.split(' ').any(|word| self.begins_with_slip(word))
    }

    /// Whether the beginning of a word is this one but for one slip. The slip can be taken to be where both first differ.
    fn begins_with_slip(&self, word: &str) -> bool {
        let mut rest = word.chars();
        let mut typed = self.letters.as_slice();
        let begins = |typed: &[char], mut word: std::str::Chars<'_>| typed.iter().all(|letter| word.next() == Some(*letter));
        while let [first, after @ ..] = typed {
            let mut ahead = rest.clone();
            let Some(other) = ahead.next() else {
                // The word has ended: one letter too many was typed.
                return after.is_empty();
            };
            if other == *first {
                (typed, rest) = (after, ahead);
                continue;
            }
            let exchanged = || match after {
                [second, tail @ ..] => {
                    let mut behind = ahead.clone();
                    *second == other && behind.next() == Some(*first) && begins(tail, behind)
                }
                [] => false,
            };
            return begins(after, ahead.clone()) || begins(after, rest) || begins(typed, ahead.clone()) || exchanged();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fit(typed: &str, text: &str) -> Option<Fit> {
        Typed::new(typed).fit(&fold(text))
    }

    #[test]
    fn the_better_a_text_fits_the_less_it_is() {
        let order = [Fit::Whole, Fit::Begins, Fit::Words, Fit::Holds, Fit::Slips(1), Fit::Slips(2)];
        assert!(order.is_sorted());
        for (typed, text, want) in [
            ("barn owl", "Barn-Owl", Some(Fit::Whole)),
            ("bar", "Barn owl", Some(Fit::Begins)),
            ("owl ba", "Barn owl", Some(Fit::Words)),
            ("arn", "Barn owl", Some(Fit::Holds)),
            ("brule", "Crème brûlée", Some(Fit::Words)),
            ("bern", "Barn owl", Some(Fit::Slips(1))),
            ("brn", "Barn owl", None),
            ("baarn", "Barn owl", Some(Fit::Slips(1))),
            ("baarm", "Barn owl", None),
            ("abrn", "Barn owl", Some(Fit::Slips(1))),
            ("barns", "Barn", Some(Fit::Slips(1))),
            ("eagl owls", "Owl, eagle", Some(Fit::Slips(1))),
            ("aegle owlls", "eagle owl", None),
            ("eagle duck", "eagle owl", None),
            ("", "eagle owl", Some(Fit::Begins)),
        ] {
            assert_eq!(fit(typed, text), want, "{typed} in {text}");
        }
    }

    /// Distance by the table, with exchanged neighbours as one: what the shortcut must agree with.
    fn distance(a: &[char], b: &[char]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let same = usize::from(a[i - 1] != b[j - 1]);
                    let mut least = (table[i - 1][j - 1] + same).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        least = least.min(table[i - 2][j - 2] + 1);
                    }
                    least
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn a_slip_is_one_edit_of_a_beginning(typed in "[abc]{4,7}", word in "[abc]{1,9}") {
            let (letters, all): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
            let want = (0..=all.len()).any(|len| distance(&letters, &all[..len]) <= 1);
            let word_typed = Word { text: typed.clone(), letters };
            prop_assert_eq!(word_typed.begins_with_slip(&word), want);
        }
    }
}
