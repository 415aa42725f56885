//! The streams of one connection: counts those that are open and given up, and cuts those that are stalled.
//!
//! hyper hands each stream of a connection to an executor, as a future that ends with the stream's last byte. The executor
//! here wraps that future, since a stream whose peer does not take the response can only be ended from outside: its body
//! is not polled in the meantime, so a timer in it would not run.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::sync::Notify;
use tokio::task::futures::TaskLocalFuture;
use tokio::time::{Instant, Sleep, sleep_until};

use super::handle::Counters;

tokio::task_local! {
    static STREAM: Arc<StreamState>;
}

/// The streams of one connection.
#[derive(Clone)]
pub(super) struct Streams(Arc<Shared>);

struct Shared {
    began: Instant,
    write_limit: Duration,
    max_given_up: u64,
    counters: Arc<Counters>,
    open: AtomicU64,
    finished: AtomicU64,
    given_up: AtomicU64,
    /// When the last stream ended, in milliseconds since the beginning.
    quiet_since: AtomicU64,
    /// Notified when the last open stream ends, and when too many were given up.
    changed: Notify,
}

impl Streams {
    /// No streams yet. A stream whose peer takes nothing for `write_limit` is cut.
    pub(super) fn new(write_limit: Duration, max_given_up: u32, counters: Arc<Counters>) -> Self {
        Self(Arc::new(Shared {
            began: Instant::now(),
            write_limit,
            max_given_up: max_given_up.into(),
            counters,
            open: AtomicU64::new(0),
            finished: AtomicU64::new(0),
            given_up: AtomicU64::new(0),
            quiet_since: AtomicU64::new(0),
            changed: Notify::new(),
        }))
    }

    /// Polls the connection after the streams that are ready.
    ///
    /// The first stream with a response wakes the connection, which would run before the other streams and write that
    /// response alone. Writing many responses at once is most of what a short call can save.
    pub(super) async fn gathered<F: Future>(&self, mut connection: Pin<&mut F>) -> F::Output {
        let mut waited = false;
        poll_fn(move |cx| {
            waited = !waited && self.0.open.load(Ordering::Relaxed) > 0;
            if waited {
                // A task that wakes itself is queued behind all others that are ready.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            connection.as_mut().poll(cx)
        })
        .await
    }

    /// Waits until no stream has been open for this long.
    pub(super) async fn idle(&self, limit: Duration) {
        let shared = &*self.0;
        loop {
            let changed = shared.changed.notified();
            if shared.open.load(Ordering::Acquire) > 0 {
                changed.await;
                continue;
            }
            let since = shared.quiet_since.load(Ordering::Acquire);
            sleep_until(shared.began + Duration::from_millis(since) + limit).await;
            let still = shared.quiet_since.load(Ordering::Acquire) == since;
            if still && shared.open.load(Ordering::Acquire) == 0 {
                return;
            }
        }
    }

    /// Waits until the peer has given up many more streams than have finished.
    pub(super) async fn flooded(&self) {
        loop {
            let changed = self.0.changed.notified();
            if self.0.is_flooded() {
                return;
            }
            changed.await;
        }
    }
}

impl Shared {
    fn is_flooded(&self) -> bool {
        let given_up = self.given_up.load(Ordering::Relaxed);
        given_up > self.max_given_up + self.finished.load(Ordering::Relaxed)
    }

    fn end(&self, finished: bool) {
        let count = if finished { &self.finished } else { &self.given_up };
        count.fetch_add(1, Ordering::Relaxed);
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.quiet_since.store(now, Ordering::Release);
        let was_last = self.open.fetch_sub(1, Ordering::AcqRel) == 1;
        if was_last || (!finished && self.is_flooded()) {
            self.changed.notify_waiters();
        }
    }
}

impl<F: Future<Output: Send> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, stream: F) {
        self.0.open.fetch_add(1, Ordering::AcqRel);
        let state = Arc::new(StreamState {
            streams: Arc::clone(&self.0),
            sending_since: AtomicU64::new(NOTHING),
            finished: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
        });
        let stream = STREAM.scope(Arc::clone(&state), stream);
        tokio::spawn(Watched { stream, state, stall: None });
    }
}

/// No chunk is being sent.
const NOTHING: u64 = u64::MAX;

/// The state of one stream. Dropped at its end.
pub(super) struct StreamState {
    streams: Arc<Shared>,
    /// Since when a chunk has been waiting for the peer's window, in milliseconds since the connection began.
    sending_since: AtomicU64,
    finished: AtomicBool,
    given_up: AtomicBool,
}

impl StreamState {
    /// The state of the stream that the current task serves.
    pub(super) fn current() -> Option<Arc<Self>> {
        STREAM.try_with(Arc::clone).ok()
    }

