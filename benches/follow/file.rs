//! The file that is read: subjects who accepted the policy, said where they live, and consented.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use dynamoi_privacy::{
    Event, History, Purpose, SubjectId,
    ledger::{Ledger, Sqlite},
};
use sqlx::{Connection, Executor, SqliteConnection, sqlite::SqliteConnectOptions};

/// How many events each subject has.
pub(crate) const EVENTS: u32 = 3;

/// A ledger in a folder of its own, removed with it.
pub(crate) struct File {
    folder: PathBuf,
    pub(crate) path: PathBuf,
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn begun() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_603_600, 123_456_789).unwrap()
}

/// The events of a subject, as they came in.
pub(crate) fn events(subject: SubjectId, nth: u32) -> [Event; EVENTS as usize] {
    let at = begun() + TimeDelta::microseconds(i64::from(nth));
    let home = if nth.is_multiple_of(3) { "US" } else { "DE" };
    [
        Event::accept(subject, "1.0.0", at),
        Event::home(subject, home.parse().unwrap(), at),
        Event::grant_until(subject, Purpose::Promotion, "1.0.0", at, at + TimeDelta::days(365)),
    ]
}

impl File {
    /// Writes the rows behind the ledger's back, without its indexes, which nobody who reads from the start looks at;
    /// one subject is appended by the ledger itself, so that the two cannot come to differ in what a row is.
    pub(crate) async fn make(subjects: u32) -> Self {
        let folder = std::env::temp_dir().join(format!("dynamoi-privacy-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("consents.db");
        let file = Self { folder, path };
        let ledger = file.ledger().await;
        let first = events(SubjectId::random(), 0);
        ledger.append(&first).await.unwrap();
        let mut connection = file.connection().await;
        let select = "SELECT body FROM event ORDER BY position";
        let written: Vec<String> = sqlx::query_scalar(select).fetch_all(&mut connection).await.unwrap();
        for (event, written) in first.iter().zip(written) {
            assert_eq!(body(event), written, "the ledger writes other rows than this benchmark");
        }
        let drop = "PRAGMA synchronous = OFF; DROP INDEX event_id; DROP INDEX event_subject; DROP INDEX event_visitor";
        connection.execute(drop).await.unwrap();
        for from in (1..subjects).step_by(1000) {
            let mut sql = "INSERT INTO event (id, subject, body) VALUES ".to_owned();
            for nth in from..subjects.min(from + 1000) {
                for event in events(SubjectId::random(), nth) {
                    let (id, subject) = (event.id.simple(), event.subject.uuid().simple());
                    write!(sql, "(x'{id}',x'{subject}','{}'),", body(&event)).unwrap();
                }
            }
            sql.pop();
            connection.execute(sqlx::query(&sql).persistent(false)).await.unwrap();
        }
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
        connection.close().await.unwrap();
        ledger.close().await;
        file
    }

    pub(crate) async fn ledger(&self) -> Sqlite {
        Sqlite::open(&self.path, Arc::new(History::dynamoi())).await.unwrap()
    }

    pub(crate) async fn connection(&self) -> SqliteConnection {
        connect(&self.path).await
    }
}

async fn connect(path: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap()
}

fn body(event: &Event) -> String {
    let written = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let json = serde_json::to_value(event).unwrap();
    let (at, kind) = (written(event.at), event.event_type());
    match (json.get("expires_at"), json.get("scope"), json.get("country")) {
        (Some(until), Some(scope), _) => format!(
            r#"{{"at":"{at}","expires_at":{until},"policy_version":"1.0.0","scope":{scope},"type":"{kind}"}}"#
        ),
        (_, _, Some(country)) => format!(r#"{{"at":"{at}","country":{country},"type":"{kind}"}}"#),
        _ => format!(r#"{{"at":"{at}","manner":"explicit","policy_version":"1.0.0","type":"{kind}"}}"#),
    }
}
