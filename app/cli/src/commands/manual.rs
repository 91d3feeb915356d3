//! `limn manual`

use crate::error::CliError;
use crate::manual::{MANUAL, name as page_name, page};
use crate::output::Output;
use serde::Serialize;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Name of a page; without one the pages are listed
    page: Option<String>,
}

#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

fn title(text: &str) -> &str {
    text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default()
}

pub(crate) fn run(args: Args, output: &mut Output) -> Result<(), CliError> {
    let Some(name) = args.page else {
        let pages: Vec<Page<'_>> =
            MANUAL.iter().map(|(file, text)| Page { name: page_name(file), title: title(text), text: None }).collect();
        return output.result(&pages, || {
            let lines = pages.iter().map(|page| format!("  {:<16}{}\n", page.name, page.title));
            format!("Pages, to be read with: limn manual PAGE\n{}", lines.collect::<String>())
        });
    };
    let Some(text) = page(&name) else {
        let names: Vec<_> = MANUAL.iter().map(|(file, _)| page_name(file)).collect();
        return Err(CliError::Usage(format!("the manual has no page \"{name}\". Pages: {}", names.join(", "))));
    };
    output.result(&Page { name: &name, title: title(text), text: Some(text) }, || text.to_owned())
}
