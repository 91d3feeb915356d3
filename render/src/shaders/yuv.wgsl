// Draws a video frame's planes into the tiles of a picture, and each smaller level from the one above.
//
// A draw covers a rectangle of one tile (the scissor); a triangle larger than the target is all its geometry.

// What is the same for a whole draw. Handed on as flat varyings: software drivers load uniforms for every pixel.
struct Draw {
    @location(0) offset: vec2<i32>,         // see the fragment shaders
    @location(1) origin: vec2<i32>,         // the luma sample shown top left
    @location(2) steps: vec4<i32>,          // from sample to sample when going right, then down, where it is shown
    @location(3) chroma_shift: vec2<u32>,
    @location(4) sample_offset: vec3<f32>,  // of y, u, v; taken off first, so that greys come out exactly grey
    @location(5) from_y: f32,               // what a step of each adds to red, green and blue (0 to 255)
    @location(6) from_u: vec3<f32>,
    @location(7) from_v: vec3<f32>,
};

struct Varyings {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) offset: vec2<i32>,
    @location(1) @interpolate(flat) origin: vec2<i32>,
    @location(2) @interpolate(flat) steps: vec4<i32>,
    @location(3) @interpolate(flat) chroma_shift: vec2<u32>,
    @location(4) @interpolate(flat) sample_offset: vec3<f32>,
    @location(5) @interpolate(flat) from_y: f32,
    @location(6) @interpolate(flat) from_u: vec3<f32>,
    @location(7) @interpolate(flat) from_v: vec3<f32>,
};

@vertex
fn vs_part(@builtin(vertex_index) vertex: u32, draw: Draw) -> Varyings {
    let corner = vec2<f32>(select(-1.0, 3.0, vertex == 1u), select(-1.0, 3.0, vertex == 2u));
    return Varyings(
        vec4<f32>(corner, 0.0, 1.0), draw.offset, draw.origin, draw.steps, draw.chroma_shift,
        draw.sample_offset, draw.from_y, draw.from_u, draw.from_v,
    );
}

@group(0) @binding(0) var luma: texture_2d<u32>;
@group(0) @binding(1) var chroma_u: texture_2d<u32>;
@group(0) @binding(2) var chroma_v: texture_2d<u32>;

// offset: from the tile's texels to image px.
@fragment
fn fs_convert(in: Varyings) -> @location(0) vec4<f32> {
    let shown = vec2<i32>(in.position.xy) + in.offset;
    let at = in.origin + shown.x * in.steps.xy + shown.y * in.steps.zw;
    let chroma_at = at >> in.chroma_shift;
    let samples = vec3<u32>(
        textureLoad(luma, at, 0).r,
        textureLoad(chroma_u, chroma_at, 0).r,
        textureLoad(chroma_v, chroma_at, 0).r,
    );
    let yuv = vec3<f32>(samples) - in.sample_offset;
    let rgb = yuv.x * in.from_y + (yuv.y * in.from_u + yuv.z * in.from_v);
    // Whole steps, so that how the target rounds does not matter.
    return vec4<f32>(round(clamp(rgb, vec3<f32>(0.0), vec3<f32>(255.0))) / 255.0, 1.0);
}

@group(0) @binding(0) var above: texture_2d<f32>;

fn steps_above(at: vec2<i32>) -> vec3<u32> {
    // Outside only at an odd edge of the picture, which is averaged with itself.
    let inside = min(at, vec2<i32>(textureDimensions(above)) - 1);
    return vec3<u32>(textureLoad(above, inside, 0).rgb * 255.0 + 0.5);
}

// offset: from twice the tile's texels to those of the tile above.
@fragment
fn fs_halve(in: Varyings) -> @location(0) vec4<f32> {
    let at = 2 * vec2<i32>(in.position.xy) + in.offset;
    let top = steps_above(at) + steps_above(at + vec2<i32>(1, 0));
    let bottom = steps_above(at + vec2<i32>(0, 1)) + steps_above(at + vec2<i32>(1, 1));
    return vec4<f32>(vec3<f32>((top + bottom + 2u) >> vec3<u32>(2u)) / 255.0, 1.0);
}
