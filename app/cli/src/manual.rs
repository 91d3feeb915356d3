//! The manual, built into the program: it is there without a network.

/// The pages in reading order: file name and Markdown.
pub const MANUAL: &[(&str, &str)] = &[
    ("index.md", include_str!("../../../assets/manual/index.md")),
    ("tools.md", include_str!("../../../assets/manual/tools.md")),
    ("boxes.md", include_str!("../../../assets/manual/boxes.md")),
    ("polygons.md", include_str!("../../../assets/manual/polygons.md")),
    ("borders.md", include_str!("../../../assets/manual/borders.md")),
    ("ellipses.md", include_str!("../../../assets/manual/ellipses.md")),
    ("cuboids.md", include_str!("../../../assets/manual/cuboids.md")),
    ("keypoints.md", include_str!("../../../assets/manual/keypoints.md")),
    ("masks.md", include_str!("../../../assets/manual/masks.md")),
    ("marks.md", include_str!("../../../assets/manual/marks.md")),
    ("attributes.md", include_str!("../../../assets/manual/attributes.md")),
    ("guides.md", include_str!("../../../assets/manual/guides.md")),
    ("aids.md", include_str!("../../../assets/manual/aids.md")),
    ("keys.md", include_str!("../../../assets/manual/keys.md")),
    ("video.md", include_str!("../../../assets/manual/video.md")),
    ("cameras.md", include_str!("../../../assets/manual/cameras.md")),
    ("work-frames.md", include_str!("../../../assets/manual/work-frames.md")),
    ("clips.md", include_str!("../../../assets/manual/clips.md")),
    ("sequences.md", include_str!("../../../assets/manual/sequences.md")),
    ("events.md", include_str!("../../../assets/manual/events.md")),
    ("review.md", include_str!("../../../assets/manual/review.md")),
    ("schema-editor.md", include_str!("../../../assets/manual/schema-editor.md")),
    ("schema.md", include_str!("../../../assets/manual/schema.md")),
    ("migration.md", include_str!("../../../assets/manual/migration.md")),
    ("rules.md", include_str!("../../../assets/manual/rules.md")),
    ("completeness.md", include_str!("../../../assets/manual/completeness.md")),
    ("import-export.md", include_str!("../../../assets/manual/import-export.md")),
    ("command-line.md", include_str!("../../../assets/manual/command-line.md")),
    ("performance.md", include_str!("../../../assets/manual/performance.md")),
    ("effort.md", include_str!("../../../assets/manual/effort.md")),
    ("troubleshooting.md", include_str!("../../../assets/manual/troubleshooting.md")),
];

/// A page's name without its ending.
pub(crate) fn name(file: &str) -> &str {
    file.trim_end_matches(".md")
}

/// The page of this name.
pub(crate) fn page(wanted: &str) -> Option<&'static str> {
    MANUAL.iter().find(|(file, _)| name(file) == name(wanted)).map(|(_, text)| *text)
}
