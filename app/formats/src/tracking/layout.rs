//! The files of a sequence of MOT and MOTS, and what stands in `seqinfo.ini`.

use super::labels::one_line;
use crate::error::FormatError;
use crate::exchange::FileItem;
use crate::json::write::Output;
use limn_core::FileKind;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Most that is read of a file beside the rows, in bytes.
const MAX_SIDE_FILE: u64 = 1 << 20;

/// A name that ends so is that of a video and not of a folder of images.
const VIDEO_ENDS: [&str; 10] = ["mp4", "mkv", "avi", "mov", "webm", "m4v", "mpg", "mpeg", "ts", "wmv"];

/// Where the files lie.
pub(crate) struct Layout {
    pub rows: PathBuf,
    pub labels: PathBuf,
    /// Where `seqinfo.ini` may be, the likelier first.
    pub info: Vec<PathBuf>,
}

impl Layout {
    fn beside(rows: PathBuf) -> Self {
        let folder = rows.parent().map(Path::to_owned).unwrap_or_default();
        let in_part = folder.file_name().is_some_and(|name| name == "gt" || name == "det");
        let mut info = vec![folder.join("seqinfo.ini")];
        info.extend(folder.parent().map(|above| above.join("seqinfo.ini")));
        if in_part {
            info.reverse();
        }
        Self { labels: folder.join("labels.txt"), rows, info }
    }

    /// Of a path to read: the rows, or a folder that holds them.
    pub fn to_read(path: &Path) -> Self {
        let usual = ["gt/gt.txt", "gt.txt", "det/det.txt", "det.txt"].map(|name| path.join(name));
        let rows = if path.is_dir() { usual.iter().find(|rows| rows.is_file()).or(usual.first()).cloned() } else { None };
        Self::beside(rows.unwrap_or_else(|| path.to_owned()))
    }

    /// Of a path to write: one that ends in `.txt` is that of the rows, with the rest beside them; any other is the folder.
    pub fn to_write(path: &Path) -> io::Result<Self> {
        if path.extension().is_some_and(|end| end.eq_ignore_ascii_case("txt")) && !path.is_dir() {
            return Ok(Self::beside(path.to_owned()));
        }
        std::fs::create_dir_all(path.join("gt"))?;
        Ok(Self::beside(path.join("gt/gt.txt")))
    }
}

/// A small file as text; `None` when it is not there or cannot be read, or is longer than such files are.
pub(crate) fn side_file(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_SIDE_FILE + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MAX_SIDE_FILE).then(|| String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
}

/// See the module.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct SeqInfo {
    pub name: String,
    pub images: String,
    /// 0: not told.
    pub frames: u64,
    pub width: u32,
    pub height: u32,
}

impl SeqInfo {
    pub fn parse(text: &str) -> Self {
        let mut info = Self::default();
        for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "name" => info.name = value.to_owned(),
                "imdir" => info.images = value.trim_end_matches(['/', '\\']).to_owned(),
                "seqlength" => info.frames = value.parse().unwrap_or(0),
                "imwidth" => info.width = value.parse().unwrap_or(0),
                "imheight" => info.height = value.parse().unwrap_or(0),
                _ => {}
            }
        }
        info
    }

    /// Of a video: its name; of a folder of images, name and `imDir` are the last parts of its path. Nothing tells where it lies.
    pub fn of(item: &FileItem, frames: u64) -> Self {
        let mut parts = item.path.rsplit(['/', '\\']).filter(|part| !part.is_empty());
        let (last, above) = (parts.next().unwrap_or("video"), parts.next());
        let (name, images) = match (item.kind, above) {
            (FileKind::Sequence, Some(above)) => (above, last),
            (FileKind::Sequence, None) => (last, ""),
            _ => (last, "img1"),
        };
        Self { name: one_line(name), images: one_line(images), frames, width: item.width, height: item.height }
    }

    /// Which file the rows lie on: a video of the name, or the folder of its images.
    pub fn media(&self, rows: &Path) -> (String, FileKind) {
        let end = Path::new(&self.name).extension().and_then(|end| end.to_str()).unwrap_or_default().to_ascii_lowercase();
        let is_video = VIDEO_ENDS.contains(&end.as_str());
        if is_video {
            return (self.name.clone(), FileKind::Video);
        }
        let part = |path: Option<&Path>| path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
        let folder = rows.parent();
        let of_folder = match part(folder) {
            Some(name) if name == "gt" || name == "det" => part(folder.and_then(Path::parent)),
            _ => rows.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
        };
        let name = Some(self.name.clone()).filter(|name| !name.is_empty()).or(of_folder).unwrap_or_else(|| "video".to_owned());
        let path = if self.images.is_empty() { name } else { format!("{name}/{}", self.images) };
        (path, FileKind::Sequence)
    }

    pub fn to_text(&self) -> String {
        let Self { name, images, frames, width, height } = self;
        format!("[Sequence]\nname={name}\nimDir={images}\nseqLength={frames}\nimWidth={width}\nimHeight={height}\nimExt=.jpg\n")
    }
}

/// Writes a file beside the rows; its size in bytes.
pub(crate) fn side(path: &Path, text: String) -> Result<u64, FormatError> {
    let mut output = Output::create(path)?;
    output.buf.extend_from_slice(text.as_bytes());
    output.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let info = SeqInfo { name: "a.mp4".into(), images: "img1".into(), frames: 600, width: 1920, height: 1080 };
        assert_eq!(SeqInfo::parse(&info.to_text()), info);
        let theirs = "[Sequence]\r\nname = MOT17-02\r\nimDir=img1/\r\nframeRate=30\r\nseqLength=x\r\n";
        let wanted = SeqInfo { name: "MOT17-02".into(), images: "img1".into(), ..SeqInfo::default() };
        assert_eq!(SeqInfo::parse(theirs), wanted);
    }

    #[test]
    fn a_video_is_called_by_its_name() {
        let item = |path: &str, kind| FileItem::new(path, kind, (0, 0), 1);
        for (path, kind, name, images) in [
            ("/home/ada/train/M-02/img1", FileKind::Sequence, "M-02", "img1"),
            ("frames", FileKind::Sequence, "frames", ""),
            (r"C:\videos\a.mp4", FileKind::Video, "a.mp4", "img1"),
        ] {
            let info = SeqInfo::of(&item(path, kind), 1);
            assert_eq!((info.name.as_str(), info.images.as_str()), (name, images), "{path}");
        }
    }

    #[test]
    fn the_files_lie_where_tools_look_for_them() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::to_write(&dir.path().join("a")).unwrap();
        assert_eq!(layout.rows, dir.path().join("a/gt/gt.txt"));
        assert_eq!(layout.labels, dir.path().join("a/gt/labels.txt"));
        assert_eq!(layout.info[0], dir.path().join("a/seqinfo.ini"));
        let beside = Layout::to_write(&dir.path().join("b.txt")).unwrap();
        assert_eq!((beside.labels, &beside.info[0]), (dir.path().join("labels.txt"), &dir.path().join("seqinfo.ini")));
        std::fs::create_dir_all(dir.path().join("a/det")).unwrap();
        std::fs::write(dir.path().join("a/det/det.txt"), "").unwrap();
        assert_eq!(Layout::to_read(&dir.path().join("a")).rows, dir.path().join("a/det/det.txt"));
    }
}
