//! A corpus in a program of your own, without a server.
//!
//! ```no_run
//! use claimd::Corpus;
//! use claimd::proto::v1::SearchClaimsRequest;
//!
//! let corpus = Corpus::demo();
//! let request = SearchClaimsRequest { query: "tariffs".to_owned(), ..Default::default() };
//! for hit in corpus.search_claims(request)?.hits {
//!     println!("{:.2} {}", hit.score, hit.claim.expect("every hit has a claim").decode()?.text);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::path::PathBuf;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use crate::corpus::{LoadFailed, LoadReport};
use crate::error::Error;
use crate::limits::RequestLimits;
use crate::proto::v1::{
    self, Actor, AggregateClaimsRequest, AggregateClaimsResponse, Article, BatchGetActorsRequest,
    BatchGetActorsResponse, BatchGetArticlesRequest, BatchGetArticlesResponse, BatchGetClaimsRequest,
    BatchGetClaimsResponse, Claim, ComputeNetworkRequest, ComputeNetworkResponse, GetActorRequest, GetArticleRequest,
    GetClaimRequest, GetThreadRequest, GetThreadResponse, ListActorsRequest, ListActorsResponse, ListArticlesRequest,
    ListArticlesResponse, ListClaimsRequest, ListClaimsResponse, MatchClaimsRequest, MatchClaimsResponse,
    ResolveActorsRequest, ResolveActorsResponse, SearchArticlesRequest, SearchArticlesResponse, SearchClaimsRequest,
    SearchClaimsResponse, VerifyQuoteRequest, VerifyQuoteResponse,
};
use crate::source::{LoadOptions, Source};
use crate::{api, corpus};

/// A loaded corpus and the limits on requests to it. Immutable; to change its data, open another.
///
/// Methods have the names of the gRPC methods and take the same requests. They fail with [`Error::Invalid`], which lists
/// every invalid field, and with [`Error::NotFound`]. Records in responses are encoded; `decode` returns the message.
pub struct Corpus {
    corpus: corpus::Corpus,
    limits: RequestLimits,
}

impl Corpus {
    /// Loads files, folders and manifests with the default options. Records with errors are left out and reported, see
    /// [`Self::report`]. Fails if no record is left.
    pub fn open<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Result<Self, LoadFailed> {
        Self::open_with(paths, &LoadOptions::default())
    }

    /// Loads files, folders and manifests.
    pub fn open_with<P: Into<PathBuf>>(
        paths: impl IntoIterator<Item = P>,
        options: &LoadOptions,
    ) -> Result<Self, LoadFailed> {
        let sources: Vec<Source> = paths.into_iter().map(|path| Source::Path(path.into())).collect();
        Ok(options.load(&sources)?.into())
    }

    /// Loads the built-in demo corpus.
    pub fn demo() -> Self {
        LoadOptions::default().load(&[Source::Demo]).expect("the demo has no errors").into()
    }

    /// The same corpus with other limits on requests.
    #[must_use]
    pub fn with_limits(self, limits: RequestLimits) -> Self {
        Self { limits, ..self }
    }

    /// Errors, warnings and notes of the load.
    pub fn report(&self) -> &LoadReport {
        &self.corpus.report
    }

    /// Revision, size and load report of the corpus, as of GetCorpus.
    pub fn describe(&self) -> v1::Corpus {
        api::describe(&self.corpus)
    }

    /// The article with this name (`articles/…`), with its body.
    pub fn get_article(&self, name: &str) -> Result<Article, Error> {
        let request = GetArticleRequest { name: name.to_owned(), ..GetArticleRequest::default() };
        Ok(api::get_article(&self.corpus, request, &self.limits)?.decode().expect(STORED))
    }

    /// The actor with this name (`actors/…`), or with this former name.
    pub fn get_actor(&self, name: &str) -> Result<Actor, Error> {
        let request = GetActorRequest { name: name.to_owned() };
        Ok(api::get_actor(&self.corpus, request, &self.limits)?.decode().expect(STORED))
    }

    /// The claim with this name (`claims/…`).
    pub fn get_claim(&self, name: &str) -> Result<Claim, Error> {
        let request = GetClaimRequest { name: name.to_owned() };
        Ok(api::get_claim(&self.corpus, request, &self.limits)?.decode().expect(STORED))
    }
}

/// Stored records were encoded by the builder of the corpus.
const STORED: &str = "stored records can be decoded";

/// Methods of [`Corpus`] that take a request and return a response.
macro_rules! methods {
    ($run:ident: $($(#[doc = $doc:literal])+ $name:ident($request:ident) -> $response:ident;)+) => {
        impl Corpus {
            $(
                $(#[doc = $doc])+
                pub fn $name(&self, request: $request) -> Result<$response, Error> {
                    $run(api::$name(&self.corpus, request, &self.limits))
                }
            )+
        }
    };
}

methods! { at_once:
    /// Articles by name, and the names that do not exist.
    batch_get_articles(BatchGetArticlesRequest) -> BatchGetArticlesResponse;
    /// Actors by name, and the names that do not exist.
    batch_get_actors(BatchGetActorsRequest) -> BatchGetActorsResponse;
    /// Claims by name, and the names that do not exist.
    batch_get_claims(BatchGetClaimsRequest) -> BatchGetClaimsResponse;
    /// A page of the articles that match a filter.
    list_articles(ListArticlesRequest) -> ListArticlesResponse;
    /// A page of the actors that match a filter.
    list_actors(ListActorsRequest) -> ListActorsResponse;
    /// A page of the claims that match a filter.
    list_claims(ListClaimsRequest) -> ListClaimsResponse;
    /// Full-text search in articles.
    search_articles(SearchArticlesRequest) -> SearchArticlesResponse;
    /// Full-text search in claims.
    search_claims(SearchClaimsRequest) -> SearchClaimsResponse;
}

methods! { block_on:
    /// Actors that names may refer to, with scores.
    resolve_actors(ResolveActorsRequest) -> ResolveActorsResponse;
    /// Claims that a text may repeat, with probabilities.
    match_claims(MatchClaimsRequest) -> MatchClaimsResponse;
    /// Places where a quote is printed, and how it differs from them.
    verify_quote(VerifyQuoteRequest) -> VerifyQuoteResponse;
    /// The debate around a claim: claims and the relations between them.
    get_thread(GetThreadRequest) -> GetThreadResponse;
    /// Counts of claims by up to three keys.
    aggregate_claims(AggregateClaimsRequest) -> AggregateClaimsResponse;
    /// Discourse networks of actors and concepts.
    compute_network(ComputeNetworkRequest) -> ComputeNetworkResponse;
}

impl From<corpus::Corpus> for Corpus {
    fn from(corpus: corpus::Corpus) -> Self {
        Self { corpus, limits: RequestLimits::default() }
    }
}

fn at_once<T>(result: Result<T, Error>) -> Result<T, Error> {
    result
}

/// Runs a query to its end. Queries wait for nothing; they only yield to other tasks of an executor.
fn block_on<T>(query: impl Future<Output = T>) -> T {
    let mut query = pin!(query);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = query.as_mut().poll(&mut context) {
            return result;
        }
    }
}
