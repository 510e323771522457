//! What a choice is about: a purpose, perhaps one category of data, perhaps one processor.

use schemars::JsonSchema;

use crate::vocabulary::{DataCategory, ProcessorId, Purpose, quiet::record};

record! {
    /// What a choice of a subject is about.
    ///
    /// Without a category it is about every category, without a processor about every processor and about what
    /// Dynamoi does itself. A scope with a processor covers nothing but sharing with it and collecting from it.
    ///
    /// ```
    /// use dynamoi_privacy::consent::Scope;
    /// use dynamoi_privacy::vocabulary::{DataCategory, ProcessorId, Purpose};
    /// let promotion = Scope::from(Purpose::Promotion);
    /// let narrow = Scope::from(Purpose::Promotion)
    ///     .category(DataCategory::Streaming)
    ///     .processor(ProcessorId::FEATURE_FM);
    /// assert!(!promotion.is_narrow() && narrow.is_narrow());
    /// ```
    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
    pub struct Scope {
        purpose: Purpose,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "DataCategory")]
        category: Option<DataCategory>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(with = "ProcessorId")]
        processor: Option<ProcessorId>,
    }
}

impl From<Purpose> for Scope {
    fn from(purpose: Purpose) -> Self {
        Self { purpose, category: None, processor: None }
    }
}

impl Scope {
    /// The scope narrowed to one category.
    #[must_use]
    pub fn category(mut self, category: DataCategory) -> Self {
        self.category = Some(category);
        self
    }

    /// The scope narrowed to one processor.
    #[must_use]
    pub fn processor(mut self, processor: ProcessorId) -> Self {
        self.processor = Some(processor);
        self
    }

    /// The purpose.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Whether the scope is about less than the whole purpose.
    pub fn is_narrow(&self) -> bool {
        self.category.is_some() || self.processor.is_some()
    }

    /// Whether the scope covers a category that goes to, or comes from, a processor for a purpose; without one,
    /// what Dynamoi does itself.
    pub(crate) fn covers(
        &self,
        purpose: Purpose,
        category: DataCategory,
        processor: Option<&ProcessorId>,
    ) -> bool {
        self.purpose == purpose
            && self.category.is_none_or(|own| own == category)
            && self.processor.as_ref().is_none_or(|own| Some(own) == processor)
    }

    /// Whether the scope is about one processor.
    pub(crate) fn names_processor(&self) -> bool {
        self.processor.is_some()
    }

    /// The parts in the order by which scopes are sorted.
    pub(super) fn parts(&self) -> (Purpose, Option<DataCategory>, Option<&ProcessorId>) {
        (self.purpose, self.category, self.processor.as_ref())
    }
}
