//! Which questions for a network make sense.

use super::{NetworkQuery, Window};
use crate::error::Violations;
use crate::proto::v1::{DuplicateRule, NetworkKind, NodeKind, Normalization, WindowUnit};

impl NetworkQuery {
    /// Notes every field that breaks its rules, or goes with no other, by its name in ComputeNetworkRequest.
    pub fn check(&self, violations: &mut Violations) {
        let two_modes = self.kind == NetworkKind::Affiliation;
        let dispute = self.kind == NetworkKind::Dispute;
        if self.kind == NetworkKind::Unspecified {
            violations.add("kind", "is required; give NETWORK_KIND_AFFILIATION or another kind");
        } else {
            if self.rows == NodeKind::Concept && (two_modes || dispute) {
                let name = self.kind.as_str_name();
                violations.add("rows", format!("{name} has actors for rows; give a speaker, or another kind"));
            }
            if self.signed && !two_modes {
                violations.add("signed", "goes with NETWORK_KIND_AFFILIATION only; NETWORK_KIND_SUBTRACT is its like");
            }
            self.check_normalization(violations);
        }
        let rule = self.duplicates;
        if dispute && !matches!(rule, DuplicateRule::Unspecified | DuplicateRule::Include) {
            violations
                .add("duplicates", "NETWORK_KIND_DISPUTE counts relations, which have no duplicates; leave it out");
        }
        if !self.min_weight.is_finite() || self.min_weight < 0.0 {
            violations.add("min_weight", format!("{} is not a number from 0 on", self.min_weight));
        }
        if self.max_nodes == 0 {
            violations.add("max_nodes", "is 0; a network has at least 1 node");
        }
        if let Some(window) = self.window {
            if window.unit == WindowUnit::Unspecified {
                violations.add("window.unit", "is required; give WINDOW_UNIT_DAY or another unit");
            }
            for (field, units) in [("window.size", window.size), ("window.step", window.step)] {
                if !(1..=Window::MAX_UNITS).contains(&units) {
                    violations.add(field, format!("{units} is not 1 to {}", Window::MAX_UNITS));
                }
            }
        }
    }

    fn check_normalization(&self, violations: &mut Violations) {
        let goes_with = match self.normalization {
            Normalization::Unspecified | Normalization::None => return,
            Normalization::Activity | Normalization::Prominence if self.kind == NetworkKind::Affiliation => return,
            Normalization::Activity | Normalization::Prominence => "NETWORK_KIND_AFFILIATION only",
            Normalization::Jaccard if self.kind == NetworkKind::Dispute => "kinds that compare concepts only",
            _ if self.kind != NetworkKind::Affiliation => return,
            _ => "kinds of one mode only; NORMALIZATION_ACTIVITY and NORMALIZATION_PROMINENCE go with two",
        };
        violations.add("normalization", format!("{} goes with {goes_with}", self.normalization.as_str_name()));
    }
}
