//! Colours as text in documents: `#rrggbb`.

/// A colour that may be absent.
pub(crate) mod optional_hex_color {
    use super::hex_color;
    use crate::palette::Rgb;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(color: &Option<Rgb>, serializer: S) -> Result<S::Ok, S::Error> {
        match color {
            Some(color) => hex_color::serialize(color, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Rgb>, D::Error> {
        #[derive(Deserialize)]
        struct Color(#[serde(with = "hex_color")] Rgb);
        Ok(Option::<Color>::deserialize(deserializer)?.map(|color| color.0))
    }
}

pub(crate) mod hex_color {
    use crate::palette::Rgb;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(color: &Rgb, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("#{}", crate::ids::hex(color)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rgb, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = text.strip_prefix('#').and_then(crate::ids::unhex);
        bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| D::Error::custom(format!("\"{text}\" is no colour like #56b4e9")))
    }
}
