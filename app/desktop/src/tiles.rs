//! Which tiles of a large picture are asked for as the camera moves, and which are on their way.

use crate::pictures::Shown;
use crate::upload::{Job, TileUpload, is_cut, tile_id};
use crossbeam_channel::Sender;
use limn_media::{MediaError, MediaPool, Pixels, Tile};
use limn_render::{Camera, ImageTexture, TileId};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// What is asked for one picture, the one on the canvas.
#[derive(Default)]
pub struct Tiles {
    on: Option<On>,
}

struct On {
    shown: Shown,
    texture: Arc<ImageTexture>,
    camera: Camera,
    /// On their way to the GPU.
    going_up: BTreeSet<TileId>,
    /// Those that cannot be made are not asked for again.
    failed: BTreeSet<TileId>,
    /// Something was let fall on the way, and has to be asked for again.
    is_stale: bool,
}

/// So many tiles that are cut out of a picture are on their way at a time.
const CUT_AT_ONCE: usize = 16;

impl On {
    /// Sends a tile to the GPU; one without pixels is cut out of the picture there.
    fn send(&mut self, id: TileId, tile: Option<Arc<Tile>>, uploads: Option<&Sender<Job>>) {
        if tile.is_none() && self.going_up.len() >= CUT_AT_ONCE {
            return;
        }
        let (texture, picture) = (self.texture.clone(), self.shown.picture.clone());
        let job = Job::Tile(TileUpload { texture, picture, id, tile });
        if uploads.is_some_and(|uploads| uploads.try_send(job).is_ok()) {
            self.going_up.insert(id);
        } else {
            self.is_stale = true;
        }
    }
}

impl Tiles {
    /// Says what the canvas shows and from where; asks for tiles when that is another place than the last time.
    pub fn look(&mut self, pool: &MediaPool, shown: &Shown, camera: &Camera, uploads: Option<&Sender<Job>>) {
        let pyramid = match (&shown.texture, &shown.picture.pixels) {
            (Some(_), Pixels::Tiles(pyramid)) => Some(pyramid.clone()),
            (Some(_), _) if is_cut(&shown.picture) => None,
            _ => return self.leave(pool),
        };
        let Some(texture) = &shown.texture else { return };
        match &mut self.on {
            Some(on) if Arc::ptr_eq(&on.texture, texture) => {
                if on.camera == *camera && !on.is_stale {
                    return;
                }
                on.camera = *camera;
                on.is_stale = false;
            }
            on => {
                if pyramid.is_none() {
                    pool.clear_tiles();
                }
                let (going_up, failed) = (BTreeSet::new(), BTreeSet::new());
                *on = Some(On { shown: shown.clone(), texture: texture.clone(), camera: *camera, going_up, failed, is_stale: false });
            }
        }
        let Some(on) = &mut self.on else { return };
        let is_open = |id: &TileId| !on.going_up.contains(id) && !on.failed.contains(id);
        let wanted: Vec<TileId> = texture.wanted_tiles(camera).into_iter().filter(is_open).collect();
        match pyramid {
            Some(pyramid) => {
                let wanted = wanted.into_iter().map(|TileId { level, column, row }| limn_media::TileId { level, column, row });
                pool.set_tiles(pyramid, wanted.collect());
            }
            // A few at a time, so that those come next that are looked at by then.
            None => wanted.into_iter().for_each(|id| on.send(id, None, uploads)),
        }
    }

    /// What the canvas shows has no tiles.
    fn leave(&mut self, pool: &MediaPool) {
        if self.on.take().is_some() {
            pool.clear_tiles();
        }
    }

    fn on(&mut self, path: &Path) -> Option<&mut On> {
        self.on.as_mut().filter(|on| matches!(&on.shown.picture.pixels, Pixels::Tiles(pyramid) if **pyramid.path() == *path))
    }

    /// Sends a tile that has come on to the GPU.
    pub fn take(&mut self, path: &Path, id: limn_media::TileId, result: Result<Arc<Tile>, Arc<MediaError>>, uploads: Option<&Sender<Job>>) {
        let Some(on) = self.on(path) else { return };
        match (result, uploads) {
            (Ok(tile), Some(_)) => on.send(tile_id(id), Some(tile), uploads),
            (Ok(_), None) => {}
            (Err(error), _) => {
                tracing::warn!(%error, "a tile could not be made");
                on.failed.insert(tile_id(id));
            }
        }
    }

    /// A tile is on the GPU, or cannot be.
    pub fn uploaded(&mut self, texture: &Arc<ImageTexture>, id: TileId, result: Result<(), String>) {
        let Some(on) = self.on.as_mut().filter(|on| Arc::ptr_eq(&on.texture, texture)) else { return };
        on.going_up.remove(&id);
        on.is_stale |= is_cut(&on.shown.picture);
        if let Err(error) = result {
            tracing::error!("{error}");
            on.failed.insert(id);
        }
    }

    /// The coarse level of a picture is better known: it goes to the GPU again.
    pub fn renew_coarse(&mut self, path: &Path, uploads: Option<&Sender<Job>>) {
        let Some(on) = self.on(path) else { return };
        let job = Job::Coarse { texture: on.texture.clone(), picture: on.shown.picture.clone() };
        // A full queue means that enough is under way; the next news comes soon.
        let _ = uploads.map(|uploads| uploads.try_send(job));
    }
}
