//! Frames out of a proxy.

use std::path::Path;

use super::codec::Decoder;
use super::file::ProxyFile;
use super::file_of;
use super::make::head_of;
use crate::error::MediaError;
use crate::mips;
use crate::picture::{Level, Picture, Pixels};
use crate::turn::Turn;
use crate::video::VideoIndex;
use crate::yuv::{Layout, Plane, YuvFrame};

/// An open proxy. Used by one thread at a time.
pub struct ProxyReader {
    file: ProxyFile,
    decoder: Decoder,
    /// Of the video, after the turn.
    size: (u32, u32),
    /// Of the proxy's pictures, after the turn.
    small: (u32, u32),
    bit_depth: u8,
}

impl ProxyReader {
    /// The proxy of `media` in `dir`; `None`: there is none. One that cannot be used is taken away.
    ///
    /// # Errors
    /// `Io`; `IndexFile` when it was refused.
    pub fn open(media: &Path, index: &VideoIndex, dir: &Path) -> Result<Option<ProxyReader>, MediaError> {
        let path = file_of(media, index, dir);
        if !path.exists() {
            return Ok(None);
        }
        let Some(head) = head_of(index) else { return Ok(None) };
        let file = match ProxyFile::open(&path, &head) {
            Ok(file) => file,
            Err(error) => {
                remove_refused(&path, &error);
                return Err(error);
            }
        };
        let decoder = Decoder::new().map_err(|reason| MediaError::Unsupported { path, what: reason })?;
        Ok(Some(ProxyReader { file, decoder, size: index.size(), small: head.size, bit_depth: index.info().bit_depth }))
    }

    /// Length of its file.
    pub fn bytes(&self) -> u64 {
        self.file.bytes()
    }

    /// Frame `n`, coarse; `None` when it has no picture.
    ///
    /// # Errors
    /// `Io`; `IndexFile` when it is damaged, and then the file is taken away.
    pub fn frame(&mut self, n: u64) -> Result<Option<Picture>, MediaError> {
        let answer = self.read(n);
        if let Err(error) = &answer {
            remove_refused(self.file.path(), error);
        }
        answer
    }

    fn read(&mut self, n: u64) -> Result<Option<Picture>, MediaError> {
        let Some((jpeg, look)) = self.file.get(n)? else { return Ok(None) };
        let refused = |reason| MediaError::IndexFile { path: self.file.path().to_path_buf(), reason };
        let frame = self.decoder.unpack(&jpeg).map_err(|error| {
            tracing::debug!(%error, "a proxy's frame was refused");
            refused("one of its frames cannot be decoded")
        })?;
        let orientation = image::metadata::Orientation::from_exif(look.orientation);
        let turn = orientation.map(Turn::from_orientation).ok_or_else(|| refused("a turn in it is unknown"))?;
        let size = [frame.width(), frame.height()];
        if turn.size(size[0], size[1]) != self.small {
            return Err(refused("one of its frames has another size"));
        }
        let layout = Layout { size, shift: [1, 1], bits: 8, matrix: look.matrix, turn };
        let plane = |i| Plane { bytes: frame.data(i), stride: frame.stride(i) };
        let planes = YuvFrame::copy(layout, [plane(0), plane(1), plane(2)]).ok_or_else(|| refused("one of its frames is too short"))?;
        let level = Level { width: self.small.0, height: self.small.1, rgba: planes.to_rgba() };
        Ok(Some(Picture {
            width: self.size.0,
            height: self.size.1,
            pixels: Pixels::Levels(mips::chain_of(level, true)),
            deep: None,
            own: None,
            source_channels: 3,
            bit_depth: self.bit_depth,
            marks: Vec::new(),
        }))
    }
}

/// Takes a file away that is not what it should be; one that could only not be read may be whole.
fn remove_refused(path: &Path, error: &MediaError) {
    if matches!(error, MediaError::IndexFile { .. }) {
        tracing::warn!(%error, "a stepping proxy was refused");
        let _ = std::fs::remove_file(path);
    }
}
