//! Searching catalogues on a thread of its own: for each asker the last that was typed counts.

use crate::app::LimnApp;
use crate::session::{Mailbox, Message};
use limn_core::schema::{AttributeId, Choice, OptionId};
use limn_editor::{Event, Notice};
use limn_jobs::{CatalogueReport, CatalogueSource, JobError, catalogue_source, refresh_catalogue};
use limn_store::catalogue::{Catalogue, CatalogueError, CatalogueInfo, path_of};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::SystemTime;

/// Entries that a search is asked for: more than anybody looks through.
const MOST_FOUND: usize = 100;

/// Who wants something searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asker {
    /// The questions that are gone through.
    Asking,
    /// A question of the panel.
    Panel(AttributeId),
    /// A question of the preview in the schema's room.
    Preview(AttributeId),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Order {
    project: PathBuf,
    catalogue: String,
    typed: String,
    /// Entries whose details are wanted, too, whether they are found or not.
    also: Vec<OptionId>,
}

/// What was found, or why nothing can be.
pub type Found = Result<Vec<Choice>, String>;

/// What the catalogue tells of entries beside their names.
pub type Details = HashMap<OptionId, String>;

#[derive(Default)]
struct Desk {
    orders: BTreeMap<Asker, Order>,
    is_closed: bool,
}

/// See the module.
#[derive(Default)]
pub struct Catalogues {
    desk: Option<Arc<(Mutex<Desk>, Condvar)>>,
    /// Of what was found last for the questions that are gone through.
    pub details: Details,
}

impl Catalogues {
    /// Searches; what the asker wanted before is no longer wanted.
    fn search(&mut self, asker: Asker, order: Order, mailbox: &Mailbox) {
        let desk = self.desk.get_or_insert_with(|| start(mailbox.clone()));
        desk.0.lock().unwrap_or_else(PoisonError::into_inner).orders.insert(asker, order);
        desk.1.notify_one();
    }
}

impl Drop for Catalogues {
    fn drop(&mut self) {
        if let Some(desk) = &self.desk {
            desk.0.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
            desk.1.notify_one();
        }
    }
}

fn start(mailbox: Mailbox) -> Arc<(Mutex<Desk>, Condvar)> {
    let desk = Arc::new((Mutex::new(Desk::default()), Condvar::new()));
    let own = desk.clone();
    let work = move || {
        let mut open = HashMap::new();
        let lock = || own.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let waits = |desk: &mut Desk| desk.orders.is_empty() && !desk.is_closed;
            let mut desk = own.1.wait_while(lock(), waits).unwrap_or_else(PoisonError::into_inner);
            if desk.is_closed {
                return;
            }
            let Some((asker, order)) = desk.orders.pop_first() else { continue };
            drop(desk);
            // A newer order of the same asker makes this one pointless.
            let stop = || lock().orders.contains_key(&asker);
            let found = match search(&mut open, &order, &stop) {
                Err(CatalogueError::Cancelled) => continue,
                Ok((found, details)) => (Ok(found), details),
                Err(error) => (Err(error.to_string()), Details::new()),
            };
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| app.take_found(asker, order, found))));
        }
    };
    if let Err(error) = std::thread::Builder::new().name("limn-catalogues".into()).spawn(work) {
        tracing::error!("there is no thread to search catalogues: {error}");
    }
    desk
}

/// The file that is open, and what it was then: a refresh puts another in its place.
type Open = HashMap<PathBuf, ((Option<SystemTime>, u64), Catalogue)>;

fn search(open: &mut Open, order: &Order, stop: &dyn Fn() -> bool) -> Result<(Vec<Choice>, Details), CatalogueError> {
    let path = path_of(&order.project, &order.catalogue)?;
    let now = std::fs::metadata(&path).map(|about| (about.modified().ok(), about.len())).unwrap_or_default();
    if open.get(&path).is_none_or(|(was, _)| *was != now) {
        open.remove(&path);
        open.insert(path.clone(), (now, Catalogue::open(&path)?));
    }
    let Some((_, catalogue)) = open.get(&path) else { return Err(CatalogueError::Missing(order.catalogue.clone())) };
    let mut details = Details::new();
    for id in order.also.iter().take(MOST_FOUND) {
        details.extend(catalogue.entry(*id)?.map(|entry| (*id, entry.detail)));
    }
    let mut choices = Vec::new();
    for entry in catalogue.search(&order.typed, MOST_FOUND, stop)? {
        choices.push(Choice { option: entry.id, text: entry.text });
        details.insert(entry.id, entry.detail);
    }
    details.retain(|_, detail| !detail.is_empty());
    Ok((choices, details))
}

