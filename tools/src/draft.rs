//! A drawing under way as data, so that it survives a change of file or a crash.

use limn_core::ImagePos;
use limn_core::geometry::Sight;
use std::fmt::Write as _;

/// The points of an unfinished drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// In the order of drawing, image pixels.
    pub points: Vec<ImagePos>,
    /// How each point is seen; those that are missing are visible, and there is none behind the last that is not.
    pub sights: Vec<Sight>,
}

impl Draft {
    /// How a point is seen.
    pub fn sight(&self, at: usize) -> Sight {
        self.sights.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn push(&mut self, pos: ImagePos, sight: Sight) {
        if sight != Sight::Visible {
            self.sights.resize(self.points.len(), Sight::Visible);
            self.sights.push(sight);
        }
        self.points.push(pos);
    }

    pub(crate) fn pop(&mut self) {
        self.truncate(self.points.len().saturating_sub(1));
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.points.truncate(len);
        self.sights.truncate(len);
        while self.sights.last() == Some(&Sight::Visible) {
            self.sights.pop();
        }
    }

    /// The points as `x,y x,y`, with `?` behind an occluded and `-` behind an absent one: short, exact, one line.
    pub fn to_text(&self) -> String {
        self.points.iter().enumerate().fold(String::new(), |mut text, (at, pos)| {
            let space = if at == 0 { "" } else { " " };
            let mark = match self.sight(at) {
                Sight::Visible => "",
                Sight::Occluded => "?",
                Sight::Absent => "-",
            };
            let _ = write!(text, "{space}{},{}{mark}", pos.x, pos.y);
            text
        })
    }

    /// The draft in this text; `None` for anything that [`Self::to_text`] did not write.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut draft = Self::default();
        for word in text.split_ascii_whitespace() {
            let (x, y) = word.split_once(',')?;
            let (y, sight) = match y.strip_suffix('?') {
                Some(y) => (y, Sight::Occluded),
                None => y.strip_suffix('-').map_or((y, Sight::Visible), |y| (y, Sight::Absent)),
            };
            let pos = ImagePos::new(x.parse().ok()?, y.parse().ok()?);
            if !pos.is_finite() {
                return None;
            }
            draft.push(pos, sight);
        }
        Some(draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let draft = Draft { points: vec![ImagePos::new(1.0, 2.5), ImagePos::new(0.1 + 0.2, -3.0)], ..Draft::default() };
        assert_eq!(draft.to_text(), "1,2.5 0.30000000000000004,-3");
        assert_eq!(Draft::from_text(&draft.to_text()), Some(draft));
        assert_eq!(Draft::from_text(""), Some(Draft::default()));
        let text = "1,2 3,4? 5,-6- 7,8";
        let draft = Draft::from_text(text).unwrap();
        assert_eq!((draft.sight(1), draft.sight(2), draft.sight(3)), (Sight::Occluded, Sight::Absent, Sight::Visible));
        assert_eq!(draft.to_text(), text);
    }

    #[test]
    fn damaged_text_is_no_draft() {
        for text in ["1", "1,", "1,2 3", "1,2,3", "a,b", "NaN,1", "inf,1", "1;2", "1?,2", "1,2--"] {
            assert_eq!(Draft::from_text(text), None, "{text}");
        }
    }
}
