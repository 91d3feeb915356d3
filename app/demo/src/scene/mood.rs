//! Times of day and weather: what they do to colours, sky and ground.

use crate::draw::{Light, Rgb, hex, mix};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Clear,
    Overcast,
    Rain,
    Snow,
    Fog,
}

/// Everything that a time of day decides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mood {
    pub name: &'static str,
    pub weather: Weather,
    /// Sky from the zenith to the horizon.
    pub sky: [Rgb; 3],
    /// Place in the sky as parts of width and height, and colour; below the roofs it only glows.
    pub sun: Option<(f32, f32, Rgb)>,
    pub tint: Rgb,
    pub haze: Rgb,
    /// Haze per 100 m.
    pub haze_per_100m: f32,
    pub cloud: Rgb,
    pub cloud_shade: Rgb,
    pub clouds: f32,
    /// Darkness of cast shadows; 0 when there are none.
    pub shadow: f32,
    /// Metres of shadow per metre of height: to the right, and towards the viewer.
    pub shadow_dir: (f32, f32),
    /// Part of the windows that are lit.
    pub lit: f32,
    /// Lamps and headlights burn.
    pub lamps: bool,
    pub stars: bool,
    /// Reflection of the ground.
    pub wet: f32,
    pub autumn: f32,
    /// Contrast added at the end.
    pub contrast: f32,
    /// Multiplied at the end, per channel.
    pub grade: Rgb,
}

impl Mood {
    /// The light at a distance in metres.
    pub(crate) fn light(&self, z: f32) -> Light {
        let amount = 1.0 - (-self.haze_per_100m * (z - 8.0).max(0.0) / 100.0).exp();
        Light { tint: self.tint, haze: self.haze, haze_amount: amount.clamp(0.0, 0.97) }
    }

    pub(crate) fn snowy(&self) -> bool {
        self.weather == Weather::Snow
    }

    pub(crate) fn rainy(&self) -> bool {
        self.weather == Weather::Rain
    }

    pub(crate) fn night(&self) -> bool {
        self.stars || (self.lamps && self.tint[0] < 0.5)
    }

    pub(crate) fn sky_at(&self, t: f32) -> Rgb {
        if t < 0.55 { mix(self.sky[0], self.sky[1], t / 0.55) } else { mix(self.sky[1], self.sky[2], (t - 0.55) / 0.45) }
    }

    pub(crate) fn by_name(name: &str) -> Mood {
        MOODS.iter().find(|m| m.name == name).copied().unwrap_or(NOON)
    }
}

const NOON: Mood = Mood {
    name: "noon",
    weather: Weather::Clear,
    sky: [hex(0x3F8FDB), hex(0x86BFEE), hex(0xDCEEF8)],
    sun: None,
    tint: [1.0, 1.0, 1.0],
    haze: hex(0xC9E0F2),
    haze_per_100m: 0.55,
    cloud: hex(0xFFFFFF),
    cloud_shade: hex(0xCBDDEC),
    clouds: 0.6,
    shadow: 0.38,
    shadow_dir: (0.45, 0.35),
    lit: 0.0,
    lamps: false,
    stars: false,
    wet: 0.0,
    autumn: 0.0,
    contrast: 0.10,
    grade: [1.0, 1.0, 1.0],
};

