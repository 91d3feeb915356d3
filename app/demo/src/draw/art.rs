//! The drawing surface: filled and stroked paths in local metres, lit by the time of day.

use tiny_skia::{
    BlendMode, Color, FillRule, GradientStop, LineCap, LineJoin, LinearGradient, Paint, Path, Pixmap, Point, RadialGradient, Shader,
    SpreadMode, Stroke, Transform,
};

/// Linear mix of sRGB components in `0..=1`.
pub(crate) type Rgb = [f32; 3];

/// `0xRRGGBB` as components.
pub(crate) const fn hex(v: u32) -> Rgb {
    [((v >> 16) & 255) as f32 / 255.0, ((v >> 8) & 255) as f32 / 255.0, (v & 255) as f32 / 255.0]
}

pub(crate) fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

pub(crate) fn dark(c: Rgb, k: f32) -> Rgb {
    mix(c, [0.03, 0.03, 0.06], k)
}

pub(crate) fn pale(c: Rgb, k: f32) -> Rgb {
    mix(c, [1.0, 1.0, 1.0], k)
}

/// How the air and the sun change a colour at one depth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Light {
    /// Multiplied with every colour that does not shine by itself.
    pub tint: Rgb,
    /// The colour of distance.
    pub haze: Rgb,
    /// 0: no air between; 1: nothing but haze.
    pub haze_amount: f32,
}

impl Light {
    pub(crate) fn tone(&self, c: Rgb) -> Rgb {
        let lit = [c[0] * self.tint[0], c[1] * self.tint[1], c[2] * self.tint[2]];
        mix(lit, self.haze, self.haze_amount)
    }
}

/// What a path is filled with; coordinates are local.
#[derive(Clone, Debug)]
pub(crate) enum Ink {
    Flat(Rgb, f32),
    Linear([f32; 4], Vec<(f32, Rgb, f32)>),
    Radial([f32; 3], Vec<(f32, Rgb, f32)>),
}

pub(crate) fn flat(c: Rgb) -> Ink {
    Ink::Flat(c, 1.0)
}

pub(crate) fn clear(c: Rgb, alpha: f32) -> Ink {
    Ink::Flat(c, alpha)
}

/// From `y0` to `y1`.
pub(crate) fn down(y0: f32, y1: f32, stops: &[(f32, Rgb)]) -> Ink {
    Ink::Linear([0.0, y0, 0.0, y1], stops.iter().map(|s| (s.0, s.1, 1.0)).collect())
}

/// From `x0` to `x1`.
pub(crate) fn across(x0: f32, x1: f32, stops: &[(f32, Rgb)]) -> Ink {
    Ink::Linear([x0, 0.0, x1, 0.0], stops.iter().map(|s| (s.0, s.1, 1.0)).collect())
}

/// A soft disc that fades from `alpha` in the middle to nothing.
pub(crate) fn halo(x: f32, y: f32, r: f32, c: Rgb, alpha: f32) -> Ink {
    Ink::Radial([x, y, r], vec![(0.0, c, alpha), (0.35, c, alpha * 0.42), (0.7, c, alpha * 0.1), (1.0, c, 0.0)])
}

/// One labelled (or unlabelled but covering) part of the picture: the union of its paths, in pixels.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub label: Option<&'static str>,
    pub object: u32,
    pub paths: Vec<Path>,
}

/// Draws into a picture, collects outlines, or both.
pub(crate) struct Art<'a> {
    out: Option<&'a mut Pixmap>,
    /// Pixels from local metres (y down).
    pub tf: Transform,
    pub light: Light,
    /// Multiplies every alpha; for reflections.
    pub opacity: f32,
    layers: Option<&'a mut Vec<Layer>>,
}

impl<'a> Art<'a> {
    pub(crate) fn new(out: Option<&'a mut Pixmap>, layers: Option<&'a mut Vec<Layer>>, light: Light) -> Self {
        Self { out, tf: Transform::identity(), light, opacity: 1.0, layers }
    }

    /// The pixels per local metre, for detail that is not worth drawing when small.
    pub(crate) fn scale(&self) -> f32 {
        (self.tf.sx * self.tf.sx + self.tf.ky * self.tf.ky).sqrt()
    }

    /// Starts a part; following `body` paths belong to it.
    pub(crate) fn layer(&mut self, label: Option<&'static str>, object: u32) {
        if let Some(layers) = self.layers.as_deref_mut() {
            layers.push(Layer { label, object, paths: Vec::new() });
        }
    }

