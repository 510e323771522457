//! Lanes: in which of them a subject's events lie.

use super::schema::LANES;
use crate::{
    consent::{Event, EventKind},
    vocabulary::SubjectId,
};

/// The lane of a subject, for ever: each has about as many, however the host makes its ids.
pub(super) fn lane_of(subject: SubjectId) -> i16 {
    let (high, low) = subject.uuid().as_u64_pair();
    // Odd numbers without a pattern, so that neither half takes back what the other did.
    let mixed = (high ^ (high >> 32))
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add((low ^ (low >> 32)).wrapping_mul(0xD1B5_4A32_D192_ED03));
    i16::try_from((mixed >> 32) % u64::from(LANES)).unwrap_or_default()
}

/// The lanes that an event concerns: that of its subject, and of whom it links.
pub(super) fn lanes_of(event: &Event) -> Vec<i16> {
    subjects_of(event).into_iter().map(lane_of).collect()
}

/// Whom an event concerns.
pub(super) fn subjects_of(event: &Event) -> Vec<SubjectId> {
    match event.kind {
        EventKind::Linked { visitor } => vec![event.subject, visitor],
        _ => vec![event.subject],
    }
}

/// Every lane, in the order in which they are locked.
pub(super) fn all() -> Vec<i16> {
    (0..i16::from(LANES)).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn lanes_are_about_equal_whatever_the_ids_look_like() {
        let shapes: [fn(u128) -> u128; 6] = [
            |n| n,
            |n| n << 64,
            |n| n << 96,
            |n| n << 124 | 0x8000,
            |n| n << 80 | 7 << 76 | 2 << 62 | n << 16 | 5,
            |_| Uuid::new_v4().as_u128(),
        ];
        for (number, shape) in shapes.into_iter().enumerate() {
            let mut counts = [0; LANES as usize];
            // Of the fourth shape there are no more than 16.
            let many = if number == 3 { 16 } else { 16_000 };
            for n in 0..many {
                let subject = SubjectId::from(Uuid::from_u128(shape(n)));
                counts[usize::try_from(lane_of(subject)).unwrap()] += 1;
            }
            let most = if number == 3 { 6 } else { 1_600 };
            assert!(counts.iter().all(|count| *count <= most), "shape {number}: {counts:?}");
        }
    }

    #[test]
    fn a_lane_is_for_ever() {
        let known = ["00000000-0000-0000-0000-000000000000", "7d1f0b8c-0000-4000-8000-00000000abcd"];
        let lanes: Vec<i16> = known.iter().map(|id| lane_of(id.parse().unwrap())).collect();
        assert_eq!(lanes, [0, 0]);
    }
}
