// Put before what draws in styles: the table of them, positions, patterns.

// Two texels per shape, 1,024 shapes per row.
@group(1) @binding(0) var styles: texture_2d<u32>;

// Of the fill and, above it, of the dashes; the numbers are those of `style.rs`.
const PATTERN_MASK: u32 = 0xffu;
const DASH_SHIFT: u32 = 8u;
const PLAIN: u32 = 0u;
const RISING: u32 = 1u;
const FALLING: u32 = 2u;
const LYING: u32 = 3u;
const STANDING: u32 = 4u;
const GRID: u32 = 5u;
const CROSSED: u32 = 7u;

// Behind every clip plane: nothing is drawn.
const NOWHERE = vec4<f32>(2.0, 2.0, 2.0, 1.0);

fn style_texel(shape: u32, half: u32) -> vec4<u32> {
    return textureLoad(styles, vec2<u32>((shape & 1023u) * 2u + half, shape >> 10u), 0);
}

fn p_from_fixed(fixed: vec2<i32>) -> vec2<f32> {
    // The subtraction is exact in integers; only the small rest becomes a float.
    return (vec2<f32>(fixed - view.center_fixed) * (1.0 / 2048.0) - view.center_frac) * view.zoom;
}

fn colour(packed: u32) -> vec4<f32> {
    let c = unpack4x8unorm(packed);
    return vec4<f32>(target_from_srgb(c.rgb), c.a);
}

// Screen px from the middle of the nearest of the lines at equal distances across `across`, which is whole.
fn from_line(p: vec2<f32>, across: vec2<f32>) -> f32 {
    let turn = dot(p + view.hatch_phase, across) / view.hatch_px;
    return abs(fract(turn) - 0.5) * view.hatch_px / length(across);
}

// Screen px from what the pattern is drawn with.
fn from_pattern(p: vec2<f32>, pattern: u32) -> f32 {
    let x = from_line(p, vec2<f32>(1.0, 0.0));
    let y = from_line(p, vec2<f32>(0.0, 1.0));
    switch pattern {
        case RISING: { return from_line(p, vec2<f32>(1.0, 1.0)); }
        case FALLING: { return from_line(p, vec2<f32>(1.0, -1.0)); }
        case LYING: { return y; }
        case STANDING: { return x; }
        case GRID: { return min(x, y); }
        case CROSSED: { return min(from_line(p, vec2<f32>(1.0, 1.0)), from_line(p, vec2<f32>(1.0, -1.0))); }
        default: { return length(vec2<f32>(x, y)) - 1.0; }
    }
}

// How much a pattern strengthens or weakens a fill of this alpha.
fn patterned(alpha: f32, p: vec2<f32>, pattern: u32) -> f32 {
    if pattern == PLAIN {
        return alpha;
    }
    return min(alpha * mix(0.5, 2.5, clamp(1.25 - from_pattern(p, pattern), 0.0, 1.0)), 1.0);
}
