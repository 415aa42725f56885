//! Whether an item may be read by anybody yet.

use super::item::Item;
use crate::format::partial_time;
use crate::proto::Timestamp;

/// What may become of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Release {
    /// It may be served.
    Free,
    /// Not now, or not any more. Why, in a sentence.
    HeldBack(String),
    /// It has an embargo that cannot be read, so it is not served. The embargo as written.
    Unreadable(String),
}

impl Release {
    /// What holds of an item at a point in time.
    pub(super) fn of(item: Item<'_>, now: &Timestamp) -> Self {
        let status = item.text("pubstatus").to_ascii_lowercase();
        // Written as a code of a vocabulary too: `stat:canceled`, `http://cv.iptc.org/newscodes/pubstatusg2/withheld`.
        let status = status.rsplit([':', '/', '#']).next().unwrap_or_default();
        if matches!(status, "withheld" | "canceled" | "cancelled") {
            return Self::HeldBack(format!("its pubstatus is {status}"));
        }
        let Some(embargo) = item.get("embargoed") else { return Self::Free };
        let text = embargo.as_str().unwrap_or_default();
        match partial_time::parse(text).and_then(|time| time.time) {
            None => Self::Unreadable(embargo.to_string()),
            Some(until) if (until.seconds, until.nanos) > (now.seconds, now.nanos) => {
                Self::HeldBack(format!("it is embargoed until {text}"))
            }
            Some(_) => Self::Free,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What holds of an item at 2023-11-14T22:13:20Z.
    fn release(json: &str) -> Release {
        Release::of(Item(&serde_json::from_str(json).unwrap()), &Timestamp { seconds: 1_700_000_000, nanos: 0 })
    }

    #[test]
    fn an_embargo_holds_until_its_second() {
        for embargo in ["2023-11-14T22:13:20Z", "2023-11-14T23:13:20+01:00", "2020-01-01", "1999"] {
            assert_eq!(release(&format!(r#"{{"embargoed":"{embargo}"}}"#)), Release::Free, "{embargo}");
        }
        let held = release(r#"{"embargoed":"2023-11-14T22:13:21Z"}"#);
        assert_eq!(held, Release::HeldBack("it is embargoed until 2023-11-14T22:13:21Z".to_owned()));
    }

    #[test]
    fn an_embargo_that_cannot_be_read_holds_and_none_does_not() {
        assert_eq!(release(r#"{"embargoed":"Monday"}"#), Release::Unreadable("\"Monday\"".to_owned()));
        assert_eq!(release(r#"{"embargoed":""}"#), Release::Unreadable("\"\"".to_owned()));
        assert_eq!(release(r#"{"embargoed":null}"#), Release::Free);
    }

    #[test]
    fn what_is_withheld_or_canceled_is_held_back_in_any_generation() {
        for json in [
            r#"{"pubstatus":"withheld"}"#,
            r#"{"pubStatus":"canceled"}"#,
            r#"{"pubStatus":"Cancelled"}"#,
            r#"{"pubstatus":"stat:canceled"}"#,
        ] {
            assert!(matches!(release(json), Release::HeldBack(_)), "{json}");
        }
        assert_eq!(release(r#"{"pubstatus":"usable"}"#), Release::Free);
    }
}
