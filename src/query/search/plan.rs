//! Translates the text of a query into a query of the index.

use std::collections::HashSet;

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use super::fields::Field;
use super::prefix::PrefixExpansion;
use super::syntax::{Clause, ClauseKind, parse};
use crate::corpus::text::TextIndex;
use crate::text::{Analyzers, Language, Part, Word, words};

/// Maximum expansions of all prefixes of a query that are ranked as separate terms. More are ranked as one term, which
/// needs no cursor per posting list.
const RANKED_EXPANSIONS: usize = 1000;
/// A prefix with at most this many expansions is always ranked as separate terms.
const FEW_EXPANSIONS: usize = 32;
/// Number of postings of excluded words that is always allowed, also in a small index.
const FREE_EXCLUDED_POSTINGS: u64 = 10_000;
/// Cost of a posting in a phrase query, relative to a term query. Phrase queries read positions.
const PHRASE_COST: u64 = 2;
/// Maximum character pairs of a run without spaces that is searched as a phrase, because it is one word. A longer run is
/// several words: a record matches if it has any of its pairs.
const MAX_PAIRS_OF_ONE_WORD: usize = 3;
/// Weight of a part of a compound, relative to the whole word.
const PART_WEIGHT: f32 = 0.3;

/// Limits on the cost of a query.
#[derive(Clone, Copy, Debug)]
pub struct QueryLimits {
    /// Maximum words of the query. A repeated clause counts once. Each word of a phrase counts.
    pub words: usize,
    /// Maximum expansions of all `word*` of the query, summed over the fields.
    pub expansions: usize,
    /// Maximum postings of excluded words, as a multiple of the number of records. Each excluded word costs all its
    /// postings, whatever else the query has.
    pub exclusions: usize,
}

/// Why a query is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFault {
    /// Description of the fault.
    pub message: String,
    /// Position in the query, in code points from 0.
    pub position: usize,
}

/// A query that is ready for an index.
#[derive(Debug)]
pub struct Plan {
    query: Box<dyn Query>,
    /// Queries whose matches are excluded. Separate from `query`, because excluded phrases fail an assertion of
    /// tantivy 0.27, which seeks them backwards.
    excluded: Vec<Box<dyn Query>>,
    /// Terms to highlight, each with the number of its field if the clause names one.
    terms: HashSet<(Option<usize>, String)>,
    /// Prefixes to highlight, each with the number of its field if the clause names one.
    prefixes: Vec<(Option<usize>, String)>,
}

impl Plan {
    /// Plans a query of an index. Its words are analysed in each of `languages`.
    pub fn new(
        text: &str,
        index: &TextIndex,
        fields: &'static [Field],
        languages: &[Language],
        limits: QueryLimits,
    ) -> Result<Self, QueryFault> {
        Analyzers::kept(|analyzers| {
            let planner = Planner {
                index,
                fields,
                languages,
                limits,
                analyzers,
                terms: HashSet::new(),
                prefixes: Vec::new(),
                expanded: 0,
                words: 0,
                excluded_postings: 0,
            };
            Self::read(text, planner)
        })
    }

