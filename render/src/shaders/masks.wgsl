// Masks: a quad per tile of 64 x 64 px that may show something. Tiles lie in slots of a texture (`slot.rs`):
// their bits, then for each level of squares of 2, 4, .. 64 px whether a square holds something ("some") and
// whether it is full, and how much of it is covered.
//
// Distances and lengths of a level are counted in its squares.

@group(2) @binding(0) var atlas: texture_2d<u32>;

// The slot of tiles without a pixel.
const EMPTY: u32 = 0u;
// That of tiles that are all in the mask.
const SOLID: u32 = 341u;
const LAST_LEVEL: u32 = 6u;
// Planes of the levels above the bits.
const SOME: u32 = 0u;
const FULL: u32 = 1u;

struct Cell {
    @location(0) head: vec4<u32>,   // tile, style, slots of the row above (left, middle)
    @location(1) middle: vec4<u32>, // slots: above right, left, this tile's, right
    @location(2) below: vec4<u32>,  // slots of the row below
};

struct MaskVaryings {
    @builtin(position) position: vec4<f32>,
    @location(0) p: vec2<f32>,
    @location(1) @interpolate(flat) tile_p: vec2<f32>,   // the tile's top-left corner
    @location(2) @interpolate(flat) fill: vec4<f32>,
    @location(3) @interpolate(flat) stroke: vec4<f32>,
    @location(4) @interpolate(flat) halo: vec4<f32>,
    @location(5) @interpolate(flat) measure: vec4<f32>,  // half stroke, halo, dash; screen px; phase of the dashes
    @location(6) @interpolate(flat) head: vec4<u32>,     // pattern, style, slots
    @location(7) @interpolate(flat) middle: vec4<u32>,
    @location(8) @interpolate(flat) below: vec4<u32>,
};

// Stripes in a direction that no outline runs along for long.
const ACROSS_DASHES = vec2<f32>(1.3333333, 0.6666667);

@vertex
fn vs_mask(@builtin(vertex_index) vertex: u32, cell: Cell) -> MaskVaryings {
    var out: MaskVaryings;
    out.position = NOWHERE;
    if cell.head.y == 0u {
        return out;
    }
    let paint = style_texel(cell.head.y - 1u, 0u);
    let measure = bitcast<vec4<f32>>(style_texel(cell.head.y - 1u, 1u));
    out.fill = colour(paint.x);
    out.stroke = colour(paint.y);
    out.halo = colour(paint.z);
    if out.fill.a == 0.0 && out.stroke.a == 0.0 && out.halo.a == 0.0 {
        return out;
    }
    var half_stroke = 0.5 * measure.x;
    var halo_px = measure.y;
    if out.stroke.a == 0.0 {
        half_stroke = 0.0;
    }
    if out.halo.a == 0.0 {
        halo_px = 0.0;
    }
    // Thinner than a pixel: a pixel wide, but fainter.
    if half_stroke > 0.0 && half_stroke < 0.5 {
        out.stroke.a *= 2.0 * half_stroke;
        half_stroke = 0.5;
    }
    let reach = (half_stroke + halo_px + 1.0) / view.zoom;

    // A tile without pixels shows what reaches into it from its neighbours only.
    var low = vec2<f32>(0.0);
    var high = vec2<f32>(64.0);
    if cell.middle.z == EMPTY {
        let left = (cell.head.z | cell.middle.y | cell.below.x) != EMPTY;
        let right = (cell.middle.x | cell.middle.w | cell.below.z) != EMPTY;
        let above = (cell.head.z | cell.head.w | cell.middle.x) != EMPTY;
        let under = (cell.below.x | cell.below.y | cell.below.z) != EMPTY;
        let across = (cell.head.w | cell.below.y) != EMPTY;
        let along = (cell.middle.y | cell.middle.w) != EMPTY;
        if !across {
            low.x = select(max(64.0 - reach, 0.0), 0.0, left);
            high.x = select(min(reach, 64.0), 64.0, right);
        }
        if !along {
            low.y = select(max(64.0 - reach, 0.0), 0.0, above);
            high.y = select(min(reach, 64.0), 64.0, under);
        }
    }
    let corner = select(low, high, vec2<bool>((vertex & 1u) == 1u, (vertex >> 1u) == 1u));
    let tile = vec2<i32>(i32(cell.head.x & 0xffffu), i32(cell.head.x >> 16u)) - 1;
    let fixed = tile * 131072;
    out.tile_p = p_from_fixed(fixed);
    out.p = p_from_fixed(fixed + vec2<i32>(corner * 2048.0));
    let turn = dot(vec2<f32>(tile) * 64.0 * view.zoom, ACROSS_DASHES);
    let phase = select(0.0, fract(turn / max(2.0 * measure.z, 1.0)), measure.z > 0.0);
    out.measure = vec4<f32>(half_stroke, halo_px, measure.z, phase);
    out.head = vec4<u32>(paint.w & PATTERN_MASK, cell.head.yzw);
    out.middle = cell.middle;
    out.below = cell.below;
    out.position = clip_from_p(out.p);
    return out;
}

