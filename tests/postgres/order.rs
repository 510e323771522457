//! Events that are committed in another order than they were begun: each reaches who follows, and once.

use dynamoi_privacy::{
    Event, Purpose, SubjectId,
    ledger::{Cursor, Ledger, Postgres},
};
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use crate::place::{Place, at_once, until_somebody_waits};

/// Somebody who follows: what they have got so far, and how far they are.
struct Follower {
    ledger: Postgres,
    cursor: Cursor,
    got: Vec<Uuid>,
}

impl Follower {
    async fn of(place: &Place) -> Self {
        Self { ledger: place.ledger().await, cursor: Cursor::start(), got: Vec::new() }
    }

    /// Reads on to the end; what was new.
    async fn look(&mut self) -> Vec<Uuid> {
        let mut new = Vec::new();
        loop {
            let page = self.ledger.read(&self.cursor, 7).await.unwrap();
            new.extend(page.events.iter().map(|event| event.id));
            self.cursor = page.cursor;
            if page.behind == 0 {
                self.got.extend(&new);
                return new;
            }
        }
    }
}

/// What an append does, in a transaction that the caller has begun and ends; the position.
async fn add(connection: &mut PgConnection, lane: i16, id: Uuid) -> i64 {
    let row = sqlx::query(
        "WITH counted AS (UPDATE privacy_lane SET last = last + 1 WHERE lane = $1 RETURNING last)
         INSERT INTO privacy_event (lane, position, id, subject, body)
         SELECT $1, counted.last, $2, $3, $4 FROM counted RETURNING position",
    )
    .bind(lane)
    .bind(id)
    .bind(Uuid::new_v4())
    .bind(r#"{"at":"2026-01-05T09:00:00Z","type":"age_declared"}"#);
    row.fetch_one(connection).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_open_transactions_in_two_lanes_the_later_may_commit_first() {
    for (first_lane, second_lane) in [(3, 9), (9, 3)] {
        let place = Place::new().await;
        let mut follower = Follower::of(&place).await;
        let (mut one, mut two) = (place.connection().await, place.connection().await);
        let (first, second) = (Uuid::new_v4(), Uuid::new_v4());

        let mut begun_first = one.begin().await.unwrap();
        add(&mut begun_first, first_lane, first).await;
        let mut begun_second = two.begin().await.unwrap();
        add(&mut begun_second, second_lane, second).await;
        assert_eq!(follower.look().await, [Uuid::nil(); 0]);
        begun_second.commit().await.unwrap();
        assert_eq!(follower.look().await, [second]);
        assert_eq!(follower.look().await, [Uuid::nil(); 0]);
        begun_first.commit().await.unwrap();
        assert_eq!(follower.look().await, [first]);
        assert_eq!(follower.look().await, [Uuid::nil(); 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn within_one_lane_nobody_can_commit_before_who_began_before() {
    for first_is_undone in [false, true] {
        let place = Place::new().await;
        let mut follower = Follower::of(&place).await;
        let (mut one, mut two, mut watch) =
            (place.connection().await, place.connection().await, place.connection().await);
        let (first, second) = (Uuid::new_v4(), Uuid::new_v4());

        let mut begun_first = one.begin().await.unwrap();
        assert_eq!(add(&mut begun_first, 5, first).await, 1);
        let later = tokio::spawn(async move {
            let mut begun_second = two.begin().await.unwrap();
            let position = add(&mut begun_second, 5, second).await;
            begun_second.commit().await.unwrap();
            position
        });
        until_somebody_waits(&mut watch).await;
        assert!(!later.is_finished());
        assert_eq!(follower.look().await, [Uuid::nil(); 0]);
        if first_is_undone {
            begun_first.rollback().await.unwrap();
            assert_eq!(later.await.unwrap(), 1);
            assert_eq!(follower.look().await, [second]);
        } else {
            begun_first.commit().await.unwrap();
            let seen = follower.look().await;
            assert_eq!(later.await.unwrap(), 2);
            follower.look().await;
            assert_eq!(follower.got, [first, second]);
            assert!(seen.starts_with(&[first]));
        }
        assert_eq!(follower.look().await, [Uuid::nil(); 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_transaction_holds_up_its_own_lane_alone() {
    let place = Place::new().await;
    let (ledger, mut connection) = (place.ledger().await, place.connection().await);
    let mut watch = place.connection().await;
    let mut open = connection.begin().await.unwrap();
    add(&mut open, 5, Uuid::new_v4()).await;
    // Enough subjects for every lane: those of the fifth wait, all others are done.
    let appends: Vec<_> = (0..150)
        .map(|_| {
            let ledger = ledger.clone();
            let event = Event::withdraw(
                SubjectId::random(),
                Purpose::Promotion,
                "2026-01-05T09:00:00Z".parse().unwrap(),
            );
            tokio::spawn(async move { ledger.append(&[event]).await })
        })
        .collect();
    until_somebody_waits(&mut watch).await;
    let mut follower = Follower::of(&place).await;
    while follower.got.len() < 60 {
        follower.look().await;
    }
    open.commit().await.unwrap();
    for append in appends {
        append.await.unwrap().unwrap();
    }
    follower.look().await;
    follower.got.sort();
    follower.got.dedup();
    assert_eq!(follower.got.len(), 151);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_follows_gets_each_once_whatever_the_order_of_commits() {
    let place = Place::new().await;
    let ledger = place.ledger().await;
    // Twelve write by hand, in lanes and for times by chance, and undo one of five; two append.
    let by_hand = (0..12_u8).map(|_| {
        let place = place.clone();
        let writing: std::pin::Pin<Box<dyn Future<Output = Vec<Uuid>> + Send>> = Box::pin(async move {
            let (mut connection, mut kept) = (place.connection().await, Vec::new());
            for _ in 0..25 {
                let mut open = connection.begin().await.unwrap();
                let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
                let chance = one.as_bytes();
                // In ascending order, as appends do.
                let (first, second) = (i16::from(chance[0] % 16), i16::from(chance[1] % 16));
                add(&mut open, first.min(second), one).await;
                add(&mut open, first.max(second), other).await;
                tokio::time::sleep(std::time::Duration::from_micros(u64::from(chance[2]) * 40)).await;
                if chance[3] % 5 == 0 {
                    open.rollback().await.unwrap();
                } else {
                    open.commit().await.unwrap();
                    kept.extend([one, other]);
                }
            }
            kept
        });
        writing
    });
    let appended = (0..2).map(|_| {
        let ledger = ledger.clone();
        let writing: std::pin::Pin<Box<dyn Future<Output = Vec<Uuid>> + Send>> = Box::pin(async move {
            let mut kept = Vec::new();
            for n in 0..60_usize {
                let at = "2026-01-05T09:00:00Z".parse().unwrap();
                let events: Vec<Event> =
                    (0..=n % 3).map(|_| Event::of_age(SubjectId::random(), at)).collect();
                ledger.append(&events).await.unwrap();
                kept.extend(events.iter().map(|event| event.id));
            }
            kept
        });
        writing
    });
    let writers = tokio::spawn(at_once(by_hand.chain(appended).collect::<Vec<_>>()));
    let mut follower = Follower::of(&place).await;
    while !writers.is_finished() {
        follower.look().await;
    }
    let mut written: Vec<Uuid> = writers.await.unwrap().concat();
    follower.look().await;
    written.sort();
    follower.got.sort();
    assert!(follower.got == written, "{} were written, {} were got", written.len(), follower.got.len());
}
