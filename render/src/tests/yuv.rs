use super::*;
use crate::{RenderError, YuvConverter, YuvFrame, YuvMatrix, YuvPlane};
use ::image::{DynamicImage, RgbaImage, metadata::Orientation};

const BT601: YuvMatrix = YuvMatrix { kr: 0.299, kb: 0.114, full_range: false };
const BT709: YuvMatrix = YuvMatrix { kr: 0.2126, kb: 0.0722, full_range: false };
const BT2020: YuvMatrix = YuvMatrix { kr: 0.2627, kb: 0.0593, full_range: false };
const YUV420: [u32; 2] = [1, 1];
const YUV422: [u32; 2] = [1, 0];
const YUV444: [u32; 2] = [0, 0];

/// Planes of random samples, with padding that must not show.
struct Clip {
    width: u32,
    height: u32,
    shift: [u32; 2],
    bits: u8,
    bytes: [Vec<u8>; 3],
    strides: [u32; 3],
}

impl Clip {
    fn random(width: u32, height: u32, shift: [u32; 2], bits: u8, seed: u32) -> Self {
        let mut state = seed * 2 + 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state >> 8
        };
        let sample_bytes = if bits == 8 { 1 } else { 2 };
        let mut strides = [0; 3];
        let bytes = [0, 1, 2].map(|plane| {
            let shift = if plane == 0 { [0, 0] } else { shift };
            let row_samples = width.div_ceil(1 << shift[0]);
            // Odd, also where samples have two bytes.
            strides[plane] = row_samples * sample_bytes + 3;
            let mut bytes = Vec::new();
            for _ in 0..height.div_ceil(1 << shift[1]) {
                for _ in 0..row_samples {
                    let sample = (next() % (1 << bits)) as u16;
                    bytes.extend_from_slice(&sample.to_le_bytes()[..sample_bytes as usize]);
                }
                bytes.extend_from_slice(&[0xaa; 3]);
            }
            bytes.truncate(bytes.len() - 3);
            bytes
        });
        Self { width, height, shift, bits, bytes, strides }
    }

    fn frame(&self, matrix: YuvMatrix, turn: u8) -> YuvFrame<'_> {
        let planes = [0, 1, 2].map(|plane| YuvPlane { bytes: &self.bytes[plane], stride: self.strides[plane] });
        YuvFrame { width: self.width, height: self.height, planes, shift: self.shift, bits: self.bits, matrix, turn }
    }

    fn sample(&self, plane: usize, x: u32, y: u32) -> f64 {
        let row = &self.bytes[plane][(y * self.strides[plane]) as usize..];
        let at = x as usize;
        if self.bits == 8 { f64::from(row[at]) } else { f64::from(u16::from_le_bytes([row[2 * at], row[2 * at + 1]])) }
    }

    /// Red, green and blue from 0 to 255, not rounded. Sources: BT.601, BT.709, BT.2020 (the quantisation of samples).
    fn exact(&self, matrix: YuvMatrix, x: u32, y: u32) -> [f64; 3] {
        let (kr, kb) = (f64::from(matrix.kr), f64::from(matrix.kb));
        let chroma_at = [x >> self.shift[0], y >> self.shift[1]];
        let [luma, u, v] = [self.sample(0, x, y), self.sample(1, chroma_at[0], chroma_at[1]), self.sample(2, chroma_at[0], chroma_at[1])];
        let scale = f64::from(1_u32 << (self.bits - 8));
        let most = 256.0 * scale - 1.0;
        let (luma, chroma_range) =
            if matrix.full_range { (luma / most, most) } else { ((luma - 16.0 * scale) / (219.0 * scale), 224.0 * scale) };
        let (pb, pr) = ((u - 128.0 * scale) / chroma_range, (v - 128.0 * scale) / chroma_range);
        let (red, blue) = (luma + 2.0 * (1.0 - kr) * pr, luma + 2.0 * (1.0 - kb) * pb);
        let green = (luma - kr * red - kb * blue) / (1.0 - kr - kb);
        [red, green, blue].map(|value| value.clamp(0.0, 1.0) * 255.0)
    }

    /// As it is stored, rounded.
    fn rgba(&self, matrix: YuvMatrix) -> Vec<u8> {
        let pixels = (0..self.height).flat_map(|y| (0..self.width).map(move |x| (x, y)));
        pixels
            .flat_map(|(x, y)| {
                let [r, g, b] = self.exact(matrix, x, y).map(|value| value.round() as u8);
                [r, g, b, 255]
            })
            .collect()
    }
}

