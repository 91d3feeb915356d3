//! Answers of an annotation file as those of the project, whose attributes and options may have other numbers.

use limn_core::schema::{Answer, Attribute, AttributeId, Choice};
use limn_core::{Mark, Marks, Schema};
use limn_formats::{Effect, Problems};
use std::collections::HashMap;

/// See the module.
#[derive(Default)]
pub(super) struct AnswerMap {
    /// The attribute of the project, by the number in the file; `None`: the file told of none, so that the numbers are ours.
    attributes: Option<HashMap<AttributeId, Attribute>>,
}

impl AnswerMap {
    /// By name and kind; one that the project has not is not there.
    pub fn new(given: &Schema, own: &Schema) -> Self {
        if given.attributes.is_empty() || given.attributes == own.attributes {
            return Self::default();
        }
        let same = |theirs: &Attribute, other: &&Attribute| (&other.name, other.kind, other.of) == (&theirs.name, theirs.kind, theirs.of);
        // Several may have one name, for several labels: then the number tells them apart.
        let find = |theirs: &Attribute| {
            let numbered = own.attributes.iter().find(|other| other.id == theirs.id && same(theirs, other));
            numbered.or_else(|| own.attributes.iter().find(|other| same(theirs, other)))
        };
        let pairs = given.attributes.iter().filter_map(|theirs| Some((theirs.id, find(theirs)?.clone())));
        Self { attributes: Some(pairs.collect()) }
    }

    /// Marks with the answers of the project; those that have no place in it are told.
    pub fn translate(&self, marks: Marks, problems: &mut Problems) -> Marks {
        let Some(attributes) = self.attributes.as_ref().filter(|_| !marks.answers.is_empty()) else { return marks };
        let mut translated = marks.clone();
        for id in marks.answers.keys() {
            translated.set(Mark::Answer(*id, None));
        }
        for (id, answer) in &marks.answers {
            let own = attributes.get(id).and_then(|own| Some((own.id, fitting(own, *id, answer)?)));
            match own {
                Some((id, answer)) => drop(translated.set(Mark::Answer(id, Some(answer)))),
                None => {
                    let text = "an answer to a question that the project does not ask, or not so, is left out";
                    problems.add(Effect::Left, text, || answer.text());
                }
            }
        }
        translated
    }
}

/// The answer with options of the project's numbers, if it has them. What breaks a rule of the project is kept: it is told there.
fn fitting(own: &Attribute, theirs: AttributeId, answer: &Answer) -> Option<Answer> {
    let choice = |taken: &Choice| {
        if own.catalogue.is_some() {
            // What the catalogue holds is not asked: the answer is readable by its text.
            return Some(taken.clone());
        }
        let named = own.options.iter().find(|option| option.name == taken.text);
        // One that was renamed since; of another attribute the number says nothing.
        let renamed = || own.option(taken.option).filter(|_| own.id == theirs);
        own.choice(named.or_else(renamed)?.id)
    };
    Some(match answer {
        Answer::Choice(one) => Answer::Choice(choice(one)?),
        Answer::Choices(list) => Answer::Choices(list.iter().map(choice).collect::<Option<_>>()?),
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(attributes: &str) -> Schema {
        Schema::from_document(&format!(r#"{{"labels":[{{"name":"car"}}],"attributes":[{attributes}]}}"#)).unwrap()
    }

    #[test]
    fn answers_go_by_name_to_where_the_project_asks() {
        let theirs = schema(
            r#"{"name":"colour","type":"select","options":["red","blue"]},{"name":"doors","type":"integer"},{"name":"old","type":"boolean"}"#,
        );
        let ours = schema(
            r#"{"name":"doors","type":"integer","max":5},{"name":"old","type":"text"},{"name":"colour","type":"select","options":["blue"]}"#,
        );
        let map = AnswerMap::new(&theirs, &ours);
        let colour = |name: &str| {
            let option = theirs.attributes[0].options.iter().find(|option| option.name == name).unwrap();
            Answer::Choice(theirs.attributes[0].choice(option.id).unwrap())
        };
        let given = |colour: Answer, doors| {
            let mut marks = Marks::one(Mark::Occluded(true));
            marks.set(Mark::Answer(AttributeId(1), Some(colour)));
            marks.set(Mark::Answer(AttributeId(2), Some(Answer::Integer(doors))));
            marks.set(Mark::Answer(AttributeId(3), Some(Answer::Bool(true))));
            marks
        };
        let mut problems = Problems::default();
        let got = map.translate(given(colour("blue"), 4), &mut problems);
        let told: Vec<_> = got.answers.iter().map(|(id, answer)| (id.0, answer.clone())).collect();
        let blue = ours.attributes[2].choice(ours.attributes[2].options[0].id).unwrap();
        assert_eq!(told, [(1, Answer::Integer(4)), (3, Answer::Choice(blue))]);
        assert!(got.occluded);
        assert_eq!(problems.count(Effect::Left), 1, "{problems}");
        let got = map.translate(given(colour("red"), 6), &mut problems);
        assert_eq!(
            got.answers.clone().into_iter().collect::<Vec<_>>(),
            [(AttributeId(1), Answer::Integer(6))],
            "the rule of the project tells"
        );
        assert_eq!(problems.count(Effect::Left), 3, "{problems}");
        let same = AnswerMap::new(&theirs, &theirs);
        assert_eq!(same.translate(given(colour("red"), 6), &mut problems), given(colour("red"), 6));
    }
}
