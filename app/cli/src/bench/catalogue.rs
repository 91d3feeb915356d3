//! A catalogue of very many entries: made from a table, refreshed, and searched by random pieces of what it holds.

use super::clock::peak_rss_mib;
use super::{Measured, Row};
use crate::error::CliError;
use crate::output::Output;
use limn_jobs::{CatalogueSource, refresh_catalogue};
use limn_store::catalogue::{Catalogue, path_of};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

/// Searches of each kind.
const SEARCHES: usize = 300;
/// Entries that a search is asked for: what the window shows.
const FOUND: usize = 100;

const THINGS: [&str; 16] = [
    "bolt", "screw", "washer", "bearing", "gasket", "valve", "pump", "filter", "clamp", "bracket", "spring", "relay", "sensor", "flange",
    "bushing", "sleeve",
];
const STUFFS: [&str; 10] = ["steel", "stainless", "zinc", "brass", "copper", "aluminium", "nylon", "rubber", "titanium", "bronze"];

/// Numbers by chance, the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        // Source: G. Marsaglia, "Xorshift RNGs".
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}

fn text(chance: &mut Chance) -> String {
    let mut maker = Chance(1 + chance.below(20_000));
    let syllables =
        (0..3).map(|_| format!("{}{}", maker.of(&["b", "k", "l", "m", "n", "r", "s", "t", "v"]), maker.of(&["a", "e", "i", "o", "u"])));
    let (maker, thing, stuff) = (syllables.collect::<String>(), chance.of(&THINGS), chance.of(&STUFFS));
    format!("{maker} {thing} {stuff} M{}x{} {:08}", 1 + chance.below(64), 1 + chance.below(400), chance.below(100_000_000))
}

/// One of each hundred is left out.
fn table(path: &Path, entries: u64, left_out: u64) -> Result<(), CliError> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "id,name")?;
    let mut chance = Chance(7);
    for number in 0..entries {
        let text = text(&mut chance);
        if number % 100 != left_out {
            writeln!(out, "P{:09},{text}", number * 7)?;
        }
    }
    Ok(out.flush()?)
}

pub(super) fn run(entries: u64, output: &mut Output) -> Result<Measured, CliError> {
    let dir = tempfile::tempdir()?;
    let source = CatalogueSource { file: dir.path().join("parts.csv"), ..CatalogueSource::default() };
    let mut seconds = Vec::new();
    // The second time, one of a hundred has left and one has come.
    for left_out in [0, 1] {
        table(&source.file, entries, left_out)?;
        let start = Instant::now();
        output.job(|cx| refresh_catalogue(dir.path(), "parts", &source, cx))?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    let path = path_of(dir.path(), "parts").map_err(|error| CliError::Job(error.into()))?;
    let bytes = path.metadata()?.len();
    let made = peak_rss_mib().unwrap_or_default();
    let before = resident_mib();
    let open = || Catalogue::open(&path).map_err(|error| CliError::Job(error.into()));
    let catalogue = open()?;
    let mut rows = vec![Row::new("make it from a table", "s", vec![seconds[0]], &[]), Row::new("refresh it", "s", vec![seconds[1]], &[])];
    let mut all = Vec::new();
    for (what, make) in KINDS {
        let mut chance = Chance(99);
        let mut times = Vec::new();
        for _ in 0..SEARCHES {
            // What is typed is a piece of an entry that is there.
            let mut entry = Chance(7);
            (0..chance.below(1000)).for_each(|_| drop(text(&mut entry)));
            let typed = make(&text(&mut entry), &mut chance);
            let start = Instant::now();
            let found = catalogue.search(&typed, FOUND, &|| false).map_err(|error| CliError::Job(error.into()))?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            std::hint::black_box(found);
        }
        all.extend_from_slice(&times);
        rows.push(Row::new(what, "ms", times, &[]).p95_within(20.0));
    }
    rows.push(Row::new("search, all of these", "ms", all, &[]).p95_within(20.0));
    let note = format!(
        "{entries} entries, {:.0} MB on the disk; most memory while making it {made:.0} MiB, more after the searches than before {:.0} MiB",
        bytes as f64 / 1e6,
        resident_mib() - before
    );
    Ok((rows, vec![note]))
}

type Make = fn(&str, &mut Chance) -> String;

/// What is typed, of the text of an entry.
const KINDS: [(&str, Make); 6] = [
    ("search, the first letters of a word", |text, chance| {
        let words: Vec<&str> = text.split(' ').collect();
        begin(chance.of(&words), 1 + chance.below(4) as usize)
    }),
    ("search, two words begun, in any order", |text, chance| {
        let words: Vec<&str> = text.split(' ').collect();
        let (one, other) = (chance.of(&words), chance.of(&words));
        format!("{} {}", begin(one, 4), begin(other, 3))
    }),
    ("search, all of it", |text, _| text.to_owned()),
    ("search, a word with a slip", |text, chance| {
        let words: Vec<&str> = text.split(' ').filter(|word| word.len() >= 5).collect();
        slip(chance.of(&words), chance)
    }),
    ("search, three words with a slip in one", |text, chance| {
        let words: Vec<&str> = text.split(' ').collect();
        format!("{} {} {}", words[1], slip(words[0], chance), words[2])
    }),
    ("search, two common words that never meet", |_, chance| format!("{} {}", chance.of(&THINGS[..8]), chance.of(&THINGS[8..]))),
];

fn begin(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}

fn slip(word: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = chance.below(letters.len() as u64) as usize;
    match chance.below(4) {
        0 => letters[at] = 'q',
        1 => letters.insert(at, 'q'),
        2 => drop(letters.remove(at)),
        _ => letters.swap(at, (at + 1) % word.len()),
    }
    letters.into_iter().collect()
}

/// Memory that this process has now, where the system tells it.
fn resident_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<f64>().unwrap_or_default() / 1024.0
}
