//! `limn schema`

mod advice;
mod coverage;
mod diff;
mod json_schema;
mod migrate;
mod show;
pub(crate) mod starters;

use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::Schema;
use limn_core::schema::diff as differences;
use limn_formats::{Effect, MAX_SCHEMA_BYTES, Problems, SchemaFormat, read_schema, write_schema};
use limn_store::Access;
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Write a schema file to begin with
    New {
        /// File to make, usually ending in .json
        file: PathBuf,
        /// Which of the schemas that Limn brings; without it, they are listed
        #[arg(long)]
        starter: Option<String>,
    },
    /// Print the schema of a project or file
    Show {
        /// Project folder or schema file
        source: PathBuf,
        /// Format of the file; by default what its content looks like
        #[arg(long, value_parser = format_named)]
        from: Option<SchemaFormat>,
    },
    /// Publish a file as the next version of a project's schema
    #[command(visible_alias = "publish")]
    Import {
        /// Project folder
        project: PathBuf,
        /// Schema file (see: limn manual schema)
        file: Option<PathBuf>,
        /// Format of the file; by default what its content looks like
        #[arg(long, value_parser = format_named)]
        from: Option<SchemaFormat>,
    },
    /// Take an attribute's options from a table and publish them
    Options {
        /// Project folder
        project: PathBuf,
        /// Name of the attribute, or its number
        attribute: String,
        /// CSV file with the columns name and, as you like, id and parent
        file: PathBuf,
    },
    /// Save the schema of a project or file
    Export {
        /// Project folder or schema file
        source: PathBuf,
        /// File to write; stdout when left out
        file: Option<PathBuf>,
        /// Format to write
        #[arg(long, value_parser = format_named, default_value = "limn")]
        to: SchemaFormat,
    },
    /// What differs between two schemas, or between the last two versions of a project's
    Diff {
        /// The older: project folder or schema file
        old: PathBuf,
        /// The newer: project folder or schema file
        new: Option<PathBuf>,
    },
    /// For each label and version: how many files were looked through, and how many have to be again
    Coverage {
        /// Project folder
        project: PathBuf,
    },
    /// Print the form of a schema file as JSON Schema
    JsonSchema,
    /// Take the work over into the next version: merge, split, remove and convert labels
    Migrate {
        /// Project folder
        project: PathBuf,
        /// Mapping file (see: limn manual migration)
        #[arg(required_unless_present = "late", conflicts_with = "late")]
        mapping: Option<PathBuf>,
        /// Do what earlier migrations did with work that arrived after them
        #[arg(long)]
        late: bool,
        /// Only tell what it would do
        #[arg(long)]
        dry_run: bool,
    },
    /// Whether a schema file can be used; a sentence for each problem
    Check {
        /// Schema file
        file: PathBuf,
        /// Format of the file; by default what its content looks like
        #[arg(long, value_parser = format_named)]
        from: Option<SchemaFormat>,
    },
}

fn format_named(name: &str) -> Result<SchemaFormat, String> {
    SchemaFormat::named(name).ok_or_else(|| {
        let all: Vec<&str> = SchemaFormat::ALL.iter().map(|format| format.as_str()).collect();
        format!("there is no such format; there are {}", all.join(", "))
    })
}

/// A schema from a file, and what of the file was not taken over.
struct Read {
    schema: Schema,
    format: SchemaFormat,
    problems: Problems,
}

/// The text of a file that is not larger than a schema can be.
fn text_of(path: &Path) -> Result<String, CliError> {
    let failed = |why: String| CliError::Failed(format!("cannot read {}: {why}", path.display()));
    let size = path.metadata().map_err(|error| failed(format!("{error}. Check the path")))?.len();
    if size > MAX_SCHEMA_BYTES as u64 {
        return Err(failed(format!("it has {size} bytes, more than a schema can have. Check that it is the right file")));
    }
    std::fs::read_to_string(path).map_err(|error| failed(format!("{error}. Check the path and the file")))
}

/// Reads a schema file over the schema in force.
fn read_told(path: &Path, from: Option<SchemaFormat>, in_force: &Schema) -> Result<Read, CliError> {
    let failed = |why: String| CliError::Failed(format!("cannot read the schema {}: {why}", path.display()));
    let text = text_of(path)?;
    let read = read_schema(&text, from).map_err(|error| failed(error.to_string()))?;
    let schema = limn_jobs::schema_from_written(read.document, in_force).map_err(|error| failed(error.to_string()))?;
    Ok(Read { schema, format: read.format, problems: read.problems })
}

/// As [`read_told`], with what was not taken over told on stderr.
pub(crate) fn read(path: &Path, from: Option<SchemaFormat>, in_force: &Schema, output: &mut Output) -> Result<Schema, CliError> {
    let read = read_told(path, from, in_force)?;
    tell(&read.problems, output);
    Ok(read.schema)
}