/// All moods, by the names that the files carry.
pub(crate) const MOODS: &[Mood] = &[
    NOON,
    Mood {
        name: "morning",
        sky: [hex(0x6FA8DC), hex(0xB4D2EA), hex(0xFCEBD3)],
        sun: Some((0.16, 0.30, hex(0xFFF3D0))),
        tint: [1.02, 0.97, 0.90],
        haze: hex(0xF3E6D6),
        haze_per_100m: 1.0,
        cloud: hex(0xFFF6EA),
        cloud_shade: hex(0xD9D6DC),
        clouds: 0.4,
        shadow: 0.30,
        shadow_dir: (1.0, 0.30),
        ..NOON
    },
    Mood {
        name: "golden_evening",
        sky: [hex(0x4A6FA8), hex(0xE8A878), hex(0xFFD9A0)],
        sun: Some((0.78, 0.34, hex(0xFFE6A8))),
        tint: [1.05, 0.84, 0.66],
        haze: hex(0xF6BE86),
        haze_per_100m: 1.2,
        cloud: hex(0xFFC9A0),
        cloud_shade: hex(0xB9829A),
        clouds: 0.55,
        shadow: 0.42,
        shadow_dir: (-1.25, 0.38),
        lit: 0.18,
        contrast: 0.14,
        grade: [1.03, 1.0, 0.95],
        ..NOON
    },
    Mood {
        name: "overcast",
        weather: Weather::Overcast,
        sky: [hex(0x9EABB6), hex(0xBCC6CD), hex(0xDDE2E4)],
        tint: [0.86, 0.88, 0.91],
        haze: hex(0xCDD4D9),
        haze_per_100m: 1.1,
        cloud: hex(0xD4DADF),
        cloud_shade: hex(0x98A4AE),
        clouds: 1.0,
        shadow: 0.0,
        lit: 0.05,
        contrast: 0.06,
        ..NOON
    },
    Mood {
        name: "rain",
        weather: Weather::Rain,
        sky: [hex(0x5F6F7E), hex(0x8494A1), hex(0xB2BDC4)],
        tint: [0.64, 0.70, 0.78],
        haze: hex(0xA3B0BA),
        haze_per_100m: 1.9,
        cloud: hex(0x95A3AE),
        cloud_shade: hex(0x5D6B78),
        clouds: 1.0,
        shadow: 0.0,
        lit: 0.35,
        lamps: true,
        wet: 0.55,
        contrast: 0.10,
        ..NOON
    },
    Mood {
        name: "night",
        sky: [hex(0x0B1230), hex(0x1A2550), hex(0x3A3A68)],
        sun: Some((0.70, 0.14, hex(0xF4F1DC))),
        tint: [0.30, 0.34, 0.52],
        haze: hex(0x2B315C),
        haze_per_100m: 0.8,
        cloud: hex(0x33406C),
        cloud_shade: hex(0x1B2449),
        clouds: 0.25,
        shadow: 0.0,
        lit: 0.5,
        lamps: true,
        stars: true,
        contrast: 0.04,
        grade: [1.02, 1.0, 1.04],
        ..NOON
    },
    Mood {
        name: "night_rain",
        weather: Weather::Rain,
        sky: [hex(0x141B36), hex(0x2A3356), hex(0x524B68)],
        tint: [0.42, 0.44, 0.58],
        haze: hex(0x3A3C55),
        haze_per_100m: 1.6,
        cloud: hex(0x343A55),
        cloud_shade: hex(0x1A1F36),
        clouds: 0.8,
        shadow: 0.0,
        lit: 0.55,
        lamps: true,
        wet: 0.9,
        contrast: 0.05,
        ..NOON
    },
    Mood {
        name: "snow",
        weather: Weather::Snow,
        sky: [hex(0xAEBCCB), hex(0xC9D3DD), hex(0xE6EAEE)],
        tint: [0.90, 0.93, 0.99],
        haze: hex(0xDFE5EB),
        haze_per_100m: 2.0,
        cloud: hex(0xDCE3EA),
        cloud_shade: hex(0xAEBAC7),
        clouds: 1.0,
        shadow: 0.0,
        lit: 0.22,
        contrast: 0.05,
        ..NOON
    },
    Mood {
        name: "fog",
        weather: Weather::Fog,
        sky: [hex(0xB6BEC2), hex(0xC8CED0), hex(0xD6DADA)],
        tint: [0.88, 0.89, 0.90],
        haze: hex(0xCCD2D4),
        haze_per_100m: 5.2,
        cloud: hex(0xCFD4D6),
        cloud_shade: hex(0xBFC6C9),
        clouds: 0.2,
        shadow: 0.0,
        lit: 0.12,
        lamps: true,
        contrast: 0.02,
        ..NOON
    },
    Mood {
        name: "dusk",
        sky: [hex(0x1F2F66), hex(0x6A5F9C), hex(0xF0A48C)],
        sun: Some((0.30, 0.47, hex(0xFFC49A))),
        tint: [0.56, 0.53, 0.70],
        haze: hex(0x9A7FA0),
        haze_per_100m: 1.1,
        cloud: hex(0xE79C96),
        cloud_shade: hex(0x5F5688),
        clouds: 0.6,
        shadow: 0.0,
        lit: 0.42,
        lamps: true,
        contrast: 0.08,
        grade: [1.02, 0.99, 1.02],
        ..NOON
    },
    Mood {
        name: "autumn",
        sky: [hex(0x5E97C8), hex(0xA8C6DB), hex(0xEFE6D2)],
        sun: Some((0.84, 0.22, hex(0xFFF0C8))),
        tint: [1.0, 0.93, 0.84],
        haze: hex(0xE6D9C4),
        haze_per_100m: 0.9,
        clouds: 0.5,
        shadow: 0.32,
        shadow_dir: (-0.8, 0.36),
        autumn: 1.0,
        ..NOON
    },
    Mood {
        name: "afternoon",
        sky: [hex(0x2F7FCB), hex(0x77B4E6), hex(0xE3EEEF)],
        sun: Some((0.88, 0.12, hex(0xFFF8DC))),
        tint: [1.02, 0.98, 0.92],
        haze: hex(0xD3E2EA),
        haze_per_100m: 0.6,
        clouds: 0.75,
        shadow: 0.40,
        shadow_dir: (-0.6, 0.35),
        ..NOON
    },
];
