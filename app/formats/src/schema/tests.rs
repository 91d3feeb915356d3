//! Schemas of other programs, read and written.

use super::*;
use limn_core::geometry::SpatialType;
use limn_core::schema::Attribute;
use limn_core::schema::attribute::{AttributeType, Control, Subject};
use limn_core::schema::condition::Condition;
use proptest::prelude::*;

const COCO: &str = r##"{"info": {}, "images": [], "categories": [
  {"id": 3, "name": "car", "supercategory": "vehicle", "color": "#AA0010"},
  {"id": 18, "name": "dog", "supercategory": "dog", "keypoints": ["nose", "tail", "paw"], "skeleton": [[1, 2], [2, 3], [3, 9]]},
  {"name": "bird"}, {"id": 4, "name": ""}, {"id": 5, "name": "car"}]}"##;

const CVAT: &str = r##"[
  {"name": "car", "color": "#ff0000", "type": "rectangle", "attributes": [
    {"name": "model", "input_type": "select", "mutable": false, "values": ["a", "b", ""], "default_value": "b"},
    {"name": "state", "input_type": "radio", "mutable": true, "values": ["on", "off"], "default_value": "on"},
    {"name": "doors", "input_type": "number", "mutable": false, "values": ["0", "6", "1"], "default_value": "4"},
    {"name": "length", "input_type": "number", "mutable": false, "values": ["0;20;0.5"], "default_value": "7.2"},
    {"name": "lit", "input_type": "checkbox", "mutable": true, "values": ["false"], "default_value": "true"},
    {"name": "plate", "input_type": "text", "mutable": false, "values": [""], "default_value": ""}]},
  {"name": "bus", "type": "any", "attributes": [{"name": "lit", "input_type": "checkbox", "mutable": true, "values": ["false"], "default_value": "true"}]},
  {"name": "hand", "type": "skeleton", "svg": "<circle/>", "sublabels": [{"name": "1", "type": "points"}, {"name": "2", "type": "points"}]}]"##;

const LABEL_STUDIO: &str = r##"<!-- two kinds --><View>
  <Header value="Mark the road users &amp; signs"/>
  <Image name="img" value="$image"/>
  <RectangleLabels name="box" toName="img"><Label value="Car" background="#00ff00" hotkey="1"/><Label value="R&amp;D"/></RectangleLabels>
  <PolygonLabels name="poly" toName="img"><Label value="Car"/><Label value="Lane" background="red"/></PolygonLabels>
  <Choices name="colour" toName="img" perRegion="true" required="true" whenTagName="box" whenLabelValue="Car" choice="single-radio">
    <Choice value="dark" selected="true"/><Choice value="light"/></Choices>
  <TextArea name="which" toName="img" perRegion="true" whenTagName="colour" whenChoiceValue="dark,light" visibleWhen="choice-selected"/>
  <Taxonomy name="kind" toName="img" maxUsages="1"><Choice value="land"><Choice value="road"/></Choice><Choice value="sea"/></Taxonomy>
  <Rating name="stars" toName="img" maxRating="7"/>
  <Number name="count" toName="img" min="0" max="10" step="1" defaultValue="3"/>
  <DateTime name="day" toName="img" only="date"/>
  <Choices name="tags" toName="img" choice="multiple"><Choice value="x" selected="true"/><Choice value="y"/></Choices>
  <Pairwise name="p" toName="img"/>
</View>"##;

const YOLO: &str = "path: ../data  # root\ntrain: images/train\nnc: 2\nkpt_shape: [3, 2]\nnames:\n  0: person\n  1: 'traffic light'\n";

const LABELME: &str = r#"{"labels": ["car", "__ignore__", "person-1", "person-2"], "flags": ["blurred"],
  "label_flags": {"person-\\d+": ["male", "tall"], "c": ["old"], "(": ["x"], "tree": ["y"]}}"#;

const DATUMARO: &str = r#"{"info": {}, "categories": {"label": {"labels": [
  {"name": "vehicle", "parent": "", "attributes": []}, {"name": "car", "parent": "vehicle", "attributes": ["colour"]},
  {"name": "hand", "parent": "none", "attributes": ["colour", "side"]}], "attributes": ["occluded"]},
  "points": {"items": [{"label_id": 2, "labels": ["a", "b"], "joints": [[1, 2]]}, {"label_id": 9, "labels": []}]},
  "mask": {"colormap": [{"label_id": 0, "r": 1, "g": 2, "b": 255}]}}, "items": []}"#;

