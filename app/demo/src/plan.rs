//! Which pictures and videos the demo has.

use crate::out::stills::Format;
use crate::scene::{Layout, Plan};

/// What `generate` makes. The default is the whole demo.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// The same seed gives the same scenes and the same truth.
    pub seed: u64,
    /// Multiplies the size of every picture and video; 1 for the full demo.
    pub scale: f32,
    /// Number of stills, at most 12.
    pub images: usize,
    /// Number of videos, at most 2: steady 1080p, then variable frame rate.
    pub videos: usize,
    /// Seconds of the first video; the second has 9 / 20 of it.
    pub seconds: f32,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self { seed: 2, scale: 1.0, images: 12, videos: 2, seconds: 20.0 }
    }
}

/// One still.
pub(crate) struct Still {
    pub name: &'static str,
    pub format: Format,
    pub plan: Plan,
}

const fn across(crossing: f32, gap: Option<f32>) -> Layout {
    Layout::Across { crossing, gap }
}

/// The picture's size after scaling, even so that video can have it.
pub(crate) fn scaled(size: u32, scale: f32) -> u32 {
    let scale = if scale.is_finite() { scale.clamp(0.02, 2.0) } else { 1.0 };
    (((size as f32 * scale) / 2.0).round() as u32 * 2).max(16)
}

/// Name, form, mood, seed, layout, size in pixels, and the camera: metres across, height of
/// the eye, horizon as a part of the height, place along x.
type Row = (&'static str, Format, &'static str, u64, Layout, (u32, u32), [f32; 4]);

/// All stills, in the order of their numbers.
pub(crate) fn stills(options: &DemoOptions) -> Vec<Still> {
    // Seeds are chosen by eye. An even one lets people cross, an odd one lets traffic run.
    let table: [Row; 12] = [
        ("street_01_noon.jpg", Format::Jpeg, "noon", 12, across(2.0, Some(-6.0)), (1920, 1080), [17.5, 3.0, 0.50, 0.0]),
        ("street_02_golden_evening.jpg", Format::Jpeg, "golden_evening", 22, Layout::Along, (3000, 2000), [11.5, 2.1, 0.53, 0.4]),
        ("street_03_overcast.jpg", Format::Jpeg, "overcast", 33, across(-4.0, None), (2048, 1536), [14.5, 2.7, 0.52, 0.0]),
        ("street_04_rain.jpg", Format::Jpeg, "rain", 44, across(1.0, Some(7.5)), (2400, 1600), [15.0, 2.8, 0.50, 0.0]),
        ("street_05_night.jpg", Format::Jpeg, "night", 52, Layout::Along, (3840, 2160), [13.0, 2.2, 0.52, -0.5]),
        ("street_06_snow.png", Format::Png, "snow", 66, across(-2.5, Some(5.0)), (1600, 1200), [14.0, 2.9, 0.51, 0.0]),
        ("street_07_fog_16bit.png", Format::Png16, "fog", 71, Layout::Along, (1250, 800), [12.0, 2.1, 0.53, 0.6]),
        ("street_08_dusk.webp", Format::Webp, "dusk", 84, across(3.0, Some(-3.0)), (1600, 1000), [17.0, 3.1, 0.50, 0.0]),
        ("street_09_morning.jpg", Format::JpegRotated, "morning", 92, Layout::Along, (3024, 4032), [7.2, 2.0, 0.56, 0.6]),
        ("street_10_autumn.jpg", Format::Jpeg, "autumn", 101, across(0.5, None), (4000, 3000), [15.5, 3.2, 0.50, 0.0]),
        ("street_11_night_rain.jpg", Format::Jpeg, "night_rain", 110, across(-3.0, Some(4.0)), (2560, 1440), [17.0, 3.0, 0.50, 0.0]),
        ("street_12_afternoon.jpg", Format::Jpeg, "afternoon", 122, Layout::Along, (6000, 4000), [12.0, 3.0, 0.48, -1.2]),
    ];
    table
        .into_iter()
        .take(options.images)
        .map(|(name, format, mood, seed, layout, (w, h), [view, eye, horizon, camera_x])| Still {
            name,
            format,
            plan: Plan {
                seed: options.seed.wrapping_sub(2).wrapping_mul(1000).wrapping_add(seed),
                mood,
                layout,
                width: scaled(w, options.scale),
                height: scaled(h, options.scale),
                view,
                eye,
                horizon,
                camera_x,
                seconds: 0.0,
            },
        })
        .collect()
}

/// One video.
pub(crate) struct Clip {
    pub name: &'static str,
    pub plan: Plan,
    /// Ticks of 1/30 s between frames, in turn.
    pub gaps: &'static [i64],
}

pub(crate) fn clips(options: &DemoOptions) -> Vec<Clip> {
    let seconds = if options.seconds.is_finite() { options.seconds.clamp(0.1, 600.0) } else { 20.0 };
    let table = [
        (
            "street_video_01_afternoon.mp4",
            "afternoon",
            205,
            across(1.5, Some(-6.5)),
            (1920, 1080),
            [18.5, 3.0, 0.50, 0.0],
            seconds,
            &[1i64] as &[i64],
        ),
        ("street_video_02_dusk_vfr.mp4", "dusk", 212, Layout::Along, (1280, 720), [12.5, 2.2, 0.52, 0.3], seconds * 0.45, &[1, 1, 2, 3]),
    ];
    table
        .into_iter()
        .take(options.videos)
        .map(|(name, mood, seed, layout, (w, h), [view, eye, horizon, camera_x], seconds, gaps)| Clip {
            name,
            plan: Plan {
                seed: options.seed.wrapping_sub(2).wrapping_mul(1000).wrapping_add(seed),
                mood,
                layout,
                width: scaled(w, options.scale),
                height: scaled(h, options.scale),
                view,
                eye,
                horizon,
                camera_x,
                seconds,
            },
            gaps,
        })
        .collect()
}

impl Clip {
    /// The tick at which each frame is shown.
    pub(crate) fn ticks(&self) -> Vec<i64> {
        let end = (self.plan.seconds * 30.0).round() as i64;
        let mut ticks = Vec::new();
        let mut at = 0;
        while at < end.max(1) {
            ticks.push(at);
            at += self.gaps[(ticks.len() - 1) % self.gaps.len()].max(1);
        }
        ticks
    }
}