    /// Notes that a chunk of the response was handed to the transport.
    pub(super) fn sending(&self) {
        let now = u64::try_from(self.streams.began.elapsed().as_millis()).unwrap_or(NOTHING - 1);
        self.sending_since.store(now, Ordering::Relaxed);
    }

    /// Notes that the last chunk was sent.
    pub(super) fn sent(&self) {
        self.sending_since.store(NOTHING, Ordering::Relaxed);
    }

    /// Notes that there is nothing more to send.
    pub(super) fn finish(&self) {
        self.finished.store(true, Ordering::Relaxed);
    }

    /// Notes that the peer gave the stream up, whatever is sent for it from now on.
    pub(super) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    /// When the stream is to be cut if no chunk is sent before.
    fn cut_at(&self) -> Option<Instant> {
        let since = self.sending_since.load(Ordering::Relaxed);
        (since != NOTHING).then(|| self.streams.began + Duration::from_millis(since) + self.streams.write_limit)
    }
}

impl Drop for StreamState {
    fn drop(&mut self) {
        let finished = self.finished.load(Ordering::Relaxed) && !self.given_up.load(Ordering::Relaxed);
        self.streams.end(finished);
    }
}

pin_project! {
    /// A stream that is cut when its peer does not take the response.
    struct Watched<F> {
        #[pin]
        stream: TaskLocalFuture<Arc<StreamState>, F>,
        state: Arc<StreamState>,
        // Made when a chunk first waits, which few do.
        stall: Option<Pin<Box<Sleep>>>,
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if this.stream.poll(cx).is_ready() {
            return Poll::Ready(());
        }
        let Some(cut_at) = this.state.cut_at() else { return Poll::Pending };
        let stall = this.stall.get_or_insert_with(|| Box::pin(sleep_until(cut_at)));
        if stall.deadline() != cut_at {
            stall.as_mut().reset(cut_at);
        }
        ready!(stall.as_mut().poll(cx));
        this.state.streams.counters.stalled_streams.add();
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use hyper::rt::Executor;
    use tokio::time::sleep;

    use super::*;

    fn streams(max_given_up: u32) -> Streams {
        Streams::new(Duration::from_secs(20), max_given_up, Arc::default())
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_begins_when_the_last_stream_ends() {
        let streams = streams(9);
        let began = Instant::now();
        streams.execute(sleep(Duration::from_secs(7)));
        streams.idle(Duration::from_mins(1)).await;
        let waited = began.elapsed();
        assert!((67..68).contains(&waited.as_secs()), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_whose_chunk_is_not_taken_is_cut_and_one_that_waits_for_its_handler_is_not() {
        let streams = streams(9);
        let began = Instant::now();
        streams.execute(async {
            StreamState::current().unwrap().sending();
            std::future::pending::<()>().await;
        });
        streams.idle(Duration::from_secs(1)).await;
        assert!((21..22).contains(&began.elapsed().as_secs()), "{:?}", began.elapsed());
        assert_eq!(streams.0.counters.stalled_streams.get(), 1);

        streams.execute(async {
            let state = StreamState::current().unwrap();
            state.sending();
            state.sent();
            sleep(Duration::from_mins(10)).await;
        });
        streams.idle(Duration::from_secs(1)).await;
        assert_eq!(streams.0.counters.stalled_streams.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_more_streams_given_up_than_finished_and_allowed() {
        let streams = streams(2);
        streams.execute(async { StreamState::current().unwrap().finish() });
        for _ in 0..3 {
            streams.execute(async {});
        }
        assert!(tokio::time::timeout(Duration::from_secs(1), streams.flooded()).await.is_err());
        streams.execute(async {});
        streams.flooded().await;
    }

    /// On one thread, so that the order is the runtime's: a task that another wakes runs next, before those that wait.
    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_connection_woken_by_the_first_response_waits_for_the_others_that_are_ready() {
        let streams = streams(9);
        let answers = Arc::new(AtomicU64::new(0));
        let woken = Arc::new(Notify::new());
        let (seen, connection) = (Arc::clone(&answers), Arc::clone(&woken));
        let asked = async move {
            for _ in 0..3 {
                let (answers, woken) = (Arc::clone(&answers), Arc::clone(&woken));
                streams.execute(async move {
                    answers.fetch_add(1, Ordering::Relaxed);
                    woken.notify_one();
                });
            }
            let connection = std::pin::pin!(async {
                connection.notified().await;
                seen.load(Ordering::Relaxed)
            });
            streams.gathered(connection).await
        };
        assert_eq!(tokio::spawn(asked).await.unwrap(), 3);
    }
}