fn tell(problems: &Problems, output: &mut Output) {
    for problem in problems.kinds() {
        output.message(&problem.to_string());
    }
}

/// The schema of a project or a file; a file that is newer than another schema is read over that one.
fn of_source(source: &Path, from: Option<SchemaFormat>, over: &Schema, output: &mut Output) -> Result<Schema, CliError> {
    if source.is_file() {
        return read(source, from, over, output);
    }
    Ok(open_project(source, Access::Read)?.schema().clone())
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    match args.action {
        Action::New { file, starter } => starters::write(&file, starter.as_deref(), output),
        Action::Show { source, from } => {
            let schema = of_source(&source, from, &Schema::default(), output)?;
            show::show(&schema, output)
        }
        Action::Import { file: None, .. } => {
            Err(CliError::Usage("limn schema import needs a file: limn schema import PROJECT FILE".into()))
        }
        Action::Import { project, file: Some(file), from } => {
            let mut project = open_project(&project, Access::Write)?;
            let before = project.schema().clone();
            let schema = read(&file, from, &before, output)?;
            project.publish_schema(&schema)?;
            tell_missing(&schema, &project, output);
            let count = schema.offered().count() as u64;
            let narrowing = differences::diff(&before, &schema).iter().filter(|one| one.bearing == differences::Bearing::Narrowing).count();
            output.result(&schema, || {
                let mut text = format!("The schema has {} now", plural(count, "label", "labels"));
                if narrowing > 0 {
                    let changes = plural(narrowing as u64, "change narrows", "changes narrow");
                    text += &format!(". {changes} it; to list them: limn schema diff PROJECT");
                }
                text
            })
        }
        Action::Options { project, attribute, file } => options(&project, &attribute, &file, output),
        Action::Export { source, file, to } => {
            let schema = of_source(&source, None, &Schema::default(), output)?;
            let (text, problems) = write_schema(&schema, to);
            tell(&problems, output);
            match file {
                None if to == SchemaFormat::Limn => output.result(&schema, || text),
                None => output.result(&serde_json::json!({ "format": to.as_str(), "text": text }), || text.clone()),
                Some(file) => {
                    save(&file, &text)?;
                    output.result(&schema, || format!("Saved {}", file.display()))
                }
            }
        }
        Action::Diff { old, new } => {
            let (old, new) = match new {
                Some(new) => {
                    let old = of_source(&old, None, &Schema::default(), output)?;
                    let new = of_source(&new, None, &old, output)?;
                    (old, new)
                }
                None => {
                    let project = open_project(&old, Access::Read)?;
                    (project.schema_before()?.unwrap_or_default(), project.schema().clone())
                }
            };
            diff::show(&differences::diff(&old, &new), output)
        }
        Action::JsonSchema => json_schema::show(output),
        Action::Migrate { project, mapping: Some(mapping), dry_run, .. } => migrate::run(&project, &mapping, dry_run, output),
        Action::Migrate { project, mapping: None, dry_run, .. } => migrate::late(&project, dry_run, output),
        Action::Coverage { project } => coverage::show(&project, output),
        Action::Check { file, from } => check(&file, from, output),
    }
}

/// Tells of catalogues that the schema names and the project has not: nothing could be answered.
fn tell_missing(schema: &Schema, project: &limn_store::Project, output: &mut Output) {
    let there = limn_store::catalogue::names(project.dir());
    let asked = schema.attributes.iter().filter(|attribute| !attribute.deprecated);
    for (attribute, name) in asked.filter_map(|one| Some((one, one.catalogue.as_ref()?))).filter(|(_, name)| !there.contains(name)) {
        let how = format!("Make it with: limn catalogue PROJECT {name} --from list.csv");
        output.message(&format!("\"{}\" chooses from the catalogue \"{name}\", which the project has not. {how}", attribute.name));
    }
}

/// What publishing a table of options did.
#[derive(Serialize)]
struct OptionsJson<'a> {
    attribute: &'a str,
    options: usize,
    added: usize,
    renamed: usize,
    retired: usize,
}

fn options(project: &Path, attribute: &str, file: &Path, output: &mut Output) -> Result<(), CliError> {
    let mut project = open_project(project, Access::Write)?;
    let before = project.schema().clone();
    let failed = |error: limn_formats::OptionsError| CliError::Failed(format!("cannot take options from {}: {error}", file.display()));
    let schema = limn_formats::with_options(&before, attribute, &text_of(file)?).map_err(failed)?;
    let found = differences::diff(&before, &schema);
    let count = |happened| found.iter().filter(|one| one.piece == differences::Piece::Option && one.happened == happened).count();
    let named = |one: &&limn_core::schema::Attribute| one.name == attribute && !one.deprecated;
    let of = schema.attributes.iter().find(named).or_else(|| schema.attributes.iter().find(|one| one.id.to_string() == attribute));
    project.publish_schema(&schema)?;
    let json = OptionsJson {
        attribute: of.map_or(attribute, |one| &one.name),
        options: of.map_or(0, |one| one.offered().count()),
        added: count(differences::Happened::Added),
        renamed: count(differences::Happened::Renamed),
        retired: count(differences::Happened::Removed),
    };
    output.result(&json, || {
        let options = plural(json.options as u64, "option", "options");
        let OptionsJson { attribute, added, renamed, retired, .. } = &json;
        format!("\"{attribute}\" has {options} now: {added} new, {renamed} renamed, {retired} retired")
    })
}