    fn outline(&mut self, path: &Path) {
        let tf = self.tf;
        if let Some(layers) = self.layers.as_deref_mut()
            && let Some(layer) = layers.last_mut()
            && let Some(path) = path.clone().transform(tf)
        {
            layer.paths.push(path);
        }
    }

    /// Belongs to the outline only, drawn by nothing.
    pub(crate) fn hull(&mut self, path: Option<Path>) {
        if let Some(path) = path {
            self.outline(&path);
        }
    }

    /// Filled and part of the object's outline.
    pub(crate) fn body(&mut self, path: Option<Path>, ink: Ink) {
        if let Some(path) = path {
            self.outline(&path);
            self.paint(&path, &ink, true, BlendMode::SourceOver);
        }
    }

    /// Filled, on or inside what is already outlined.
    pub(crate) fn fill(&mut self, path: Option<Path>, ink: Ink) {
        if let Some(path) = path {
            self.paint(&path, &ink, true, BlendMode::SourceOver);
        }
    }

    /// Filled with light of its own: not changed by time of day.
    pub(crate) fn emit(&mut self, path: Option<Path>, ink: Ink) {
        if let Some(path) = path {
            self.paint(&path, &ink, false, BlendMode::SourceOver);
        }
    }

    /// Light added to what is there.
    pub(crate) fn glow(&mut self, path: Option<Path>, ink: Ink) {
        if let Some(path) = path {
            self.paint(&path, &ink, false, BlendMode::Screen);
        }
    }

    pub(crate) fn line(&mut self, path: Option<Path>, width: f32, ink: Ink) {
        self.stroke(path, width, ink, false);
    }

    /// A stroke that is part of the object's outline.
    pub(crate) fn body_line(&mut self, path: Option<Path>, width: f32, ink: Ink) {
        self.stroke(path, width, ink, true);
    }

    fn stroke(&mut self, path: Option<Path>, width: f32, ink: Ink, outlined: bool) {
        let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        let scale = self.scale();
        if let Some(path) = path.and_then(|p| p.stroke(&stroke, scale)) {
            if outlined {
                self.outline(&path);
            }
            self.paint(&path, &ink, true, BlendMode::SourceOver);
        }
    }

    fn paint(&mut self, path: &Path, ink: &Ink, lit: bool, blend_mode: BlendMode) {
        let (light, opacity, tf) = (self.light, self.opacity, self.tf);
        // A gradient over a few pixels cannot be seen, but costs as much as a large one.
        let extent = path.bounds().width().max(path.bounds().height()) * self.scale();
        let plain;
        let ink = match ink {
            Ink::Linear(_, stops) if extent < 9.0 && !stops.is_empty() => {
                let (_, c, a) = stops[stops.len() / 2];
                plain = Ink::Flat(c, a);
                &plain
            }
            other => other,
        };
        let Some(out) = self.out.as_deref_mut() else { return };
        let color = |c: Rgb, a: f32| {
            let c = if lit { light.tone(c) } else { mix(c, light.haze, light.haze_amount * 0.6) };
            let part = |v: f32| v.clamp(0.0, 1.0);
            Color::from_rgba(part(c[0]), part(c[1]), part(c[2]), part(a * opacity)).unwrap_or(Color::BLACK)
        };
        let stops =
            |stops: &[(f32, Rgb, f32)]| -> Vec<GradientStop> { stops.iter().map(|s| GradientStop::new(s.0, color(s.1, s.2))).collect() };
        let shader = match ink {
            Ink::Flat(c, a) => Some(Shader::SolidColor(color(*c, *a))),
            Ink::Linear([x0, y0, x1, y1], s) => {
                LinearGradient::new(Point::from_xy(*x0, *y0), Point::from_xy(*x1, *y1), stops(s), SpreadMode::Pad, Transform::identity())
            }
            Ink::Radial([x, y, r], s) => RadialGradient::new(
                Point::from_xy(*x, *y),
                0.0,
                Point::from_xy(*x, *y),
                r.max(1e-3),
                stops(s),
                SpreadMode::Pad,
                Transform::identity(),
            ),
        };
        let Some(shader) = shader else { return };
        let paint = Paint { shader, blend_mode, anti_alias: true, ..Paint::default() };
        out.fill_path(path, &paint, FillRule::Winding, tf, None);
    }
}
