//! The camera: which part of the image the canvas rectangle shows.

/// Maps image px to screen px. All arithmetic is f64, so that the far corner of a 100,000-px image is exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The image point, in image px, shown at the middle of the viewport.
    pub center: [f64; 2],
    /// Screen px per image px.
    pub zoom: f64,
    /// Size of the viewport in screen px.
    pub viewport_px: [f32; 2],
}

/// A rectangle in image px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub min: [f64; 2],
    pub max: [f64; 2],
}

impl Bounds {
    pub const EMPTY: Self = Self { min: [f64::INFINITY; 2], max: [f64::NEG_INFINITY; 2] };

    pub fn include(&mut self, p: [f64; 2]) {
        self.union(&Self { min: p, max: p });
    }

    pub fn union(&mut self, other: &Self) {
        for axis in 0..2 {
            self.min[axis] = self.min[axis].min(other.min[axis]);
            self.max[axis] = self.max[axis].max(other.max[axis]);
        }
    }

    pub fn overlaps(&self, other: &Self) -> bool {
        (0..2).all(|axis| self.min[axis] <= other.max[axis] && self.max[axis] >= other.min[axis])
    }
}

impl Camera {
    /// The screen point, from the viewport's top-left corner, that shows an image point.
    #[must_use]
    pub fn screen_from_image(&self, image: [f64; 2]) -> [f64; 2] {
        std::array::from_fn(|i| (image[i] - self.center[i]) * self.zoom + f64::from(self.viewport_px[i]) / 2.0)
    }

    /// The image point shown at a screen point, counted from the viewport's top-left corner.
    #[must_use]
    pub fn image_from_screen(&self, screen: [f64; 2]) -> [f64; 2] {
        std::array::from_fn(|i| (screen[i] - f64::from(self.viewport_px[i]) / 2.0) / self.zoom + self.center[i])
    }

    /// The camera that shows a whole image of `image_px` with `margin_px` screen px free on each side.
    #[must_use]
    pub fn fit(image_px: [f64; 2], viewport_px: [f32; 2], margin_px: f64) -> Self {
        let fits = |i: usize| (f64::from(viewport_px[i]) - 2.0 * margin_px).max(1.0) / image_px[i].max(1.0);
        Self { center: [image_px[0] / 2.0, image_px[1] / 2.0], zoom: fits(0).min(fits(1)), viewport_px }
    }

    /// The same view at another zoom, with the image point under `screen` kept where it is.
    #[must_use]
    pub fn zoomed_about(&self, screen: [f64; 2], zoom: f64) -> Self {
        let held = self.image_from_screen(screen);
        let center = std::array::from_fn(|i| held[i] - (screen[i] - f64::from(self.viewport_px[i]) / 2.0) / zoom);
        Self { center, zoom, ..*self }
    }

    /// The same view moved by less than a screen pixel so that image pixels start on screen pixels; at whole
    /// zooms this makes the picture sharp and shapes lie exactly on its pixels.
    #[must_use]
    pub fn snapped(&self) -> Self {
        let origin = self.screen_from_image([0.0, 0.0]);
        let center = std::array::from_fn(|i| self.center[i] + (origin[i] - origin[i].round()) / self.zoom);
        Self { center, ..*self }
    }

    /// The visible rectangle in image px, grown by `margin_px` screen px on each side.
    pub(crate) fn visible(&self, margin_px: f64) -> Bounds {
        let half: [f64; 2] = std::array::from_fn(|i| (f64::from(self.viewport_px[i]) / 2.0 + margin_px) / self.zoom);
        Bounds { min: std::array::from_fn(|i| self.center[i] - half[i]), max: std::array::from_fn(|i| self.center[i] + half[i]) }
    }

    /// False while a panel is closed or a gesture divides by zero: then there is nothing to draw.
    pub(crate) fn is_drawable(&self) -> bool {
        let finite = self.center.iter().all(|c| c.is_finite()) && self.zoom.is_finite();
        finite && self.zoom > 0.0 && self.viewport_px.iter().all(|v| v.is_finite() && *v >= 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAMERA: Camera = Camera { center: [99_123.25, 51_000.5], zoom: 32.0, viewport_px: [801.0, 600.0] };

    #[test]
    fn image_to_screen_and_back() {
        let p = [99_120.125, 51_003.75];
        let screen = CAMERA.screen_from_image(p);
        assert_eq!(screen, [400.5 - 100.0, 300.0 + 104.0]);
        assert_eq!(CAMERA.image_from_screen(screen), p);
    }

    #[test]
    fn zooming_holds_the_point_under_the_cursor() {
        let screen = [17.0, 560.0];
        let held = CAMERA.image_from_screen(screen);
        let back = CAMERA.zoomed_about(screen, 3.7).screen_from_image(held);
        assert!((back[0] - screen[0]).abs() < 1e-6 && (back[1] - screen[1]).abs() < 1e-6);
    }

    #[test]
    fn fit_shows_the_whole_image() {
        let camera = Camera::fit([4000.0, 1000.0], [420.0, 300.0], 10.0);
        assert_eq!(camera.zoom, 0.1);
        assert_eq!(camera.screen_from_image([0.0, 0.0]), [10.0, 100.0]);
    }

    #[test]
    fn snapped_starts_pixels_on_pixels() {
        let camera = Camera { zoom: 1.0, ..CAMERA }.snapped();
        let origin = camera.screen_from_image([0.0, 0.0]);
        assert!((origin[0] - origin[0].round()).abs() < 1e-6);
        assert!((camera.center[0] - CAMERA.center[0]).abs() <= 0.5);
    }

    #[test]
    fn a_closed_panel_is_not_drawable() {
        assert!(CAMERA.is_drawable());
        assert!(!Camera { viewport_px: [0.0, 600.0], ..CAMERA }.is_drawable());
        assert!(!Camera { zoom: 0.0, ..CAMERA }.is_drawable());
        assert!(!Camera { center: [f64::NAN, 0.0], ..CAMERA }.is_drawable());
    }
}
