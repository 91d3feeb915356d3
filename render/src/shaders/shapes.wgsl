// Shapes: fills as triangles, outlines as one quad per segment with coverage from the distance to it.

// Of a vertex; the numbers are those of `mesh.rs`.
const SHAPE_MASK: u32 = 0x00ffffffu;
const STARTS_SEGMENT: u32 = 0x80000000u;
const OPEN: u32 = 0x40000000u;
const DASHED: u32 = 0x20000000u;
const FREE_START: u32 = 0x10000000u;
const FREE_END: u32 = 0x08000000u;
const MARKER: u32 = 0x04000000u;
const KIND_SHIFT: u32 = 24u;
// Of a marker; the numbers are those of `marks.rs`.
const DISC: f32 = 0.0;
const RING: f32 = 1.0;
const CROSS: f32 = 2.0;
// Of dashes; the numbers are those of `style.rs`.
const LONG: u32 = 1u;
const DOTS: u32 = 2u;
const DASH_DOT: u32 = 3u;
const DASH_DOT_DOT: u32 = 4u;

// 1 when there are no patterns, dashes and markers: software drivers compute what is not needed, too.
override plain: u32 = 0u;

// --- fill ---

struct FillVaryings {
    @builtin(position) position: vec4<f32>,
    @location(0) p: vec2<f32>,
    @location(1) @interpolate(flat) colour: vec4<f32>,
    @location(2) @interpolate(flat) pattern: u32,
};

@vertex
fn vs_fill(@location(0) fixed: vec2<i32>, @location(1) tag: u32) -> FillVaryings {
    let style = style_texel(tag & SHAPE_MASK, 0u);
    var out: FillVaryings;
    out.colour = colour(style.x);
    out.pattern = style.w & PATTERN_MASK;
    out.p = p_from_fixed(fixed);
    out.position = select(clip_from_p(out.p), NOWHERE, out.colour.a == 0.0);
    return out;
}

@fragment
fn fs_fill(in: FillVaryings) -> @location(0) vec4<f32> {
    var alpha = in.colour.a;
    if plain == 0u {
        alpha = patterned(alpha, in.p, in.pattern);
    }
    return vec4<f32>(in.colour.rgb * alpha, alpha) * view.opacity;
}

// --- outline ---

// Four points in a row of one ring, read from one buffer bound four times; the segment is a to b.
struct Segment {
    @location(0) before: vec2<i32>,
    @location(1) a: vec2<i32>,
    @location(2) tag: u32,
    @location(3) distance: f32,   // image px from the ring's first point to a
    @location(4) b: vec2<i32>,
    @location(5) after: vec2<i32>,
};

struct LineVaryings {
    @builtin(position) position: vec4<f32>,
    @location(0) along_across: vec2<f32>,               // screen px from a; across > 0 is outside
    @location(1) p: vec2<f32>,
    @location(2) @interpolate(flat) shape: vec4<f32>,   // length, half stroke, halo, dash; screen px
    @location(3) @interpolate(flat) ends: vec4<f32>,    // a and b as p
    @location(4) @interpolate(flat) joints: vec4<f32>,  // normals of the bisectors at a and b; 0 at a free end
    @location(5) @interpolate(flat) start: vec2<f32>,   // screen px along the ring at a; 1 if open, 2 and its kind if a marker
    @location(6) @interpolate(flat) stroke: vec4<f32>,
    @location(7) @interpolate(flat) halo: vec4<f32>,
    @location(8) @interpolate(flat) dash: u32,
};

fn direction(from_fixed: vec2<i32>, to_fixed: vec2<i32>) -> vec2<f32> {
    let d = vec2<f32>(to_fixed - from_fixed);
    let length_fixed = length(d);
    if length_fixed == 0.0 {
        return vec2<f32>(0.0);
    }
    return d / length_fixed;
}

// The part of a to b, as fractions, within +-half; the first is the larger one if there is none.
fn cut(a: vec2<f32>, b: vec2<f32>, half: vec2<f32>) -> vec2<f32> {
    let d = b - a;
    var t = vec2<f32>(0.0, 1.0);
    for (var axis = 0; axis < 2; axis++) {
        if abs(d[axis]) < 1e-6 {
            if abs(a[axis]) > half[axis] {
                return vec2<f32>(1.0, 0.0);
            }
        } else {
            let u = (-half[axis] - a[axis]) / d[axis];
            let v = (half[axis] - a[axis]) / d[axis];
            t = vec2<f32>(max(t.x, min(u, v)), min(t.y, max(u, v)));
        }
    }
    return t;
}

