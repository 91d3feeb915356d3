//! What is wrong with a schema, in sentences for people.

/// Why a document is no schema.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Not JSON of this form.
    #[error("the schema is not valid JSON of the expected form: {0}. See the manual, \"Schema file\"")]
    Json(#[from] serde_json::Error),
    /// Another file: a schema without labels would retire all that are in force.
    #[error("the file has no list of labels. Check that it is a schema; to have none, write \"labels\": []")]
    NoLabels,
    /// Two labels of one name.
    #[error("the label \"{0}\" stands twice in the schema. Give each label a name of its own")]
    TwiceName(String),
    /// Two labels of one number.
    #[error("two labels have the id {0}. Give each label a number of its own, or leave the ids out")]
    TwiceId(u32),
    /// A label without a name.
    #[error("a label has no name. Give each label a name")]
    NoName,
    /// The key of a label is not 1 to 9.
    #[error("the label \"{0}\" has the key \"{1}\"; only 1 to 9 choose labels")]
    BadKey(String, char),
    /// The keypoint template of a label contradicts itself.
    #[error("the label \"{0}\" has {1}. Correct its keypoints")]
    BadTemplate(String, String),
    /// Something about the guide of the schema itself.
    #[error("the schema {0}")]
    Guide(String),
    /// Something else about a label.
    #[error("the label \"{0}\" {1}")]
    Label(String, String),
    /// Something about an attribute.
    #[error("the attribute \"{0}\" {1}")]
    Attribute(String, String),
    /// Something about a rule.
    #[error("the rule \"{0}\" {1}")]
    Rule(String, String),
}
