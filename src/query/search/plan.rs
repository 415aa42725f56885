//! From a query's text to a query of the index.

use std::collections::HashSet;

use tantivy::Term;
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::{Field as IndexField, IndexRecordOption};

use super::prefix::PrefixExpansion;
use super::syntax::{Clause, ClauseKind, parse};
use crate::corpus::text::TextIndex;
use crate::text::{Analyzers, Language, Part, Word, words};

/// Words of the index that the `word*` of a query may stand for, all together, and each still ranks by itself. Of more,
/// which of them a record has says little, and a place among the postings of each would be kept at once.
const RANKED_EXPANSIONS: usize = 1000;
/// A beginning of so few words is looked up word by word all the same: to gather its records costs a look at them all.
const FEW_EXPANSIONS: usize = 32;
/// So many postings to leave records out cost nothing to speak of, however few records there are.
const FREE_EXCLUDED_POSTINGS: u64 = 10_000;
/// What an occurrence of a phrase costs against that of a word, for each word of the phrase: places are compared.
const PHRASE_COST: u64 = 2;
/// Pairs of characters of a run without spaces that must stand side by side: the run is taken for one word. A longer run is
/// several words, and any of its pairs is found.
const MAX_PAIRS_OF_ONE_WORD: usize = 3;
/// What a part of a compound counts against the whole.
const PART_WEIGHT: f32 = 0.3;

/// A field of an index: what queries call it, and where plain words look.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name in queries; empty for a field that cannot be named.
    pub name: &'static str,
    /// Number in the index.
    pub number: usize,
    /// What a plain word counts there; 0 where it does not look.
    pub weight: f32,
}

/// What a query may cost.
#[derive(Clone, Copy, Debug)]
pub struct QueryLimits {
    /// Most words of the query. A part that is repeated counts once, a word of a phrase as often as it stands there.
    pub words: usize,
    /// Most words of the index that its `word*` stand for, all together, counted in each field.
    pub expansions: usize,
    /// Most postings that are read to leave records out, as a multiple of the records there are. Plain words that stand
    /// everywhere cost each record once; words to leave out cost it once each, whatever else is asked.
    pub exclusions: usize,
}

/// Why a query cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryFault {
    /// What is wrong.
    pub message: String,
    /// Where in the query: code point, counted from 0.
    pub position: usize,
}

/// A query that can be put to an index.
#[derive(Debug)]
pub struct Plan {
    query: Box<dyn Query>,
    /// What leaves records out. Apart from `query`, as phrases that tantivy 0.27 is to leave out are asked about records
    /// they are past of, which its assertions forbid.
    excluded: Vec<Box<dyn Query>>,
    /// Terms that hits are marked by, each with the number of the only field it counts in.
    terms: HashSet<(Option<usize>, String)>,
    /// Beginnings of terms that hits are marked by.
    prefixes: Vec<(Option<usize>, String)>,
}

impl Plan {
    /// Plans a query over the fields of an index, with its words read in each of `languages`.
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
        let only_stop_words = clauses.iter().all(|clause| planner.says(clause) != Says::Something);
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
            let says = if plain { planner.says(clause) } else { Says::Something };
            if says == Says::Nothing {
                continue;
            }
            let query = planner.clause(clause, only).map_err(|message| fault(message, clause.at.start))?;
            if planner.excludes_too_much() {
                let message = "the words to leave out stand in too many records; give fewer, or rarer ones";
                return Err(fault(message.to_owned(), clause.at.start));
            }
            if says == Says::SomethingElsewhere {
                ranking.push((Occur::Should, query));
                continue;
            }
            if clause.excluded {
                excluded.push(query);
                continue;
            }
            let occur = match (&clause.kind, only) {
                // Who names a field or puts words in quotation marks means it.
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

    /// What leaves records out, if anything does.
    pub(super) fn excluded(&self) -> Option<Box<dyn Query>> {
        let excluded = self.excluded.iter().map(|query| query.box_clone()).collect();
        (!self.excluded.is_empty()).then(|| Box::new(BooleanQuery::union(excluded)) as Box<dyn Query>)
    }

    /// Whether a term of a text in a field is one that was asked for.
    pub(super) fn marks(&self, field: usize, term: &str) -> bool {
        [None, Some(field)].into_iter().any(|only| self.terms.contains(&(only, term.to_owned())))
            || self.marks_prefix(field, || term)
    }

    /// Whether a word of a text in a field, whose form is made where it is needed, begins as was asked for.
    pub(super) fn marks_prefix<'f>(&self, field: usize, form: impl FnOnce() -> &'f str) -> bool {
        if self.prefixes.is_empty() {
            return false;
        }
        let form = form();
        let of = |only: &Option<usize>| only.is_none_or(|only| only == field);
        self.prefixes.iter().any(|(only, prefix)| of(only) && form.starts_with(prefix.as_str()))
    }
}

