//! Where the canvas looks.

use limn_core::{ImagePos, Rect, geometry::ImageVec};

/// The part of the picture on the canvas. Screen places are points from the canvas's top-left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// Image place in the middle of the canvas.
    pub center: ImagePos,
    /// Screen points per image pixel.
    pub zoom: f64,
    /// Size of the canvas in points.
    pub size: [f64; 2],
}

/// Room left around a picture or shape that is fitted, as a part of the canvas.
const FIT_MARGIN: f64 = 0.02;
const MAX_ZOOM: f64 = 128.0;

impl Default for View {
    fn default() -> Self {
        Self { center: ImagePos::default(), zoom: 1.0, size: [1.0, 1.0] }
    }
}

impl View {
    /// The image place under a canvas point.
    pub fn image_from_canvas(&self, point: [f64; 2]) -> ImagePos {
        let half = |axis: usize| (point[axis] - self.size[axis] / 2.0) / self.zoom;
        self.center + ImageVec::new(half(0), half(1))
    }

    /// The canvas point of an image place.
    pub fn canvas_from_image(&self, pos: ImagePos) -> [f64; 2] {
        let from_center = (pos - self.center) * self.zoom;
        [from_center.x + self.size[0] / 2.0, from_center.y + self.size[1] / 2.0]
    }

    /// Image pixels per screen point.
    pub fn px(&self) -> f64 {
        1.0 / self.zoom
    }

    /// The part of the image plane that is on the canvas.
    pub fn visible(&self) -> Rect {
        Rect::from_corners(self.image_from_canvas([0.0, 0.0]), self.image_from_canvas(self.size))
    }

    /// Zooms so that the image place under `anchor` stays there.
    pub fn zoom_at(&mut self, anchor: [f64; 2], factor: f64, image: [f64; 2]) {
        let before = self.image_from_canvas(anchor);
        self.zoom = (self.zoom * factor).clamp(self.min_zoom(image), MAX_ZOOM);
        let after = self.image_from_canvas(anchor);
        self.center = self.center + (before - after);
        self.keep_in_sight(image);
    }

    /// Moves the picture by screen points.
    pub fn pan(&mut self, by: [f64; 2], image: [f64; 2]) {
        self.center = self.center + ImageVec::new(-by[0], -by[1]) * self.px();
        self.keep_in_sight(image);
    }

    /// Shows the whole picture.
    pub fn fit(&mut self, image: [f64; 2]) {
        self.fit_rect(Rect::from_xywh(0.0, 0.0, image[0], image[1]), MAX_ZOOM);
    }

    /// Whether the whole picture is shown as [`Self::fit`] shows it.
    pub fn is_fitted(&self, image: [f64; 2]) -> bool {
        let mut fitted = *self;
        fitted.fit(image);
        fitted == *self
    }

    /// Shows a rectangle as large as it goes, up to a zoom.
    pub fn fit_rect(&mut self, rect: Rect, max_zoom: f64) {
        let side = |room: f64, length: f64| room * (1.0 - 2.0 * FIT_MARGIN) / length.max(1e-6);
        self.zoom = side(self.size[0], rect.width()).min(side(self.size[1], rect.height())).clamp(1e-4, max_zoom);
        self.center = rect.center();
    }

    /// Half of the fitted size, so that the picture is never lost far away.
    fn min_zoom(&self, image: [f64; 2]) -> f64 {
        (self.size[0] / image[0].max(1.0)).min(self.size[1] / image[1].max(1.0)).min(1.0) / 2.0
    }

    /// The middle of the canvas stays on the picture.
    fn keep_in_sight(&mut self, image: [f64; 2]) {
        self.center = ImagePos::new(self.center.x.max(0.0).min(image[0]), self.center.y.max(0.0).min(image[1]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zooming_keeps_the_place_under_the_pointer() {
        let mut view = View { center: ImagePos::new(500., 400.), zoom: 1.0, size: [800., 600.] };
        let anchor = [100.0, 500.0];
        let before = view.image_from_canvas(anchor);
        view.zoom_at(anchor, 2.0, [1000., 800.]);
        assert!(view.image_from_canvas(anchor).distance(before) < 1e-9);
        let back = view.canvas_from_image(before);
        assert!((back[0] - anchor[0]).abs() < 1e-9 && (back[1] - anchor[1]).abs() < 1e-9);
    }

    #[test]
    fn a_picture_is_never_lost() {
        let mut view = View { center: ImagePos::default(), zoom: 1.0, size: [800., 600.] };
        view.pan([1e6, -1e6], [1000., 800.]);
        assert_eq!(view.center, ImagePos::new(0.0, 800.0));
        view.zoom_at([0., 0.], 1e-9, [1000., 800.]);
        assert!(view.zoom >= 0.3);
        view.fit([1000., 800.]);
        assert!(view.visible().contains(ImagePos::new(0., 0.)) && view.visible().contains(ImagePos::new(1000., 800.)));
    }
}