// --- reading tiles ---

// The slots of the nine tiles, row by row.
var<private> slots: array<u32, 9>;

fn word(slot: u32, at: u32) -> u32 {
    return textureLoad(atlas, vec2<u32>((slot & 0xffffu) + at, slot >> 16u), 0).x;
}

// The bits moved up by so many places, down if negative; 0 if none is left.
fn moved(bits: u32, by: i32) -> u32 {
    if by <= -32 || by >= 32 {
        return 0u;
    }
    return select(bits >> u32(-by), bits << u32(by), by >= 0);
}

// Which of the 32 rows around a row are asked for and in the nine tiles.
fn rows_between(first: i32, last: i32, row: i32, side: i32) -> u32 {
    let low = max(max(first, -side) - row + 16, 0);
    let high = min(min(last, 2 * side - 1) - row + 16, 31);
    if low > high {
        return 0u;
    }
    return (0xffffffffu << u32(low)) & (0xffffffffu >> u32(31 - high));
}

// Rows row - 16 to row + 15 of a column of a level, across tiles; bit 16 is the row itself.
fn window(level: u32, plane: u32, column: i32, row: i32) -> u32 {
    let side = i32(64u >> level);
    var across = 1u;
    var own = column;
    if column < 0 {
        across = 0u;
        own = column + side;
    } else if column >= side {
        across = 2u;
        own = column - side;
    }
    var bits = 0u;
    for (var down = 0u; down < 3u; down++) {
        let slot = slots[3u * down + across];
        let by = 16 - row + (i32(down) - 1) * side;
        if slot == EMPTY || by >= 32 || by <= -side {
            continue;
        }
        if level == 0u {
            let at = 2u * u32(own);
            if by > -32 {
                bits |= moved(word(slot, at), by);
            }
            if by < 0 {
                bits |= moved(word(slot, at + 1u), by + 32);
            }
        } else {
            bits |= moved(word(slot, 256u - (256u >> level) + 2u * u32(own) + plane), by);
        }
    }
    return bits;
}

// How much of a square of a level from the second on is covered, 0 to 1.
fn square(level: u32, column: i32, row: i32) -> f32 {
    let side = i32(64u >> level);
    // The next tiles at most: a pixel is never larger than a tile here.
    let turn = vec2<i32>(select(select(1, 2, column >= side), 0, column < 0), select(select(1, 2, row >= side), 0, row < 0));
    let at = vec2<i32>(column, row) - (turn - 1) * side;
    var base = 256u;
    switch level {
        case 3u: { base = 320u; }
        case 4u: { base = 336u; }
        case 5u: { base = 340u; }
        case 6u: { base = 254u; }
        default: {}
    }
    let byte = u32(clamp(at.x, 0, side - 1) * side + clamp(at.y, 0, side - 1));
    let slot = slots[3 * turn.y + turn.x];
    return f32((word(slot, base + byte / 4u) >> (8u * (byte & 3u))) & 0xffu) / 255.0;
}

// --- what a pixel shows ---

// The part of a span from `low` to `high` that lies in the square at `at`.
fn part(at: f32, low: f32, high: f32) -> f32 {
    return max(min(high, at + 1.0) - max(low, at), 0.0);
}