const ALL: [(&str, SchemaFormat); 6] = [
    (COCO, SchemaFormat::Coco),
    (CVAT, SchemaFormat::Cvat),
    (LABEL_STUDIO, SchemaFormat::LabelStudio),
    (YOLO, SchemaFormat::Yolo),
    (LABELME, SchemaFormat::Labelme),
    (DATUMARO, SchemaFormat::Datumaro),
];

#[track_caller]
fn schema(text: &str) -> Schema {
    Schema::from_written(read_schema(text, None).unwrap().document, &Schema::default()).unwrap()
}

#[track_caller]
fn named<'s>(schema: &'s Schema, name: &str) -> &'s Attribute {
    schema.attributes.iter().find(|attribute| attribute.name == name).unwrap()
}

fn lost(text: &str) -> String {
    read_schema(text, None).unwrap().problems.to_string()
}

fn labels_of(schema: &Schema, attribute: &str) -> Vec<String> {
    named(schema, attribute).labels.iter().map(|id| schema.shown(*id).0).collect()
}

/// A default as JSON.
fn default_of(schema: &Schema, attribute: &str) -> Value {
    serde_json::to_value(&named(schema, attribute).default).unwrap()
}

#[test]
fn each_format_is_known_by_its_content() {
    for (text, format) in ALL {
        assert_eq!(read_schema(text, None).unwrap().format, format);
    }
    assert_eq!(read_schema("car\nperson\n", None).unwrap().format, SchemaFormat::Labelme);
    assert_eq!(read_schema("names: [a, b]", None).unwrap().format, SchemaFormat::Yolo);
    assert_eq!(read_schema("{\"labels\":[\"a\"]}", None).unwrap().format, SchemaFormat::Limn);
    assert_eq!(read_schema("[[labels]]\nname = \"a\"", None).unwrap().format, SchemaFormat::Limn);
    assert!(matches!(read_schema("a: {b", None), Err(SchemaFileError::Unknown)));
    assert!(matches!(read_schema("", None), Err(SchemaFileError::Unknown)));
}

#[test]
fn coco_categories_are_labels() {
    let schema = schema(COCO);
    let car = schema.label_named("car").unwrap();
    assert_eq!((car.id.0, car.color), (3, [0xaa, 0, 0x10]));
    assert_eq!(car.parent, schema.label_named("vehicle").map(|label| label.id));
    let dog = schema.label_named("dog").unwrap();
    assert_eq!((dog.id.0, dog.parent), (18, None));
    let template = dog.keypoints.as_ref().unwrap();
    assert_eq!((template.points.len(), template.edges.as_slice()), (3, &[[0, 1], [1, 2]][..]));
    let lost = lost(COCO);
    for word in ["without a name", "of the same name", "gets a new one", "becomes a label", "circle"] {
        assert!(lost.contains(word), "{word}: {lost}");
    }
}

#[test]
fn cvat_labels_bring_their_attributes() {
    let schema = schema(CVAT);
    assert_eq!(schema.label_named("car").unwrap().shapes, [SpatialType::Box]);
    assert!(schema.label_named("bus").unwrap().shapes.is_empty());
    assert_eq!(schema.label_named("hand").unwrap().keypoints.as_ref().unwrap().points.len(), 2);
    let names: Vec<&str> = named(&schema, "model").options.iter().map(|option| option.name.as_str()).collect();
    assert_eq!((names, default_of(&schema, "model")["text"].as_str()), (vec!["a", "b"], Some("b")));
    assert_eq!((named(&schema, "state").control, named(&schema, "state").per_frame), (Control::Buttons, true));
    let doors = named(&schema, "doors");
    assert_eq!((doors.kind, doors.min, doors.max, doors.step), (AttributeType::Integer, Some(0.0), Some(6.0), Some(1.0)));
    assert_eq!(default_of(&schema, "doors"), 4);
    let length = named(&schema, "length");
    // 7.2 lies between two steps of 0.5.
    assert_eq!((length.kind, length.max, length.step, &length.default), (AttributeType::Float, Some(20.0), Some(0.5), &None));
    assert_eq!(default_of(&schema, "lit"), true);
    assert_eq!(labels_of(&schema, "lit"), ["car", "bus"], "the same question of two labels is one");
    assert!(lost(CVAT).contains("svg"));
}

