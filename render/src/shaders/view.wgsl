// Put before every other shader: the camera and the options of the canvas.
//
// Positions called p are screen px from the middle of the viewport, y down.

struct View {
    center_fixed: vec2<i32>,   // 1/2048 image px
    center_frac: vec2<f32>,    // what the fixed point leaves over, image px
    viewport_px: vec2<f32>,
    zoom: f32,
    hatch_px: f32,
    checker_phase: vec2<f32>,  // screen px from the checkerboard's anchor to the middle of the viewport
    hatch_phase: vec2<f32>,
    checker: vec2<u32>,
    border: u32,
    checker_px: f32,
    grid_alpha: f32,
    channel: u32,
    brightness: f32,
    contrast: f32,
    inverse_gamma: f32,
    adjusted: u32,
    opacity: f32,              // of shapes and masks
    toned: u32,
};
@group(0) @binding(0) var<uniform> view: View;
// What is shown for each value of 16 bit, 256 to a row.
@group(0) @binding(1) var tone: texture_2d<f32>;

// 1 when the target stores linear light and encodes it itself.
override srgb_target: u32 = 0u;

fn clip_from_p(p: vec2<f32>) -> vec4<f32> {
    return vec4<f32>(p.x * 2.0 / view.viewport_px.x, -p.y * 2.0 / view.viewport_px.y, 0.0, 1.0);
}

fn linear_from_srgb(c: vec3<f32>) -> vec3<f32> {
    let low = c / 12.92;
    let high = pow((max(c, vec3<f32>(0.0)) + 0.055) / 1.055, vec3<f32>(2.4));
    return select(high, low, c <= vec3<f32>(0.04045));
}

fn target_from_srgb(c: vec3<f32>) -> vec3<f32> {
    if srgb_target == 1u {
        return linear_from_srgb(c);
    }
    return c;
}
