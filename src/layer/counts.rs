//! What layers did to calls since the start.

use std::sync::atomic::{AtomicU64, Ordering};

/// What layers did to calls since the start.
#[derive(Debug, Default)]
pub struct Counts {
    panics: AtomicU64,
    late: AtomicU64,
    shed: AtomicU64,
    over_quota: AtomicU64,
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
    add_over_quota over_quota "were turned away since their client makes too many",
}
