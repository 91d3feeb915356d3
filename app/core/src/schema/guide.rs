//! Guides: what belongs to a label or an option and what does not, in words and pictures.

use super::Schema;
use super::answer::{AttributeId, OptionId};
use super::questions::Questions;
use crate::ids::LabelId;
use std::collections::HashSet;

/// Most places that a search tells.
pub const MAX_FOUND: usize = 100;
/// Most options of one attribute whose guides stand below a label's.
const MAX_OPTIONS: usize = 50;

/// Whose guide it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GuideOf {
    /// Of the schema: for all labels.
    Schema,
    /// Of a label.
    Label(LabelId),
    /// Of an option of an attribute.
    Option(AttributeId, OptionId),
}

/// A guide to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter<'a> {
    /// Whose.
    pub of: GuideOf,
    /// Its name: that of the label, of the attribute and option, or of the schema.
    pub title: String,
    /// A sentence or two, as plain text.
    pub description: &'a str,
    /// Markdown.
    pub guide: &'a str,
}

/// A place that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Whose guide.
    pub of: GuideOf,
    /// Its name.
    pub title: String,
    /// The heading in it; `None`: its name was found.
    pub heading: Option<String>,
}

/// What is told to whoever works with this label: its own guide, those of the labels above it, those of the options that
/// may be asked of it, and the schema's. Without a label, the schema's alone.
pub fn chapters<'a>(schema: &'a Schema, questions: &Questions, label: Option<LabelId>) -> Vec<Chapter<'a>> {
    let mut all = Vec::new();
    let above = std::iter::successors(label, |id| schema.label(*id)?.parent).take(schema.labels.len());
    for id in above {
        // The one at hand is named also when nobody wrote about it.
        all.extend(chapter(schema, GuideOf::Label(id)).filter(|chapter| !chapter.is_empty() || Some(id) == label));
    }
    if label.is_some() {
        let asked = questions.possible(schema, super::attribute::Subject::Instance, label);
        for attribute in asked {
            let guided = attribute.offered().filter(|option| !option.guide.is_empty()).take(MAX_OPTIONS);
            all.extend(guided.filter_map(|option| chapter(schema, GuideOf::Option(attribute.id, option.id))));
        }
    }
    all.extend(chapter(schema, GuideOf::Schema).filter(|chapter| !chapter.is_empty()));
    all
}

/// One guide; `None` when there is no such label or option.
pub fn chapter(schema: &Schema, of: GuideOf) -> Option<Chapter<'_>> {
    Some(match of {
        GuideOf::Schema => Chapter { of, title: "All labels".to_owned(), description: "", guide: &schema.guide },
        GuideOf::Label(id) => {
            let label = schema.label(id)?;
            Chapter { of, title: label.name.clone(), description: &label.description, guide: &label.guide }
        }
        GuideOf::Option(attribute, option) => {
            let attribute = schema.attributes.iter().find(|other| other.id == attribute)?;
            let option = attribute.option(option)?;
            Chapter { of, title: format!("{}: {}", attribute.name, option.name), description: "", guide: &option.guide }
        }
    })
}

impl Chapter<'_> {
    /// Whether nobody wrote anything.
    pub fn is_empty(&self) -> bool {
        self.description.is_empty() && self.guide.is_empty()
    }
}