/// The picture and its smaller levels: box filter, sizes rounded up, an odd edge averaged with itself.
fn chain(rgba: Vec<u8>, width: u32, height: u32) -> Vec<(Vec<u8>, u32, u32)> {
    let mut levels = vec![(rgba, width, height)];
    while let Some((above, width, height)) = levels.last()
        && (*width).max(*height) > 64
    {
        let sum = |x: u32, y: u32, c: u32| {
            let at = |x: u32, y: u32| u32::from(above[((y.min(height - 1) * width + x.min(width - 1)) * 4 + c) as usize]);
            at(x, y) + at(x + 1, y) + at(x, y + 1) + at(x + 1, y + 1)
        };
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let texels = (0..half_height).flat_map(|y| (0..half_width).map(move |x| (2 * x, 2 * y)));
        let half = texels.flat_map(|(x, y)| [0, 1, 2, 3].map(|c| ((sum(x, y, c) + 2) / 4) as u8)).collect();
        levels.push((half, half_width, half_height));
    }
    levels
}

impl Stage {
    /// Without the hairline, so that only the picture's own pixels are compared.
    fn bare(width: u32, height: u32) -> Self {
        let mut stage = Self::new(width, height);
        stage.renderer.options.border = [0; 4];
        stage
    }

    fn convert(&self, converter: &YuvConverter, frame: &YuvFrame<'_>) -> ImageTexture {
        converter.convert(self.target.device(), self.target.queue(), frame).unwrap()
    }

    /// The picture at one screen px per image px, from its top left corner.
    fn pixels(&mut self, image: &ImageTexture) -> Picture {
        let camera = self.camera(self.size.map(|v| f64::from(v) / 2.0), 1.0);
        self.draw(camera, Some(image), &[])
    }
}

#[test]
fn every_depth_layout_matrix_and_range_is_as_exact_as_bytes_can_be() {
    let (width, height) = (35, 19);
    let mut stage = Stage::bare(width, height);
    let converter = YuvConverter::new(stage.target.device());
    for (bits, shift) in [8, 10, 16].into_iter().flat_map(|bits| [YUV420, YUV422, YUV444].map(|shift| (bits, shift))) {
        let clip = Clip::random(width, height, shift, bits, u32::from(bits) + shift[1]);
        for (matrix, full_range) in [BT601, BT709, BT2020].into_iter().flat_map(|matrix| [(matrix, false), (matrix, true)]) {
            let matrix = YuvMatrix { full_range, ..matrix };
            let image = stage.convert(&converter, &clip.frame(matrix, 1));
            assert_eq!(image.size(), [width, height]);
            let picture = stage.pixels(&image);
            for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                let (found, exact) = (picture.at(x, y), clip.exact(matrix, x, y));
                let error = (0..3).map(|c| (f64::from(found[c]) - exact[c]).abs()).fold(0.0, f64::max);
                assert!(error < 0.51, "{bits} bits {shift:?} {matrix:?} at {x}, {y}: {found:?} for {exact:?}");
            }
        }
    }
}

