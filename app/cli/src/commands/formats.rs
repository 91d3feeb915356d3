//! `limn formats`

use crate::error::CliError;
use crate::output::Output;
use limn_formats::{Carries, FORMATS, format_info};
use serde::Serialize;

#[derive(Serialize)]
struct Json {
    id: &'static str,
    title: &'static str,
    extensions: &'static [&'static str],
    import: bool,
    export: bool,
    carries: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    what: &'static str,
    carries: &'static str,
    note: Option<&'static str>,
}

/// Refuses a format that is not known, with those that are.
pub(crate) fn known(id: &str) -> Result<(), CliError> {
    if format_info(id).is_some() {
        return Ok(());
    }
    let ids: Vec<_> = FORMATS.iter().map(|format| format.id).collect();
    Err(CliError::Usage(format!("there is no format called \"{id}\". Formats: {}", ids.join(", "))))
}

fn row(what: &'static str, carries: Carries) -> Row {
    match carries {
        Carries::Yes => Row { what, carries: "yes", note: None },
        Carries::No => Row { what, carries: "no", note: None },
        Carries::Partly(note) => Row { what, carries: "partly", note: Some(note) },
    }
}

pub(crate) fn run(output: &mut Output) -> Result<(), CliError> {
    let formats: Vec<Json> = FORMATS
        .iter()
        .map(|format| Json {
            id: format.id,
            title: format.title,
            extensions: format.extensions,
            import: format.import,
            export: format.export,
            carries: format.carries.iter().map(|(what, carries)| row(what, *carries)).collect(),
        })
        .collect();
    output.result(&formats, || {
        let mut text = String::new();
        for format in &formats {
            let ways = match (format.import, format.export) {
                (true, true) => "import and export",
                (true, false) => "import",
                _ => "export",
            };
            text += &format!("{}: {}, {ways}, .{}\n", format.id, format.title, format.extensions.join(" ."));
            for row in &format.carries {
                text += &format!("  {:<32}{:<8}{}\n", row.what, row.carries, row.note.unwrap_or_default());
            }
        }
        text
    })
}
