//! Colour profiles (ICC): what is shown is converted to sRGB.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use moxcms::{ColorProfile, DataColorSpace, Layout, ProfileText, Transform8BitExecutor, TransformOptions};

use crate::memory;

/// Longest profile that is looked at; those of printers with large tables have a few MiB.
const MAX_PROFILE_BYTES: usize = 16 << 20;
/// A profile that moves no colour by more than this is sRGB, whatever it is called.
const SAME: u8 = 1;
/// Pixels that a thread takes at a time.
const PIXELS_OF_PART: usize = 1 << 18;
/// Most threads for one picture.
const MOST_THREADS: usize = 8;

/// What a picture's samples are, as far as profiles are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Samples {
    Gray,
    Rgb,
    /// Converted to RGB by the decoder already, which knows no profiles.
    Cmyk,
}

/// What a profile means for a picture.
#[derive(Default)]
pub(crate) struct Profile {
    /// Makes sRGB of the file's colours; `None` where they are shown as they are.
    pub to_srgb: Option<ToSrgb>,
    /// What the user should know.
    pub mark: Option<String>,
}

/// Makes sRGB of RGBA pixels.
pub(crate) enum ToSrgb {
    /// What becomes of each gray value.
    Gray(Box<[[u8; 3]; 256]>),
    Rgb(Arc<Transform8BitExecutor>),
}

impl Profile {
    /// Looks at the profile of a picture. A broken one never hides the picture: it is told, and not applied.
    pub fn of(profile: Option<&[u8]>, samples: Samples) -> Profile {
        let Some(bytes) = profile else { return Profile::default() };
        let not_applied = |why: &str| {
            let mark = format!("The file has a colour profile that is not applied, for {why}; colours are shown as in the file.");
            Profile { to_srgb: None, mark: Some(mark) }
        };
        if bytes.len() > MAX_PROFILE_BYTES {
            return not_applied("it is longer than 16 MiB");
        }
        let Ok(read) = catch_unwind(AssertUnwindSafe(|| ColorProfile::new_from_slice(bytes))) else {
            return not_applied("reading it failed");
        };
        let Ok(read) = read else { return not_applied("it is damaged or of an unknown kind") };
        match (samples, read.color_space) {
            (Samples::Gray, DataColorSpace::Gray) | (Samples::Rgb, DataColorSpace::Rgb) => {}
            (Samples::Cmyk, _) => return not_applied("profiles of printing colours are not known here"),
            (Samples::Gray, _) => return not_applied("it is not made for gray pictures"),
            (Samples::Rgb, _) => return not_applied("it is not made for RGB"),
        }
        let made = catch_unwind(AssertUnwindSafe(|| ToSrgb::new(&read, samples)));
        match made {
            Ok(Some(to_srgb)) if to_srgb.changes_nothing() => Profile::default(),
            Ok(Some(to_srgb)) => {
                let name = name(&read).map(|name| format!(" {name}")).unwrap_or_default();
                let mark = format!("The colour profile{name} is applied: colours are shown in sRGB, values are the file's own.");
                Profile { to_srgb: Some(to_srgb), mark: Some(mark) }
            }
            _ => not_applied("it asks for something that is not known here"),
        }
    }
}

/// The name that the profile gives itself, without line breaks and not too long.
fn name(profile: &ColorProfile) -> Option<String> {
    let text = match profile.description.as_ref()? {
        ProfileText::PlainString(text) => text.as_str(),
        ProfileText::Localizable(texts) => texts.first()?.value.as_str(),
        ProfileText::Description(text) => text.ascii_string.as_str(),
    };
    let clean: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

impl ToSrgb {
    fn new(profile: &ColorProfile, samples: Samples) -> Option<ToSrgb> {
        let srgb = ColorProfile::new_srgb();
        let options = TransformOptions { rendering_intent: profile.rendering_intent, ..TransformOptions::default() };
        if samples == Samples::Rgb {
            return Some(ToSrgb::Rgb(profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgba, options).ok()?));
        }
        let transform = profile.create_transform_8bit(Layout::Gray, &srgb, Layout::Rgb, options).ok()?;
        let values: Vec<u8> = (0..=255).collect();
        let mut colours = [[0; 3]; 256];
        transform.transform(&values, colours.as_flattened_mut()).ok()?;
        Some(ToSrgb::Gray(Box::new(colours)))
    }

    /// True when all colours stay what they are.
    fn changes_nothing(&self) -> bool {
        // Eleven values of each colour, from 0 to 255.
        let value = |n: u32| (n % 11 * 51 / 2) as u8;
        let all = (0..11 * 11 * 11).map(|n| [value(n), value(n / 11), value(n / 121), 255]);
        let own: Vec<[u8; 4]> = match self {
            ToSrgb::Gray(_) => (0..=255).map(|v| [v, v, v, 255]).collect(),
            ToSrgb::Rgb(_) => all.collect(),
        };
        let mut shown = own.clone();
        self.part(own.as_flattened(), &mut shown);
        shown.as_flattened().iter().zip(own.as_flattened()).all(|(a, b)| a.abs_diff(*b) <= SAME)
    }

    /// The pixels in sRGB; opacity stays. On several threads.
    pub fn pixels(&self, rgba: &[u8]) -> Vec<u8> {
        let mut shown = memory::zeroed(rgba.len(), rgba.len());
        let own = rgba.as_chunks::<4>().0;
        let parts = own.chunks(PIXELS_OF_PART).zip(shown.as_chunks_mut::<4>().0.chunks_mut(PIXELS_OF_PART));
        let threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS).min(parts.len());
        let left = Mutex::new(parts);
        let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
        let work = || {
            while let Some((own, shown)) = next() {
                self.part(own.as_flattened(), shown);
            }
        };
        thread::scope(|scope| {
            // Where no thread can be had, this one does it all.
            let spawn = |n: usize| thread::Builder::new().name(format!("limn-profile-{n}")).spawn_scoped(scope, work);
            let _others: Vec<_> = (1..threads).map(spawn).collect();
            work();
        });
        shown
    }

    fn part(&self, own: &[u8], shown: &mut [[u8; 4]]) {
        match self {
            ToSrgb::Gray(colours) => {
                for (shown, own) in shown.iter_mut().zip(own.as_chunks::<4>().0) {
                    let [r, g, b] = colours[usize::from(own[0])];
                    *shown = [r, g, b, own[3]];
                }
            }
            ToSrgb::Rgb(transform) => {
                if transform.transform(own, shown.as_flattened_mut()).is_err() {
                    // Only for lengths that do not fit each other; better other colours than none.
                    shown.as_flattened_mut().copy_from_slice(own);
                }
            }
        }
    }
}
