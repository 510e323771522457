//! A pretend database: what was cleared to be stored, with whose it is and where it came from.

use chrono::{DateTime, Utc};
use dynamoi_privacy::{
    data::{AdPerformanceData, AnalyticsData, PaymentData, PersonalData, StreamingData, UserData},
    gate::{Cleared, Gate, Guarded, Lapsed, Storage},
    vocabulary::{DataCategory, ProcessorId, SubjectId},
};

/// In memory; a real one is encrypted on disk, and keeps the same three columns.
#[derive(Default)]
pub(super) struct Database {
    ad_performance: Vec<Row<AdPerformanceData>>,
    user: Vec<Row<UserData>>,
    payment: Vec<Row<PaymentData>>,
    analytics: Vec<Row<AnalyticsData>>,
    streaming: Vec<Row<StreamingData>>,
}

pub(super) struct Row<T> {
    subject: SubjectId,
    /// The processor that the data was obtained from, whose terms go with it wherever it goes (section 3).
    origin: Option<ProcessorId>,
    data: T,
}

/// Data that has a table.
pub(super) trait Kept: PersonalData + Clone + 'static {
    fn table(database: &mut Database) -> &mut Vec<Row<Self>>;
}

impl Database {
    /// Writes what was cleared to be stored; nothing else can be written.
    pub(super) fn write<T: Kept>(
        &mut self,
        cleared: Cleared<T, Storage>,
        gate: &Gate,
        now: DateTime<Utc>,
    ) -> Result<(), Lapsed<T>> {
        let (subject, origin) = (cleared.subject(), cleared.origin().cloned());
        let data = cleared.open(gate, now)?;
        T::table(self).push(Row { subject, origin, data });
        Ok(())
    }

    /// Reads a subject's rows, only those from `origin` if one is named. They are guarded as they leave the
    /// database: that something is stored does not mean that it may be used.
    pub(super) fn read<T: Kept>(
        &mut self,
        subject: SubjectId,
        origin: Option<&ProcessorId>,
    ) -> Vec<Guarded<T>> {
        let rows = T::table(self).iter().filter(|row| row.subject == subject);
        let rows = rows.filter(|row| origin.is_none() || row.origin.as_ref() == origin);
        rows.map(|row| match row.origin.clone() {
            Some(origin) => Guarded::obtained(subject, origin, row.data.clone()),
            None => Guarded::new(subject, row.data.clone()),
        })
        .collect()
    }

    /// Deletes whatever is stored of a subject; says how many rows that were.
    pub(super) fn erase(&mut self, subject: SubjectId) -> usize {
        DataCategory::ALL.into_iter().map(|category| self.delete(subject, None, category)).sum()
    }

    /// Deletes what is stored of a subject and a category, only what came from `origin` if one is named; says how
    /// many rows that were.
    pub(super) fn delete(
        &mut self,
        subject: SubjectId,
        origin: Option<&ProcessorId>,
        category: DataCategory,
    ) -> usize {
        match category {
            DataCategory::AdPerformance => self.delete_in::<AdPerformanceData>(subject, origin),
            DataCategory::User => self.delete_in::<UserData>(subject, origin),
            DataCategory::Payment => self.delete_in::<PaymentData>(subject, origin),
            DataCategory::Analytics => self.delete_in::<AnalyticsData>(subject, origin),
            DataCategory::Streaming => self.delete_in::<StreamingData>(subject, origin),
        }
    }

    fn delete_in<T: Kept>(&mut self, subject: SubjectId, origin: Option<&ProcessorId>) -> usize {
        let table = T::table(self);
        let before = table.len();
        table.retain(|row| row.subject != subject || (origin.is_some() && row.origin.as_ref() != origin));
        before - table.len()
    }
}

impl Kept for AdPerformanceData {
    fn table(database: &mut Database) -> &mut Vec<Row<Self>> {
        &mut database.ad_performance
    }
}

impl Kept for UserData {
    fn table(database: &mut Database) -> &mut Vec<Row<Self>> {
        &mut database.user
    }
}

impl Kept for PaymentData {
    fn table(database: &mut Database) -> &mut Vec<Row<Self>> {
        &mut database.payment
    }
}

impl Kept for AnalyticsData {
    fn table(database: &mut Database) -> &mut Vec<Row<Self>> {
        &mut database.analytics
    }
}

impl Kept for StreamingData {
    fn table(database: &mut Database) -> &mut Vec<Row<Self>> {
        &mut database.streaming
    }
}