    fn read(text: &str, mut planner: Planner<'_>) -> Result<Self, QueryFault> {
        let fault = |message: String, at: usize| QueryFault { message, position: text[..at].chars().count() };
        let clauses = parse(text).map_err(|error| fault(error.message.to_owned(), error.at))?;
        if clauses.is_empty() {
            return Err(fault("has no word".to_owned(), 0));
        }
        let only_stop_words = clauses.iter().all(|clause| planner.stop_words(clause) != StopWords::NoLanguage);
        let (mut parts, mut ranking, mut excluded) = (Vec::new(), Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for clause in &clauses {
            if !seen.insert((clause.excluded, clause.field, &clause.kind)) {
                continue;
            }
            let only = match clause.field {
                Some(name) => Some(planner.field(name).map_err(|message| fault(message, clause.at.start))?),
                None => None,
            };
            let plain = !only_stop_words && !clause.excluded && only.is_none();
            let stop_words = if plain { planner.stop_words(clause) } else { StopWords::NoLanguage };
            if stop_words == StopWords::AllLanguages {
                continue;
            }
            let query = planner.clause(clause, only).map_err(|message| fault(message, clause.at.start))?;
            if planner.excludes_too_much() {
                let message = "the excluded words are in too many records; exclude fewer or rarer words";
                return Err(fault(message.to_owned(), clause.at.start));
            }
            if stop_words == StopWords::SomeLanguages {
                ranking.push((Occur::Should, query));
                continue;
            }
            if clause.excluded {
                excluded.push(query);
                continue;
            }
            let occur = match (&clause.kind, only) {
                // Phrases and clauses with a field are required.
                (ClauseKind::Phrase(_), _) | (_, Some(_)) => Occur::Must,
                _ => Occur::Should,
            };
            parts.push((occur, query));
            if occur == Occur::Should {
                ranking.extend(planner.parts(clause).map(|query| (Occur::Should, query)));
            }
        }
        if parts.is_empty() {
            parts.push((Occur::Must, Box::new(AllQuery)));
        }
        let Planner { terms, prefixes, .. } = planner;
        let mut query: Box<dyn Query> = Box::new(BooleanQuery::new(parts));
        if !ranking.is_empty() {
            ranking.push((Occur::Must, query));
            query = Box::new(BooleanQuery::new(ranking));
        }
        Ok(Self { query, excluded, terms, prefixes })
    }

    pub(super) fn query(&self) -> Box<dyn Query> {
        self.query.box_clone()
    }

    /// A query for the records to exclude. `None` if there are none.
    pub(super) fn excluded(&self) -> Option<Box<dyn Query>> {
        let excluded = self.excluded.iter().map(|query| query.box_clone()).collect();
        (!self.excluded.is_empty()).then(|| Box::new(BooleanQuery::union(excluded)) as Box<dyn Query>)
    }

    /// Whether a term of a field is to be highlighted.
    pub(super) fn marks(&self, field: usize, term: &str) -> bool {
        [None, Some(field)].into_iter().any(|only| self.terms.contains(&(only, term.to_owned())))
            || self.marks_prefix(field, || term)
    }

    /// Whether a word of a field has a prefix to be highlighted. `form` is called only if the query has a prefix.
    pub(super) fn marks_prefix<'f>(&self, field: usize, form: impl FnOnce() -> &'f str) -> bool {
        if self.prefixes.is_empty() {
            return false;
        }
        let form = form();
        let of = |only: &Option<usize>| only.is_none_or(|only| only == field);
        self.prefixes.iter().any(|(only, prefix)| of(only) && form.starts_with(prefix.as_str()))
    }
}

/// Whether the words of a clause are stop words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StopWords {
    /// Of no language.
    NoLanguage,
    /// Of some languages, such as `war` in German. Such words rank the matches of the other words.
    SomeLanguages,
    /// Of every language with stop words. Such words are ignored: nearly every record has them.
    AllLanguages,
}

struct Planner<'i> {
    index: &'i TextIndex,
    fields: &'static [Field],
    languages: &'i [Language],
    limits: QueryLimits,
    analyzers: &'i mut Analyzers,
    terms: HashSet<(Option<usize>, String)>,
    prefixes: Vec<(Option<usize>, String)>,
    /// Number of expansions of prefixes so far.
    expanded: usize,
    /// Number of words so far.
    words: usize,
    /// Number of postings of excluded words so far.
    excluded_postings: u64,
}

