//! Files dealt to parts such as training and validation: by their name, so that a file stays in its part when others
//! come, in every project and on every machine.

use crate::error::JobError;
use std::str::FromStr;

/// Names and shares of the parts; the shares add up to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    parts: Vec<(String, f64)>,
}

impl Split {
    /// The parts' names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(name, _)| name.as_str())
    }

    /// The part of a file of this name.
    pub fn part_of(&self, name: &str) -> &str {
        let hash = blake3::hash(name.as_bytes());
        let (first, _) = hash.as_bytes().split_at(8);
        let number = first.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut place = number as f64 / u64::MAX as f64;
        for (name, share) in &self.parts {
            if place < *share {
                return name;
            }
            place -= share;
        }
        self.parts.last().map_or("", |(name, _)| name)
    }
}

impl FromStr for Split {
    type Err = JobError;

    /// Reads `train=0.8,val=0.2`.
    fn from_str(text: &str) -> Result<Self, JobError> {
        let refused = |why: &str| JobError::Refused(format!("\"{text}\" is no split: {why}. Write it like train=0.8,val=0.2"));
        let mut parts: Vec<(String, f64)> = Vec::new();
        for part in text.split(',') {
            let (name, share) = part.split_once('=').ok_or_else(|| refused("a part has no share"))?;
            let name = name.trim();
            let share: f64 = share.trim().parse().map_err(|_no| refused("a share is no number"))?;
            if name.is_empty() || !name.chars().all(|letter| letter.is_alphanumeric() || "-_".contains(letter)) {
                return Err(refused("a part's name is letters, digits, - and _"));
            }
            if parts.iter().any(|(other, _)| other == name) {
                return Err(refused("a part stands twice"));
            }
            if !(share > 0.0 && share <= 1.0) {
                return Err(refused("a share is above 0 and at most 1"));
            }
            parts.push((name.to_owned(), share));
        }
        let sum: f64 = parts.iter().map(|(_, share)| share).sum();
        if (sum - 1.0).abs() > 1e-6 {
            return Err(refused("the shares do not add up to 1"));
        }
        Ok(Self { parts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_dealt_by_share_and_stay() {
        let split: Split = "train=0.8,val=0.2".parse().unwrap();
        let names: Vec<String> = (0..2000).map(|number| format!("{number}.jpg")).collect();
        let val = names.iter().filter(|name| split.part_of(name) == "val").count();
        assert!((320..480).contains(&val), "{val}");
        // As it was the first time: exports of years ago can be made again.
        assert_eq!(["0.jpg", "1.jpg", "2.jpg", "3.jpg"].map(|name| split.part_of(name)), ["train", "train", "val", "train"]);
    }

    #[test]
    fn mistakes_are_named() {
        for (text, why) in
            [("train", "no share"), ("a=0.5,a=0.5", "twice"), ("a=0.5", "add up"), ("a=x", "no number"), ("../a=1", "letters")]
        {
            let error = text.parse::<Split>().unwrap_err().to_string();
            assert!(error.contains(why), "{error}");
        }
    }
}