/// Writes a file whole.
fn save(file: &Path, text: &str) -> Result<(), CliError> {
    std::fs::write(file, text)
        .map_err(|error| CliError::Failed(format!("cannot write {}: {error}. Check the folder and the free space", file.display())))
}

#[derive(Serialize)]
struct Checked {
    format: &'static str,
    labels: usize,
    attributes: usize,
    rules: usize,
    problems: Vec<Told>,
    advice: advice::Advice,
}

#[derive(Serialize)]
struct Told {
    what: String,
    count: u64,
    effect: &'static str,
}

fn check(file: &Path, from: Option<SchemaFormat>, output: &mut Output) -> Result<(), CliError> {
    let read = read_told(file, from, &Schema::default())?;
    let told = read.problems.kinds().iter().map(|problem| Told {
        what: problem.text.clone(),
        count: problem.count,
        effect: match problem.effect {
            Effect::Left => "left",
            Effect::Changed => "changed",
            Effect::Kept => "kept",
        },
    });
    let (labels, attributes, rules) = (read.schema.labels.len(), read.schema.attributes.len(), read.schema.rules.len());
    let json = Checked {
        format: read.format.as_str(),
        labels,
        attributes,
        rules,
        problems: told.collect(),
        advice: advice::Advice::new(&read.schema),
    };
    tell(&read.problems, output);
    output.result(&json, || {
        let (labels, attributes) = (plural(labels as u64, "label", "labels"), plural(attributes as u64, "attribute", "attributes"));
        let rules = if rules == 0 { String::new() } else { format!(", {}", plural(rules as u64, "rule", "rules")) };
        let advice = json.advice.text();
        format!("{} can be used: {labels}, {attributes}{rules} ({}){advice}", file.display(), read.format.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_in_the_manual_are_schemas() {
        let page = crate::manual::page("schema").unwrap_or_default();
        let blocks = page.split("```").filter(|block| {
            let is_json = block.starts_with("json") && block.contains("\"labels\"");
            is_json || (block.starts_with("toml") && block.contains("[[labels]]"))
        });
        let mut count = 0;
        for block in blocks {
            let (_, text) = block.split_once('\n').unwrap_or_default();
            let read = read_schema(text, None).unwrap_or_else(|error| panic!("{error}: {text}"));
            let schema = Schema::from_written(read.document, &Schema::default()).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert!(!schema.labels.is_empty() && !schema.attributes.is_empty() && read.format == SchemaFormat::Limn, "{text}");
            count += 1;
        }
        assert_eq!(count, 2);
    }

    #[test]
    fn the_rules_in_the_manual_are_rules() {
        let page = crate::manual::page("rules").unwrap_or_default();
        let text = page.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_default();
        let schema = Schema::from_document(text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(schema.rules.len(), 5);
        let checks = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |")).map(|(check, _)| check);
        let checks: Vec<&str> = checks.filter(|check| check.starts_with(['{', '"'])).collect();
        assert_eq!(checks.len(), 19);
        for check in checks {
            let check = check.replace('…', "width > 1");
            let text = format!(r#"{{"labels": ["person"], "rules": [{{"name": "a", "check": {check}}}]}}"#);
            Schema::from_document(&text).unwrap_or_else(|error| panic!("{error}: {check}"));
        }
    }

    #[test]
    fn the_conditions_in_the_manual_are_conditions() {
        let page = crate::manual::page("schema").unwrap_or_default();
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `{\"")?.split_once("}` |"));
        let rows: Vec<String> = rows.map(|(condition, _)| format!("{{\"{condition}}}")).filter(|row| !row.contains('…')).collect();
        assert_eq!(rows.len(), 7);
        for row in rows {
            let text = format!(
                r#"{{"labels": ["car"], "attributes": [
                  {{"name": "colour", "type": "select", "options": ["red", "blue"]}}, {{"name": "moving", "type": "boolean"}},
                  {{"name": "doors", "type": "integer"}}, {{"name": "plate", "type": "text"}}, {{"name": "q", "type": "text", "when": {row}}}]}}"#
            );
            Schema::from_document(&text).unwrap_or_else(|error| panic!("{error}: {row}"));
        }
    }
}
