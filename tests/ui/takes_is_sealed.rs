//! A host cannot have a body built for a recipient of its own: it opens what was cleared.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::{Recipient, Told};
use dynamoi_privacy::processors::{Body, Lacking, Takes};
use dynamoi_privacy::vocabulary::ProcessorId;

struct Own;
impl Recipient for Own {
    const ID: ProcessorId = ProcessorId::STRIPE;
}

impl Takes<UserData> for Own {
    type With<'a> = ();

    fn body(_: &UserData, _: &Told<'_>, (): ()) -> Result<Body, Lacking> {
        unimplemented!()
    }
}

fn main() {}
