//! Small pictures for the list of files, and the images of image sequences.

use crate::pictures::Pictures;
use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use limn_media::PictureKey;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    sequences: RefCell<HashMap<PathBuf, Arc<[PathBuf]>>>,
}

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

    /// The image of a frame of an image sequence's folder, listed once.
    pub fn sequence_frame(&self, folder: &Path, frame: u64) -> Option<PathBuf> {
        let mut sequences = self.sequences.borrow_mut();
        if !sequences.contains_key(folder) {
            let found = limn_media::detect_sequence(folder).ok()??;
            sequences.insert(folder.to_owned(), found.files.into());
        }
        sequences.get(folder)?.get(usize::try_from(frame).ok()?).cloned()
    }
}