#[test]
fn greys_are_grey_and_known_colours_right() {
    let mut stage = Stage::bare(1, 1);
    let converter = YuvConverter::new(stage.target.device());
    let mut shown = |bits: u8, matrix: YuvMatrix, samples: [u16; 3]| {
        let bytes = samples.map(|sample| if bits == 8 { vec![sample as u8] } else { sample.to_le_bytes().to_vec() });
        let planes = bytes.each_ref().map(|bytes| YuvPlane { bytes, stride: 2 });
        let frame = YuvFrame { width: 1, height: 1, planes, shift: YUV420, bits, matrix, turn: 1 };
        let image = stage.convert(&converter, &frame);
        stage.pixels(&image).at(0, 0)
    };
    let full = YuvMatrix { full_range: true, ..BT601 };
    assert_eq!(shown(8, BT601, [16, 128, 128]), [0, 0, 0, 255]);
    assert_eq!(shown(8, BT601, [235, 128, 128]), [255, 255, 255, 255]);
    assert_eq!(shown(8, BT601, [82, 90, 240]), [255, 1, 0, 255]);
    assert_eq!(shown(8, full, [76, 85, 255]), [254, 0, 0, 255]);
    assert_eq!(shown(8, BT709, [63, 102, 240]), [255, 1, 0, 255]);
    assert_eq!(shown(10, full, [512, 512, 512]), [128, 128, 128, 255]);
    // Values above those that ten bits have.
    assert_eq!(shown(10, full, [u16::MAX, 512, 512]), [255, 255, 255, 255]);
    for luma in (64..=940).step_by(73) {
        let [r, g, b, _] = shown(10, BT2020, [luma, 512, 512]);
        assert!(r == g && g == b, "{luma}: {r} {g} {b}");
    }
}

#[test]
fn every_turn_shows_what_turning_the_colours_shows() {
    let clip = Clip::random(23, 14, YUV420, 8, 5);
    let mut stage = Stage::bare(30, 30);
    let converter = YuvConverter::new(stage.target.device());
    let upright = clip.rgba(BT709);
    for turn in 1..=8 {
        let mut turned = DynamicImage::ImageRgba8(RgbaImage::from_raw(23, 14, upright.clone()).unwrap());
        turned.apply_orientation(Orientation::from_exif(turn).unwrap());
        let turned = turned.into_rgba8();
        let (width, height) = turned.dimensions();
        let expected = stage.upload(&[level(turned.as_raw(), width, height)]);
        let image = stage.convert(&converter, &clip.frame(BT709, turn));
        assert_eq!(image.size(), [width, height]);
        let (expected, picture) = (stage.pixels(&expected), stage.pixels(&image));
        assert!(expected.max_difference(&picture) <= 1, "turn {turn}: {}", expected.max_difference(&picture));
    }
}

#[test]
fn smaller_levels_are_means_also_at_odd_edges_and_across_tiles() {
    let (width, height) = (157, 203);
    let clip = Clip::random(height, width, YUV422, 10, 9);
    let mut stage = Stage::bare(170, 210);
    let converter = YuvConverter::new(stage.target.device());
    let frame = clip.frame(BT709, 6);
    let image = stage.convert(&converter, &frame);
    // The full size as the converter made it: its levels alone are looked at here.
    let camera = stage.camera([85.0, 105.0], 1.0);
    let picture = stage.draw(camera, Some(&image), &[]);
    let rows = picture.rgba.chunks(170 * 4).take(height as usize);
    let levels = chain(rows.flat_map(|row| &row[..width as usize * 4]).copied().collect(), width, height);
    assert_eq!(levels.len(), 3);
    let levels: Vec<MipLevel<'_>> = levels.iter().map(|(rgba, width, height)| level(rgba, *width, *height)).collect();
    for max_tile in [4096, 40, 13] {
        let expected = stage.upload_tiled(&levels, max_tile);
        let image = converter.convert_with_tile(stage.target.device(), stage.target.queue(), &frame, max_tile).unwrap();
        for zoom in [0.15, 0.25, 0.4, 0.5, 0.7, 1.0, 1.5, 3.0] {
            let camera = stage.camera([78.3, 101.1], zoom);
            let (expected, picture) = (stage.draw(camera, Some(&expected), &[]), stage.draw(camera, Some(&image), &[]));
            assert_eq!(expected.max_difference(&picture), 0, "tiles of {max_tile}, zoom {zoom}");
        }
    }
}

