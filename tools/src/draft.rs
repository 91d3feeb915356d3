//! A drawing under way as data, so that it survives a change of file or a crash.

use limn_core::ImagePos;
use std::fmt::Write as _;

/// The points of an unfinished drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// In the order of drawing, image pixels.
    pub points: Vec<ImagePos>,
}

impl Draft {
    /// The points as `x,y x,y`: short, exact, one line.
    pub fn to_text(&self) -> String {
        self.points.iter().enumerate().fold(String::new(), |mut text, (at, pos)| {
            let space = if at == 0 { "" } else { " " };
            let _ = write!(text, "{space}{},{}", pos.x, pos.y);
            text
        })
    }

    /// The draft in this text; `None` for anything that [`Self::to_text`] did not write.
    pub fn from_text(text: &str) -> Option<Self> {
        let point = |word: &str| {
            let (x, y) = word.split_once(',')?;
            let pos = ImagePos::new(x.parse().ok()?, y.parse().ok()?);
            pos.is_finite().then_some(pos)
        };
        let points = text.split_ascii_whitespace().map(point).collect::<Option<Vec<_>>>()?;
        Some(Self { points })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let draft = Draft { points: vec![ImagePos::new(1.0, 2.5), ImagePos::new(0.1 + 0.2, -3.0)] };
        assert_eq!(draft.to_text(), "1,2.5 0.30000000000000004,-3");
        assert_eq!(Draft::from_text(&draft.to_text()), Some(draft));
        assert_eq!(Draft::from_text(""), Some(Draft::default()));
    }

    #[test]
    fn damaged_text_is_no_draft() {
        for text in ["1", "1,", "1,2 3", "1,2,3", "a,b", "NaN,1", "inf,1", "1;2"] {
            assert_eq!(Draft::from_text(text), None, "{text}");
        }
    }
}
