//! What an import or export could not take over, or not as it stood: counted per kind, with a few examples.

use std::fmt;

/// Examples kept of each kind.
const MAX_EXAMPLES: usize = 5;
/// Kinds told apart; kinds may name fields of the file, so that a hostile file could make up any number of them.
const MAX_KINDS: usize = 200;
/// Longest example, in characters.
const MAX_EXAMPLE: usize = 200;
const OTHER_KINDS: &str = "further kinds of problems";

/// What became of the things that a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Not taken over.
    Left,
    /// Taken over, but not as it stood.
    Changed,
    /// Taken over as it stood; worth a look.
    Kept,
}

/// One kind of problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong and what was done about it.
    pub text: String,
    /// What became of the things concerned.
    pub effect: Effect,
    /// How often.
    pub count: u64,
    /// Places of the first few.
    pub examples: Vec<String>,
}

/// Problems by kind, in the order of their first appearance. Its size is bounded whatever the file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    kinds: Vec<Problem>,
}

impl Problems {
    /// Counts a problem; `example` says where and is asked only while examples are still kept.
    pub fn add(&mut self, effect: Effect, text: &str, example: impl FnOnce() -> String) {
        let known = self.kinds.iter().position(|kind| kind.text == text);
        let (at, text) = match known {
            Some(at) => (Some(at), text),
            None if self.kinds.len() < MAX_KINDS => (None, text),
            None => (self.kinds.iter().position(|kind| kind.text == OTHER_KINDS), OTHER_KINDS),
        };
        let at = at.unwrap_or_else(|| {
            self.kinds.push(Problem { text: text.to_owned(), effect, count: 0, examples: Vec::new() });
            self.kinds.len() - 1
        });
        let kind = &mut self.kinds[at];
        kind.count += 1;
        if kind.examples.len() < MAX_EXAMPLES {
            let example = example();
            if !example.is_empty() {
                kind.examples.push(example.chars().take(MAX_EXAMPLE).collect());
            }
        }
    }

    /// Counts other problems as well.
    pub fn join(&mut self, other: &Self) {
        for kind in &other.kinds {
            let has_room = self.kinds.len() < MAX_KINDS;
            let text = if has_room || self.kinds.iter().any(|own| own.text == kind.text) { &kind.text } else { OTHER_KINDS };
            match self.kinds.iter_mut().find(|own| own.text == text) {
                Some(own) => own.count += kind.count,
                None => self.kinds.push(Problem { text: text.to_owned(), ..kind.clone() }),
            }
        }
    }

    /// The kinds, in the order of their first appearance.
    pub fn kinds(&self) -> &[Problem] {
        &self.kinds
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// How many things of this effect there are in all.
    pub fn count(&self, effect: Effect) -> u64 {
        self.kinds.iter().filter(|kind| kind.effect == effect).map(|kind| kind.count).sum()
    }
}

impl fmt::Display for Problem {
    /// `3 × the sentence (annotation 17; annotation 18; …)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.count, self.text)?;
        if !self.examples.is_empty() {
            let more = if self.count > self.examples.len() as u64 { "; …" } else { "" };
            write!(f, " ({}{more})", self.examples.join("; "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Problems {
    /// A line for each kind.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kinds.iter().try_for_each(|kind| writeln!(f, "{kind}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_with_few_examples() {
        let mut problems = Problems::default();
        for number in 0..9 {
            problems.add(Effect::Left, "no image; left out", || format!("annotation {number}"));
        }
        problems.add(Effect::Kept, "odd", String::new);
        assert_eq!(problems.count(Effect::Left), 9);
        let text = problems.to_string();
        assert!(text.starts_with("9 × no image; left out (annotation 0; annotation 1;"), "{text}");
        assert!(text.ends_with("annotation 4; …)\n1 × odd\n"), "{text}");
    }

    #[test]
    fn made_up_kinds_do_not_grow_for_ever() {
        let mut problems = Problems::default();
        for number in 0..10_000 {
            problems.add(Effect::Left, &format!("field {number}"), || "x".repeat(10_000));
        }
        assert_eq!(problems.kinds().len(), MAX_KINDS + 1);
        assert_eq!(problems.count(Effect::Left), 10_000);
        assert!(problems.to_string().len() < 300_000);
    }
}
