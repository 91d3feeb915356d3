//! Limn's own format: JSON lines that hold everything. An import of an export gives the same state.
//!
//! Each line is an object of one field that says what it is; the first is the header, the last the end.
//!
//! ```text
//! {"limn":1,"project":"Street scenes"}
//! {"schema":{"name":"","labels":[{"id":1,"name":"car","color":"#56b4e9","key":"1"}]}}
//! {"file":{"number":0,"id":"0190…","name":"a.jpg","path":"images/a.jpg","kind":"image","width":1920,"height":1080,…}}
//! {"run":{"number":0,"id":"0190…","name":"detector"}}
//! {"sequence":{"id":"0190…","number":0,"file":1,"shown":7,"label":1,"motion":"linear","exit":300}}
//! {"event":{"id":"0190…","file":1,"first":40,"last":90,"label":2,"participants":{"who":[0]}}}
//! {"instance":{"id":"0190…","file":0,"frame":0,"label":1,"type":"box","geometry":{"xyxy":[10,20,30.5,40]},…}}
//! {"end":{"files":1,"sequences":1,"events":1,"instances":1}}
//! ```
//!
//! | line | fields |
//! | --- | --- |
//! | header | `limn`: form of the file, 1; `project`: its name |
//! | `schema` | the schema document: `name`, `labels` of `id`, `name`, `color`, `key`, `shapes`, `deprecated`, foreign fields |
//! | `file` | `number`: what instances call it, unique; `id` (UUID); `name`; `path`, as the project keeps it; `kind`: image, video, sequence; `width`, `height` in pixels, 0 unknown; `frames`; `bytes`, 0 unknown; `hash`: BLAKE3 in hexadecimal; `status`: open, complete, absent where nobody knows; `complete_under`: the version of the schema that it is complete under; `absent`: ids of labels that were looked for and are not there; `not_looked_for`: of labels that came after that version; `not_answered`: required questions that came after it, each with `attribute`, its id, and `missing`, how many answers to it are; `looked_frames`: stretches of a video that were looked through, each with `first`, `last`, the `version` of the schema, and `behind` where labels or required questions came later; `work_frames`: which frames are annotated, `{"every": 10, "offset": 0}` or `{"frames": "0,7,9-20"}`, with `made` where it was not by hand, absent where all are; `clip`: which stretch of a longer video it is, `{"of": id of the file that it was cut from, "first": its frame 0 there}`; `answers`: a list of `frame` (none: the file as a whole), `attribute`: its id in the schema, `answer`; `extra` |
//! | `run` | `number`: what instances call it, unique; `id` (UUID); `name` |
//! | `sequence` | an object followed through a video: `number`: what instances call it, unique; `id` (UUID); `file`: its number; `shown`: the number that people call it in its file, from 1; `label`: its id in the schema; `name`; `motion` between keyframes: linear, smooth, still; `exit`: the first frame on which it is gone; `same_as`: the id of the sequence that stands for the same object in all files; `marks` that hold on every frame; `extra` |
//! | `event` | what happens over a range of frames: `id` (UUID); `file`: its number; `first` and `last`: 0-based frames, both belong to it; of a clip `global_first` and `global_last`, as its source counts (for readers); `label`: its id in the schema; `participants`: by role, the numbers of the sequences that take part; `marks`: answers, `unsure`; `run`: its number; `extra` |
//! | `instance` | `id` (UUID); `file`: its number; `frame`: 0-based in presentation order; of a clip `global_frame`, as its source counts (for readers); `label`: its id in the schema; `type`: box, polygon, mask and so on (for readers, an import looks at `geometry`); `geometry`: see `geometry_json`; `marks`: `role` (object, ignore, crowd), `occluded`, `truncated`, `difficult`, `approved`, `pinned`, `visible` (per cent), `order`, `group` (UUID), `unsure` (why); `run`: its number; `confidence`; `author`; `created`: milliseconds since 1970; `extra`; of a keyframe `sequence`: its number, and `part`: which of several parts that are seen apart, 0 if not told |
//! | `end` | `files`, `sequences`, `events`, `instances`: how many lines of them there are. A file without this line was cut off |
//!
//! A field that has no value (no id, no run, no mark) is left out. `extra` is an object, or the text of one whose exact
//! form an object would not keep. Lines of the same file may be sorted, filtered and joined with text tools as long as
//! schema, files, runs and sequences come before what names them. What lies between keyframes is not in the file: it follows
//! from them.

mod keyframes;
mod line;
mod read;
mod write;

pub(crate) use read::import;
pub(crate) use write::export;

/// Form of the file that this version writes and reads.
const FORM: u64 = 1;
