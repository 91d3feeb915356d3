//! Foreign ids.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::collections::HashSet;
use std::fmt;

/// A whole number, also where a program wrote it as `17.0` or `"17"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WholeNumber(pub(crate) i64);

/// Above this an f64 is no longer every whole number.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

impl<'de> Deserialize<'de> for WholeNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WholeVisitor;
        impl Visitor<'_> for WholeVisitor {
            type Value = WholeNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<WholeNumber, E> {
                Ok(WholeNumber(value))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<WholeNumber, E> {
                i64::try_from(value).ok().map(WholeNumber).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(value), &self))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<WholeNumber, E> {
                let whole = value.trunc() == value && value.abs() <= MAX_EXACT;
                whole.then_some(WholeNumber(value as i64)).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Float(value), &self))
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<WholeNumber, E> {
                Ok(WholeNumber(i64::from(value)))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<WholeNumber, E> {
                value.parse().ok().map(WholeNumber).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(value), &self))
            }
        }
        deserializer.deserialize_any(WholeVisitor)
    }
}

/// The ids seen so far. Files mostly number their things one after the other, which takes no memory.
#[derive(Default)]
pub(crate) struct IdSet {
    dense: Option<(i64, i64)>,
    rest: HashSet<i64>,
}

impl IdSet {
    /// Adds an id; `false` if it was there.
    pub(crate) fn insert(&mut self, id: i64) -> bool {
        match &mut self.dense {
            None => {
                self.dense = Some((id, id));
                true
            }
            Some((first, last)) if (*first..=*last).contains(&id) => false,
            Some((_, last)) if last.checked_add(1) == Some(id) && !self.rest.contains(&id) => {
                *last = id;
                true
            }
            Some(_) => self.rest.insert(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_in_any_dress() {
        let read = |text: &str| serde_json::from_str::<WholeNumber>(text).ok().map(|number| number.0);
        assert_eq!(["17", "17.0", "\"17\"", "-3", "true"].map(read), [Some(17), Some(17), Some(17), Some(-3), Some(1)]);
        assert_eq!(["17.5", "\"a\"", "1e300", "18446744073709551615", "null", "[]"].map(read), [None; 6]);
    }

    #[test]
    fn an_id_is_new_once() {
        let ids = [5, 6, 7, 3, 9, 8, 9, 10, 5, 3, i64::MAX, i64::MIN, i64::MAX];
        let mut set = IdSet::default();
        let mut seen = HashSet::new();
        for id in ids {
            assert_eq!(set.insert(id), seen.insert(id), "{id}");
        }
    }
}
