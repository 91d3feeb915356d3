//! Looking through a whole video for damaged frames.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::damage::{self, Damage, DamageMap, Owed};
use super::decode::{Care, FrameDecoder, Output};
use super::demux::Demuxer;
use super::disposable::{self, Units};
use super::index::VideoIndex;
use crate::error::MediaError;
use crate::info::FileStamp;

/// Decodes every frame of `path` once, on one thread, and gives those that damage touches, by number. `index` must be the
/// file's own. Errors that the decoder does not notice are not found; see [`Damage`].
///
/// `progress` gets packets done and packets in all.
///
/// # Errors
/// `Changed` when the file is not the one that was indexed; `Cancelled`; otherwise as opening it.
pub fn find_damage(
    path: &Path,
    index: &VideoIndex,
    progress: &dyn Fn(u64, u64),
    cancel: &AtomicBool,
) -> Result<Vec<(u64, Damage)>, MediaError> {
    let changed = || MediaError::Changed { path: path.to_path_buf() };
    if FileStamp::of(path)? != index.stamp {
        return Err(changed());
    }
    let mut demuxer = Demuxer::open(path)?;
    let units = Units::of(index.codec(), &demuxer.extradata()?);
    let mut decoder = FrameDecoder::open_with(&demuxer, Care::Strict)?;
    let (mut map, mut owed) = (DamageMap::of(index), Owed::default());
    let total = index.packets().len() as u64;
    let mut ordinal = 0;
    loop {
        match decoder.receive() {
            Output::Frame(of, frame) => {
                if let Some(at) = index.position(of) {
                    map.came(index, &mut owed, 0, at, damage::is_guessed(&frame));
                }
            }
            Output::Hungry => {
                if cancel.load(Ordering::Relaxed) {
                    return Err(MediaError::Cancelled { path: path.to_path_buf() });
                }
                let Some(mut packet) = demuxer.read() else {
                    decoder.send_end();
                    continue;
                };
                if index.packets().get(ordinal as usize).is_none_or(|entry| (entry.size, entry.hash) != (packet.size(), packet.hash())) {
                    return Err(changed());
                }
                let disposable = disposable::is_disposable(index.codec(), units, packet.data());
                if let Some(at) = index.position(ordinal) {
                    owed.sent(at, disposable);
                }
                if !decoder.send(&mut packet, ordinal) {
                    map.refused(ordinal, disposable);
                }
                ordinal += 1;
                if ordinal % 64 == 0 {
                    progress(u64::from(ordinal), total);
                }
            }
            Output::Ended => break,
        }
    }
    if u64::from(ordinal) < total {
        return Err(changed());
    }
    map.ended(index, &mut owed, 0);
    progress(total, total);
    Ok((0..index.frames()).filter_map(|n| Some((n, map.damage(index, n)?))).collect())
}
