//! What layers did to calls since the start.

use std::sync::atomic::{AtomicU64, Ordering};

/// What layers did to calls since the start.
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
    add_panic panics "ended in a panic",
    add_late late "took longer than they were given",
    add_shed shed "were turned away since too many were open",
    add_unsent unsent "were turned away since too many bytes of answers were made and not sent",
    add_over_quota over_quota "were turned away since their client makes too many",
    add_without_credentials without_credentials "were turned away since nothing said who makes them",
    add_with_malformed_credentials with_malformed_credentials "were turned away since their authorization was no token",
    add_with_unknown_token with_unknown_token "were turned away since nobody is listed with their token",
    add_with_unlisted_certificate with_unlisted_certificate "were turned away since nobody is listed with their certificate",
    add_without_permission without_permission "were turned away since their client may not make them",
}
