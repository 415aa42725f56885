//! The objects of a ClaimReview feed as they are written. Names of fields are the vocabulary's.

use serde::Serialize;

/// The vocabulary of everything that is written.
pub(super) const CONTEXT: &str = "https://schema.org";

/// An entry of a feed.
#[derive(Serialize)]
pub(super) struct DataFeedItem<'r> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) item: [ClaimReview<'r>; 1],
}

/// A review of a claim.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClaimReview<'r> {
    #[serde(rename = "@context")]
    pub(super) context: &'static str,
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) url: &'r str,
    pub(super) claim_reviewed: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) name: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) in_language: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_published: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) license: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) author: Option<Agent<'r>>,
    pub(super) item_reviewed: ReviewedClaim<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) review_rating: Option<ReviewRating<'r>>,
}

/// A person or organization.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Agent<'r> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) name: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) job_title: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) url: &'r str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) same_as: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) identifier: Vec<PropertyValue<'r>>,
}

/// An identifier in a register.
#[derive(Serialize)]
pub(super) struct PropertyValue<'r> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(rename = "propertyID")]
    pub(super) property_id: &'r str,
    pub(super) value: &'r str,
}

/// What was reviewed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReviewedClaim<'r> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    /// The claim in the reviewer's words, where these are not those of `claimReviewed`.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) alternate_name: &'r str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) author: Vec<Agent<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_published: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) appearance: Vec<CreativeWork<'r>>,
}

/// A page on which a claim stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreativeWork<'r> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    pub(super) url: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) headline: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) in_language: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) publisher: Option<Agent<'r>>,
}

/// What a review found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReviewRating<'r> {
    #[serde(rename = "@type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rating_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) best_rating: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) worst_rating: Option<f64>,
    /// In the reviewer's words.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) alternate_name: &'r str,
    /// The verdict in words that everybody knows, where the reviewer's do not tell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'static str>,
}
