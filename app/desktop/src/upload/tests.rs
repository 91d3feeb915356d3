//! Pictures that go up in tiles, drawn on a software adapter.

use super::*;
use limn_render::headless::HeadlessTarget;
use limn_render::{Camera, CanvasRenderer};

const SIDE: u32 = 96;

struct Stage {
    target: HeadlessTarget,
    renderer: CanvasRenderer,
    uploader: Uploader,
}

impl Stage {
    fn new() -> Self {
        let target = HeadlessTarget::new(SIDE, SIDE).unwrap();
        let renderer = CanvasRenderer::new(target.device(), target.format());
        let (device, queue) = (target.device().clone(), target.queue().clone());
        let uploader = Uploader { device, queue, converter: None, tile_bytes: 64 << 20, to_show: Arc::default() };
        Self { target, renderer, uploader }
    }

    /// Uploads what the camera wants; how many tiles that were.
    fn bring(&self, texture: &Arc<ImageTexture>, picture: &Arc<Picture>, camera: &Camera) -> usize {
        let wanted = texture.wanted_tiles(camera);
        for id in &wanted {
            let job = TileUpload { texture: texture.clone(), picture: picture.clone(), id: *id, tile: None };
            self.uploader.tile(&job).unwrap();
        }
        wanted.len()
    }

    fn draw(&mut self, texture: &ImageTexture, camera: &Camera) -> Vec<[u8; 4]> {
        self.renderer.prepare(self.target.device(), self.target.queue(), camera, Some(texture));
        let renderer = &self.renderer;
        let rgba = self.target.render([0; 4], |pass| renderer.paint(pass, Some(texture), &[])).unwrap();
        rgba.as_chunks::<4>().0.to_vec()
    }
}

fn at_one_to_one(left: u32, top: u32) -> Camera {
    let middle = |from: u32| f64::from(from) + f64::from(SIDE) / 2.0;
    Camera { center: [middle(left), middle(top)], zoom: 1.0, viewport_px: [SIDE as f32; 2] }
}

#[test]
fn a_large_picture_goes_up_where_it_is_looked_at() {
    let (width, height) = (4100, 1000);
    let rgba = (0..width * height).flat_map(|n| [(n % 251) as u8, (n / width % 241) as u8, (n % 13) as u8, 255]).collect();
    let picture = Arc::new(Picture::from_rgba(width, height, rgba));
    assert!(is_cut(&picture) && !is_cut(&Picture::from_rgba(2000, 2000, Vec::new())));
    let mut stage = Stage::new();
    let texture = Arc::new(stage.uploader.picture(&picture).unwrap());
    let coarse = texture.bytes();
    assert!(coarse < 2 << 20, "{coarse} bytes before anything was looked at");
    let camera = at_one_to_one(600, 500);
    assert!(stage.bring(&texture, &picture, &camera) >= 2);
    // First those that stand in for many, then the tiles themselves; then nothing is missing.
    let mut rounds = 0;
    while stage.bring(&texture, &picture, &camera) > 0 {
        rounds += 1;
        assert!(rounds < 4);
    }
    let drawn = stage.draw(&texture, &camera);
    for (n, pixel) in drawn.iter().enumerate() {
        let (x, y) = (600 + n as u32 % SIDE, 500 + n as u32 / SIDE);
        assert_eq!(Some(*pixel), picture.rgba_at(x, y), "{x} {y}");
    }
    assert!(texture.bytes() < coarse + 24 * 514 * 514 * 4);
}

#[test]
fn sixteen_bits_go_up_with_their_low_bytes() {
    let (width, height) = (2300, 1800);
    let mut bytes = std::io::Cursor::new(Vec::new());
    let values: image::ImageBuffer<image::Luma<u16>, Vec<u16>> =
        image::ImageBuffer::from_fn(width, height, |x, y| image::Luma([(20_000 + (x + y) % 64) as u16]));
    image::DynamicImage::ImageLuma16(values).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.png");
    std::fs::write(&path, bytes.into_inner()).unwrap();
    let picture = Arc::new(limn_media::decode_image(&path).unwrap());
    let mut stage = Stage::new();
    let texture = Arc::new(stage.uploader.picture(&picture).unwrap());
    let camera = at_one_to_one(700, 800);
    while stage.bring(&texture, &picture, &camera) > 0 {}
    let key = PictureKey::new(path.as_path(), 0);
    let upload = Upload { key, picture, tone: Tone { window: Some([20_000, 20_063]), equalise: false } };
    let shown = table(&upload);
    stage.renderer.set_tone(stage.target.queue(), shown.as_ref());
    let drawn = stage.draw(&texture, &camera);
    for (n, [value, ..]) in drawn.iter().enumerate() {
        let (x, y) = (700 + n as u32 % SIDE, 800 + n as u32 / SIDE);
        assert_eq!(u32::from(*value), (x + y) % 64 * 255 / 63, "{x} {y}");
    }
    // The whole of it, from the levels that are always there: the mean of the values.
    let far = Camera { center: [1150.0, 900.0], zoom: 0.04, viewport_px: [SIDE as f32; 2] };
    assert!(stage.bring(&texture, &upload.picture, &far) == 0);
    let [middle, ..] = stage.draw(&texture, &far)[(SIDE * SIDE / 2 + SIDE / 2) as usize];
    assert!((100..156).contains(&middle), "{middle}");
}
