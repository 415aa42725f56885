//! Full-text search: which claims and articles answer a query, in which order, and where its words stand.

mod arbitrary;
mod asking;
mod german;
mod highlights;
mod languages;
mod pages;
mod refusals;
mod scripts;
mod umlauts;
mod words;
