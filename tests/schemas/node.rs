//! JSON as it is written: fields in their order and as often as they stand there, scalars by their text.

use serde_json::Value;

/// A piece of JSON text.
#[derive(Clone)]
pub(crate) enum Node {
    Scalar(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl From<&Value> for Node {
    fn from(value: &Value) -> Self {
        match value {
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Object(fields) => {
                Self::Object(fields.iter().map(|(name, value)| (name.clone(), value.into())).collect())
            }
            scalar => Self::Scalar(scalar.to_string()),
        }
    }
}

impl Node {
    /// The text.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Scalar(text) => text.clone(),
            Self::Array(items) => {
                format!("[{}]", items.iter().map(Self::text).collect::<Vec<_>>().join(","))
            }
            Self::Object(fields) => {
                let field = |(name, value): &(String, Node)| {
                    format!("{}:{}", Value::from(name.as_str()), value.text())
                };
                format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(","))
            }
        }
    }

    /// The place of every piece, as the numbers of the pieces that lead there; the whole is the first.
    pub(crate) fn places(&self) -> Vec<Vec<usize>> {
        let inner: Vec<&Node> = match self {
            Self::Scalar(_) => Vec::new(),
            Self::Array(items) => items.iter().collect(),
            Self::Object(fields) => fields.iter().map(|(_, value)| value).collect(),
        };
        let mut places = vec![Vec::new()];
        for (nth, node) in inner.into_iter().enumerate() {
            places.extend(node.places().into_iter().map(|rest| [vec![nth], rest].concat()));
        }
        places
    }

    /// The piece at a place.
    pub(crate) fn at(&mut self, place: &[usize]) -> &mut Node {
        let Some((first, rest)) = place.split_first() else { return self };
        let inner = match self {
            Self::Scalar(_) => panic!("a scalar holds nothing"),
            Self::Array(items) => &mut items[*first],
            Self::Object(fields) => &mut fields[*first].1,
        };
        inner.at(rest)
    }
}