@vertex
fn vs_line(@builtin(vertex_index) vertex: u32, segment: Segment) -> LineVaryings {
    var out: LineVaryings;
    out.position = NOWHERE;
    if (segment.tag & STARTS_SEGMENT) == 0u {
        return out;
    }
    let shape = segment.tag & SHAPE_MASK;
    let paint = style_texel(shape, 0u);
    let measure = bitcast<vec4<f32>>(style_texel(shape, 1u));
    out.stroke = colour(paint.y);
    out.halo = colour(paint.z);
    var half_stroke = 0.5 * measure.x;
    var halo_px = measure.y;
    var dash_px = 0.0;
    if plain == 0u {
        dash_px = select(measure.z, measure.w, (segment.tag & DASHED) != 0u);
        out.dash = select((paint.w >> DASH_SHIFT) & 0xffu, 0u, (segment.tag & DASHED) != 0u);
    }
    if out.stroke.a == 0.0 && out.halo.a == 0.0 {
        // No outline: soften the edge of the fill instead, but leave edges on pixel borders crisp. Hidden
        // shapes have no fill either.
        out.stroke = vec4<f32>(0.0);
        out.halo = colour(paint.x);
        half_stroke = 0.0;
        halo_px = 0.0;
        dash_px = 0.0;
        if out.halo.a == 0.0 || (segment.tag & (OPEN | MARKER)) != 0u || (paint.w & PATTERN_MASK) != PLAIN {
            return out;
        }
    }
    // Thinner than a pixel: a pixel wide, but fainter.
    if half_stroke < 0.5 {
        out.stroke.a *= 2.0 * half_stroke;
        half_stroke = select(0.5, 0.0, half_stroke == 0.0);
    }
    let reach = half_stroke + halo_px + 0.51; // coverage ends half a pixel outside

    if plain == 0u && (segment.tag & MARKER) != 0u {
        return marker(out, vertex, segment, half_stroke, halo_px, f32(paint.w >> 16u) / 16.0);
    }

    let a = p_from_fixed(segment.a);
    let b = p_from_fixed(segment.b);
    let t = cut(a, b, 0.5 * view.viewport_px + reach);
    if t.x > t.y {
        return out;
    }
    let whole = b - a;
    let from_p = a + t.x * whole;
    let to_p = select(a + t.y * whole, b, t.y == 1.0);
    var dir = direction(segment.a, segment.b);
    if all(dir == vec2<f32>(0.0)) {
        dir = vec2<f32>(1.0, 0.0); // a single point is drawn as a dot
    }
    let across = vec2<f32>(-dir.y, dir.x);
    let length_px = max(dot(to_p - from_p, dir), 0.0);

    // Where two segments meet, each fragment belongs to the one on its side of the bisector: translucent
    // lines get no dots at the corners and a halo never covers its own line.
    let before = direction(segment.before, segment.a);
    let after = direction(segment.b, segment.after);
    if t.x == 0.0 && any(before != vec2<f32>(0.0)) && (segment.tag & FREE_START) == 0u {
        out.joints = vec4<f32>(before + dir, out.joints.zw);
    }
    if t.y == 1.0 && any(after != vec2<f32>(0.0)) && (segment.tag & FREE_END) == 0u {
        out.joints = vec4<f32>(out.joints.xy, dir + after);
    }
    out.ends = vec4<f32>(a, b);

    let corner = vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u));
    out.along_across = vec2<f32>(mix(-reach, length_px + reach, corner.x), mix(-reach, reach, corner.y));
    out.shape = vec4<f32>(length_px, half_stroke, halo_px, dash_px);
    let skipped = dot(from_p - a, dir);
    out.start = vec2<f32>(segment.distance * view.zoom + skipped, f32((segment.tag & OPEN) >> 30u));
    out.p = from_p + dir * out.along_across.x + across * out.along_across.y;
    out.position = clip_from_p(out.p);
    return out;
}

// A square around the marker at a; its axis comes from the point before. `drawn` has the colours already.
fn marker(drawn: LineVaryings, vertex: u32, segment: Segment, half_stroke: f32, halo_px: f32, size_px: f32) -> LineVaryings {
    var out = drawn;
    let reach = size_px + 2.0 * half_stroke + halo_px + 0.51;
    var axis = direction(segment.before, segment.a);
    if all(axis == vec2<f32>(0.0)) {
        axis = vec2<f32>(1.0, 0.0);
    }
    let corner = 2.0 * vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u)) - 1.0;
    out.along_across = corner * reach;
    out.shape = vec4<f32>(size_px, half_stroke, halo_px, 0.0);
    out.start = vec2<f32>(0.0, 2.0 + f32((segment.tag >> KIND_SHIFT) & 3u));
    out.p = p_from_fixed(segment.a) + axis * out.along_across.x + vec2<f32>(-axis.y, axis.x) * out.along_across.y;
    out.position = clip_from_p(out.p);
    return out;
}

