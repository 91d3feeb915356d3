//! A schema with very many labels, attributes and options: reading it, and asking about one instance.

use super::clock::thread_cpu;
use super::{Measured, Row};
use crate::error::CliError;
use limn_core::schema::attribute::{Attribute, AttributeOption, AttributeType, Subject};
use limn_core::schema::condition::Condition;
use limn_core::schema::questions::{About, Answers, Questions};
use limn_core::schema::search::OptionSearch;
use limn_core::schema::{Answer, AttributeId, Label, OptionId};
use limn_core::{LabelId, Schema, SpatialType};

/// Attributes of each label.
const OF_A_LABEL: u32 = 50;
/// Options of the attribute that has most.
const OPTIONS: u32 = 100_000;
/// Times that reading is measured.
const READS: usize = 5;
/// Searches that are measured.
const SEARCHES: usize = 200;
/// Instances that are asked about.
const ASKED: usize = 1000;

pub(super) fn run(labels: u64) -> Result<Measured, CliError> {
    let labels = u32::try_from(labels).unwrap_or(u32::MAX / OF_A_LABEL);
    let schema = large(labels);
    let text = schema.to_document();
    let ms = |from: std::time::Duration| thread_cpu().saturating_sub(from).as_secs_f64() * 1e3;
    let (mut reads, mut publishes, mut news, mut asks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let unread =
        |error: limn_core::schema::SchemaError| CliError::Failed(format!("the schema made to be measured cannot be read: {error}"));
    for _ in 0..READS {
        let start = thread_cpu();
        let read = Schema::from_document(&text).map_err(unread)?;
        reads.push(ms(start));
        let start = thread_cpu();
        Schema::from_written(serde_json::from_str(&text)?, &read).map_err(unread)?;
        publishes.push(ms(start));
        let start = thread_cpu();
        std::hint::black_box(Questions::new(&read));
        news.push(ms(start));
    }
    let questions = Questions::new(&schema);
    let most = AttributeId(1);
    let answers = |option: u32| {
        let taken = schema.attributes.first().and_then(|attribute| attribute.choice(OptionId(option)));
        taken.map(|choice| (most, Answer::Choice(choice))).into_iter().collect::<Answers>()
    };
    for at in 0..ASKED {
        let answers = answers(1 + (at as u32 * 97) % OPTIONS);
        let label = Some(LabelId(1 + at as u32 % labels));
        let start = thread_cpu();
        let about = About { subject: Subject::Instance, label, shape: Some(SpatialType::Box), answers: &answers };
        std::hint::black_box(questions.asked(&schema, about));
        asks.push(ms(start));
    }
    let mut searches = Vec::new();
    if let Some(attribute) = schema.attributes.first() {
        let search = OptionSearch::new(attribute);
        let recent: Vec<OptionId> = (1..=20).map(|at| OptionId(at * 4999)).collect();
        let typed = ["o", "opt", "option ", "option 9", "9", "99", "ion 99", "99999", "no such option"];
        let with_slips = ["optoin 99", "oprion 4711", "99999 optio", "otpion", "option 12345x"];
        for typed in typed.into_iter().chain(with_slips).cycle().take(SEARCHES) {
            let start = thread_cpu();
            std::hint::black_box(search.find(attribute, typed, &recent));
            searches.push(ms(start));
        }
    }
    let rows = vec![
        Row::new("read and check the document, CPU", "ms", reads, &[]).within(300.0),
        Row::new("read it as written, over itself in force, CPU", "ms", publishes, &[]),
        Row::new("questions of the schema, CPU", "ms", news, &[]),
        Row::new("what is asked about one instance, CPU", "ms", asks, &[]).p95_within(2.0),
        Row::new("search of the options for what is typed, CPU", "ms", searches, &[]).p95_within(10.0),
    ];
    let note = format!(
        "{labels} labels, {} attributes, one of them with {OPTIONS} options; {:.1} MB of JSON",
        schema.attributes.len(),
        text.len() as f64 / 1e6
    );
    Ok((rows, vec![note]))
}

/// A tenth of the labels stand above the others; every other attribute depends on the one that all labels have.
fn large(labels: u32) -> Schema {
    let mut schema = Schema { name: "Large".into(), ..Schema::default() };
    let above = (labels / 10).max(1);
    for id in 1..=labels {
        let mut label = Label::new(LabelId(id), &format!("label {id}"));
        label.parent = (id > above).then(|| LabelId(1 + id % above));
        schema.labels.push(label);
    }
    let mut most = Attribute::new(AttributeId(1), "most", AttributeType::Tree);
    most.options = (1..=OPTIONS)
        .map(|id| AttributeOption {
            parent: (id > 100).then_some(OptionId(1 + id % 100)),
            ..AttributeOption::new(OptionId(id), &format!("option {id}"))
        })
        .collect();
    schema.attributes.push(most);
    for label in 1..=labels {
        for own in 0..OF_A_LABEL {
            let id = AttributeId(schema.attributes.len() as u32 + 1);
            let mut attribute = Attribute::new(id, &format!("question {own} of {label}"), AttributeType::Select);
            attribute.labels = vec![LabelId(label)];
            attribute.options = ["a", "b", "c"].into_iter().zip(1..).map(|(name, id)| AttributeOption::new(OptionId(id), name)).collect();
            attribute.when = (own % 2 == 1).then(|| Condition::Is { attribute: AttributeId(1), is: vec![OptionId(1 + own)] });
            schema.attributes.push(attribute);
        }
    }
    schema
}