#[test]
fn label_studio_controls_are_labels_and_questions() {
    let schema = schema(LABEL_STUDIO);
    let car = schema.label_named("Car").unwrap();
    assert_eq!((car.shapes.as_slice(), car.color, car.key), (&[SpatialType::Box, SpatialType::Polygon][..], [0, 255, 0], Some('1')));
    assert!(schema.label_named("R&D").is_some());
    let colour = named(&schema, "colour");
    assert_eq!((colour.of, colour.required, colour.control), (Subject::Instance, true, Control::Buttons));
    assert_eq!((labels_of(&schema, "colour"), default_of(&schema, "colour")["text"].as_str()), (vec!["Car".to_owned()], Some("dark")));
    let Some(Condition::Is { attribute, is }) = &named(&schema, "which").when else { panic!("{:?}", named(&schema, "which").when) };
    assert_eq!((*attribute, is.len()), (colour.id, 2));
    let kind = named(&schema, "kind");
    assert_eq!((kind.kind, kind.of, kind.options[1].parent), (AttributeType::Tree, Subject::File, Some(kind.options[0].id)));
    assert_eq!((named(&schema, "stars").max, named(&schema, "count").kind), (Some(7.0), AttributeType::Integer));
    assert_eq!((named(&schema, "day").kind, named(&schema, "tags").kind), (AttributeType::Date, AttributeType::Multi));
    assert_eq!(default_of(&schema, "tags")[0]["text"], "x");
    let lost = lost(LABEL_STUDIO);
    for word in ["arranges", "colours by name", "nothing for"] {
        assert!(lost.contains(word), "{word}: {lost}");
    }
}

#[test]
fn label_studio_expands_nothing() {
    let bomb = r#"<!DOCTYPE v [<!ENTITY a "xxxxxxxx"><!ENTITY b "&a;&a;&a;&a;">]><View><Labels><Label value="&b;"/></Labels></View>"#;
    assert!(read_schema(bomb, None).unwrap_err().to_string().contains("document type"));
    assert!(read_schema("<View><Label value=\"&b;\"/></View>", None).is_err());
    let deep = "<View>".repeat(100_000);
    assert!(read_schema(&deep, None).unwrap_err().to_string().contains("64 deep"));
    assert!(read_schema("<View><Choices name=\"a\">", None).unwrap_err().to_string().contains("within a tag"));
}

#[test]
fn yolo_names_come_as_map_and_as_list() {
    let schema = schema(YOLO);
    let names: Vec<&str> = schema.labels.iter().map(|label| label.name.as_str()).collect();
    assert_eq!(names, ["person", "traffic light"]);
    assert_eq!(schema.labels[0].keypoints.as_ref().unwrap().points.len(), 3);
    let list = "nc: 3\nnames: [a, 'b', 12]\n";
    let schema = super::tests::schema(list);
    assert_eq!(schema.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>(), ["a", "b", "12"]);
    assert!(!lost(list).contains("nc is not") && lost("nc: 4\nnames: [a]").contains("nc is not"));
    assert!(lost("names: {0: a, 7: b}").contains("gaps"));
    let of = |text: &str| read_schema(text, Some(SchemaFormat::Yolo)).unwrap_err().to_string();
    assert!(of("names: &a [x]\nother: *a").contains("alias"));
    assert!(of("names: {x: y}").contains("no number of a class"));
    assert!(of(&format!("names: {}", "[".repeat(40))).contains("32 deep"));
    assert!(read_schema(&format!("names: {}", "[".repeat(1_000_000)), None).is_err());
    assert!(of("a: 1").contains("no \"names\""));
    assert!(lost("names: [a]\nkpt_shape: [4000000000, 3]").contains("more than a label can have"));
}

#[test]
fn labelme_flags_are_yes_or_no() {
    let schema = schema(LABELME);
    assert_eq!(schema.labels.len(), 3);
    assert_eq!((named(&schema, "blurred").of, named(&schema, "male").of), (Subject::File, Subject::Instance));
    assert_eq!(labels_of(&schema, "tall"), ["person-1", "person-2"]);
    assert_eq!(labels_of(&schema, "old"), ["car"], "from the beginning of the name, not to its end");
    let lost = lost(LABELME);
    for word in ["stand for no label", "cannot be used", "fits no label"] {
        assert!(lost.contains(word), "{word}: {lost}");
    }
    let file = r#"{"version": "5", "flags": {"night": false}, "shapes": [
        {"label": "car", "shape_type": "rectangle", "flags": {"old": true}, "points": []},
        {"label": "car", "shape_type": "polygon", "flags": {}, "points": []}]}"#;
    let schema = super::tests::schema(file);
    assert_eq!(schema.label_named("car").unwrap().shapes, [SpatialType::Box, SpatialType::Polygon]);
    assert_eq!((schema.attributes.len(), named(&schema, "night").of), (2, Subject::File));
    let yaml = "labels: [car]\nlabel_flags:\n  car: [old, red]\n";
    assert_eq!(labels_of(&super::tests::schema(yaml), "red"), ["car"]);
}

