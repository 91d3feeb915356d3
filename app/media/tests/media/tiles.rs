//! Large pictures through the pool: a coarse picture, tiles as they are asked for, a pass that is made once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use limn_media::{MediaError, MediaEvent, MediaPool, Picture, PictureKey, Pixels, PoolOptions, Pyramid, Tile, TileId, decode_image, probe};

/// A tiled BigTIFF of `side` pixels each way whose tiles of 512 are all the same bytes of the file: gray, each row and each
/// column a little brighter than the one before.
pub fn large_tiff(path: &Path, side: u32) {
    const TILE: u32 = 512;
    let num = u64::from(side.div_ceil(TILE)).pow(2);
    let mut out = b"II\x2b\0\x08\0\0\0".to_vec();
    let tile_at = 16_u64;
    let tile: Vec<u8> = (0..TILE * TILE).map(|n| value(n % TILE, n / TILE)).collect();
    let lists_at = tile_at + tile.len() as u64;
    let directory_at = lists_at + num * 16;
    out.extend(directory_at.to_le_bytes());
    out.extend(&tile);
    (0..num).for_each(|_| out.extend(tile_at.to_le_bytes()));
    (0..num).for_each(|_| out.extend((tile.len() as u64).to_le_bytes()));
    let entries: [(u16, u16, u64, u64); 10] = [
        (256, 4, 1, side.into()),
        (257, 4, 1, side.into()),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (277, 3, 1, 1),
        (322, 4, 1, TILE.into()),
        (323, 4, 1, TILE.into()),
        (324, 16, num, lists_at),
        (325, 16, num, lists_at + num * 8),
    ];
    out.extend((entries.len() as u64).to_le_bytes());
    for (tag, kind, count, value) in entries {
        out.extend(tag.to_le_bytes());
        out.extend(kind.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend(0_u64.to_le_bytes());
    std::fs::write(path, out).unwrap();
}

fn value(x: u32, y: u32) -> u8 {
    ((x % 512 + y % 512) / 4) as u8
}

struct Harness {
    pool: MediaPool,
    picture: Option<Arc<Picture>>,
    tiles: Vec<Arc<Tile>>,
    steps: usize,
    made: Option<Result<(), Arc<MediaError>>>,
}

impl Harness {
    fn new(cache: &Path) -> Harness {
        let options =
            PoolOptions { threads: 2, cache_bytes: 64 << 20, cache_dir: Some(cache.to_path_buf()), hardware: limn_media::Hardware::Off };
        Harness { pool: MediaPool::new(options, Arc::new(|| {})).unwrap(), picture: None, tiles: Vec::new(), steps: 0, made: None }
    }

    fn until(&mut self, what: &str, done: impl Fn(&Harness) -> bool) {
        let begun = Instant::now();
        while !done(self) {
            assert!(begun.elapsed() < Duration::from_secs(120), "waited too long for {what}");
            match self.pool.try_recv() {
                Some(MediaEvent::Picture(ready)) => self.picture = Some(ready.result.unwrap()),
                Some(MediaEvent::Tile { id, result, .. }) => {
                    let tile = result.unwrap();
                    assert_eq!(tile.id, id);
                    self.tiles.push(tile);
                }
                Some(MediaEvent::TilesProgress { done, total, .. }) => {
                    assert!(done <= total);
                    self.steps += 1;
                }
                Some(MediaEvent::TilesMade { result, .. }) => self.made = Some(result),
                Some(other) => panic!("{other:?}"),
                None => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }

    fn open(&mut self, path: &Path) -> Arc<Pyramid> {
        self.pool.set_wanted(vec![PictureKey::new(path, 0)], 1);
        self.until("the picture", |h| h.picture.is_some());
        match &self.picture.as_ref().unwrap().pixels {
            Pixels::Tiles(pyramid) => pyramid.clone(),
            other => panic!("not in tiles: {other:?}"),
        }
    }
}

fn tile(level: u32, column: u32, row: u32) -> TileId {
    TileId { level, column, row }
}

fn kept(dir: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(dir.join("tiles")).map_or_else(|_none| Vec::new(), |entries| entries.flatten().map(|entry| entry.path()).collect())
}

#[test]
fn a_picture_of_more_than_memory_should_hold_comes_in_tiles() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("large.tif");
    large_tiff(&path, 12_000);
    let info = probe(&path).unwrap();
    assert_eq!((info.width, info.height, info.codec.as_str(), info.pixel_format.as_str()), (12_000, 12_000, "tiff", "gray8"));

    let mut h = Harness::new(dir.path());
    let pyramid = h.open(&path);
    let picture = h.picture.clone().unwrap();
    assert_eq!((picture.width, picture.height, picture.source_channels, picture.is_coarse()), (12_000, 12_000, 1, false));
    assert!(picture.bytes() < 8 << 20, "{} bytes are always held", picture.bytes());
    assert!(matches!(picture.write_png(&dir.path().join("out.png")), Err(MediaError::TooLarge { .. })));

    // Tiles of the file at once, the coarser ones when the pass has come to them.
    let ids = [tile(0, 3, 2), tile(0, 23, 23), tile(2, 1, 1), tile(3, 1, 2)];
    h.pool.set_tiles(pyramid.clone(), ids.to_vec());
    h.until("four tiles", |h| h.tiles.len() == 4);
    h.until("the pass", |h| h.made.is_some());
    assert!(matches!(h.made, Some(Ok(()))));
    assert_eq!(h.tiles.iter().map(|tile| tile.id).collect::<BTreeSet<_>>(), BTreeSet::from(ids));
    let sharp = h.tiles.iter().find(|tile| tile.id == ids[0]).unwrap();
    assert_eq!((sharp.pixels.width, sharp.pixels.height), (514, 514));
    for (x, y) in [(0, 0), (1, 1), (100, 300), (513, 513)] {
        let at = (y * 514 + x) as usize * 4;
        let v = value(3 * 512 - 1 + x, 2 * 512 - 1 + y);
        assert_eq!(sharp.pixels.rgba[at..at + 4], [v, v, v, 255], "{x}, {y}");
    }
    assert_eq!(picture.value_at(3 * 512 + 7, 2 * 512 + 9).unwrap().samples[0], u16::from(value(7, 9)));
    assert_eq!(picture.value_at(9000, 100), None, "no tile of that place was asked for");
    // In the middle of a tile the coarse picture has the mean of 16 x 16 pixels.
    let coarse = pyramid.coarse();
    let at = (20 * coarse.width + 52) as usize * 4;
    assert!(coarse.rgba[at].abs_diff(value(52 * 16 + 8, 20 * 16 + 8)) <= 1);
    assert_eq!(kept(dir.path()).len(), 1);

    // Asked once, they come once; another picture takes over, and values of this one are let go.
    h.tiles.clear();
    let other = dir.path().join("other.tif");
    large_tiff(&other, 10_100);
    h.picture = None;
    let second = h.open(&other);
    h.made = None;
    h.pool.set_tiles(second, vec![tile(0, 0, 0)]);
    h.until("the second pass", |h| h.made.is_some());
    assert_eq!(h.tiles.iter().map(|tile| tile.id).collect::<Vec<_>>(), [tile(0, 0, 0)]);
    assert_eq!(picture.value_at(3 * 512 + 7, 2 * 512 + 9), None);
    drop(h);

    // What was made once is there the next time.
    let mut h = Harness::new(dir.path());
    let pyramid = h.open(&path);
    assert!(!pyramid.needs_pass());
    h.pool.set_tiles(pyramid, vec![tile(4, 0, 0)]);
    h.until("a kept tile", |h| h.tiles.len() == 1);
    assert!(h.made.is_none() && kept(dir.path()).len() == 2);
}

#[test]
fn beyond_what_is_decoded_whole_there_is_a_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("huge.tif");
    large_tiff(&path, 30_000);
    assert_eq!(probe(&path).unwrap().width, 30_000);
    let error = decode_image(&path).unwrap_err();
    assert!(matches!(error, MediaError::TooLarge { width: 30_000, .. }) && error.to_string().contains("400 megapixels"), "{error}");
    let small = limn_media::thumbnail(&path, 0, 96).unwrap();
    assert_eq!((small.width, small.height), (96, 96));
}
