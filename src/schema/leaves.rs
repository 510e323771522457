//! Instants, dates and ids: what every type of the wire writes alike, described once.

use serde_json::{Value, json};

use crate::vocabulary::describe::{DATE, LINE_BREAK, TIME};

/// The definition that stands for every text of a format; `None` for a format that the wire does not have.
pub(super) fn name_of(format: &str) -> Option<&'static str> {
    match format {
        "date-time" => Some("Instant"),
        "date" => Some("CalendarDate"),
        "uuid" => Some("Uuid"),
        _ => None,
    }
}

/// A definition of this room's own.
pub(super) fn definition(name: &str) -> Option<Value> {
    match name {
        "Instant" => Some(json!({
            "type": "string",
            "format": "date-time",
            "description": "An instant of RFC 3339 with an offset. Any offset means its instant, and nanoseconds count: \
                whoever passes an instant on keeps its digits. Digits beyond nanoseconds are cut off.",
            "examples": ["2026-01-05T09:00:00Z", "2026-01-05T10:30:00.000000001+01:30"],
        })),
        "CalendarDate" => Some(json!({
            "type": "string",
            "format": "date",
            "description": "A date of RFC 3339, of the years 0000 to 9999.",
            "examples": ["2026-01-05"],
        })),
        "Uuid" => Some(json!({
            "type": "string",
            "format": "uuid",
            "description": "A UUID (RFC 9562) with hyphens; the case of its digits means nothing.",
            "examples": ["0b8c1c8e-52a7-4a8f-8f9c-9f3b8f0f2a44"],
        })),
        _ => None,
    }
}

/// The keywords that say the same as a format to tools that do not look at formats, and what the format leaves open.
pub(super) fn spelt_out(format: &str) -> Option<Value> {
    match format {
        "date-time" => Some(json!({
            "pattern": format!("^{DATE}[Tt]{TIME}(\\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"),
            "not": { "pattern": LINE_BREAK },
        })),
        "date" => Some(json!({ "pattern": format!("^{DATE}$"), "maxLength": 10 })),
        "uuid" => Some(json!({
            "pattern": "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
            "maxLength": 36,
        })),
        _ => None,
    }
}