/// Labels, options with a guide, and headings of guides that hold every word that is typed, in any case: names first; at
/// most [`MAX_FOUND`].
pub fn find(schema: &Schema, typed: &str) -> Vec<Found> {
    let typed = typed.to_lowercase();
    let words: Vec<&str> = typed.split_whitespace().collect();
    if words.is_empty() {
        return Vec::new();
    }
    let holds = |text: &str| {
        let text = text.to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let labels = schema.offered().map(|label| GuideOf::Label(label.id));
    let asked = schema.attributes.iter().filter(|attribute| !attribute.deprecated);
    let guided = asked.flat_map(|attribute| {
        let options = attribute.offered().filter(|option| !option.guide.is_empty());
        options.map(|option| GuideOf::Option(attribute.id, option.id))
    });
    let (mut names, mut in_guides) = (Vec::new(), Vec::new());
    for of in std::iter::once(GuideOf::Schema).chain(labels).chain(guided) {
        let Some(chapter) = chapter(schema, of) else { continue };
        if of != GuideOf::Schema && names.len() < MAX_FOUND && holds(&chapter.title) {
            names.push(Found { of, title: chapter.title.clone(), heading: None });
        }
        let found = headings(chapter.guide).filter(|heading| holds(heading)).take(MAX_FOUND.saturating_sub(in_guides.len()));
        in_guides.extend(found.map(|heading| Found { of, title: chapter.title.clone(), heading: Some(heading.to_owned()) }));
    }
    names.append(&mut in_guides);
    names.truncate(MAX_FOUND);
    names
}

fn headings(guide: &str) -> impl Iterator<Item = &str> {
    let mut in_code = false;
    guide.lines().filter_map(move |line| {
        in_code ^= line.starts_with("```");
        heading(line).filter(|_| !in_code)
    })
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    (text.len() < line.len()).then(|| text.strip_prefix(' ')).flatten().map(str::trim)
}

/// The text and the target of a line that is a picture: `![text](target)`.
pub fn picture(line: &str) -> Option<(&str, &str)> {
    let (text, rest) = line.trim().strip_prefix("![")?.split_once("](")?;
    Some((text, rest.strip_suffix(')')?.trim()))
}

/// The path below the folder `guides` that a picture's target names, with `/` between its parts; `None` for whatever might
/// lead out of it or into the network.
pub fn local_path(target: &str) -> Option<&str> {
    let path = target.strip_prefix("./").unwrap_or(target);
    let path = path.strip_prefix("guides/").unwrap_or(path);
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0']);
    (path.len() <= 1024 && path.split('/').all(is_plain)).then_some(path)
}

/// The files below the folder `guides` that a guide's pictures are in, each once.
pub fn pictures(guide: &str) -> Vec<&str> {
    let mut seen = HashSet::new();
    let paths = guide.lines().filter_map(picture).filter_map(|(_, target)| local_path(target));
    paths.filter(|path| seen.insert(*path)).collect()
}

/// The guide with another picture at the end of its good or its bad examples.
pub fn with_example(guide: &str, is_good: bool, text: &str, path: &str) -> String {
    let title = if is_good { "Good examples" } else { "Bad examples" };
    let text: String = text.chars().filter(|letter| !letter.is_control() && !"[]()".contains(*letter)).collect();
    let line = format!("![{text}]({path})");
    let mut lines: Vec<&str> = guide.lines().collect();
    let mut in_code = false;
    let mut begin = None;
    let mut end = lines.len();
    for (at, one) in lines.iter().enumerate() {
        in_code ^= one.starts_with("```");
        let Some(heading) = heading(one).filter(|_| !in_code) else { continue };
        if begin.is_some() {
            end = at;
            break;
        }
        begin = (heading == title).then_some(at);
    }
    let is_blank = |line: &&str| line.trim().is_empty();
    let heading = format!("## {title}");
    match begin {
        Some(begin) => {
            let used = lines.get(begin..end).unwrap_or_default().iter().rposition(|line| !is_blank(line)).unwrap_or(0);
            lines.splice(begin + used + 1..begin + used + 1, ["", &line]);
        }
        None => {
            while lines.last().is_some_and(is_blank) {
                lines.pop();
            }
            if !lines.is_empty() {
                lines.push("");
            }
            lines.extend([heading.as_str(), "", &line]);
        }
    }
    let mut guide = lines.join("\n");
    guide.push('\n');
    guide
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let text = r###"{"guide": "# Everything\n\nBe exact.", "labels": [
            {"name": "vehicle", "guide": "## What counts\n\nWheels."},
            {"name": "car", "parent": "vehicle", "description": "Four wheels.", "guide": "## Edges of a CAR\n```\n# no heading\n```"},
            "dog"],
            "attributes": [{"name": "paint", "type": "select", "labels": ["car"],
              "options": ["red", {"name": "rust", "guide": "Brown."}]}]}"###;
        Schema::from_document(text).unwrap()
    }

    #[test]
    fn a_label_is_told_of_with_all_above_and_what_is_asked() {
        let schema = schema();
        let questions = Questions::new(&schema);
        let titles = |label| chapters(&schema, &questions, label).into_iter().map(|one| one.title).collect::<Vec<_>>();
        assert_eq!(titles(Some(LabelId(2))), ["car", "vehicle", "paint: rust", "All labels"]);
        assert_eq!(titles(Some(LabelId(3))), ["dog", "All labels"]);
        assert_eq!(titles(None), ["All labels"]);
        assert_eq!(Schema::from_document(&schema.to_document()).unwrap(), schema);
    }

    #[test]
    fn names_and_headings_are_found_by_their_words() {
        let schema = schema();
        let found = |typed| {
            let found = find(&schema, typed).into_iter();
            found.map(|one| one.heading.map_or(one.title.clone(), |heading| format!("{}/{heading}", one.title))).collect::<Vec<_>>()
        };
        assert_eq!(found("car"), ["car", "car/Edges of a CAR"]);
        assert_eq!(found("a EDGES"), ["car/Edges of a CAR"]);
        assert_eq!(found("every"), ["All labels/Everything"]);
        assert_eq!(found("rust"), ["paint: rust"]);
        assert!(found("no heading").is_empty() && found(" ").is_empty());
    }

    #[test]
    fn only_files_below_the_folder_are_pictures() {
        assert_eq!(picture("![a car](guides/a/b c.png)"), Some(("a car", "guides/a/b c.png")));
        assert_eq!(local_path("guides/a/b c.png"), Some("a/b c.png"));
        assert_eq!(local_path("./x.png"), Some("x.png"));
        for bad in ["", "/etc/x.png", "../x.png", "a/../../x.png", "a//b", "http://x/y.png", "c:x.png", "a\\b.png", "guides/", ".", "a\0"] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
        assert_eq!(pictures("![](a.png)\nx ![](b.png)\n![](a.png)\n![](../c.png)"), ["a.png"]);
    }

    #[test]
    fn an_options_picture_lies_below_the_folder() {
        let with = |picture: &str| {
            let option = serde_json::json!({"name": "a", "picture": picture});
            let text = serde_json::json!({"labels": [], "attributes": [{"name": "q", "type": "select", "options": [option]}]});
            Schema::from_document(&text.to_string()).map_err(|error| error.to_string())
        };
        let schema = with("guides/a/b.png").unwrap();
        assert_eq!(schema.attributes[0].options[0].picture, "guides/a/b.png");
        assert_eq!(Schema::from_document(&schema.to_document()).unwrap(), schema);
        assert!(!with("").unwrap().to_document().contains("picture"));
        for bad in ["../a.png", "/a.png", "https://example.org/a.png", "a\\b.png", "guides/"] {
            let why = with(bad).unwrap_err();
            assert!(why.contains("an option \"a\" that has a picture outside of the project's folder"), "{why}");
        }
    }

    #[test]
    fn examples_stand_under_their_heading() {
        let first = with_example("Text.\n\n", true, "a](x) car", "guides/1.png");
        assert_eq!(first, "Text.\n\n## Good examples\n\n![ax car](guides/1.png)\n");
        let both = with_example(&with_example(&first, false, "b", "2.png"), true, "c", "3.png");
        assert_eq!(both, "Text.\n\n## Good examples\n\n![ax car](guides/1.png)\n\n![c](3.png)\n\n## Bad examples\n\n![b](2.png)\n");
        assert_eq!(with_example("", false, "", "1.png"), "## Bad examples\n\n![](1.png)\n");
    }

    #[test]
    fn a_guide_is_bounded() {
        let long = "x".repeat(300 << 10);
        for text in [
            format!(r#"{{"guide": "{long}", "labels": []}}"#),
            format!(r#"{{"labels": [{{"name": "car", "guide": "{long}"}}]}}"#),
            format!(
                r#"{{"labels": [], "attributes": [{{"name": "q", "type": "select", "options": [{{"name": "a", "guide": "{long}"}}]}}]}}"#
            ),
        ] {
            assert!(Schema::from_document(&text).unwrap_err().to_string().contains("too long a guide"));
        }
    }
}
