//! What is known about words, read once from the tables in `data/names`.

mod abbreviations;
mod common_words;
mod given_names;
mod legal_forms;
mod number_words;
mod particles;
pub(crate) mod table;
mod titles;

pub use abbreviations::full_word;
pub use common_words::prior_weight;
pub use given_names::{Given, given_names, spellings};
pub use legal_forms::{LegalClass, MAX_LEGAL_WORDS, glued_legal_form, legal_form};
pub use number_words::{number_word, roman_number};
pub use particles::{is_organization_particle, is_personal_particle};
pub use titles::{MAX_TITLE_WORDS, Place, glued_title, is_compound_title, is_glued_title, title};
