// One quad per visible tile, already cut to the viewport.

@group(1) @binding(0) var tile: texture_2d<f32>;
@group(1) @binding(1) var tile_sampler: sampler;
// Low bytes of samples of 16 bit, where there are any.
@group(1) @binding(2) var fine: texture_2d<f32>;

const NEAREST: u32 = 0u;
const SHARPENED: u32 = 1u;
// Added where there are low bytes.
const DEEP: u32 = 4u;

// What a pipeline is made for, since software drivers compute what is not needed, too: how all of its tiles are sampled, and
// whether values are shown as they are.
const ANY: u32 = 9u;
override sampled: u32 = ANY;
override as_they_are: u32 = 0u;

struct Quad {
    @location(0) p: vec4<f32>,        // min, max
    @location(1) local: vec4<f32>,    // texels from base: min, max; small numbers, so exact at any zoom
    @location(2) base: vec2<i32>,     // texel of the tile texture
    @location(3) texel_px: f32,       // screen px per texel
    @location(4) sampling: u32,
};

struct Varyings {
    @builtin(position) position: vec4<f32>,
    @location(0) p: vec2<f32>,
    @location(1) local: vec2<f32>,
    @location(2) @interpolate(flat) base: vec2<i32>,
    @location(3) @interpolate(flat) texel_px: f32,
    @location(4) @interpolate(flat) sampling: u32,
};

@vertex
fn vs_tile(@builtin(vertex_index) vertex: u32, quad: Quad) -> Varyings {
    let corner = vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u));
    var out: Varyings;
    // Not mix(): neighbours must get bitwise the same edge.
    out.p = select(quad.p.xy, quad.p.zw, corner > vec2<f32>(0.5));
    out.local = select(quad.local.xy, quad.local.zw, corner > vec2<f32>(0.5));
    out.base = quad.base;
    out.texel_px = quad.texel_px;
    out.sampling = quad.sampling;
    out.position = clip_from_p(out.p);
    return out;
}

// A texel of 16 bit.
fn deep_texel(at: vec2<i32>) -> vec4<f32> {
    let inside = clamp(at, vec2<i32>(0), vec2<i32>(textureDimensions(tile)) - 1);
    return (textureLoad(tile, inside, 0) * 256.0 + textureLoad(fine, inside, 0)) * (255.0 / 65535.0);
}

// Filtered, at a place in texels. Filters of many devices have no more than 8 bits, so those of 16 are mixed here.
fn tap(at: vec2<f32>, is_deep: bool) -> vec4<f32> {
    if !is_deep {
        return textureSampleLevel(tile, tile_sampler, at / vec2<f32>(textureDimensions(tile)), 0.0);
    }
    let first = floor(at - 0.5);
    let part = at - 0.5 - first;
    let texel = vec2<i32>(first);
    let top = mix(deep_texel(texel), deep_texel(texel + vec2<i32>(1, 0)), part.x);
    let bottom = mix(deep_texel(texel + vec2<i32>(0, 1)), deep_texel(texel + vec2<i32>(1, 1)), part.x);
    return mix(top, bottom, part.y);
}

fn sampling_of(how: u32) -> u32 {
    if sampled != ANY {
        return sampled;
    }
    return how & ~DEEP;
}

fn sample_tile(base: vec2<i32>, local: vec2<f32>, texel_px: f32, how: u32) -> vec4<f32> {
    // Low bytes are only read where they count.
    let is_deep = as_they_are == 0u && view.toned == 1u && (how & DEEP) != 0u;
    let sampling = sampling_of(how);
    if sampling == NEAREST {
        // A pixel centre on the edge between two texels always takes the later one, whatever the rounding.
        let texel = base + vec2<i32>(floor(local + 0.02 / texel_px));
        if is_deep {
            return deep_texel(texel);
        }
        return textureLoad(tile, clamp(texel, vec2<i32>(0), vec2<i32>(textureDimensions(tile)) - 1), 0);
    }
    let at = vec2<f32>(base) + local;
    if sampling == SHARPENED {
        // Between 1 and 2 screen px per texel: edges one screen px wide instead of one texel.
        let whole = floor(at - 0.5);
        let part = clamp((at - 1.0 - whole) * texel_px + 0.5, vec2<f32>(0.0), vec2<f32>(1.0));
        return tap(whole + 0.5 + part, is_deep);
    }
    // A screen pixel covers one to two texels each way: four taps spread over it.
    let spread = 0.5 * (1.0 / texel_px - 1.0);
    var sum = tap(at + vec2<f32>(-spread, -spread), is_deep);
    sum += tap(at + vec2<f32>(spread, -spread), is_deep);
    sum += tap(at + vec2<f32>(-spread, spread), is_deep);
    sum += tap(at + vec2<f32>(spread, spread), is_deep);
    return sum * 0.25;
}