#[test]
fn frames_of_changing_layouts_share_a_converter() {
    let clips = [(8, YUV420), (8, YUV420), (10, YUV444), (10, YUV422), (8, YUV420)];
    let mut stage = Stage::bare(90, 70);
    let converter = YuvConverter::new(stage.target.device());
    for (seed, (bits, shift)) in clips.into_iter().enumerate() {
        let clip = Clip::random(89, 67, shift, bits, seed as u32);
        let frame = clip.frame(BT601, if seed == 1 { 3 } else { 1 });
        let fresh = stage.convert(&YuvConverter::new(stage.target.device()), &frame);
        let image = stage.convert(&converter, &frame);
        for zoom in [1.0, 0.5] {
            let camera = stage.camera([44.5, 33.5], zoom);
            let (expected, picture) = (stage.draw(camera, Some(&fresh), &[]), stage.draw(camera, Some(&image), &[]));
            assert_eq!(expected.num_different(&picture), 0, "frame {seed}, zoom {zoom}");
        }
    }
}

#[test]
fn frames_that_contradict_themselves_are_refused() {
    let stage = Stage::new(1, 1);
    let (device, queue) = (stage.target.device(), stage.target.queue());
    let converter = YuvConverter::new(device);
    let clip = Clip::random(5, 3, YUV420, 10, 1);
    let good = clip.frame(BT709, 1);
    let error = |frame: YuvFrame<'_>| converter.convert(device, queue, &frame).unwrap_err();
    for plane in 0..3 {
        let mut frame = good;
        frame.planes[plane].bytes = &good.planes[plane].bytes[1..];
        assert!(matches!(error(frame), RenderError::PlaneSize { plane: found, .. } if found == plane));
        frame.planes[plane] = YuvPlane { stride: if plane == 0 { 9 } else { 5 }, ..good.planes[plane] };
        assert!(matches!(error(frame), RenderError::PlaneSize { plane: found, .. } if found == plane));
        frame.planes[plane].stride = u32::MAX;
        assert!(matches!(error(frame), RenderError::PlaneSize { plane: found, .. } if found == plane));
    }
    let most = device.limits().max_texture_dimension_2d;
    let too_wide = error(YuvFrame { width: most + 1, ..good });
    assert!(matches!(too_wide, RenderError::FrameTooLarge { limit, .. } if limit == most));
    assert!(matches!(error(YuvFrame { height: u32::MAX, ..good }), RenderError::FrameTooLarge { .. }));
    let weights = |kr, kb| YuvFrame { matrix: YuvMatrix { kr, kb, full_range: false }, ..good };
    let contradictions = [
        YuvFrame { width: 0, ..good },
        YuvFrame { height: 0, ..good },
        YuvFrame { bits: 7, ..good },
        YuvFrame { bits: 17, ..good },
        YuvFrame { shift: [32, 0], ..good },
        YuvFrame { turn: 0, ..good },
        YuvFrame { turn: 9, ..good },
        weights(f32::NAN, 0.1),
        weights(0.5, 0.5),
        weights(f32::INFINITY, f32::NEG_INFINITY),
    ];
    for frame in contradictions {
        assert!(matches!(error(frame), RenderError::FrameLayout { .. }), "{frame:?}");
    }
    assert!(converter.convert(device, queue, &good).is_ok());
}

#[test]
fn one_converter_serves_several_threads() {
    let mut stage = Stage::bare(40, 30);
    let converter = YuvConverter::new(stage.target.device());
    let clips: Vec<Clip> = (0..8).map(|seed| Clip::random(40 - seed % 3, 30, YUV420, 8, seed)).collect();
    let (device, queue) = (stage.target.device(), stage.target.queue());
    let images: Vec<ImageTexture> = std::thread::scope(|scope| {
        let threads = clips.iter().map(|clip| scope.spawn(|| converter.convert(device, queue, &clip.frame(BT709, 1)).unwrap()));
        threads.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (clip, image) in clips.iter().zip(&images) {
        let expected = stage.upload(&[level(&clip.rgba(BT709), clip.width, 30)]);
        let (expected, picture) = (stage.pixels(&expected), stage.pixels(image));
        assert!(expected.max_difference(&picture) <= 1);
    }
}
