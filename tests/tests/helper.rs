//! Programs that tests start.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The saver of this build.
pub const SAVER: &str = env!("CARGO_BIN_EXE_saver");

/// A running saver; killed when dropped.
pub struct Saver {
    pub child: Child,
    pub lines: BufReader<ChildStdout>,
    stdin: ChildStdin,
}

impl Saver {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the saver starts");
        let lines = BufReader::new(child.stdout.take().unwrap());
        let stdin = child.stdin.take().unwrap();
        Self { child, lines, stdin }
    }

    /// The next line without its end; `None` at the end or when it is torn.
    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        self.lines.read_line(&mut line).ok()?;
        line.strip_suffix('\n').map(str::to_owned)
    }

    /// Reads on to a line that begins so; gives the rest of it and how many lines were `saved` before.
    pub fn wait_for(&mut self, start: &str) -> (String, u64) {
        let mut num_saved = 0;
        loop {
            let line = self.line().unwrap_or_else(|| panic!("the saver ended before it said {start:?}"));
            assert!(!line.starts_with("failed"), "{line}");
            if let Some(rest) = line.strip_prefix(start) {
                return (rest.trim().to_owned(), num_saved);
            }
            num_saved += u64::from(line.starts_with("saved"));
        }
    }

    pub fn tell(&mut self, word: &str) {
        writeln!(self.stdin, "{word}").expect("the saver listens");
    }

    /// Lets it end in its own time; gives what it still says.
    pub fn stop(mut self) -> Vec<String> {
        self.tell("stop");
        let lines: Vec<String> = std::iter::from_fn(|| self.line()).collect();
        assert!(self.child.wait().unwrap().success(), "{lines:?}");
        lines
    }
}

impl Drop for Saver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The built `limn`: `LIMN_BIN`, else beside this test program.
pub fn limn() -> PathBuf {
    let built = std::env::current_exe().unwrap();
    let beside = built.parent().and_then(Path::parent).unwrap().join("limn");
    let limn = std::env::var_os("LIMN_BIN").map_or(beside, PathBuf::from);
    assert!(limn.is_file(), "there is no {}. Build it first: cargo build -p limn (packaging/check does)", limn.display());
    limn
}

/// Whether a program can be started; with `CI` set, a missing one fails the test instead of leaving it out.
pub fn have(program: &str) -> bool {
    let found = Command::new(program).arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "{program} is missing. Run packaging/check, which installs it");
    if !found {
        eprintln!("left out: {program} is not installed");
    }
    found
}