// How much of the screen px around a place is covered; image px in the tile.
fn coverage(place: vec2<f32>) -> f32 {
    // Up to four image px: exactly, from the bits. Beyond: from squares as large as a screen px or up to half as large.
    let from_afar = view.zoom < 0.25;
    let level = select(0u, level_of_zoom(), from_afar);
    let scale = 1.0 / f32(1u << level);
    let half_px = min(0.5 / view.zoom * scale, select(2.0, 1.0, from_afar));
    // A pixel that ends on a border must not look beyond it.
    let low = place * scale - half_px + 1e-4;
    let high = place * scale + half_px - 1e-4;
    let first = vec2<i32>(floor(low));
    let last = vec2<i32>(floor(high));
    var sum = 0.0;
    for (var column = first.x; column <= last.x; column++) {
        var covered = 0.0;
        if from_afar {
            for (var row = first.y; row <= last.y; row++) {
                covered += part(f32(row), low.y, high.y) * square(level, column, row);
            }
        } else {
            let bits = window(0u, SOME, column, first.y);
            let rows = last.y - first.y;
            let ends = part(f32(first.y), low.y, high.y) * f32((bits >> 16u) & 1u);
            covered = ends;
            if rows > 0 {
                covered += part(f32(last.y), low.y, high.y) * f32((bits >> u32(16 + rows)) & 1u);
                covered += f32(countOneBits((bits >> 17u) & ((1u << u32(rows - 1)) - 1u)));
            }
        }
        sum += part(f32(column), low.x, high.x) * covered;
    }
    return clamp(sum / ((high.x - low.x) * (high.y - low.y)), 0.0, 1.0);
}

// The level whose squares are as large as a screen px or up to half as large.
fn level_of_zoom() -> u32 {
    return u32(clamp(floor(0.001 - log2(view.zoom)), 0.0, f32(LAST_LEVEL)));
}

struct Border {
    distance: f32,  // screen px
    inside: bool,   // this side of it is in the mask
};

// Squares to the nearest of the bits of a window in rows above and below a place in row 16, or within it.
fn rows_to(bits: u32, y: f32) -> f32 {
    if (bits & 0x10000u) != 0u {
        return 0.0;
    }
    var away = 1e6;
    if (bits & 0xffffu) != 0u {
        away = y + 15.0 - f32(firstLeadingBit(bits & 0xffffu));
    }
    if (bits & 0xfffe0000u) != 0u {
        away = min(away, f32(firstTrailingBit(bits & 0xfffe0000u)) - 16.0 - y);
    }
    return away;
}

// The same to the middle of the square.
fn rows_to_middle(bits: u32, y: f32) -> f32 {
    var away = 1e6;
    if (bits & 0x1ffffu) != 0u {
        away = abs(y + 15.5 - f32(firstLeadingBit(bits & 0x1ffffu)));
    }
    if (bits & 0xfffe0000u) != 0u {
        away = min(away, f32(firstTrailingBit(bits & 0xfffe0000u)) - 15.5 - y);
    }
    return away;
}

// The nearest border between what is in the mask and what is not, if it is within reach. On levels above the bits, a
// square that is covered in part is a dot on the border.
fn nearest_border(place: vec2<f32>, reach_px: f32) -> Border {
    let level = level_of_zoom();
    let side = i32(64u >> level);
    let square_px = view.zoom * f32(1u << level);
    let t = place / f32(1u << level);
    let at = vec2<i32>(floor(t));
    let y = t.y - f32(at.y);
    let reach = min(reach_px / square_px + select(0.0, 0.5, level > 0u), 15.0);
    let rows = rows_between(i32(floor(t.y - reach)), i32(floor(t.y + reach)), at.y, side);
    let own = (window(level, SOME, at.x, at.y) >> 16u) & 1u;
    let own_full = (window(level, FULL, at.x, at.y) >> 16u) & 1u;
    let full = select(own_full, own, level == 0u) == 1u;
    var nearest = 1e12;
    let first = max(i32(floor(t.x - reach)), -side);
    let last = min(i32(floor(t.x + reach)), 2 * side - 1);
    for (var column = first; column <= last; column++) {
        let some_bits = window(level, SOME, column, at.y);
        var full_bits = some_bits;
        if level > 0u {
            full_bits = window(level, FULL, column, at.y);
        }
        // Squares of the other kind, up to their edge.
        let other = select(select(0u, full_bits, own == 0u), ~some_bits, full) & rows;
        let x = max(max(f32(column) - t.x, t.x - f32(column + 1)), 0.0);
        let y_other = rows_to(other, y);
        nearest = min(nearest, x * x + y_other * y_other);
        let mixed = some_bits & ~full_bits & rows;
        let x_middle = f32(column) + 0.5 - t.x;
        let y_middle = rows_to_middle(mixed, y);
        nearest = min(nearest, x_middle * x_middle + y_middle * y_middle);
    }
    return Border(sqrt(nearest) * square_px, full);
}

