//! Counts of calls that were refused before their handlers answered, since the start of the server.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of calls that were refused before their handlers answered, since the start of the server.
#[derive(Debug, Default)]
pub struct Counts {
    panics: AtomicU64,
    late: AtomicU64,
    shed: AtomicU64,
    unsent: AtomicU64,
    over_quota: AtomicU64,
    without_credentials: AtomicU64,
    with_malformed_credentials: AtomicU64,
    with_unknown_token: AtomicU64,
    with_unlisted_certificate: AtomicU64,
    without_permission: AtomicU64,
}

macro_rules! counts {
    ($($add:ident $field:ident $what:literal),+ $(,)?) => {
        impl Counts {
            $(
                #[doc = concat!("Calls that ", $what, ".")]
                pub fn $field(&self) -> u64 {
                    self.$field.load(Ordering::Relaxed)
                }

                pub(super) fn $add(&self) {
                    self.$field.fetch_add(1, Ordering::Relaxed);
                }
            )+
        }
    };
}

counts! {
    add_panic panics "panicked",
    add_late late "exceeded their deadlines",
    add_shed shed "were shed since too many calls were open",
    add_unsent unsent "were refused since too many bytes of responses waited to be sent",
    add_over_quota over_quota "exceeded the quotas of their clients",
    add_without_credentials without_credentials "came without credentials",
    add_with_malformed_credentials with_malformed_credentials "came with an authorization that is not a bearer token",
    add_with_unknown_token with_unknown_token "came with an unknown token",
    add_with_unlisted_certificate with_unlisted_certificate "came with an unlisted certificate",
    add_without_permission without_permission "lacked the permission of their method",
}