#[test]
fn datumaro_categories_are_labels() {
    let schema = schema(DATUMARO);
    assert_eq!(schema.label_named("car").unwrap().parent, Some(schema.labels[0].id));
    assert_eq!(schema.labels[0].color, [1, 2, 255]);
    assert_eq!(schema.label_named("hand").unwrap().keypoints.as_ref().unwrap().edges, [[0, 1]]);
    assert_eq!((labels_of(&schema, "colour"), labels_of(&schema, "occluded").len()), (vec!["car".to_owned(), "hand".to_owned()], 0));
    assert!(lost(DATUMARO).contains("no label") && lost(DATUMARO).contains("not there"));
}

/// A schema that uses everything.
fn full() -> Schema {
    Schema::from_document(
        r##"{"name": "Full", "labels": [
          {"name": "thing", "color": "#010203", "shapes": ["box", "polygon"], "description": "A <thing> & \"more\""},
          {"name": "car", "parent": "thing", "color": "#040506", "shapes": ["box"], "key": "2", "min_size": 4},
          {"name": "hand", "color": "#070809", "shapes": ["keypoints"], "keypoints": {"points": [
             {"name": "l", "x": 0, "y": 0}, {"name": "r", "x": 1, "y": 0}], "edges": [[0, 1]], "pairs": [[0, 1]]}},
          {"name": "any", "color": "#0a0b0c"}, {"name": "old", "deprecated": true}],
        "attributes": [
          {"name": "colour", "type": "radio", "labels": ["thing"], "required": true, "options": ["red", "blue"], "default": "blue"},
          {"name": "shade", "type": "text", "labels": ["thing"], "when": {"attribute": "colour", "is": ["red"]}},
          {"name": "lit", "type": "boolean", "per_frame": true, "default": true},
          {"name": "size", "type": "float", "min": 0, "max": 5, "step": 0.5, "unit": "m"},
          {"name": "count", "type": "integer", "min": 0, "max": 9, "step": 1},
          {"name": "kind", "type": "tree", "of": "file", "options": ["a", {"name": "b", "parent": "a"}]},
          {"name": "several", "type": "multi", "of": "file", "options": ["x", "y"]},
          {"name": "day", "type": "date", "of": "file"},
          {"name": "look", "type": "boolean", "of": "file"},
          {"name": "moment", "type": "boolean", "of": "frame"}]}"##,
    )
    .unwrap()
}

#[test]
fn what_each_format_holds_comes_back() {
    let before = full();
    for format in SchemaFormat::ALL {
        let (text, told) = write_schema(&before, format);
        let read = read_schema(&text, None).unwrap_or_else(|error| panic!("{format:?}: {error}\n{text}"));
        assert_eq!(read.format, format, "{text}");
        let after = Schema::from_written(read.document, &Schema::default()).unwrap_or_else(|error| panic!("{format:?}: {error}\n{text}"));
        assert_eq!(told.is_empty(), format == SchemaFormat::Limn, "{format:?}: {told}");
        if format == SchemaFormat::Limn {
            assert_eq!(after, before);
            continue;
        }
        let names = |schema: &Schema| schema.offered().map(|label| label.name.clone()).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names(&after), names(&before), "{format:?}\n{text}");
        for label in before.offered() {
            let other = after.label_named(&label.name).unwrap();
            if !matches!(format, SchemaFormat::Yolo | SchemaFormat::Labelme) {
                assert_eq!(other.color, label.color, "{format:?}");
            }
            let parent = |schema: &Schema, label: &limn_core::Label| label.parent.map(|id| schema.shown(id).0);
            if matches!(format, SchemaFormat::Coco | SchemaFormat::Datumaro) {
                assert_eq!(parent(&after, other), parent(&before, label), "{format:?}");
                let edges = |label: &limn_core::Label| label.keypoints.as_ref().map(|template| template.edges.clone());
                assert_eq!(edges(other), edges(label), "{format:?}");
            }
        }
    }
}

