//! The edges of a node: nearly always one, which takes no memory of its own.

/// Numbers of nodes.
#[derive(Default)]
pub(super) enum Edges {
    #[default]
    None,
    One(u32),
    #[expect(clippy::box_collection, reason = "it keeps the others small")]
    Many(Box<Vec<u32>>),
}

impl Edges {
    pub(super) fn as_slice(&self) -> &[u32] {
        match self {
            Self::None => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    pub(super) fn push(&mut self, number: u32) {
        match self {
            Self::None => *self = Self::One(number),
            Self::One(one) => *self = Self::Many(Box::new(vec![*one, number])),
            Self::Many(many) => many.push(number),
        }
    }
}