impl LimnApp {
    /// Searches a catalogue of the open project; the answer goes to the asker.
    pub(crate) fn search_catalogue(&mut self, asker: Asker, catalogue: String, typed: String, also: Vec<OptionId>) {
        let Some(session) = &self.session else { return };
        let order = Order { project: session.dir.clone(), catalogue, typed, also };
        self.catalogues.search(asker, order, &self.mailbox);
    }

    fn take_found(&mut self, asker: Asker, order: Order, (found, details): (Found, Details)) {
        if self.session.as_ref().is_none_or(|session| session.dir != order.project) {
            return;
        }
        match asker {
            Asker::Asking => {
                self.catalogues.details = details;
                self.tell(Event::CatalogueFound { catalogue: order.catalogue, typed: order.typed, found });
            }
            Asker::Panel(id) => self.ui.attributes.take_found(id, &order.typed, (found, details)),
            Asker::Preview(id) => {
                if let Some(room) = &mut self.ui.schema {
                    room.preview_panel().take_found(id, &order.typed, (found, details));
                }
            }
        }
    }

    /// Makes or refreshes a catalogue on a thread; `source`: from where, or from where it was taken last.
    pub(crate) fn refresh_catalogue(&mut self, name: String, source: Option<CatalogueSource>) {
        let Some(dir) = self.session.as_ref().map(|session| session.dir.clone()) else { return };
        let title = format!("Refresh \"{name}\"");
        if self.tasks.is_running(&title) {
            return;
        }
        let mailbox = self.mailbox.clone();
        self.tasks.start(&title, Arc::new(self.mailbox.waker()), move |task| {
            let done = task.job(|mut cx| {
                let source = source.map_or_else(|| catalogue_source(&dir, &name), Ok)?;
                refresh_catalogue(&dir, &name, &source, &mut cx)
            });
            let notice = match &done {
                Ok(report) => Notice::info(told(&name, report)),
                Err(JobError::Catalogue(CatalogueError::Cancelled)) => Notice::info(format!("\"{name}\" is what it was.")),
                Err(error) => Notice::error(format!("\"{name}\" was not refreshed: {error}.")),
            };
            let is_done = done.is_ok();
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| {
                app.ui.toasts.add(&notice);
                if is_done {
                    app.ui.attributes.forget_found();
                    if let Some(room) = &mut app.ui.schema {
                        room.catalogue_info = None;
                        room.preview_panel().forget_found();
                    }
                    app.tell(Event::CatalogueChanged(name));
                }
            })));
        });
    }
}

/// What is known of a catalogue, in a line.
pub fn described(project: &Path, name: &str) -> String {
    let info = path_of(project, name).and_then(|path| Catalogue::open(&path)?.info());
    match info {
        Ok(CatalogueInfo { offered, retired, .. }) => {
            let source = catalogue_source(project, name).map_or_else(|_unknown| String::new(), |source| source.file.display().to_string());
            format!("{offered} entries, {retired} retired; from {source}")
        }
        Err(error) => format!("{error}."),
    }
}

fn told(name: &str, report: &CatalogueReport) -> String {
    let done = &report.refreshed;
    let mut text =
        format!("\"{name}\" offers {} entries now: {} new, {} changed, {} retired.", done.offered, done.added, done.changed, done.retired);
    for (why, count, line) in report.left_out.iter().take(2) {
        text += &format!(" Left out: {count} {why}, first in row {line}.");
    }
    if done.doubled > 0 {
        text += &format!(" Left out: {} with the id of an earlier one.", done.doubled);
    }
    text
}
