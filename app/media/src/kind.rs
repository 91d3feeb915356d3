//! Telling kinds of media apart: by content where it matters, by extension only to list folders.

use std::path::Path;

use image::ImageFormat;
use serde::{Deserialize, Serialize};

/// What a path holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// One still image.
    Image,
    /// A video or an animation.
    Video,
    /// A folder of numbered images.
    Sequence,
}

const IMAGE_EXTENSIONS: &[(&str, ImageFormat)] = &[
    ("jpg", ImageFormat::Jpeg),
    ("jpeg", ImageFormat::Jpeg),
    ("jpe", ImageFormat::Jpeg),
    ("jfif", ImageFormat::Jpeg),
    ("png", ImageFormat::Png),
    ("apng", ImageFormat::Png),
    ("webp", ImageFormat::WebP),
    ("tif", ImageFormat::Tiff),
    ("tiff", ImageFormat::Tiff),
    ("bmp", ImageFormat::Bmp),
    ("dib", ImageFormat::Bmp),
];

const VIDEO_EXTENSIONS: &[&str] = &[
    "mp4", "m4v", "mov", "qt", "3gp", "3g2", "mkv", "webm", "avi", "ts", "m2ts", "mts", "mpg", "mpeg", "m2v", "vob", "flv", "gif", "h264",
    "264", "h265", "265", "hevc", "mjpeg", "mjpg", "ivf", "obu", "ogv", "ogg", "wmv", "asf", "mxf", "dv", "nut", "y4m",
];

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// True when the extension is one of images or videos known here. Only the name is looked at.
pub fn is_media_path(path: &Path) -> bool {
    is_image_path(path) || extension(path).is_some_and(|e| VIDEO_EXTENSIONS.contains(&e.as_str()))
}

/// True when the extension is one of images known here.
pub(crate) fn is_image_path(path: &Path) -> bool {
    format_by_name(path).is_some()
}

fn format_by_name(path: &Path) -> Option<ImageFormat> {
    let extension = extension(path)?;
    IMAGE_EXTENSIONS.iter().find(|(e, _)| *e == extension).map(|(_, format)| *format)
}

/// The image format that the first bytes of a file say; at least 16 bytes decide.
pub(crate) fn image_format(head: &[u8]) -> Option<ImageFormat> {
    // BigTIFF, whose offsets have eight bytes.
    if head.starts_with(b"II\x2b\0\x08\0") || head.starts_with(b"MM\0\x2b\0\x08") {
        return Some(ImageFormat::Tiff);
    }
    let format = image::guess_format(head).ok()?;
    // "BM" alone is two letters of any text; a bitmap also has the size of its header at 14.
    if format == ImageFormat::Bmp && !matches!(head.get(14..18), Some([12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0])) {
        return None;
    }
    IMAGE_EXTENSIONS.iter().any(|(_, known)| *known == format).then_some(format)
}

/// Short name of an image format.
pub(crate) fn format_name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Jpeg => "jpeg",
        ImageFormat::Png => "png",
        ImageFormat::WebP => "webp",
        ImageFormat::Tiff => "tiff",
        ImageFormat::Bmp => "bmp",
        _ => "image",
    }
}

/// A sentence when the extension says something else than the content, which is what counts.
/// `found` is `None` for video.
pub(crate) fn extension_mark(path: &Path, found: Option<ImageFormat>, name: &str) -> Option<String> {
    let said = extension(path)?;
    let agrees = match (found, format_by_name(path)) {
        (Some(found), Some(by_name)) => found == by_name,
        (None, None) => true,
        (Some(_), None) => !VIDEO_EXTENSIONS.contains(&said.as_str()),
        (None, Some(_)) => false,
    };
    (!agrees).then(|| format!("The name ends in .{said} but the content is {name}; the content is used."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_without_case() {
        assert!(is_media_path(Path::new("a/B.JPeG")));
        assert!(is_media_path(Path::new("clip.MP4")));
        assert!(!is_media_path(Path::new("notes.txt")));
        assert!(!is_media_path(Path::new("mp4")));
    }

    #[test]
    fn text_that_begins_with_bm_is_no_bitmap() {
        assert_eq!(image_format(b"BMW is a maker of cars and motorcycles"), None);
    }

    #[test]
    fn a_wrong_extension_is_told() {
        let mark = extension_mark(Path::new("a.png"), Some(ImageFormat::Jpeg), "jpeg").unwrap();
        assert!(mark.contains(".png") && mark.contains("jpeg"));
        assert_eq!(extension_mark(Path::new("a.jpg"), Some(ImageFormat::Jpeg), "jpeg"), None);
        assert!(extension_mark(Path::new("a.jpg"), None, "h264").is_some());
        assert_eq!(extension_mark(Path::new("a"), None, "h264"), None);
    }
}
