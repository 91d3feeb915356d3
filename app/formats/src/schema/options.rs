//! The options of an attribute from a table: a line for each, with the columns `name` and, as they like, `id`, `parent` and `picture`.

use crate::table::{TableError, TableReader, TableRow};
use limn_core::schema::attribute::{Attribute, AttributeOption};
use limn_core::schema::{OptionId, Schema, SchemaError};
use std::collections::{HashMap, HashSet};

/// Why a table gives no options.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// Longer than [`super::MAX_SCHEMA_BYTES`].
    #[error("it has {0} bytes, more than a schema can have. Check that it is the right file")]
    TooLong(usize),
    /// The first line names no column `name`.
    #[error("its first line has no column \"name\". Write the names of the columns there: name, and as you like id, parent and picture")]
    NoName,
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Something in a line, counted from 1.
    #[error("line {0}: {1}")]
    Line(usize, String),
    /// The attribute takes no options, or there is no such attribute.
    #[error("{0}")]
    Attribute(String),
    /// The schema would not be sound with these options.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}

/// A line of the table.
struct Row<'a> {
    line: usize,
    id: Option<OptionId>,
    name: &'a str,
    parent: &'a str,
    /// `None`: the table has no such column.
    picture: Option<&'a str>,
}

/// The schema with the options of one attribute as the table has them, in its order.
///
/// An `id` is the number that the option keeps and exports write; without one it is that of the option of the same name (and
/// parent, where several have the name), else one never used. `parent` is the name or the number of another option, `picture` a
/// file below the project's folder `guides`, or nothing where the option has none. Options
/// that the table leaves out are retired, and follow at the end; what the table does not tell of an option stays.
///
/// # Errors
/// [`OptionsError`] with the sentence to show.
pub fn with_options(schema: &Schema, attribute: &str, table: &str) -> Result<Schema, OptionsError> {
    if table.len() > super::MAX_SCHEMA_BYTES {
        return Err(OptionsError::TooLong(table.len()));
    }
    let mut schema = schema.clone();
    let attribute = named(&mut schema, attribute)?;
    attribute.options = options(attribute, &rows(&read(table)?)?)?;
    Ok(Schema::from_document(&schema.to_document())?)
}

/// The attribute of this name, or of this number.
fn named<'a>(schema: &'a mut Schema, name: &str) -> Result<&'a mut Attribute, OptionsError> {
    let is_asked = |attribute: &&Attribute| attribute.name == name && !attribute.deprecated;
    let same: Vec<String> = schema.attributes.iter().filter(is_asked).map(|attribute| attribute.id.to_string()).collect();
    if same.len() > 1 {
        let text = format!("{} attributes are called \"{name}\". Name one by its number: {}", same.len(), same.join(", "));
        return Err(OptionsError::Attribute(text));
    }
    let id = same.first().map_or(name, String::as_str).to_owned();
    let found = schema.attributes.iter_mut().find(|attribute| attribute.id.to_string() == id);
    let found = found.ok_or_else(|| OptionsError::Attribute(format!("the schema has no attribute \"{name}\"")))?;
    if !found.kind.has_options() {
        let text = format!("\"{}\" takes {}, not options. Only select, multi and tree have options", found.name, found.kind.as_str());
        return Err(OptionsError::Attribute(text));
    }
    Ok(found)
}

fn read(table: &str) -> Result<Vec<TableRow>, TableError> {
    let mut reader = TableReader::new(table.as_bytes())?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row()? {
        rows.push(TableRow { line: row.line, fields: row.fields.clone(), is_cut: row.is_cut });
    }
    Ok(rows)
}

fn rows(table: &[TableRow]) -> Result<Vec<Row<'_>>, OptionsError> {
    let (head, rest) = table.split_first().ok_or(OptionsError::NoName)?;
    let column = |name: &str| head.fields.iter().position(|field| field.trim().eq_ignore_ascii_case(name));
    let (id, parent, picture) = (column("id"), column("parent"), column("picture"));
    let name = column("name").ok_or(OptionsError::NoName)?;
    let mut rows = Vec::with_capacity(rest.len());
    for row in rest {
        let field = |at: Option<usize>| at.and_then(|at| row.fields.get(at)).map_or("", |field| field.trim());
        if row.fields.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let wrong = |why: String| OptionsError::Line(row.line, why);
        if field(Some(name)).is_empty() {
            return Err(wrong("the option has no name".to_owned()));
        }
        let id = match field(id) {
            "" => None,
            text => {
                let number = text.parse().ok().filter(|number| *number > 0);
                Some(OptionId(number.ok_or_else(|| wrong(format!("\"{text}\" is no id. Write a whole number above 0")))?))
            }
        };
        let picture = picture.map(|at| field(Some(at)));
        rows.push(Row { line: row.line, id, name: field(Some(name)), parent: field(parent), picture });
    }
    Ok(rows)
}

