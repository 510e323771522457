//! What a check costs while events come in from a ledger, beside the same check of a gate in memory.

pub(crate) fn compare(_runtime: &tokio::runtime::Runtime) -> u32 {
    0
}
