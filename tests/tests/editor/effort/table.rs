//! The tables of the manual's page.

use super::Row;
use super::count::Effort;
use super::peers::Peer;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The share of the best peer's actions that is the goal.
const GOAL: f64 = 0.6;
/// In how many rows.
const GOAL_ROWS: usize = 6;

/// The tables in the page are these; with `LIMN_WRITE_TABLE` they are written instead.
pub fn compare([(ten, peers), (traced, _), (questions, asking), (sequences, videos)]: [(&[Row], &[Peer]); 4]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../assets/manual/effort.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let head_of =
        |what: &str, peers: &[Peer]| format!("| {what} | Limn | {} |", peers.iter().map(|peer| peer.name).collect::<Vec<_>>().join(" | "));
    let head = |what: &str| head_of(what, peers);
    let tables = [
        actions(ten, &format!("{} Limn to the best of them |", head("actions"))),
        goals(ten),
        each(ten, &head("keys + clicks + drags"), made_of),
        each(ten, &head("travel in points"), |effort| format!("{:.0}", effort.travel)),
        actions(traced, &format!("{} Limn to the best of them |", head("actions, traced"))),
        actions(questions, &format!("{} Limn to the best of them |", head_of("actions, answering", asking))),
        actions(sequences, &format!("{} Limn to CVAT |", head_of("actions, in videos", videos))),
        each(sequences, &head_of("keys + clicks + drags, in videos", videos), made_of),
    ];
    let want = tables.iter().fold(page.clone(), |page, table| put(&page, table));
    if std::env::var_os("LIMN_WRITE_TABLE").is_some() {
        std::fs::write(&path, want).unwrap();
        return;
    }
    assert!(
        page == want,
        "the page says other numbers than the scripts (LIMN_WRITE_TABLE=1 writes them). They are now:\n{}",
        tables.join("\n")
    );
}

fn made_of(effort: &Effort) -> String {
    format!("{} + {} + {}", effort.keys, effort.clicks, effort.drags)
}

/// The page with a table in the place of the one that has the same heading.
fn put(page: &str, table: &str) -> String {
    let heading = table.lines().next().unwrap();
    let begin = page.find(heading).unwrap_or_else(|| panic!("the page has no table that begins with\n{heading}"));
    let old: usize = page[begin..].split_inclusive('\n').take_while(|line| line.starts_with('|')).map(str::len).sum();
    format!("{}{table}{}", &page[..begin], &page[begin + old..])
}

fn table(heading: &str, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("{heading}\n|{}\n", " --- |".repeat(heading.matches('|').count() - 1));
    for cells in rows {
        writeln!(text, "| {} |", cells.join(" | ")).unwrap();
    }
    text
}

/// A line for each job with `shown` of Limn and of every peer.
fn cells(row: &Row, shown: &impl Fn(&Effort) -> String) -> Vec<String> {
    let peers = row.peers.iter().map(|peer| peer.as_ref().map_or("cannot".to_owned(), shown));
    [row.name.clone(), shown(&row.limn)].into_iter().chain(peers).collect()
}

fn each(rows: &[Row], heading: &str, shown: impl Fn(&Effort) -> String) -> String {
    table(heading, rows.iter().map(|row| cells(row, &shown)))
}

fn actions(rows: &[Row], heading: &str) -> String {
    let line = |row: &Row| {
        let mut line = cells(row, &|effort| effort.actions().to_string());
        line.push(share(row).map_or("-".to_owned(), |share| format!("{:.0} %, {}", share * 100.0, verdict(share))));
        line
    };
    table(heading, rows.iter().map(line))
}

/// Limn's actions divided by those of the peer that needs the fewest.
fn share(row: &Row) -> Option<f64> {
    let best = row.peers.iter().flatten().map(|effort| effort.actions()).min()?;
    Some(row.limn.actions() as f64 / best as f64)
}

/// Which goals a row meets.
fn verdict(share: f64) -> &'static str {
    match share {
        _ if share <= GOAL => "both goals",
        _ if share < 1.0 => "fewest",
        _ if share <= 1.0 => "level",
        _ => "behind",
    }
}

/// In how many rows the goals are met.
fn goals(rows: &[Row]) -> String {
    let line = |what: String, wanted: usize, limit: &dyn Fn(f64) -> bool| {
        let met = rows.iter().filter(|row| share(row).is_some_and(limit)).count();
        vec![what, wanted.to_string(), met.to_string(), if met >= wanted { "met" } else { "missed" }.to_owned()]
    };
    let fewest = line("fewest actions of all".to_owned(), rows.len(), &|share| share < 1.0);
    let small = line(format!("at most {:.0} % of the best of the others", GOAL * 100.0), GOAL_ROWS, &|share| share <= GOAL);
    table("| of the ten | wanted in rows | met in rows | goal |", [fewest, small].into_iter())
}