fn options(attribute: &Attribute, rows: &[Row<'_>]) -> Result<Vec<AttributeOption>, OptionsError> {
    let ids = numbers(attribute, rows)?;
    let mut by_name: HashMap<&str, Vec<OptionId>> = HashMap::new();
    for (row, id) in rows.iter().zip(&ids) {
        by_name.entry(row.name).or_default().push(*id);
    }
    let there: HashSet<OptionId> = ids.iter().copied().collect();
    let before: HashMap<OptionId, &AttributeOption> = attribute.options.iter().map(|option| (option.id, option)).collect();
    let mut options = Vec::with_capacity(attribute.options.len().max(rows.len()));
    for (row, id) in rows.iter().zip(&ids) {
        let parent = match (row.parent, by_name.get(row.parent).map(Vec::as_slice)) {
            ("", _) => None,
            (_, Some([only])) => Some(*only),
            (name, Some(several)) => {
                let text = format!("{} options are called \"{name}\". Name the parent by its id", several.len());
                return Err(OptionsError::Line(row.line, text));
            }
            (text, None) => {
                let id = text.parse().ok().map(OptionId).filter(|id| there.contains(id));
                let none = || OptionsError::Line(row.line, format!("the parent \"{text}\" is no option of the file"));
                Some(id.ok_or_else(none)?)
            }
        };
        let old = before.get(id).map_or_else(|| AttributeOption::new(*id, row.name), |old| (*old).clone());
        let mut option = AttributeOption { name: row.name.to_owned(), parent, deprecated: false, ..old };
        if let Some(picture) = row.picture {
            option.picture = picture.to_owned();
        }
        if let Some(problem) = option.problem_of_picture() {
            return Err(OptionsError::Line(row.line, format!("the option \"{}\" {problem}", row.name)));
        }
        options.push(option);
    }
    let retired = attribute.options.iter().filter(|option| !there.contains(&option.id));
    options.extend(retired.map(|option| AttributeOption { deprecated: true, ..option.clone() }));
    Ok(options)
}

/// The number of each row.
fn numbers(attribute: &Attribute, rows: &[Row<'_>]) -> Result<Vec<OptionId>, OptionsError> {
    let mut used: HashSet<OptionId> = HashSet::with_capacity(rows.len());
    for row in rows {
        if let Some(id) = row.id.filter(|id| !used.insert(*id)) {
            return Err(OptionsError::Line(row.line, format!("the id {} stands twice", id.0)));
        }
    }
    let mut by_name: HashMap<&str, Vec<&AttributeOption>> = HashMap::new();
    for option in &attribute.options {
        by_name.entry(&option.name).or_default().push(option);
    }
    let parent_name = |option: &AttributeOption| option.parent.and_then(|id| attribute.option(id)).map_or("", |parent| &parent.name);
    let mut last = attribute.options.iter().map(|option| option.id.0).chain(used.iter().map(|id| id.0)).max().unwrap_or(0);
    let mut ids = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(id) = row.id {
            ids.push(id);
            continue;
        }
        let same = by_name.get(row.name).map(Vec::as_slice).unwrap_or_default();
        let free = || same.iter().filter(|option| !used.contains(&option.id));
        let own = free().find(|option| parent_name(option) == row.parent).or_else(|| free().next()).map(|option| option.id);
        let id = match own {
            Some(id) => id,
            None => {
                let full = || OptionsError::Line(row.line, "there is no number left for it".to_owned());
                last = last.checked_add(1).ok_or_else(full)?;
                OptionId(last)
            }
        };
        used.insert(id);
        ids.push(id);
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn schema() -> Schema {
        let text = r#"{"labels":["bird"],"attributes":[
            {"name":"species","type":"tree","options":["owl",{"name":"eagle owl","parent":"owl","guide":"Ears."},"gull"]},
            {"name":"age","type":"select","options":["young"]}, {"name":"note","type":"text"},
            {"name":"twice","type":"select","labels":["bird"]}, {"name":"twice","type":"select","of":"file"}]}"#;
        Schema::from_document(text).unwrap()
    }

    /// `id name parent retired?` of each option of the first attribute.
    fn told(table: &str) -> Result<Vec<String>, String> {
        let schema = with_options(&schema(), "species", table).map_err(|error| error.to_string())?;
        let line = |option: &AttributeOption| {
            let parent = option.parent.map_or_else(String::new, |id| format!(" <{}", id.0));
            format!("{} {}{parent}{}", option.id.0, option.name, if option.deprecated { " retired" } else { "" })
        };
        Ok(schema.attributes[0].options.iter().map(line).collect())
    }

    #[test]
    fn ids_are_kept_by_id_or_name_and_what_is_missing_is_retired() {
        assert_eq!(
            told("\u{feff}Name;ID;parent\r\nbarn owl;7;owl\r\nowl;;\r\n\"sea; gull\";3;\r\nnew;;7\r\n\r\n").unwrap(),
            ["7 barn owl <1", "1 owl", "3 sea; gull", "8 new <7", "2 eagle owl <1 retired"]
        );
        let after = with_options(&schema(), "1", "name,parent\neagle owl,\n").unwrap();
        assert_eq!((after.attributes[0].options[0].guide.as_str(), after.attributes[0].options[0].parent), ("Ears.", None));
        let again = with_options(&after, "species", "name\ngull\nowl\n").unwrap();
        assert_eq!(again.attributes[0].offered().map(|option| option.id.0).collect::<Vec<_>>(), [3, 1]);
    }

    #[test]
    fn pictures_are_taken_kept_and_taken_away() {
        let pictures = |schema: &Schema| schema.attributes[0].offered().map(|option| option.picture.clone()).collect::<Vec<_>>();
        let first = with_options(&schema(), "species", "name,Picture\nowl,guides/owl.png\ngull,b/gull.png\n").unwrap();
        assert_eq!(pictures(&first), ["guides/owl.png", "b/gull.png"]);
        // A table without the column says nothing about them, an empty field says that there is none.
        let kept = with_options(&first, "species", "name\ngull\nowl\n").unwrap();
        assert_eq!(pictures(&kept), ["b/gull.png", "guides/owl.png"]);
        let gone = with_options(&first, "species", "name,picture\nowl,\ngull,b/gull.png\n").unwrap();
        assert_eq!(pictures(&gone), ["", "b/gull.png"]);
    }

    #[test]
    fn the_same_name_below_two_parents_keeps_two_numbers() {
        let table = "name\tparent\na\t\nb\t\nrest\ta\nrest\tb\n";
        let first = with_options(&schema(), "species", table).unwrap();
        let numbers = |schema: &Schema| schema.attributes[0].offered().map(|option| option.id.0).collect::<Vec<_>>();
        assert_eq!(numbers(&first), [4, 5, 6, 7]);
        let second = with_options(&first, "species", "name,parent\nb,\nrest,b\na,\nrest,a\n").unwrap();
        assert_eq!(numbers(&second), [5, 7, 4, 6]);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (table, why) in [
            ("", "no column \"name\""),
            ("title\nowl\n", "no column \"name\""),
            ("id,name\n1,owl\n1,gull\n", "line 3: the id 1 stands twice"),
            ("id,name\nx,owl\n", "line 2: \"x\" is no id"),
            ("id,name\n0,owl\n", "line 2: \"0\" is no id"),
            ("id,name\n\n5,\n", "line 3: the option has no name"),
            ("name,parent\nowl,hawk\n", "line 2: the parent \"hawk\" is no option"),
            ("name,parent\na,b\nb,a\n", "below itself"),
            ("name\nowl\nowl\n", "has the option \"owl\" twice"),
            ("name\n\"owl\n", "line 2: a quote is not closed"),
            ("name,picture\nowl,\ngull,../gull.png\n", "line 3: the option \"gull\" has a picture outside of"),
            ("id,name\n4294967295,owl\n,new\n", "line 3: there is no number left"),
        ] {
            assert!(told(table).unwrap_err().contains(why), "{table}: {:?}", told(table));
        }
        for (attribute, why) in [("hue", "no attribute \"hue\""), ("note", "takes text, not options"), ("twice", "number: 4, 5")] {
            let error = with_options(&schema(), attribute, "name\na\n").unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
        }
        let error = with_options(&schema(), "age", "name,parent\na,\nb,a\n").unwrap_err();
        assert!(error.to_string().contains("is no tree"), "{error}");
    }

    proptest! {
        #[test]
        fn any_table_is_read_or_refused(text in "(id|name|parent|picture|[,;\"\n\r\t]|[0-9]|é|owl){0,40}") {
            let _ = with_options(&schema(), "species", &text);
            let _ = with_options(&schema(), "species", &format!("name,id,parent\n{text}"));
        }
    }
}
