//! Data that was put under guard is not used beside the guard.
use dynamoi_privacy::data::UserData;
use dynamoi_privacy::gate::Guarded;
use dynamoi_privacy::vocabulary::SubjectId;

fn keep(subject: SubjectId, account: UserData) -> (Guarded<UserData>, UserData) {
    (Guarded::new(subject, account), account)
}

fn main() {}