impl Planner<'_> {
    fn field(&self, name: &str) -> Result<usize, String> {
        let found = self.fields.iter().find(|field| !field.name.is_empty() && field.name == name);
        found.map(|field| field.number).ok_or_else(|| {
            let names: Vec<_> = self.fields.iter().map(|field| field.name).filter(|name| !name.is_empty()).collect();
            format!("{name:?} is no field; fields are {}", names.join(", "))
        })
    }

    fn excludes_too_much(&self) -> bool {
        let most = (self.limits.exclusions as u64).saturating_mul(self.index.searcher().num_docs());
        self.excluded_postings > most.max(FREE_EXCLUDED_POSTINGS)
    }

    /// Number of records with a term.
    fn frequency(&self, term: &Term) -> u64 {
        self.index.searcher().doc_freq(term).expect("an index in memory can be read")
    }

    fn stop_words(&mut self, clause: &Clause<'_>) -> StopWords {
        let ClauseKind::Words(text) = clause.kind else { return StopWords::NoLanguage };
        let analyzers = &mut *self.analyzers;
        let listed = self.languages.iter().filter(|language| language.lists_stop_words()).count();
        let all_stop = |language: &&Language| words(text).all(|word| analyzers.is_stop_word(word.text, **language));
        match self.languages.iter().filter(all_stop).count() {
            0 => StopWords::NoLanguage,
            stopping if stopping < listed => StopWords::SomeLanguages,
            _ => StopWords::AllLanguages,
        }
    }

    fn clause(&mut self, clause: &Clause<'_>, only: Option<usize>) -> Result<Box<dyn Query>, String> {
        let marked = !clause.excluded;
        let (ClauseKind::Words(text) | ClauseKind::Prefix(text) | ClauseKind::Phrase(text)) = clause.kind;
        let count = query_words(text).count();
        self.words += count;
        let most = self.limits.words;
        if self.words > most {
            return Err(format!("more than {most} words; ask with fewer"));
        }
        match clause.kind {
            // Words without white space between them, such as `US-Deal`, are a phrase where they are required or excluded.
            ClauseKind::Words(text) if count == 1 || (marked && only.is_none()) => Ok(self.words(text, only, marked)),
            ClauseKind::Words(text) | ClauseKind::Phrase(text) => Ok(self.phrase(text, only, marked)),
            ClauseKind::Prefix(text) => self.prefix(text, only, marked),
        }
    }

    /// The numbers of the fields that a clause searches, with their weights.
    fn searched_fields(&self, only: Option<usize>) -> Vec<(usize, f32)> {
        if let Some(number) = only {
            return vec![(number, 1.0)];
        }
        let looked = self.fields.iter().filter(|field| field.weight > 0.0);
        looked.map(|field| (field.number, field.weight)).collect()
    }

    /// The distinct terms of a word in all languages.
    fn variants(&mut self, word: &str) -> Vec<String> {
        let mut variants: Vec<String> = Vec::new();
        for language in self.languages {
            for term in self.analyzers.query_terms(word, *language).iter().filter(|term| !term.is_empty()) {
                if !variants.iter().any(|known| **known == **term) {
                    variants.push(term.to_string());
                }
            }
        }
        variants
    }

    /// A query for any of the words of a text without white space, such as `US-Geschäft`.
    fn words(&mut self, text: &str, only: Option<usize>, marked: bool) -> Box<dyn Query> {
        let words: Vec<Word<'_>> = words(text).collect();
        let mut queries = Vec::new();
        for run in words.split_inclusive(|word| word.part != Part::Pair) {
            let pairs = run.iter().filter(|word| word.part == Part::Pair).count();
            if (2..=MAX_PAIRS_OF_ONE_WORD).contains(&pairs) {
                queries.push(self.adjacent(run, only, marked));
            } else {
                queries.extend(
                    run.iter().filter(|word| word.part != Part::Last).map(|word| self.word(word.text, only, marked)),
                );
            }
        }
        match queries.len() {
            1 => queries.swap_remove(0),
            _ => Box::new(BooleanQuery::union(queries)),
        }
    }

    /// A query for one word in each of its spellings.
    fn word(&mut self, word: &str, only: Option<usize>, marked: bool) -> Box<dyn Query> {
        let variants = self.variants(word);
        if marked {
            self.terms.extend(variants.iter().map(|term| (only, term.clone())));
        } else {
            self.count_excluded(&variants, only);
        }
        self.any_of(&variants, only)
    }

    /// Adds the postings of excluded terms.
    fn count_excluded(&mut self, terms: &[String], only: Option<usize>) {
        for (number, _) in self.searched_fields(only) {
            let field = self.index.field(number);
            let found = terms.iter().map(|term| self.frequency(&Term::from_field_text(field, term)));
            self.excluded_postings += found.sum::<u64>();
        }
    }

    /// A query for the parts of the compounds of a clause. It ranks the matches of other clauses: with a speaker's name,
    /// `Gesichtserkennung` ranks claims with `Gesichtsmuster` higher.
    fn parts(&mut self, clause: &Clause<'_>) -> Option<Box<dyn Query>> {
        let ClauseKind::Words(text) = clause.kind else { return None };
        let mut parts: Vec<String> = Vec::new();
        for word in words(text).filter(|word| word.part == Part::Whole) {
            let whole = self.variants(word.text);
            for language in self.languages {
                let terms = self.analyzers.text_terms(word.text, *language).iter();
                parts.extend(terms.map(ToString::to_string).filter(|term| !whole.contains(term) && !term.is_empty()));
            }
        }
        parts.sort_unstable();
        parts.dedup();
        (!parts.is_empty()).then(|| Box::new(BoostQuery::new(self.any_of(&parts, None), PART_WEIGHT)) as Box<dyn Query>)
    }

    /// A query for any of the terms of one word in any field. The best term and field give the score.
    fn any_of(&self, terms: &[String], only: Option<usize>) -> Box<dyn Query> {
        let mut queries: Vec<Box<dyn Query>> = Vec::new();
        for term in terms {
            for (number, weight) in self.searched_fields(only) {
                queries.push(term_query(self.index.field(number), term, weight, IndexRecordOption::WithFreqs));
            }
        }
        best_of(queries)
    }

    fn phrase(&mut self, text: &str, only: Option<usize>, marked: bool) -> Box<dyn Query> {
        if query_words(text).count() < 2 {
            return self.words(text, only, marked);
        }
        self.adjacent(&words(text).collect::<Vec<_>>(), only, marked)
    }

    /// A phrase query for each language and spelling.
    fn adjacent(&mut self, phrase: &[Word<'_>], only: Option<usize>, marked: bool) -> Box<dyn Query> {
        let asked = || phrase.iter().enumerate().filter(|(_, word)| word.part != Part::Last);
        let mut read: Vec<Vec<String>> = Vec::new();
        for (language, spelling) in self.languages.iter().flat_map(|language| [(*language, 0), (*language, 1)]) {
            let mut term = |word: &Word<'_>| {
                let terms = self.analyzers.query_terms(word.text, language);
                terms.get(spelling).unwrap_or(&terms[0]).to_string()
            };
            let terms: Vec<_> = asked().map(|(_, word)| term(word)).collect();
            if !read.contains(&terms) && terms.iter().all(|term| !term.is_empty()) {
                read.push(terms);
            }
        }
        let mut queries: Vec<Box<dyn Query>> = Vec::new();
        for terms in read {
            for (number, _) in self.searched_fields(only) {
                let field = self.index.field(number);
                let terms: Vec<Term> = terms.iter().map(|term| Term::from_field_text(field, term)).collect();
                if !marked {
                    let rarest = terms.iter().map(|term| self.frequency(term)).min().unwrap_or(0);
                    self.excluded_postings += rarest * PHRASE_COST * terms.len() as u64;
                }
                let terms = asked().map(|(at, _)| at).zip(terms).collect();
                queries.push(Box::new(PhraseQuery::new_with_offset(terms)));
            }
            if marked {
                self.terms.extend(terms.into_iter().map(|term| (only, term)));
            }
        }
        best_of(queries)
    }

    fn prefix(&mut self, text: &str, only: Option<usize>, marked: bool) -> Result<Box<dyn Query>, String> {
        let parts: Vec<_> = query_words(text).collect();
        if parts.iter().filter(|word| word.part == Part::Pair).count() > 1 {
            // A text without spaces can continue after the last pair.
            return Ok(self.phrase(text, only, marked));
        }
        let prefix = parts.last().map_or(text, |word| word.text);
        let mut prefixes: Vec<String> = Vec::new();
        for prefix in self.languages.iter().flat_map(|language| self.analyzers.prefix_keys(prefix, *language)) {
            if !prefix.is_empty() && !prefixes.contains(&prefix) {
                prefixes.push(prefix);
            }
        }
        let mut found: Vec<Box<dyn Query>> = Vec::new();
        for (number, weight) in self.searched_fields(only) {
            for field in [self.index.field(number), self.index.forms(number)] {
                let most = self.limits.expansions;
                let expansion = PrefixExpansion::new(self.index, field, &prefixes, most - self.expanded)
                    .ok_or_else(|| format!("a prefix of more than {most} words; give a longer prefix"))?;
                self.expanded += expansion.len();
                if !marked {
                    self.excluded_postings += expansion.postings();
                }
                if self.expanded <= RANKED_EXPANSIONS || expansion.len() <= FEW_EXPANSIONS {
                    let option = IndexRecordOption::Basic;
                    found.extend(expansion.terms().map(|term| term_query(field, term, weight, option)));
                } else {
                    found.push(expansion.union_query(weight));
                }
            }
        }
        let mut queries = vec![best_of(found)];
        // `US-Gesch*` has a word before the prefix.
        let before = parts.len().saturating_sub(1);
        for word in &parts[..before] {
            queries.push(self.words(word.text, only, marked));
        }
        if marked {
            self.prefixes.extend(prefixes.into_iter().map(|prefix| (only, prefix)));
        }
        Ok(if queries.len() == 1 { queries.swap_remove(0) } else { Box::new(BooleanQuery::union(queries)) })
    }
}

/// The words of a query, without [`Part::Last`], which repeats a character of the pair before.
fn query_words(text: &str) -> impl Iterator<Item = Word<'_>> {
    words(text).filter(|word| word.part != Part::Last)
}

/// A query for one term of a field, with its score multiplied by `weight`.
fn term_query(field: IndexField, term: &str, weight: f32, option: IndexRecordOption) -> Box<dyn Query> {
    let query = Box::new(TermQuery::new(Term::from_field_text(field, term), option));
    // Multiplying by 1 would cost a little in every record.
    if (weight - 1.0).abs() < f32::EPSILON { query } else { Box::new(BoostQuery::new(query, weight)) }
}

/// A query whose score is the best score of the queries, not their sum.
fn best_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        1 => queries.swap_remove(0),
        _ => Box::new(DisjunctionMaxQuery::new(queries)),
    }
}