// What is within reach of a place, told from larger squares: 0 nothing, 1 all is in the mask, 2 perhaps a border.
fn overview(place: vec2<f32>, reach_px: f32) -> u32 {
    let level = min(level_of_zoom() + 3u, LAST_LEVEL);
    let side = i32(64u >> level);
    let t = place / f32(1u << level);
    let reach = reach_px / (view.zoom * f32(1u << level));
    let row = i32(floor(t.y));
    let rows = rows_between(i32(floor(t.y - reach)), i32(floor(t.y + reach)), row, side);
    var nothing = true;
    var all_full = true;
    let first = max(i32(floor(t.x - reach)), -side);
    let last = min(i32(floor(t.x + reach)), 2 * side - 1);
    for (var column = first; column <= last; column++) {
        nothing = nothing && (window(level, SOME, column, row) & rows) == 0u;
        all_full = all_full && (window(level, FULL, column, row) & rows) == rows;
    }
    return select(select(2u, 1u, all_full), 0u, nothing);
}

@fragment
fn fs_mask(in: MaskVaryings) -> @location(0) vec4<f32> {
    slots = array<u32, 9>(
        in.head.z, in.head.w, in.middle.x, in.middle.y, in.middle.z, in.middle.w, in.below.x, in.below.y, in.below.z
    );
    // The same pixel centre for all quads, to the last bit.
    let pixel = floor(in.p + 0.5 * view.viewport_px) + 0.5 - 0.5 * view.viewport_px;
    let place = clamp((pixel - in.tile_p) / view.zoom, vec2<f32>(0.0), vec2<f32>(63.999));
    let half_stroke = in.measure.x;
    let halo_px = in.measure.y;
    let reach = half_stroke + halo_px + 0.71;
    let fill_alpha = patterned(in.fill.a, in.p, in.head.x);
    let solid = all(in.middle == vec4<u32>(SOLID)) && all(in.below.xyz == vec3<u32>(SOLID)) && all(in.head.zw == vec2<u32>(SOLID));
    var seen = 1u;
    if !solid {
        seen = overview(place, reach);
    }
    if seen == 0u {
        discard;
    }
    if seen == 1u {
        return vec4<f32>(in.fill.rgb * fill_alpha, fill_alpha) * view.opacity;
    }
    var covered = 0.0;
    if fill_alpha > 0.0 {
        covered = coverage(place);
    }
    let fill = fill_alpha * covered;
    var out = vec4<f32>(in.fill.rgb * fill, fill);
    if half_stroke + halo_px == 0.0 {
        return out * view.opacity;
    }
    let border = nearest_border(place, reach);
    var line = clamp(half_stroke + 0.5 - border.distance, 0.0, 1.0);
    if half_stroke == 0.0 {
        line = 0.0;
    }
    var rim = clamp(half_stroke + halo_px + 0.5 - border.distance, 0.0, 1.0) - line;
    if border.inside {
        rim = 0.0;
    }
    let dash = in.measure.z;
    if dash > 0.0 {
        let turn = in.measure.w + dot(pixel - in.tile_p, ACROSS_DASHES) / max(2.0 * dash, 1.0);
        let off = abs(fract(turn) - 0.5) * 2.0 * dash;
        let on = clamp(0.5 * dash + 0.5 - off, 0.0, 1.0);
        line *= on;
        rim *= on;
    }
    let stroke = in.stroke.a * line;
    let halo = in.halo.a * max(rim, 0.0);
    let ink = vec4<f32>(in.stroke.rgb * stroke + in.halo.rgb * halo, stroke + halo);
    return (ink + out * (1.0 - ink.a)) * view.opacity;
}
