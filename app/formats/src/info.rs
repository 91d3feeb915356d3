//! The formats and what each can carry.

/// Whether a format holds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// All of it, there and back.
    Yes,
    /// Nothing of it; an export counts it as lost.
    No,
    /// Not all; the sentence says what.
    Partly(&'static str),
}

/// A format, as `limn formats` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatInfo {
    /// What `--format` takes.
    pub id: &'static str,
    /// Shown name.
    pub title: &'static str,
    /// Endings of its files, without the point; the first is what an export gets.
    pub extensions: &'static [&'static str],
    /// Whether it can be imported.
    pub import: bool,
    /// Whether it can be exported.
    pub export: bool,
    /// What it carries, the same rows for every format.
    pub carries: &'static [(&'static str, Carries)],
}

/// Every format.
pub const FORMATS: &[FormatInfo] = &[
    FormatInfo {
        id: "coco",
        title: "COCO (instances)",
        extensions: &["json"],
        import: true,
        export: true,
        carries: &[
            ("boxes", Carries::Yes),
            ("polygons with several parts", Carries::Yes),
            ("polygons with holes", Carries::Partly("written as masks: the pixels whose centres lie inside")),
            ("masks", Carries::Yes),
            ("keypoints", Carries::Partly("of labels that name them; places of absent ones and colours are left out")),
            ("crowd", Carries::Yes),
            ("confidence", Carries::Partly("as score, in single precision")),
            ("runs", Carries::No),
            ("label names and numbers", Carries::Yes),
            ("label colours", Carries::Yes),
            ("label keys and allowed shapes", Carries::No),
            ("author and time", Carries::No),
            ("instance and file identity", Carries::Partly("COCO's own numbers are kept and given back")),
            ("images", Carries::Partly("name and size; not content hash")),
            ("whether a file is complete, and for which labels", Carries::Partly("written, not read")),
            ("videos and image sequences", Carries::Partly("one image for each annotated frame, named video.mp4#frame=N")),
            ("objects followed through videos", Carries::Partly("their keyframes, each as an annotation; not what lies between")),
            ("events", Carries::No),
            ("foreign fields", Carries::Partly("of annotations, images and categories; not info and licences")),
        ],
    },
    FormatInfo {
        id: "coco-tracks",
        title: "COCO with frames of videos (track_id)",
        extensions: &["tracks.json"],
        import: true,
        export: true,
        carries: &[
            ("boxes", Carries::Yes),
            ("polygons with several parts", Carries::Yes),
            ("polygons with holes", Carries::Partly("written as masks: the pixels whose centres lie inside")),
            ("masks", Carries::Yes),
            ("keypoints", Carries::Partly("of labels that name them; places of absent ones and colours are left out")),
            ("crowd", Carries::Yes),
            ("confidence", Carries::Partly("as score, in single precision")),
            ("runs", Carries::No),
            ("label names and numbers", Carries::Yes),
            ("label colours", Carries::Yes),
            ("label keys and allowed shapes", Carries::No),
            ("author and time", Carries::No),
            ("instance and file identity", Carries::Partly("COCO's own numbers are kept and given back")),
            ("images", Carries::Partly("name and size; not content hash and status")),
            ("whether a file is complete, and for which labels", Carries::Partly("written, not read")),
            ("videos and image sequences", Carries::Partly("one image for each frame with something on it, with video_id and frame_id")),
            (
                "objects followed through videos",
                Carries::Partly("on every frame, with their number as track_id; those between keyframes are marked"),
            ),
            ("events", Carries::No),
            ("foreign fields", Carries::Partly("of annotations, images and categories; not info and licences")),
        ],
    },
    FormatInfo {
        id: "cvat",
        title: "CVAT XML 1.1 (for video; reads that for images too)",
        extensions: &["xml"],
        import: true,
        export: true,
        carries: &[
            ("boxes", Carries::Yes),
            ("polygons with several parts", Carries::Partly("the first part")),
            ("polygons with holes", Carries::Partly("without the holes")),
            ("masks", Carries::Partly("written, but CVAT takes the first of each track alone")),
            ("keypoints", Carries::Partly("written as points; skeletons are read")),
            ("crowd", Carries::No),
            ("confidence", Carries::No),
            ("runs", Carries::No),
            ("label names and numbers", Carries::Partly("names")),
            ("label colours", Carries::Yes),
            ("label keys and allowed shapes", Carries::Partly("one allowed shape; not keys")),
            ("author and time", Carries::No),
            ("instance and file identity", Carries::No),
            ("images", Carries::Partly("read; an export holds one video")),
            ("whether a file is complete, and for which labels", Carries::No),
            ("videos and image sequences", Carries::Partly("one in a file; name, size and number of frames")),
            (
                "objects followed through videos",
                Carries::Partly("their number and keyframes; names, parts and other motion than in straight lines are left out"),
            ),
            ("events", Carries::No),
            ("foreign fields", Carries::No),
        ],
    },
    FormatInfo {
        id: "kitti-tracking",
        title: "KITTI tracking (label_02)",
        extensions: &["kitti.txt"],
        import: true,
        export: true,
        carries: &[
            ("boxes", Carries::Yes),
            ("polygons with several parts", Carries::Partly("as the boxes around them")),
            ("polygons with holes", Carries::Partly("as the boxes around them")),
            ("masks", Carries::Partly("as the boxes around them")),
            ("keypoints", Carries::Partly("as the boxes around them")),
            ("crowd", Carries::No),
            ("confidence", Carries::Partly("as score, between 0 and 1")),
            ("runs", Carries::No),
            ("label names and numbers", Carries::Partly("names, without white space")),
            ("label colours", Carries::No),
            ("label keys and allowed shapes", Carries::No),
            ("author and time", Carries::No),
            ("instance and file identity", Carries::Partly("numbers of objects")),
            ("images", Carries::No),
            ("whether a file is complete, and for which labels", Carries::No),
            ("videos and image sequences", Carries::Partly("one in a file; neither name nor size nor length")),
            (
                "objects followed through videos",
                Carries::Partly("on every frame; which frames are keyframes is found again where they follow straight lines"),
            ),
            ("events", Carries::No),
            ("foreign fields", Carries::Partly("what KITTI says of places in space")),
        ],
    },
    FormatInfo {
        id: "limn",
        title: "Limn (JSON lines)",
        extensions: &["jsonl", "limn.jsonl"],
        import: true,
        export: true,
        carries: &[
            ("boxes", Carries::Yes),
            ("polygons with several parts", Carries::Yes),
            ("polygons with holes", Carries::Yes),
            ("masks", Carries::Yes),
            ("keypoints", Carries::Yes),
            ("crowd", Carries::Yes),
            ("confidence", Carries::Yes),
            ("runs", Carries::Yes),
            ("label names and numbers", Carries::Yes),
            ("label colours", Carries::Yes),
            ("label keys and allowed shapes", Carries::Yes),
            ("author and time", Carries::Yes),
            ("instance and file identity", Carries::Yes),
            ("images", Carries::Yes),
            ("whether a file is complete, and for which labels", Carries::Yes),
            ("videos and image sequences", Carries::Yes),
            ("objects followed through videos", Carries::Yes),
            ("events", Carries::Yes),
            ("foreign fields", Carries::Yes),
        ],
    },
    FormatInfo {
        id: "mot",
        title: "MOT Challenge (gt.txt, det.txt)",
        extensions: &["txt"],
        import: true,
        export: true,
        carries: &[
            ("boxes", Carries::Yes),
            ("polygons with several parts", Carries::Partly("as the boxes around them")),
            ("polygons with holes", Carries::Partly("as the boxes around them")),
            ("masks", Carries::Partly("as the boxes around them")),
            ("keypoints", Carries::Partly("as the boxes around them")),
            ("crowd", Carries::Partly("as not considered")),
            ("confidence", Carries::Partly("read from detections")),
            ("runs", Carries::No),
            ("label names and numbers", Carries::Partly("names and their order")),
            ("label colours", Carries::No),
            ("label keys and allowed shapes", Carries::No),
            ("author and time", Carries::No),
            ("instance and file identity", Carries::Partly("numbers of objects")),
            ("images", Carries::No),
            ("whether a file is complete, and for which labels", Carries::No),
            ("videos and image sequences", Carries::Partly("one in a folder; name, size and number of frames")),
            (
                "objects followed through videos",
                Carries::Partly("on every frame; which frames are keyframes is found again where they follow straight lines"),
            ),
            ("events", Carries::No),
            ("foreign fields", Carries::No),
        ],
    },
    FormatInfo {
        id: "mots",
        title: "MOTS (text)",
        extensions: &["mots.txt"],
        import: true,
        export: true,
        carries: &[
            ("boxes", Carries::Partly("as masks")),
            ("polygons with several parts", Carries::Partly("as masks")),
            ("polygons with holes", Carries::Partly("as masks")),
            ("masks", Carries::Partly("what lies under another object is cut off")),
            ("keypoints", Carries::No),
            ("crowd", Carries::No),
            ("confidence", Carries::No),
            ("runs", Carries::No),
            ("label names and numbers", Carries::Partly("names and their order")),
            ("label colours", Carries::No),
            ("label keys and allowed shapes", Carries::No),
            ("author and time", Carries::No),
            ("instance and file identity", Carries::Partly("numbers of objects below 1000 in each label")),
            ("images", Carries::No),
            ("whether a file is complete, and for which labels", Carries::No),
            ("videos and image sequences", Carries::Partly("one in a folder; name, size and number of frames")),
            ("objects followed through videos", Carries::Partly("on every frame; which frames are keyframes is not told")),
            ("events", Carries::No),
            ("foreign fields", Carries::No),
        ],
    },
    FormatInfo {
        id: "youtube-vis",
        title: "YouTube-VIS",
        extensions: &["vis.json"],
        import: true,
        export: true,
        carries: &[
            ("boxes", Carries::Yes),
            ("polygons with several parts", Carries::Yes),
            ("polygons with holes", Carries::Partly("written as masks: the pixels whose centres lie inside")),
            ("masks", Carries::Yes),
            ("keypoints", Carries::No),
            ("crowd", Carries::Yes),
            ("confidence", Carries::No),
            ("runs", Carries::No),
            ("label names and numbers", Carries::Yes),
            ("label colours", Carries::Yes),
            ("label keys and allowed shapes", Carries::No),
            ("author and time", Carries::No),
            ("instance and file identity", Carries::Partly("numbers of objects")),
            ("images", Carries::No),
            ("whether a file is complete, and for which labels", Carries::No),
            ("videos and image sequences", Carries::Partly("name, size and number of frames")),
            ("objects followed through videos", Carries::Partly("on every frame, and which frames are keyframes; no other motion")),
            ("events", Carries::No),
            ("foreign fields", Carries::No),
        ],
    },
];

/// The format with this id.
pub fn format_info(id: &str) -> Option<&'static FormatInfo> {
    FORMATS.iter().find(|format| format.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_answers_the_same_questions() {
        let rows = |format: &FormatInfo| format.carries.iter().map(|(what, _)| *what).collect::<Vec<_>>();
        for format in FORMATS {
            assert_eq!(rows(format), rows(&FORMATS[0]), "{}", format.id);
            assert_eq!(format_info(format.id), Some(format));
        }
    }
}
