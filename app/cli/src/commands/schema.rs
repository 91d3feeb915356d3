//! `limn schema`

use super::{open_project, plural};
use crate::error::CliError;
use crate::output::Output;
use limn_core::Schema;
use limn_store::Access;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Longest schema that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What to do with it
    action: Action,
    /// Project folder
    project: PathBuf,
    /// JSON file (see: limn manual schema); for export, stdout when left out
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Action {
    /// Print it
    Show,
    /// Publish the file as the next version
    Import,
    /// Save it
    Export,
}

/// Reads a schema file over the schema in force.
pub(crate) fn read(path: &Path, in_force: &Schema) -> Result<Schema, CliError> {
    let failed = |why: String| CliError::Failed(format!("cannot read the schema {}: {why}. Check the path and the file", path.display()));
    let size = path.metadata().map_err(|error| failed(error.to_string()))?.len();
    if size > MAX_BYTES {
        return Err(failed(format!("it has {size} bytes, more than a schema can have")));
    }
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    Ok(limn_jobs::schema_from_document(&text, in_force)?)
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    match (args.action, &args.file) {
        (Action::Show, None) => {
            let project = open_project(&args.project, Access::Read)?;
            show(project.schema(), output)
        }
        (Action::Show, Some(_)) => {
            Err(CliError::Usage("limn schema show takes no file. To save the schema: limn schema export PROJECT FILE".into()))
        }
        (Action::Import, None) => Err(CliError::Usage("limn schema import needs a file: limn schema import PROJECT FILE".into())),
        (Action::Import, Some(file)) => {
            let mut project = open_project(&args.project, Access::Write)?;
            let schema = read(file, project.schema())?;
            project.publish_schema(&schema)?;
            let count = schema.labels.len() as u64;
            output.result(&schema, || format!("The schema has {} now", plural(count, "label", "labels")))
        }
        (Action::Export, file) => {
            let project = open_project(&args.project, Access::Read)?;
            let document = project.schema().to_document();
            match file {
                None => output.result(project.schema(), || document),
                Some(file) => {
                    let written = std::fs::write(file, document + "\n");
                    written.map_err(|error| {
                        CliError::Failed(format!("cannot write {}: {error}. Check the folder and the free space", file.display()))
                    })?;
                    output.result(project.schema(), || format!("Saved {}", file.display()))
                }
            }
        }
    }
}

fn show(schema: &Schema, output: &mut Output) -> Result<(), CliError> {
    if output.is_json() {
        return output.result(schema, String::new);
    }
    let writer = output.writer();
    for label in &schema.labels {
        let key = label.key.map_or_else(|| "-".to_owned(), String::from);
        let shapes: Vec<_> = label.shapes.iter().map(|shape| shape.as_str()).collect();
        let shapes = if shapes.is_empty() { "all shapes".to_owned() } else { shapes.join(", ") };
        let old = if label.deprecated { "\tdeprecated" } else { "" };
        writeln!(writer, "{}\t{}\t#{}\t{key}\t{shapes}{old}", label.id, label.name, limn_core::ids::hex(&label.color))?;
    }
    Ok(())
}
