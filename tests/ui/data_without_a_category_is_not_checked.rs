//! Data whose category nobody said cannot be checked.
use chrono::{DateTime, Utc};
use dynamoi_privacy::gate::{Gate, Guarded};
use dynamoi_privacy::vocabulary::Purpose;

struct Notes;

fn ask(gate: &Gate, notes: Guarded<Notes>, now: DateTime<Utc>) {
    let _ = gate.use_for(notes, Purpose::PlatformOperation, now);
}

fn main() {}
