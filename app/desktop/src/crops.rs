//! Small pictures of objects at their keyframes, cut out on a thread of its own when somebody looks.

use crate::app::LimnApp;
use crate::session::{Mailbox, Message};
use crossbeam_channel::{Sender, TrySendError, bounded};
use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use limn_core::{FileId, Instance, Rect};
use limn_jobs::{Cutter, Piece};
use limn_media::VideoIndex;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// Most that are kept; a list shows some dozens.
const MOST_KEPT: usize = 300;
/// Most that wait to be cut.
const MOST_WAITING: usize = 32;

/// Which: file, frame and bounds in whole pixels.
type Key = (FileId, u64, [i64; 4]);

/// A small picture of an object.
pub struct Crop {
    texture: Option<TextureHandle>,
    /// To be compared.
    pub piece: Piece,
}

impl Crop {
    /// To be painted.
    pub fn texture(&mut self, ctx: &Context) -> &TextureHandle {
        let piece = &self.piece;
        self.texture.get_or_insert_with(|| {
            let image = ColorImage::from_rgba_unmultiplied(piece.size.map(|side| side as usize), &piece.rgba);
            ctx.load_texture("object", image, TextureOptions::LINEAR)
        })
    }
}

struct Order {
    key: Key,
    path: Arc<Path>,
    index: Option<Arc<VideoIndex>>,
    frame: u64,
    bounds: Rect,
}

/// The small pictures.
#[derive(Default)]
pub struct Crops {
    kept: HashMap<Key, Option<Crop>>,
    asked: HashSet<Key>,
    sender: Option<Sender<Order>>,
}

impl Crops {
    fn take(&mut self, key: Key, piece: Option<Piece>) {
        self.asked.remove(&key);
        if self.kept.len() >= MOST_KEPT {
            self.kept.clear();
        }
        self.kept.insert(key, piece.map(|piece| Crop { texture: None, piece }));
    }

    fn ask(&mut self, order: Order, mailbox: &Mailbox) {
        let sender = self.sender.get_or_insert_with(|| start(mailbox.clone()));
        let key = order.key;
        match sender.try_send(order) {
            Ok(()) => drop(self.asked.insert(key)),
            // Asked again when the next one is done.
            Err(TrySendError::Full(_)) => {}
            Err(TrySendError::Disconnected(_)) => self.sender = None,
        }
    }
}

/// The thread, which ends when nobody can ask any more.
fn start(mailbox: Mailbox) -> Sender<Order> {
    let (sender, orders) = bounded::<Order>(MOST_WAITING);
    let work = move || {
        limn_media::go_behind_others();
        let mut cutter = Cutter::default();
        for order in orders {
            // What cannot be read has no picture, and is not asked for again.
            let piece = cutter.cut(&order.path, order.index, order.frame, order.bounds).ok().flatten();
            let key = order.key;
            mailbox.send(Message::Answer(Box::new(move |app: &mut LimnApp| app.crops.take(key, piece))));
        }
    };
    if let Err(error) = std::thread::Builder::new().name("limn-crops".into()).spawn(work) {
        tracing::warn!("there is no thread for small pictures: {error}");
    }
    sender
}

impl LimnApp {
    /// What an object of the open file looks like, where it is there; else it is cut out, and shown when it comes.
    pub(crate) fn crop(&mut self, instance: &Instance) -> Option<&mut Crop> {
        let at = self.editor.current()?;
        let bounds = instance.geometry.bounds()?;
        let sides = [bounds.min.x, bounds.min.y, bounds.max.x, bounds.max.y];
        let key = (instance.file, instance.frame, sides.map(|side| side.round() as i64));
        if !self.crops.kept.contains_key(&key) && !self.crops.asked.contains(&key) {
            let picture = self.picture_key(at, instance.frame)?;
            let index = self.pictures.index(&picture.path);
            let is_video = self.editor.file()?.file.kind == limn_core::FileKind::Video;
            if index.is_some() || !is_video {
                let order = Order { key, path: picture.path, index, frame: picture.frame, bounds };
                self.crops.ask(order, &self.mailbox);
            }
        }
        self.crops.kept.get_mut(&key)?.as_mut()
    }
}
