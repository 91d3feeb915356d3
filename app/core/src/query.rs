//! What `--where` understands: conditions on instances joined by `and`, such as
//! `label = car and area > 400 and frame < 100`.

use crate::geometry::SpatialType;
use crate::instance::Instance;

/// Conditions that must all hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq)]
struct Condition {
    field: Field,
    compare: Compare,
    value: String,
    number: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Field {
    Label,
    File,
    Frame,
    Area,
    Width,
    Height,
    Type,
    Confidence,
    Author,
    Points,
    Role,
    Group,
    Occluded,
    Truncated,
    Difficult,
    Unsure,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Contains,
}

/// What of an instance's surroundings a query may ask about.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Name of the label.
    pub label: &'a str,
    /// Name of the file.
    pub file: &'a str,
    /// Who drew it.
    pub author: &'a str,
}

/// Why a text is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Not `field operator value`.
    #[error("\"{0}\" is no condition. Write field operator value, such as: label = car")]
    Form(String),
    /// No such field.
    #[error(
        "nothing is called \"{0}\". Fields: label file frame area width height points type confidence author role group occluded truncated difficult unsure"
    )]
    Field(String),
    /// The field is a number and the value is none.
    #[error("\"{0}\" is no number")]
    Number(String),
}

const COMPARES: [(&str, Compare); 7] = [
    ("!=", Compare::NotEqual),
    ("<=", Compare::LessEqual),
    (">=", Compare::GreaterEqual),
    ("=", Compare::Equal),
    ("<", Compare::Less),
    (">", Compare::Greater),
    ("~", Compare::Contains),
];

impl Query {
    /// Reads a query; an empty text holds for everything.
    ///
    /// # Errors
    /// [`QueryError`] with the sentence to show.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let conditions = text.split(" and ").map(str::trim).filter(|part| !part.is_empty()).map(Condition::parse);
        Ok(Self { conditions: conditions.collect::<Result<_, _>>()? })
    }

    /// Whether it holds for everything.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// Whether every condition holds for the instance.
    pub fn matches(&self, instance: &Instance, context: Context<'_>) -> bool {
        self.conditions.iter().all(|condition| condition.holds(instance, context))
    }
}

impl Condition {
    fn parse(text: &str) -> Result<Self, QueryError> {
        let form = || QueryError::Form(text.to_owned());
        let at = text.find(['!', '<', '>', '=', '~']).ok_or_else(form)?;
        let (name, rest) = (text[..at].trim(), &text[at..]);
        let (sign, compare) = COMPARES.iter().find(|(sign, _)| rest.starts_with(sign)).ok_or_else(form)?;
        let value = rest[sign.len()..].trim().trim_matches('"').to_owned();
        let field = match name {
            "label" => Field::Label,
            "file" => Field::File,
            "frame" => Field::Frame,
            "area" => Field::Area,
            "width" => Field::Width,
            "height" => Field::Height,
            "type" => Field::Type,
            "confidence" => Field::Confidence,
            "author" => Field::Author,
            "points" => Field::Points,
            "role" => Field::Role,
            "group" => Field::Group,
            "occluded" => Field::Occluded,
            "truncated" => Field::Truncated,
            "difficult" => Field::Difficult,
            "unsure" => Field::Unsure,
            _ => return Err(QueryError::Field(name.to_owned())),
        };
        let is_number = matches!(field, Field::Frame | Field::Area | Field::Width | Field::Height | Field::Points | Field::Confidence);
        let is_text = !is_number;
        let number = value.parse().ok();
        if !is_text && number.is_none() {
            return Err(QueryError::Number(value));
        }
        Ok(Self { field, compare: *compare, value, number: number.filter(|_| !is_text) })
    }

    fn holds(&self, instance: &Instance, context: Context<'_>) -> bool {
        let (size, marks) = (|| instance.geometry.bounds(), &instance.marks);
        let number = match self.field {
            Field::Label => return self.text_holds(context.label),
            Field::File => return self.text_holds(context.file),
            Field::Author => return self.text_holds(context.author),
            Field::Type => return self.text_holds(SpatialType::as_str(instance.geometry.spatial_type())),
            Field::Role => return self.text_holds(marks.role.as_str()),
            Field::Group => return self.text_holds(&marks.group.map_or_else(String::new, |group| group.to_string())),
            Field::Occluded => return self.text_holds(yes_or_no(marks.occluded)),
            Field::Truncated => return self.text_holds(yes_or_no(marks.truncated)),
            Field::Difficult => return self.text_holds(yes_or_no(marks.difficult)),
            Field::Unsure => return self.text_holds(yes_or_no(marks.unsure.is_some())),
            Field::Points => Some(instance.geometry.num_points() as f64),
            Field::Frame => Some(instance.frame as f64),
            Field::Area => Some(instance.geometry.area()),
            Field::Width => size().map(|rect| rect.width()),
            Field::Height => size().map(|rect| rect.height()),
            Field::Confidence => instance.confidence.map(f64::from),
        };
        let (Some(number), Some(wanted)) = (number, self.number) else { return false };
        match self.compare {
            Compare::Equal => number == wanted,
            Compare::NotEqual => number != wanted,
            Compare::Less => number < wanted,
            Compare::LessEqual => number <= wanted,
            Compare::Greater => number > wanted,
            Compare::GreaterEqual => number >= wanted,
            Compare::Contains => number.to_string().contains(&self.value),
        }
    }

    fn text_holds(&self, text: &str) -> bool {
        match self.compare {
            Compare::Equal => text == self.value,
            Compare::NotEqual => text != self.value,
            Compare::Less => text < self.value.as_str(),
            Compare::LessEqual => text <= self.value.as_str(),
            Compare::Greater => text > self.value.as_str(),
            Compare::GreaterEqual => text >= self.value.as_str(),
            Compare::Contains => text.to_lowercase().contains(&self.value.to_lowercase()),
        }
    }
}

fn yes_or_no(mark: bool) -> &'static str {
    if mark { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Geometry, Rect};
    use crate::ids::{FileId, InstanceId, LabelId};

    fn holds(text: &str) -> bool {
        let instance = Instance {
            id: InstanceId::from_parts(1, [0; 10]),
            file: FileId::from_parts(1, [0; 10]),
            frame: 7,
            label: LabelId(1),
            geometry: Geometry::Box(Rect::from_xywh(0., 0., 20., 10.)),
            marks: crate::marks::Marks::default(),
            run: None,
            confidence: None,
            extra: None,
            member: None,
        };
        Query::parse(text).unwrap().matches(&instance, Context { label: "car", file: "Street 1.jpg", author: "ada" })
    }

    #[test]
    fn conditions_join() {
        assert!(holds(""));
        assert!(holds("label = car and area >= 200 and frame<8"));
        assert!(!holds("label = car and area > 200"));
        assert!(holds("file ~ street and type=box and author != bob"));
        assert!(!holds("confidence > 0"));
        assert!(holds("occluded = no and role = object and points = 4 and group ="));
        assert!(!holds("occluded = yes"));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(Query::parse("label car"), Err(QueryError::Form("label car".into())));
        assert_eq!(Query::parse("colour = red"), Err(QueryError::Field("colour".into())));
        assert_eq!(Query::parse("area > big"), Err(QueryError::Number("big".into())));
    }
}
