//! What a question of a script is answered.

use super::Session;
use limn_core::geometry::Sight;
use limn_core::sequence::{Keyframe, Tie};
use limn_core::{FileId, Geometry, ImagePos, Instance, Part};
use limn_editor::Whom;

impl Session {
    pub(super) fn answer(&self, question: &str) -> String {
        let place = self.editor.place().unwrap();
        let file = |id: FileId| self.editor.files.iter().find(|entry| entry.file.id == id).map(|entry| entry.file.name.clone());
        match question {
            "?" => self.shown(),
            "?tool" => format!("{:?}", self.editor.tool()),
            "?place" => format!("{} {}", file(place.file).unwrap_or_default(), place.frame),
            "?draft" => {
                self.project.draft(place.file, place.frame).unwrap().map_or("no draft".into(), |(tool, text)| format!("{tool} {text}"))
            }
            "?drawing" => if self.editor.is_drawing() { "drawing" } else { "idle" }.into(),
            "?work" => {
                let number = self
                    .editor
                    .work_frame()
                    .map(|(number, last)| format!("{} of {last}", number.map_or("between".into(), |at| at.to_string())));
                format!("{}: {}", self.editor.work_frames().describe(), number.unwrap_or_default())
            }
            "?asks" => if self.editor.asking_label().is_some() { "asks for a label" } else { "does not ask" }.into(),
            "?notice" => self.notices.last().cloned().unwrap_or_default(),
            "?marks" => self.marks(),
            "?sequences" => self.sequences(),
            "?ties" => self.ties(),
            "?matched" => self.matched(),
            "?events" => self.events(),
            "?issues" => self.issues(),
            "?versions" => {
                let id = self.editor.selection()[0];
                let versions = match self.editor.member(id) {
                    Some(member) => self.project.versions_at(member, place.frame).unwrap(),
                    None => self.project.versions(id).unwrap(),
                };
                versions.into_iter().map(|version| version.title).collect::<Vec<_>>().join(", ")
            }
            "?relations" => {
                let place = |id| self.editor.document().instances().iter().position(|instance| instance.id == id).unwrap();
                let told =
                    self.editor.relations().map(|(from, relation, to)| format!("{} {} {}", place(from.id), relation.kind, place(to.id)));
                told.collect::<Vec<_>>().join(", ")
            }
            "?ask" => self.asked(),
            "?template" => {
                let label = self.editor.active_label().and_then(|id| self.editor.schema.label(id));
                let template = label.and_then(|label| label.keypoints.as_ref());
                template
                    .map_or("none".into(), |template| template.points.iter().map(|point| point.name.clone()).collect::<Vec<_>>().join(", "))
            }
            "?brush" => {
                let brush = self.editor.options().brush;
                format!("{} {:?}{}", brush.diameter, brush.mode, if brush.erases { " erases" } else { "" })
            }
            "?vanishing" => self.editor.options().cuboid.vanishing.map_or("none".into(), |pos| points(&[pos])),
            "?labels" => self.project.schema().labels.iter().map(|label| label.name.clone()).collect::<Vec<_>>().join(" "),
            "?counts" => self.editor.files.iter().map(|entry| entry.num_instances.to_string()).collect::<Vec<_>>().join(" "),
            "?looked" => self.looked(),
            "?status" => self
                .editor
                .files
                .iter()
                .map(|entry| entry.file.status as u8)
                .map(|status| ["open", "complete"][usize::from(status)])
                .collect::<Vec<_>>()
                .join(" "),
            other => panic!("unknown question {other}"),
        }
    }

