//! Whose data it is cannot be changed once it is guarded.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;
use dynamoi_privacy::vocabulary::SubjectId;

fn relabel(mut account: Guarded<UserData>, subject: SubjectId) -> Guarded<UserData> {
    account.subject = subject;
    account
}

fn main() {}
