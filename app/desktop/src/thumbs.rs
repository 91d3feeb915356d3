//! Small pictures for the list of files, and the images of image sequences.

use crate::pictures::Pictures;
use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most small pictures that are kept on the GPU; a list shows a few dozen.
const MAX_KEPT: usize = 600;

/// The small pictures.
#[derive(Default)]
pub struct Thumbs {
    waiting: HashMap<Arc<Path>, ColorImage>,
    textures: HashMap<Arc<Path>, TextureHandle>,
    asked: HashSet<Arc<Path>>,
    sequences: RefCell<HashMap<PathBuf, Arc<[PathBuf]>>>,
}

impl Thumbs {
    /// Takes a small picture.
    pub fn add(&mut self, path: Arc<Path>, image: ColorImage) {
        self.waiting.insert(path, image);
    }

    /// There will be none; it is not asked for again.
    pub fn give_up(&mut self, path: &Arc<Path>) {
        self.asked.insert(path.clone());
    }

    /// The small picture; asks for it when it is not there.
    pub fn get(&mut self, ctx: &Context, path: &Arc<Path>, pictures: &Pictures) -> Option<&TextureHandle> {
        if let Some(image) = self.waiting.remove(path) {
            if self.textures.len() >= MAX_KEPT {
                self.textures.clear();
                self.asked.clear();
            }
            self.textures.insert(path.clone(), ctx.load_texture("thumbnail", image, TextureOptions::LINEAR));
        }
        if !self.textures.contains_key(path) && !self.asked.contains(path) && pictures.ask_poster(path) {
            self.asked.insert(path.clone());
        }
        self.textures.get(path)
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