#[test]
fn attributes_come_back_from_cvat_and_label_studio() {
    let before = full();
    let (text, told) = write_schema(&before, SchemaFormat::Cvat);
    let cvat = schema(&text);
    assert_eq!(labels_of(&cvat, "colour"), ["thing", "car"]);
    for name in ["colour", "lit", "size", "count"] {
        let (old, new) = (named(&before, name), named(&cvat, name));
        assert_eq!(
            (new.kind, new.control, new.per_frame, new.min, new.max, new.step),
            (old.kind, old.control, old.per_frame, old.min, old.max, old.step)
        );
    }
    assert_eq!((default_of(&cvat, "lit"), default_of(&cvat, "colour")["text"].as_str()), (true.into(), Some("blue")));
    for word in ["conditions", "must be answered", "units", "retired labels", "files and frames", "which label stands below", "keypoints"] {
        assert!(told.to_string().contains(word), "{word}: {told}");
    }
    let (text, told) = write_schema(&before, SchemaFormat::LabelStudio);
    let studio = schema(&text);
    assert_eq!(studio.label_named("thing").unwrap().description, "A <thing> & \"more\"");
    assert_eq!(studio.label_named("car").unwrap().key, Some('2'));
    assert_eq!((named(&studio, "shade").when.is_some(), labels_of(&studio, "shade")), (true, vec!["thing".to_owned(), "car".to_owned()]));
    assert_eq!((named(&studio, "colour").required, default_of(&studio, "colour")["text"].as_str()), (true, Some("blue")));
    for name in ["size", "count", "kind", "several", "day"] {
        let (old, new) = (named(&before, name), named(&studio, name));
        assert_eq!((new.kind, new.of, new.min, new.max, new.step), (old.kind, old.of, old.min, old.max, old.step), "{name}\n{text}");
    }
    assert_eq!(named(&studio, "kind").options, named(&before, "kind").options);
    for word in ["frames", "two choices", "units", "any shape"] {
        assert!(told.to_string().contains(word), "{word}: {told}");
    }
    let (text, told) = write_schema(&before, SchemaFormat::Labelme);
    let labelme = schema(&text);
    assert_eq!((named(&labelme, "lit").of, named(&labelme, "look").of, labelme.attributes.len()), (Subject::Instance, Subject::File, 2));
    assert!(told.to_string().contains("flags alone"), "{told}");
}

#[test]
fn what_label_studio_cannot_list_is_told_and_branches_are_written_out() {
    let text = r#"{"labels":[{"name":"bus, coach","guide":"Long."}],"attributes":[
        {"name":"kind","type":"tree","options":["big",{"name":"long","parent":"big"},"small"]},
        {"name":"doors","type":"integer","when":{"attribute":"kind","is":["big"]}},
        {"name":"hue","type":"select","options":["red, dark","blue"]},
        {"name":"why","type":"text","when":{"attribute":"hue","is":["red, dark"]}},
        {"name":"seats","type":"integer","labels":["bus, coach"]}]}"#;
    let (text, told) = write_schema(&Schema::from_document(text).unwrap(), SchemaFormat::LabelStudio);
    assert!(text.contains(r#"whenTagName="kind" whenChoiceValue="big,long""#), "{text}");
    assert!(!text.contains("whenTagName=\"hue\"") && !text.contains("whenLabelValue"), "{text}");
    for word in ["comma", "conditions", "guides are left out"] {
        assert!(told.to_string().contains(word), "{word}: {told}");
    }
}

/// Reads it as everything, and writes what was read in every format.
fn survive(text: &str) {
    for format in SchemaFormat::ALL.into_iter().map(Some).chain([None]) {
        let Ok(read) = read_schema(text, format) else { continue };
        if let Ok(schema) = Schema::from_written(read.document, &Schema::default()) {
            for format in SchemaFormat::ALL {
                write_schema(&schema, format);
            }
        }
    }
}

#[test]
fn a_file_that_was_cut_off_is_an_error_or_a_smaller_schema() {
    for (text, format) in ALL {
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            survive(&text[..end]);
            let is_whole = matches!(format, SchemaFormat::Yolo) || end + 1 >= text.trim_end().len();
            assert!(is_whole || read_schema(&text[..end], Some(format)).is_err(), "{format:?} cut at {end}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        survive(&text);
    }

    #[test]
    fn a_damaged_file_is_read_or_refused(
        which in 0..ALL.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, r#"[\[\]{}<>,:"'&*!#0-9a-z/= \n-]{0,4}|null|-1|1e999|<Choice |"labels":"#), 1..8),
    ) {
        let mut text = ALL[which].0.to_owned();
        for (at, len, piece) in changes {
            let start = at.index(text.len() + 1);
            let end = (start + len).min(text.len());
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, &piece);
            }
        }
        survive(&text);
    }
}