fn luma(c: vec3<f32>) -> f32 {
    return dot(c, vec3<f32>(0.2126, 0.7152, 0.0722));
}

fn toned_value(value: f32) -> f32 {
    let at = u32(clamp(value, 0.0, 1.0) * 65535.0 + 0.5);
    return textureLoad(tone, vec2<u32>(at & 255u, at >> 8u), 0).r;
}

// Premultiplied in, premultiplied out.
fn toned(texel: vec4<f32>) -> vec4<f32> {
    let c = texel.rgb / max(texel.a, 1.0 / 65535.0);
    return vec4<f32>(vec3<f32>(toned_value(c.r), toned_value(c.g), toned_value(c.b)) * texel.a, texel.a);
}

// Premultiplied in, premultiplied out.
fn adjust(texel: vec4<f32>) -> vec4<f32> {
    if view.channel == 4u {
        return vec4<f32>(texel.aaa, 1.0);
    }
    var c = texel.rgb / max(texel.a, 1.0 / 255.0);
    switch view.channel {
        case 1u: { c = c.rrr; }
        case 2u: { c = c.ggg; }
        case 3u: { c = c.bbb; }
        case 5u: { c = vec3<f32>(luma(c)); }
        default: {}
    }
    c = clamp((c - 0.5) * view.contrast + 0.5 + view.brightness, vec3<f32>(0.0), vec3<f32>(1.0));
    return vec4<f32>(pow(c, vec3<f32>(view.inverse_gamma)) * texel.a, texel.a);
}

fn checkerboard(p: vec2<f32>) -> vec3<f32> {
    let square = vec2<i32>(floor((p + view.checker_phase) / view.checker_px));
    let which = (square.x + square.y) & 1;
    return unpack4x8unorm(select(view.checker.x, view.checker.y, which == 1)).rgb;
}

fn pixel_grid(c: vec3<f32>, local: vec2<f32>, texel_px: f32) -> vec3<f32> {
    let away = abs(fract(local + 0.5) - 0.5) * texel_px;
    let line = clamp(1.0 - min(away.x, away.y), 0.0, 1.0) * view.grid_alpha;
    let ink = select(0.0, 1.0, luma(c) < 0.5);
    return mix(c, vec3<f32>(ink), line);
}

@fragment
fn fs_tile(in: Varyings) -> @location(0) vec4<f32> {
    var texel = sample_tile(in.base, in.local, in.texel_px, in.sampling);
    if as_they_are == 0u && view.toned == 1u {
        texel = toned(texel);
    }
    if as_they_are == 0u && view.adjusted == 1u {
        texel = adjust(texel);
    }
    var c = texel.rgb;
    if texel.a < 1.0 {
        c += checkerboard(in.p) * (1.0 - texel.a);
    }
    // What stands in for a tile that is not there has other pixels.
    if view.grid_alpha > 0.0 && sampling_of(in.sampling) == NEAREST {
        c = pixel_grid(c, in.local, in.texel_px);
    }
    return vec4<f32>(target_from_srgb(c), 1.0);
}

// The hairline around the picture: four thin quads.

@vertex
fn vs_border(@builtin(vertex_index) vertex: u32, @location(0) rect: vec4<f32>) -> @builtin(position) vec4<f32> {
    let corner = vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u));
    return clip_from_p(select(rect.xy, rect.zw, corner > vec2<f32>(0.5)));
}

@fragment
fn fs_border() -> @location(0) vec4<f32> {
    let c = unpack4x8unorm(view.border);
    return vec4<f32>(target_from_srgb(c.rgb) * c.a, c.a);
}
