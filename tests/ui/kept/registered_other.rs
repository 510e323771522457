//! A processor that a policy document registers is declared in one line, without an import, and is documented.
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub)]

mod others {
    dynamoi_privacy::recipient!(pub(crate) Adform = "adform");
    dynamoi_privacy::recipient!(
        /// A streaming service.
        #[derive(PartialEq, Default)]
        pub(super) Wavepond = "wavepond",
    );

    // Names of the host's that are the crate's too.
    #[allow(dead_code, reason = "they are only in the way")]
    mod in_the_way {
        struct ProcessorId;
        trait Recipient {}
        dynamoi_privacy::recipient!(Tallyhut = "tallyhut");
    }
}

use dynamoi_privacy::gate::{Cleared, Gate, Guarded, Recipient};
use dynamoi_privacy::{
    data::StreamingData,
    policy::History,
    vocabulary::{ProcessorId, Purpose, SubjectId},
};
use others::{Adform, Wavepond};

fn id_of<R: Recipient>(_: R) -> ProcessorId {
    R::ID
}

fn send(_: Cleared<StreamingData, Adform>) {}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    dynamoi_privacy::recipient!(Here = "here");
    assert_eq!(
        [id_of(Adform), id_of(Wavepond), id_of(Here)].map(|id| id.to_string()),
        ["adform", "wavepond", "here"]
    );
    assert!(Wavepond == Wavepond::default() && format!("{Adform:?}") == "Adform");

    let (gate, now) = (Gate::new(History::dynamoi()), "2026-01-05T09:00:00Z".parse()?);
    let plays = Guarded::obtained(SubjectId::random(), Wavepond::ID, StreamingData::default());
    match gate.share(plays, Purpose::MarketingCampaigns, Adform, now) {
        Ok(cleared) => send(cleared),
        Err(refusal) => assert!(refusal.to_string().contains("sharing streaming data with adform")),
    }
    Ok(())
}
