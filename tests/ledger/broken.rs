//! Ledgers that break one promise each: the suite finds every one of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use dynamoi_privacy::ledger::{Memory, conformance};

use crate::faults::{Broken, Fault};

/// What the suite says of a ledger; nothing if it keeps every promise.
fn said_of(fault: Option<Fault>) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let run = || {
        runtime.block_on(conformance::holds(async |setup| {
            let ledger = Memory::new(setup.history.clone()).with_clock(Broken::clock(fault, &setup.clock));
            Broken::new(ledger, fault, setup)
        }));
    };
    let panicked = catch_unwind(AssertUnwindSafe(run)).err()?;
    Some(*panicked.downcast::<String>().expect("the suite says what it found"))
}

#[test]
fn without_a_fault_every_promise_is_kept() {
    assert_eq!(said_of(None), None);
}

#[test]
fn each_broken_promise_is_found() {
    let mut wrong = Vec::new();
    for (fault, promise) in [
        (Fault::LosesSome, "an append is there when it returns"),
        (Fault::FirstOfBatch, "an append is there when it returns"),
        (Fault::ForgetsOfSubjects, "an append is there when it returns"),
        (Fault::NoEventIsRefused, "an append of nothing does nothing"),
        (Fault::Microseconds, "an append is there when it returns"),
        (Fault::RefusesEdges, "what is kept is what was appended, to the last digit"),
        (Fault::RefusesRepetitions, "what is kept is what was appended, to the last digit"),
        (Fault::HandlesApart, "a repetition changes nothing"),
        (Fault::TakesConflicts, "what is kept is what was appended, to the last digit"),
        (Fault::WrongIndex, "an id stands for one event"),
        (Fault::WrongId, "an id stands for one event"),
        (Fault::TakesUnwritable, "each refusal says which event and why"),
        (Fault::NoClock, "each refusal says which event and why"),
        (Fault::FutureFirst, "of several faults the first counts"),
        (Fault::InPart, "an id stands for one event"),
        (Fault::KeepsPart, "of events that are refused none is kept"),
        (Fault::FourMinutes, "five minutes ahead of the clock are not too far"),
        (Fault::FutureBeforeKnown, "what is known is taken again"),
        (Fault::TwiceInPages, "pages hold every event once"),
        (Fault::SkipsInPages, "pages hold every event once"),
        (Fault::NoLimit, "pages hold every event once"),
        (Fault::OneBack, "what comes after a cursor is what came later"),
        (Fault::NothingBehind, "pages hold every event once"),
        (Fault::FullPagesGoOn, "a page says whether anything is behind it"),
        (Fault::AcknowledgesEarly, "what an append has returned is in the next page"),
        (Fault::SameAtATimeConflicts, "appends of one event at a time have one outcome"),
        (Fault::KeepsBehindInBatch, "an erasure counts within its batch"),
        (Fault::VisibleOutOfOrder, "who follows misses nothing that others append"),
        (Fault::RacingConflicts, "of conflicting events at a time one wins"),
        (Fault::RacingBatches, "batches at a time are kept whole or not at all"),
        (Fault::ShowsRemoved, "an erasure removes all but itself"),
        (Fault::KeepsAfterErasure, "what comes for an erased subject is not kept"),
        (Fault::ForgetsSpent, "what comes for an erased subject is not kept"),
        (Fault::SpentAreRefused, "what comes for an erased subject is not kept"),
        (Fault::FreesRemoved, "ids of what was removed stay taken"),
        (Fault::FirstErasureCounts, "of several erasures the earliest counts"),
        (Fault::CountsRows, "who reads on sees the erasure"),
        (Fault::DoesNotSpread, "an erasure reaches all that are one person"),
        (Fault::LinksEraseNobody, "and it does in whatever order things come"),
        (Fault::LateReachesOne, "an earlier erasure that comes late reaches all"),
        (Fault::OwedAreNotKnown, "an erasure that is owed is an event like others"),
    ] {
        match said_of(Some(fault)) {
            None => wrong.push(format!("{fault:?} is not found")),
            Some(said) if said.contains(&format!("breaks the promise that {promise}")) => {}
            Some(said) => wrong.push(format!("{fault:?}: {said}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
