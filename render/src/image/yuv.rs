//! A video frame in planes: what it says of itself, checked, and as numbers for the shader.

use crate::error::RenderError;

/// Chroma coarser than every fourth sample is in no format.
const MAX_SHIFT: u32 = 2;

/// A video frame as its decoder gives it: luma and two chroma planes.
#[derive(Clone, Copy, Debug)]
pub struct YuvFrame<'a> {
    /// Luma samples across, before the turn.
    pub width: u32,
    /// Luma samples down, before the turn.
    pub height: u32,
    /// Luma, U (blue difference), V (red difference).
    pub planes: [YuvPlane<'a>; 3],
    /// Chroma has `1 << shift` times fewer samples across and down, rounded up. At most 2.
    pub shift: [u32; 2],
    /// Bits of a sample: 8 in one byte; 9 to 16 in the low bits of two, little-endian.
    pub bits: u8,
    /// How the planes make colours.
    pub matrix: YuvMatrix,
    /// How the frame is to be turned to be shown: EXIF orientation, 1 (as it is) to 8.
    pub turn: u8,
}

/// One plane in memory, rows from the top.
#[derive(Clone, Copy)]
pub struct YuvPlane<'a> {
    /// The samples. The last row may lack its padding.
    pub bytes: &'a [u8],
    /// Bytes from row to row.
    pub stride: u32,
}

/// How luma and chroma make colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YuvMatrix {
    /// Weight of red in luma.
    pub kr: f32,
    /// Weight of blue in luma.
    pub kb: f32,
    /// Samples use all their values, not only those that television allows.
    pub full_range: bool,
}

impl std::fmt::Debug for YuvPlane<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("YuvPlane").field("num_bytes", &self.bytes.len()).field("stride", &self.stride).finish()
    }
}

/// Where the samples of a frame are fetched and how they become colours; a part of `Draw` of `yuv.wgsl`, byte for byte.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct Conversion {
    origin: [i32; 2],
    /// Going right, then going down, where it is shown.
    steps: [[i32; 2]; 2],
    chroma_shift: [u32; 2],
    sample_offset: [f32; 3],
    from_y: f32,
    from_u: [f32; 3],
    from_v: [f32; 3],
}

impl Conversion {
    pub const ATTRIBUTES: [wgpu::VertexFormat; 7] = [
        wgpu::VertexFormat::Sint32x2,
        wgpu::VertexFormat::Sint32x4,
        wgpu::VertexFormat::Uint32x2,
        wgpu::VertexFormat::Float32x3,
        wgpu::VertexFormat::Float32,
        wgpu::VertexFormat::Float32x3,
        wgpu::VertexFormat::Float32x3,
    ];
}

impl YuvFrame<'_> {
    /// Size as shown, after the turn.
    #[must_use]
    pub fn shown_size(&self) -> [u32; 2] {
        if self.turn >= 5 { [self.height, self.width] } else { [self.width, self.height] }
    }

    /// Bytes of a sample.
    pub(super) fn sample_bytes(&self) -> u32 {
        if self.bits == 8 { 1 } else { 2 }
    }

    /// Samples across and down of plane 0, 1 or 2.
    pub(super) fn plane_size(&self, plane: usize) -> [u32; 2] {
        let shift = if plane == 0 { [0, 0] } else { self.shift };
        [self.width.div_ceil(1 << shift[0]), self.height.div_ceil(1 << shift[1])]
    }

    /// Refuses what cannot be a frame on a device whose textures have at most `max_side` texels a side.
    pub(super) fn check(&self, max_side: u32) -> Result<(), RenderError> {
        let wrong = |what: String| Err(RenderError::FrameLayout { what });
        let YuvMatrix { kr, kb, .. } = self.matrix;
        if self.width == 0 || self.height == 0 {
            return wrong(format!("a size of {} x {}", self.width, self.height));
        }
        if self.width > max_side || self.height > max_side {
            return Err(RenderError::FrameTooLarge { width: self.width, height: self.height, limit: max_side });
        }
        if !(8..=16).contains(&self.bits) {
            return wrong(format!("{} bits a sample", self.bits));
        }
        if self.shift.iter().any(|shift| *shift > MAX_SHIFT) {
            return wrong(format!("chroma shifts of {:?}", self.shift));
        }
        if !(1..=8).contains(&self.turn) {
            return wrong(format!("turn {}", self.turn));
        }
        // Green must have a weight too; a NaN fails every comparison.
        if !(kr > 0.0 && kb > 0.0 && kr + kb < 0.999) {
            return wrong(format!("luma weights of {kr} for red and {kb} for blue"));
        }
        for (number, plane) in self.planes.iter().enumerate() {
            let [width, height] = self.plane_size(number);
            let row_bytes = u64::from(width) * u64::from(self.sample_bytes());
            let needed = u64::from(plane.stride) * u64::from(height - 1) + row_bytes;
            if u64::from(plane.stride) < row_bytes || (plane.bytes.len() as u64) < needed {
                let found = plane.bytes.len();
                return Err(RenderError::PlaneSize { plane: number, width, height, stride: plane.stride, found });
            }
        }
        Ok(())
    }

    /// The numbers for the shader. The frame must have been checked.
    pub(super) fn conversion(&self) -> Conversion {
        let YuvMatrix { kr, kb, full_range } = self.matrix;
        let kg = 1.0 - kr - kb;
        let step = (1_u32 << (self.bits - 8)) as f32;
        let most = 256.0 * step - 1.0;
        let (black, luma_range, chroma_range) = if full_range { (0.0, most, most) } else { (16.0 * step, 219.0 * step, 224.0 * step) };
        let (luma, chroma) = (255.0 / luma_range, 2.0 * 255.0 / chroma_range);
        let (for_blue, for_red) = ((1.0 - kb) * chroma, (1.0 - kr) * chroma);
        // Where a shown pixel is fetched: swapped, then counted from the far edge where flipped.
        let (swapped, flip_x, flip_y) = match self.turn {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, false, true),
            7 => (true, true, true),
            8 => (true, true, false),
            _ => (false, false, false),
        };
        let (origin_x, along_x) = if flip_x { (self.width as i32 - 1, [-1, 0]) } else { (0, [1, 0]) };
        let (origin_y, along_y) = if flip_y { (self.height as i32 - 1, [0, -1]) } else { (0, [0, 1]) };
        Conversion {
            origin: [origin_x, origin_y],
            steps: if swapped { [along_y, along_x] } else { [along_x, along_y] },
            chroma_shift: self.shift,
            sample_offset: [black, 128.0 * step, 128.0 * step],
            from_y: luma,
            from_u: [0.0, -for_blue * kb / kg, for_blue],
            from_v: [for_red, -for_red * kr / kg, 0.0],
        }
    }
}
