//! VerifyQuote.

use prost::Message;

use crate::corpus::Corpus;
use crate::error::{Error, Violations};
use crate::limits::RequestLimits;
use crate::model::{Resource, check_name};
use crate::proto::v1::{QuoteMatch, QuoteVerdict, VerifyQuoteRequest, VerifyQuoteResponse};
use crate::query::{self, Agreement, QuestionedQuote, Quote, verify};

/// Finds where a quote is printed, and which claims it belongs to, best first: as many places as fit in a response.
pub async fn verify_quote(
    corpus: &Corpus,
    request: VerifyQuoteRequest,
    limits: &RequestLimits,
) -> Result<VerifyQuoteResponse, Error> {
    let mut violations = Violations::default();
    let question = read(request, limits, &mut violations);
    violations.check()?;
    let question = question.ok_or(Error::Internal { cause: "a quote without violations was not read" })?;
    let Question { quote, speaker, articles, limit } = &question;
    let found = verify(corpus, QuestionedQuote { quote, speaker, articles, limit: *limit }).await;
    Ok(response(corpus, found, limits))
}

struct Question {
    quote: Quote,
    speaker: String,
    articles: Vec<String>,
    limit: usize,
}

/// None only if there is a violation.
fn read(request: VerifyQuoteRequest, limits: &RequestLimits, violations: &mut Violations) -> Option<Question> {
    let VerifyQuoteRequest { quote, speaker, articles, limit } = request;
    let quote = Quote::new(&quote, limits.max_text_bytes, limits.max_quote_parts);
    if let Err(error) = &quote {
        violations.add("quote", error.to_string());
    }
    if !speaker.is_empty()
        && let Err(error) = check_name(&speaker, Resource::Actor)
    {
        violations.add("speaker", error.to_string());
    }
    let most = limits.max_quote_articles;
    if articles.len() > most {
        violations.add("articles", format!("has {} names; must have at most {most}", articles.len()));
    }
    for (index, name) in articles.iter().enumerate() {
        if let Err(error) = check_name(name, Resource::Article) {
            violations.add(format!("articles[{index}]"), error.to_string());
        }
    }
    let most = limits.max_quote_matches;
    let limit = match usize::try_from(limit) {
        Ok(0) => limits.default_quote_matches,
        Ok(limit) if limit <= most => limit,
        Ok(_) | Err(_) => {
            violations.add("limit", format!("{limit} must be between 1 and {most}, or 0 for the default"));
            0
        }
    };
    Some(Question { quote: quote.ok()?, speaker, articles, limit })
}

fn response(corpus: &Corpus, found: Vec<query::QuoteMatch>, limits: &RequestLimits) -> VerifyQuoteResponse {
    let best = found.first().map_or(QuoteVerdict::NotFound, |best| verdict(best.agreement));
    let mut response = VerifyQuoteResponse { verdict: best.into(), matches: Vec::new() };
    response.matches = found.into_iter().map(|found| encode(corpus, found)).collect();
    while response.encoded_len() > limits.max_response_bytes {
        response.matches.pop();
    }
    response
}

fn encode(corpus: &Corpus, found: query::QuoteMatch) -> QuoteMatch {
    let query::QuoteMatch { agreement, article, spans, text, similarity, claims, attributed_to_speaker } = found;
    QuoteMatch {
        article: corpus.articles.table.name(article).to_owned(),
        spans,
        text,
        similarity,
        claims: claims.into_iter().map(|claim| corpus.claims.table.name(claim).to_owned()).collect(),
        attributed_to_speaker,
        verdict: verdict(agreement).into(),
    }
}

fn verdict(agreement: Agreement) -> QuoteVerdict {
    match agreement {
        Agreement::Exact => QuoteVerdict::Exact,
        Agreement::Normalized => QuoteVerdict::Normalized,
        Agreement::Near => QuoteVerdict::Near,
    }
}