    /// Where the person is among the questions: number of the shape, question, what is typed, options.
    fn asked(&self) -> String {
        let Some(asking) = self.editor.asking() else { return "not asking".into() };
        let Some(attribute) = self.editor.question() else { return "done".into() };
        let place = |id| self.editor.document().instances().iter().position(|instance| instance.id == id);
        let whom = match asking.whom() {
            Some(Whom::File) => "file".to_owned(),
            Some(Whom::Frame) => "frame".to_owned(),
            Some(Whom::Event(id)) => format!("event at {}", self.editor.events().live(id).map_or(0, |event| event.frames.first())),
            Some(Whom::Instance(id)) => place(id).map_or("?".into(), |at| at.to_string()),
            None => "nobody".to_owned(),
        };
        let choices = self.editor.ask_choices();
        let choice = |choice: &limn_editor::AskChoice<'_>| {
            format!("{}{}{}{}", choice.key, if choice.taken { "*" } else { " " }, choice.name, if choice.opens { ">" } else { "" })
        };
        let choices: Vec<String> = choices.iter().map(choice).collect();
        let parts =
            [whom, attribute.name.clone(), asking.typed().to_owned(), choices.join(" "), asking.problem().unwrap_or_default().to_owned()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What is marked on each shape, groups by the letter of their first member.
    /// The ties of each keyframe of the first sequence.
    fn ties(&self) -> String {
        let sequences = self.editor.sequences();
        let Some(track) = sequences.tracks().next() else { return String::new() };
        let tie = |tie: &Tie| format!("{}>{}", points(&[tie.from]), points(&[tie.to]));
        let of = |(frame, keyframe): (u64, &Keyframe)| {
            let ties: Vec<String> = keyframe.marks.ties.iter().map(tie).collect();
            (!ties.is_empty()).then(|| format!("{frame}: {}", ties.join(" ")))
        };
        track.keyframes(0).filter_map(of).collect::<Vec<_>>().join("; ")
    }

    /// The vertex in hand while vertices are matched.
    fn matched(&self) -> String {
        let Some(matched) = self.editor.matching() else { return "not matching".into() };
        let Some(current) = matched.current else { return "no partner".into() };
        let partner = current.partner_number.map_or("border".to_owned(), |number| number.to_string());
        format!("{}{}{partner} of {}-{}", current.number, if current.is_tied { "=" } else { ">" }, matched.frames[0], matched.frames[1])
    }

    fn marks(&self) -> String {
        let instances: Vec<&Instance> = self.editor.document().instances().iter().collect();
        let told = instances.iter().map(|instance| {
            let told = instance.marks.set_ones().map(|mark| match mark {
                limn_core::Mark::Group(group) => {
                    let first = instances.iter().position(|other| other.marks.group == group);
                    format!("group {}", first.unwrap_or_default())
                }
                mark => format!(
                    "{} {}",
                    mark.register(),
                    format!("{mark:?}").split_once('(').map_or("", |(_, value)| value.strip_suffix(')').unwrap_or(value))
                ),
            });
            told.collect::<Vec<_>>().join(" ")
        });
        told.map(|told| if told.is_empty() { "-".to_owned() } else { told }).collect::<Vec<_>>().join("; ")
    }

    /// Each event with its frames and participants; `*` selected, `+` without an end.
    fn events(&self) -> String {
        let told = self.editor.events().iter().map(|event| {
            let is = |on: bool, mark: &'static str| if on { mark } else { "" };
            let selected = self.editor.selected_event().is_some_and(|other| other.id == event.id);
            let open = self.editor.open_events().any(|other| other.id == event.id);
            let name = |id| self.editor.sequences().get(id).map_or("gone".into(), |track| self.editor.sequence_name(&track.sequence));
            let who: Vec<String> = event.takes_part().map(|(role, id)| format!(" {role} {}", name(id))).collect();
            let frames = self.editor.event_frames(event);
            let (label, who) = (self.editor.schema.shown(event.label).0, who.concat());
            format!("{}{label} {}-{}{}{who}", is(selected, "*"), frames.first(), frames.last(), is(open, "+"))
        });
        told.collect::<Vec<_>>().join("; ")
    }

    /// Each issue; `*` selected, `!` open.
    fn issues(&self) -> String {
        let told = self.editor.issues().iter().map(|issue| {
            let selected = if self.editor.selected_issue().is_some_and(|other| other.id == issue.id) { "*" } else { "" };
            format!("{selected}{}", spoken(issue))
        });
        told.collect::<Vec<_>>().join("; ")
    }

    /// Each sequence with the frames of its keyframes; `o` outside, `x` the exit.
    fn sequences(&self) -> String {
        let told = self.editor.sequences().tracks().map(|track| {
            let keyframes = track.parts().flat_map(|part| track.keyframes(part));
            let frames = keyframes.map(|(frame, keyframe)| format!("{frame}{}", if keyframe.marks.outside { "o" } else { "" }));
            let exit = track.sequence.exit.map(|exit| format!(" x{exit}")).unwrap_or_default();
            format!("{}: {}{exit}", self.editor.sequence_name(&track.sequence), frames.collect::<Vec<_>>().join(" "))
        });
        told.collect::<Vec<_>>().join("; ")
    }

    /// The shapes in painting order; `*` selected, `-` hidden, `!` locked.
    fn shown(&self) -> String {
        let shapes = self.editor.document().instances().iter().map(|instance| {
            let marks = [
                (self.editor.selection().contains(&instance.id), "*"),
                (self.editor.is_hidden(instance.id), "-"),
                (self.editor.is_locked(instance.id), "!"),
            ];
            let marks: String = marks.into_iter().filter(|(on, _)| *on).map(|(_, mark)| mark).collect();
            format!("{marks}{} {}", self.editor.schema.shown(instance.label).0, shape(&instance.geometry))
        });
        let shapes: Vec<String> = shapes.collect();
        if shapes.is_empty() { "nothing".into() } else { shapes.join("; ") }
    }
}

pub(super) fn points(points: &[ImagePos]) -> String {
    points.iter().map(|pos| format!("{},{}", pos.x, pos.y)).collect::<Vec<_>>().join(" ")
}

fn shape(geometry: &Geometry) -> String {
    match geometry {
        Geometry::Mask(mask) => {
            let bounds = mask.bounds().expect("a mask that is stored has pixels");
            format!("mask {} of {}", points(&[bounds.min, bounds.max]), mask.area())
        }
        Geometry::Box(rect) => format!("box {}", points(&[rect.min, rect.max])),
        Geometry::Polyline(line) => {
            let point = |(at, pos): (usize, &ImagePos)| {
                let controls = line.edge(at).bend.controls().map(|control| format!("~{}", points(&[control])));
                points(&[*pos]) + &controls.collect::<String>()
            };
            format!("line {}", line.points().iter().enumerate().map(point).collect::<Vec<_>>().join(" "))
        }
        Geometry::Polygon(polygon) => {
            let part = |part: &Part| part.rings().map(|ring| points(ring.points())).collect::<Vec<_>>().join(" hole ");
            format!("poly {}", polygon.parts.iter().map(part).collect::<Vec<_>>().join(" part "))
        }
        Geometry::RotatedBox(turned) => {
            format!("turned {} {},{} {}", points(&[turned.center]), turned.width, turned.height, turned.angle)
        }
        Geometry::Cuboid(cuboid) => format!("cuboid {}", points(&cuboid.corners().collect::<Vec<_>>())),
        Geometry::Keypoints(keypoints) => {
            let mark = |sight| match sight {
                Sight::Visible => "",
                Sight::Occluded => "?",
                Sight::Absent => "-",
            };
            let all = keypoints.points.iter().map(|point| format!("{}{}", points(&[point.pos]), mark(point.sight)));
            format!("points {}", all.collect::<Vec<_>>().join(" "))
        }
        Geometry::Point(pos) => format!("point {}", points(&[*pos])),
        Geometry::Tag => "tag".to_owned(),
        other => format!("{other:?}"),
    }
}

/// `!file 0-0: too loose / better?`
pub(super) fn spoken(issue: &limn_core::Issue) -> String {
    use limn_core::issue::Target;
    let open = if issue.is_resolved { "" } else { "!" };
    let what = match issue.target {
        Target::File => "file",
        Target::Sequence(_) => "sequence",
        Target::Instance(_) => "instance",
        Target::Place(pos) => return format!("{open}{:.0},{:.0} {}: {}", pos.x, pos.y, issue.frames.first(), issue.title()),
    };
    let said: Vec<&str> = issue.comments.values().map(|comment| comment.text.as_str()).collect();
    format!("{open}{what} {}-{}: {}", issue.frames.first(), issue.frames.last(), said.join(" / "))
}
