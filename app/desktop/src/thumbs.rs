//! Small pictures for the list of files, and the images of image sequences.

use crate::pictures::Pictures;
use crate::session::{Mailbox, Message};
use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use limn_media::PictureKey;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Most small pictures that are kept on the GPU; a list shows a few dozen.
const MAX_KEPT: usize = 600;

/// Which picture stands for a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Poster {
    /// The one that stands for all that lies there.
    Whole(Arc<Path>),
    /// A frame of its own: a clip's, which lies where its source lies.
    Frame(PictureKey),
}

/// The small pictures.
#[derive(Default)]
pub struct Thumbs {
    waiting: HashMap<Poster, ColorImage>,
    textures: HashMap<Poster, TextureHandle>,
    asked: HashSet<Poster>,
    sequences: RefCell<HashMap<PathBuf, Listing>>,
}

/// A folder of numbered images may be large or far away: it is listed on a thread of its own.
enum Listing {
    Asked,
    Images(Arc<[PathBuf]>),
    /// Why there are none, and since when: it may be there later.
    Failed(String, Instant),
}

/// A folder that could not be listed is looked for again after so long.
const AGAIN: Duration = Duration::from_secs(3);

impl Thumbs {
    /// Takes a small picture that was asked for, or that there is none.
    pub fn take(&mut self, of: Poster, image: Option<ColorImage>) {
        if let Some(image) = image.filter(|_| self.asked.contains(&of)) {
            self.waiting.insert(of, image);
        }
    }

    /// The small picture; asks for it when it is not there.
    pub fn get(&mut self, ctx: &Context, of: &Poster, pictures: &Pictures) -> Option<&TextureHandle> {
        if let Some(image) = self.waiting.remove(of) {
            if self.textures.len() >= MAX_KEPT {
                self.textures.clear();
                self.asked.clear();
            }
            self.textures.insert(of.clone(), ctx.load_texture("thumbnail", image, TextureOptions::LINEAR));
        }
        let ask = || match of {
            Poster::Whole(path) => pictures.ask_poster(path),
            Poster::Frame(key) => pictures.ask_thumbnail(key),
        };
        if !self.textures.contains_key(of) && !self.asked.contains(of) && ask() {
            self.asked.insert(of.clone());
        }
        self.textures.get(of)
    }

    /// The image of a frame of an image sequence's folder. Where the folder is not listed yet, `list` is to see to it.
    pub fn sequence_frame(&self, folder: &Path, frame: u64, list: impl FnOnce()) -> Option<PathBuf> {
        let mut sequences = self.sequences.borrow_mut();
        match sequences.get(folder) {
            Some(Listing::Images(images)) => return images.get(usize::try_from(frame).ok()?).cloned(),
            Some(Listing::Asked) => return None,
            Some(Listing::Failed(_, since)) if since.elapsed() < AGAIN => return None,
            Some(Listing::Failed(..)) | None => {}
        }
        sequences.insert(folder.to_owned(), Listing::Asked);
        drop(sequences);
        list();
        None
    }

    /// Takes the images of a folder, or why there are none.
    pub fn take_sequence(&mut self, folder: PathBuf, found: Result<Vec<PathBuf>, String>) {
        let listing = match found {
            Ok(images) => Listing::Images(images.into()),
            Err(why) => Listing::Failed(why, Instant::now()),
        };
        self.sequences.get_mut().insert(folder, listing);
    }

    /// Why the images of a folder cannot be shown.
    pub fn sequence_problem(&self, folder: &Path) -> Option<String> {
        match self.sequences.borrow().get(folder)? {
            Listing::Failed(why, _) => Some(why.clone()),
            Listing::Asked | Listing::Images(_) => None,
        }
    }
}

/// Lists the images of a sequence on a thread of its own.
pub fn list_sequence(folder: Arc<Path>, mailbox: Mailbox) {
    let work = move || {
        let found = match limn_media::detect_sequence(&folder) {
            Ok(Some(sequence)) => Ok(sequence.files),
            Ok(None) => Err(format!("{} is no folder of numbered images any more. Bring its images back.", folder.display())),
            Err(error) => Err(error.to_string()),
        };
        mailbox.send(Message::Answer(Box::new(move |app| app.thumbs.take_sequence(folder.to_path_buf(), found))));
    };
    if let Err(error) = std::thread::Builder::new().name("limn-folder".into()).spawn(work) {
        tracing::error!("the system gives no thread to list a folder: {error}");
    }
}