// Screen px from the edge of a marker at the origin, negative inside.
fn from_marker(q: vec2<f32>, kind: f32, size_px: f32, half_stroke: f32) -> f32 {
    let radius = 0.5 * size_px;
    if kind == DISC {
        return length(q) - radius;
    }
    if kind == RING {
        return abs(length(q) - max(radius - half_stroke, 0.0)) - half_stroke;
    }
    if kind == CROSS {
        let turned = abs(vec2<f32>(q.x + q.y, q.x - q.y)) * 0.70710678;
        let along = max(turned.x, turned.y);
        let arm = max(1.5 * radius - half_stroke, 0.0);
        let away = vec2<f32>(max(along - arm, 0.0), min(turned.x, turned.y));
        return length(away) - half_stroke;
    }
    // An arrow: half as wide as long on each side; its tip covers the end of the line.
    let behind = 2.0 * half_stroke - q.x;
    return max(behind - size_px, (abs(q.y) - 0.5 * behind) * 0.89442719);
}

// How much of a dashed line is there, so many screen px along it. The ring's first point lies in the middle of a dash.
fn dashed(along: f32, step: f32, kind: u32) -> f32 {
    var period = 2.0;
    var half_dash = 0.5;
    switch kind {
        case LONG: { period = 4.0; half_dash = 1.5; }
        case DOTS: { period = 1.5; half_dash = 0.25; }
        case DASH_DOT: { period = 5.0; half_dash = 1.25; }
        case DASH_DOT_DOT: { period = 6.25; half_dash = 1.25; }
        default: {}
    }
    let off = abs(fract(along / (period * step) + 0.5) - 0.5) * period;
    var inside = half_dash - off;
    if kind == DASH_DOT {
        inside = max(inside, 0.3 - (0.5 * period - off));
    } else if kind == DASH_DOT_DOT {
        inside = max(inside, 0.3 - abs(0.5 * period - 0.625 - off));
    }
    return clamp(inside * step + 0.5, 0.0, 1.0);
}

@fragment
fn fs_line(in: LineVaryings) -> @location(0) vec4<f32> {
    if plain == 0u && in.start.y >= 2.0 {
        let edge = from_marker(in.along_across, in.start.y - 2.0, in.shape.x, in.shape.y);
        let body = clamp(0.5 - edge, 0.0, 1.0);
        let around = clamp(in.shape.z + 0.5 - edge, 0.0, 1.0) - body;
        let stroke = in.stroke.a * body;
        let halo = in.halo.a * max(around, 0.0);
        return vec4<f32>(in.stroke.rgb * stroke + in.halo.rgb * halo, stroke + halo) * view.opacity;
    }
    let along = in.along_across.x;
    let across = in.along_across.y;
    let length_px = in.shape.x;
    let half_stroke = in.shape.y;
    let halo_px = in.shape.z;
    let reach = half_stroke + halo_px + 0.51; // coverage ends half a pixel outside
    // Both segments of a joint must decide alike, to the last bit, or pixels on the bisector would be painted
    // twice or not at all: the same pixel centre, the same joint, the same normal.
    let pixel = floor(in.p + 0.5 * view.viewport_px) + 0.5 - 0.5 * view.viewport_px;
    if along < reach && dot(pixel - in.ends.xy, in.joints.xy) < 0.0 {
        discard;
    }
    if along > length_px - reach && any(in.joints.zw != vec2<f32>(0.0)) && dot(pixel - in.ends.zw, in.joints.zw) >= 0.0 {
        discard;
    }
    let beyond = max(max(-along, along - length_px), 0.0);
    let away = length(vec2<f32>(beyond, across));

    var line = clamp(half_stroke + 0.5 - away, 0.0, 1.0);
    if half_stroke == 0.0 {
        line = 0.0;
    }
    var rim = clamp(half_stroke + halo_px + 0.5 - away, 0.0, 1.0) - line;
    if across <= 0.0 && in.start.y == 0.0 {
        rim = 0.0;
    }
    let dash = in.shape.w;
    if plain == 0u && dash > 0.0 {
        let on = dashed(in.start.x + clamp(along, 0.0, length_px), dash, in.dash);
        line *= on;
        rim *= on;
    }
    let stroke = in.stroke.a * line;
    let halo = in.halo.a * max(rim, 0.0);
    return vec4<f32>(in.stroke.rgb * stroke + in.halo.rgb * halo, stroke + halo) * view.opacity;
}
