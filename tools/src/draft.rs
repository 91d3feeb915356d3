//! A drawing under way as data, so that it survives a change of file or a crash.

use limn_core::ImagePos;
use limn_core::geometry::{Bend, Edge, Path, Sight};
use std::fmt::Write as _;

/// The points of an unfinished drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// In the order of drawing, image pixels.
    pub points: Vec<ImagePos>,
    /// How each point is seen; those that are missing are visible, and there is none behind the last that is not.
    pub sights: Vec<Sight>,
    /// The edge that leads to each point; those that are missing are straight, and there is none behind the last that is not.
    pub edges: Vec<Edge>,
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
        self.edges.truncate(len);
        while self.edges.last() == Some(&Edge::default()) {
            self.edges.pop();
        }
    }

    /// The points of an open path.
    pub(crate) fn of_path(path: &Path) -> Self {
        let mut draft = Self { points: path.points().to_vec(), ..Self::default() };
        draft.edges = (0..path.len()).map(|at| if at == 0 { Edge::default() } else { path.edge(at - 1) }).collect();
        draft.truncate(path.len());
        draft
    }

    /// The points as an open path. What is no number is left out.
    pub(crate) fn to_path(&self) -> Path {
        let mut path = Path::default();
        for (at, pos) in self.points.iter().enumerate().filter(|(_, pos)| pos.is_finite()) {
            let edge = self.edges.get(at).copied().unwrap_or_default();
            let is_finite = edge.bend.controls().all(ImagePos::is_finite);
            path.push(*pos, if is_finite { edge } else { Edge::default() });
        }
        path
    }

    /// The points as `x,y x,y`, with `?` behind an occluded and `-` behind an absent one; control points of the curve that
    /// leads to a point follow it as `~x,y`, and `!` if that edge is inferred. Short, exact, one line.
    pub fn to_text(&self) -> String {
        self.points.iter().enumerate().fold(String::new(), |mut text, (at, pos)| {
            let space = if at == 0 { "" } else { " " };
            let mark = match self.sight(at) {
                Sight::Visible => "",
                Sight::Occluded => "?",
                Sight::Absent => "-",
            };
            let _ = write!(text, "{space}{},{}{mark}", pos.x, pos.y);
            let edge = self.edges.get(at).copied().unwrap_or_default();
            for control in edge.bend.controls() {
                let _ = write!(text, "~{},{}", control.x, control.y);
            }
            text + if edge.inferred { "!" } else { "" }
        })
    }

    /// The draft in this text; `None` for anything that [`Self::to_text`] did not write.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut draft = Self::default();
        for word in text.split_ascii_whitespace() {
            let (word, inferred) = word.strip_suffix('!').map_or((word, false), |word| (word, true));
            let mut places = word.split('~');
            let (x, y) = places.next()?.split_once(',')?;
            let (y, sight) = match y.strip_suffix('?') {
                Some(y) => (y, Sight::Occluded),
                None => y.strip_suffix('-').map_or((y, Sight::Visible), |y| (y, Sight::Absent)),
            };
            let pos = ImagePos::new(x.parse().ok()?, y.parse().ok()?);
            if !pos.is_finite() {
                return None;
            }
            draft.push(pos, sight);
            let control = |text: &str| {
                let (x, y) = text.split_once(',')?;
                Some(ImagePos::new(x.parse().ok()?, y.parse().ok()?)).filter(|pos| pos.is_finite())
            };
            let controls: Vec<ImagePos> = places.map(control).collect::<Option<_>>()?;
            let bend = match controls[..] {
                [] => Bend::Straight,
                [control] => Bend::Quadratic(control),
                [first, second] => Bend::Cubic(first, second),
                _ => return None,
            };
            let edge = Edge { bend, inferred };
            if edge != Edge::default() {
                draft.edges.resize(draft.points.len() - 1, Edge::default());
                draft.edges.push(edge);
            }
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
        let text = "1,2 3,4~5,6 7,8~1,1~2,2! 9,9 1,0!";
        let draft = Draft::from_text(text).unwrap();
        assert_eq!((draft.edges.len(), draft.edges[2].inferred, draft.edges[3]), (5, true, Edge::default()));
        assert_eq!(draft.to_text(), text);
        assert_eq!(Draft::of_path(&draft.to_path()), draft);
    }

    #[test]
    fn damaged_text_is_no_draft() {
        for text in [
            "1",
            "1,",
            "1,2 3",
            "1,2,3",
            "a,b",
            "NaN,1",
            "inf,1",
            "1;2",
            "1?,2",
            "1,2--",
            "1,2~",
            "1,2~3",
            "1,2~3,NaN",
            "1,2~3,4~5,6~7,8",
            "1,2!!",
        ] {
            assert_eq!(Draft::from_text(text), None, "{text}");
        }
    }
}