/// What the words of a clause say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    /// They are worth finding.
    Something,
    /// They are stop words of one language and words of another, as German `war`: they rank what the others find.
    SomethingElsewhere,
    /// They are stop words of every language that has some. They would only cost time: nearly every record has them.
    Nothing,
}

struct Planner<'i> {
    index: &'i TextIndex,
    fields: &'static [Field],
    languages: &'i [Language],
    limits: QueryLimits,
    analyzers: &'i mut Analyzers,
    terms: HashSet<(Option<usize>, String)>,
    prefixes: Vec<(Option<usize>, String)>,
    /// Words that beginnings stand for so far.
    expanded: usize,
    /// Words so far.
    words: usize,
    /// Postings that are read to leave records out, so far.
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

    /// How many records have a term.
    fn frequency(&self, term: &Term) -> u64 {
        self.index.searcher().doc_freq(term).expect("an index in memory can be read")
    }

    fn says(&mut self, clause: &Clause<'_>) -> Says {
        let ClauseKind::Words(text) = clause.kind else { return Says::Something };
        let analyzers = &mut *self.analyzers;
        let listed = self.languages.iter().filter(|language| language.lists_stop_words()).count();
        let all_stop = |language: &&Language| words(text).all(|word| analyzers.is_stop_word(word.text, **language));
        match self.languages.iter().filter(all_stop).count() {
            0 => Says::Something,
            stopping if stopping < listed => Says::SomethingElsewhere,
            _ => Says::Nothing,
        }
    }

    fn clause(&mut self, clause: &Clause<'_>, only: Option<usize>) -> Result<Box<dyn Query>, String> {
        let marked = !clause.excluded;
        let (ClauseKind::Words(text) | ClauseKind::Prefix(text) | ClauseKind::Phrase(text)) = clause.kind;
        let count = asked(text).count();
        self.words += count;
        let most = self.limits.words;
        if self.words > most {
            return Err(format!("more than {most} words; ask with fewer"));
        }
        match clause.kind {
            // What is written as one word is meant as one where it must stand or must not.
            ClauseKind::Words(text) if count == 1 || (marked && only.is_none()) => Ok(self.words(text, only, marked)),
            ClauseKind::Words(text) | ClauseKind::Phrase(text) => Ok(self.phrase(text, only, marked)),
            ClauseKind::Prefix(text) => self.prefix(text, only, marked),
        }
    }

    /// Where a clause looks, and how much that counts.
    fn places(&self, only: Option<usize>) -> Vec<(usize, f32)> {
        if let Some(number) = only {
            return vec![(number, 1.0)];
        }
        let looked = self.fields.iter().filter(|field| field.weight > 0.0);
        looked.map(|field| (field.number, field.weight)).collect()
    }

    /// The terms of a word in each language; most languages agree on most words.
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

    /// Any of the words; several stand together in what a reader takes for one word, such as `US-Geschäft`.
    fn words(&mut self, text: &str, only: Option<usize>, marked: bool) -> Box<dyn Query> {
        let words: Vec<Word<'_>> = words(text).collect();
        let mut queries = Vec::new();
        for run in words.split_inclusive(|word| word.part != Part::Pair) {
            let pairs = run.iter().filter(|word| word.part == Part::Pair).count();
            if (2..=MAX_PAIRS_OF_ONE_WORD).contains(&pairs) {
                queries.push(self.side_by_side(run, only, marked));
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

    /// One word in each of its spellings.
    fn word(&mut self, word: &str, only: Option<usize>, marked: bool) -> Box<dyn Query> {
        let variants = self.variants(word);
        if marked {
            self.terms.extend(variants.iter().map(|term| (only, term.clone())));
        } else {
            self.note_excluded(&variants, only);
        }
        self.any_of(&variants, only)
    }

    /// Notes what it costs to find the records that have one of the terms.
    fn note_excluded(&mut self, terms: &[String], only: Option<usize>) {
        for (number, _) in self.places(only) {
            let field = self.index.field(number);
            let found = terms.iter().map(|term| self.frequency(&Term::from_field_text(field, term)));
            self.excluded_postings += found.sum::<u64>();
        }
    }

    /// The parts of the compounds of a clause. They rank what the whole finds: of all that a speaker said,
    /// `Gesichtserkennung` brings forward what has `Gesichtsmuster`.
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

    /// One word by its variants, wherever it may stand: the best place counts, not the sum, since it is one word.
    fn any_of(&self, terms: &[String], only: Option<usize>) -> Box<dyn Query> {
        let mut queries: Vec<Box<dyn Query>> = Vec::new();
        for term in terms {
            for (number, weight) in self.places(only) {
                queries.push(term_query(self.index.field(number), term, weight, IndexRecordOption::WithFreqs));
            }
        }
        one_of(queries)
    }

    fn phrase(&mut self, text: &str, only: Option<usize>, marked: bool) -> Box<dyn Query> {
        if asked(text).count() < 2 {
            return self.words(text, only, marked);
        }
        self.side_by_side(&words(text).collect::<Vec<_>>(), only, marked)
    }

    /// The words side by side, read in one language and one way of spelling at a time.
    fn side_by_side(&mut self, phrase: &[Word<'_>], only: Option<usize>, marked: bool) -> Box<dyn Query> {
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
            for (number, _) in self.places(only) {
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
        one_of(queries)
    }

    fn prefix(&mut self, text: &str, only: Option<usize>, marked: bool) -> Result<Box<dyn Query>, String> {
        let parts: Vec<_> = asked(text).collect();
        if parts.iter().filter(|word| word.part == Part::Pair).count() > 1 {
            // Any text may go on behind the last pair.
            return Ok(self.phrase(text, only, marked));
        }
        let beginning = parts.last().map_or(text, |word| word.text);
        let mut prefixes: Vec<String> = Vec::new();
        for prefix in self.languages.iter().flat_map(|language| self.analyzers.prefix_keys(beginning, *language)) {
            if !prefix.is_empty() && !prefixes.contains(&prefix) {
                prefixes.push(prefix);
            }
        }
        let mut found: Vec<Box<dyn Query>> = Vec::new();
        for (number, weight) in self.places(only) {
            for field in [self.index.field(number), self.index.forms(number)] {
                let most = self.limits.expansions;
                let expansion = PrefixExpansion::new(self.index, field, &prefixes, most - self.expanded)
                    .ok_or_else(|| format!("more than {most} words begin so; give more of the word"))?;
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
        let mut queries = vec![one_of(found)];
        // `US-Gesch*` is a word before a beginning.
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

/// The words that a query asks for.
fn asked(text: &str) -> impl Iterator<Item = Word<'_>> {
    words(text).filter(|word| word.part != Part::Last)
}

/// A query for one term of a field, with its score multiplied by `weight`.
fn term_query(field: IndexField, term: &str, weight: f32, option: IndexRecordOption) -> Box<dyn Query> {
    let query = Box::new(TermQuery::new(Term::from_field_text(field, term), option));
    // Multiplying by 1 would cost a little in every record.
    if (weight - 1.0).abs() < f32::EPSILON { query } else { Box::new(BoostQuery::new(query, weight)) }
}

/// What stands in one place or another is one thing: the best place counts, not the sum.
fn one_of(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        1 => queries.swap_remove(0),
        _ => Box::new(DisjunctionMaxQuery::new(queries)),
    }
}
