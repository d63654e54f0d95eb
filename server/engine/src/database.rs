//! One desk, two databases: SQLite in a file, or PostgreSQL by URL. Callers never know which.
//!
//! Reads take a snapshot on a pool. Writes are closures that own what they need, may run more than once and touch
//! nothing but their transaction; [`writer`] commits them in groups (SQLite) or each on its own (PostgreSQL) and
//! publishes what was committed.

use crate::{bugs::Bug, bus::Bus, caller::CustomerCaller, failure::Failure};
use domain::time::Timestamp;
use sqlx::{
    Connection as _, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{str::FromStr, time::Duration};

pub mod batch;
mod board;
mod conversation;
mod customer;
mod decision;
pub mod dialect;
mod event;
mod history;
mod lease;
mod node;
mod offer;
mod person;
mod queue;
mod report;
mod routing;
mod session;
mod settings;
mod site;
mod stream;
mod ticket;
mod timer;
mod tokens;
pub mod writer;

pub(crate) use board::Standing;
pub use conversation::{ChatFacts, NewConversation};
pub(crate) use customer::NewCustomer;
pub(crate) use decision::Record;
pub(crate) use event::hash;
pub use lease::{LeaseEnd, Left};
pub(crate) use node::{Node, Renewed};
pub use offer::OfferRow;
pub use person::AgentRow;
pub(crate) use routing::{Mark, Member, Waits};
pub use session::SessionRow;
pub(crate) use settings::NewChange;
pub use stream::Outgoing;
pub(crate) use ticket::TicketRow;
pub use ticket::{NewFile, NewTicket};
pub use timer::{Due, TimerKind};
pub(crate) use tokens::SessionOwner;

/// The oldest SQLite without the WAL-reset race.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// What a log that has grown while somebody read for long gives back once it begins again, in bytes.
const LARGEST_IDLE_LOG: &str = "16777216";

/// The desk's store: cheap to clone.
#[derive(Clone)]
pub struct Database {
    readers: Readers,
    porter: Readers,
    writer: writer::Writer,
    tokens: tokens::Tokens,
}

#[derive(Clone)]
enum Readers {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// How a database is reached; what a pool is made of.
#[derive(Debug, Clone)]
pub enum Address {
    Sqlite(SqliteConnectOptions),
    Postgres(PgConnectOptions),
}

/// A transaction on either database, and what is to be told once it is committed.
pub struct Tx {
    pub(crate) connection: Connection,
    pub(crate) outgoing: Vec<Outgoing>,
}

pub(crate) enum Connection {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs the same body on whichever driver the transaction has.
macro_rules! on {
    ($tx:expr, $connection:ident => $body:expr) => {
        match &mut $tx.connection {
            $crate::database::Connection::Sqlite(transaction) => {
                #[allow(dead_code)]
                type Driver = sqlx::Sqlite;
                let $connection = &mut **transaction;
                $body
            }
            $crate::database::Connection::Postgres(transaction) => {
                #[allow(dead_code)]
                type Driver = sqlx::Postgres;
                let $connection = &mut **transaction;
                $body
            }
        }
    };
}
pub(crate) use on;

impl Address {
    /// `sqlite:///path/desk.db` or `postgres://…`.
    pub fn parse(url: &str) -> anyhow::Result<Self> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(if Bug::SyncOff.is_on() { SqliteSynchronous::Off } else { SqliteSynchronous::Full })
                .foreign_keys(true)
                .busy_timeout(Duration::from_secs(5))
                .pragma("temp_store", "memory")
                .pragma("journal_size_limit", LARGEST_IDLE_LOG);
            Ok(Self::Sqlite(options))
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Ok(Self::Postgres(PgConnectOptions::from_str(url)?.application_name("deskbell")))
        } else {
            anyhow::bail!("the database address must begin with sqlite: or postgres:")
        }
    }
}

/// How many connections a node takes; of the readers, two at least.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    pub readers: u32,
    pub writers: u32,
}

impl Database {
    /// Opens the database, brings its schema up to date and starts its writer.
    ///
    /// Fails if the bundled SQLite is too old, or the schema is newer than this program.
    pub async fn open(url: &str, connections: Connections, bus: Bus) -> anyhow::Result<Self> {
        let address = Address::parse(url)?;
        dialect::migrate(&address).await?;
        // Whose token it is has a connection to itself: who comes to write does not wait behind thousands who come to read.
        let porter = Readers::open(&address, 1).await?;
        let readers = Readers::open(&address, connections.readers.saturating_sub(1).max(2)).await?;
        let writer = writer::Writer::start(address, connections.writers, bus)?;
        let tokens = tokens::Tokens::start(porter.clone());
        Ok(Self { readers, porter, writer, tokens })
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.readers, Readers::Sqlite(_))
    }

    /// A read-only snapshot: everything read through it is of one moment. Dropping it ends it.
    pub async fn read(&self) -> Result<Tx, Failure> {
        self.readers.read().await
    }

    /// Who is signed in with the token of this hash at `now`.
    pub(crate) async fn session_owner(&self, hash: Vec<u8>, now: Timestamp) -> Result<Option<SessionOwner>, Failure> {
        self.tokens.session(hash, now).await
    }

    /// The customer with the token of this hash at `now`.
    pub(crate) async fn token_owner(&self, hash: Vec<u8>, now: Timestamp) -> Result<Option<CustomerCaller>, Failure> {
        self.tokens.customer(hash, now).await
    }

    /// Runs `change` in a transaction and answers after its durable commit; then tells the followers.
    ///
    /// `change` may run more than once. Refused with [`Failure::Unavailable`] before anything is stored when the
    /// writer's queue is full or closed.
    pub async fn write<F, T>(&self, change: F) -> Result<T, Failure>
    where
        F: AsyncFn(&mut Tx) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        self.writer.run(change).await
    }

    /// Messages and marks: decided and stored many at a time.
    pub async fn submit(&self, command: batch::Command) -> Result<batch::Answer, Failure> {
        self.writer.submit(command).await
    }

    /// Answers within a second if the database does.
    pub async fn is_well(&self) -> bool {
        let question = async {
            let mut tx = self.read().await?;
            tx.epoch().await
        };
        matches!(tokio::time::timeout(Duration::from_secs(1), question).await, Ok(Ok(_)))
    }

    /// Ends the reads, lets the writer finish what it has accepted, and closes all connections: the writer's last, as
    /// only that one can put everything into SQLite's main file.
    pub async fn close(&self) {
        self.porter.close().await;
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// SQLite ends a transaction by itself when the disk is full or fails, and the driver goes on counting it: nothing could be
/// begun on such a connection any more, so it is not used again. That it answers need not be tried: it is in this process.
fn sqlite_pool() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

impl Readers {
    async fn open(address: &Address, count: u32) -> anyhow::Result<Self> {
        Ok(match address {
            Address::Sqlite(options) => {
                // Wants the file to exist and to be in WAL mode, which the migration saw to.
                let options = options.clone().read_only(true).create_if_missing(false);
                let pool = sqlite_pool().max_connections(count).connect_with(options).await?;
                assert_recent_sqlite(&pool).await?;
                Readers::Sqlite(pool)
            }
            Address::Postgres(options) => {
                Readers::Postgres(PgPoolOptions::new().max_connections(count).connect_with(options.clone()).await?)
            }
        })
    }

    async fn close(&self) {
        match self {
            Readers::Sqlite(pool) => pool.close().await,
            Readers::Postgres(pool) => pool.close().await,
        }
    }

    async fn read(&self) -> Result<Tx, Failure> {
        let connection = match self {
            Readers::Sqlite(pool) => Connection::Sqlite(pool.begin().await?),
            Readers::Postgres(pool) => Connection::Postgres(pool.begin_with("begin isolation level repeatable read, read only").await?),
        };
        Ok(Tx { connection, outgoing: Vec::new() })
    }
}

async fn assert_recent_sqlite(pool: &SqlitePool) -> anyhow::Result<()> {
    let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(pool).await?;
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    anyhow::ensure!(found >= OLDEST_SQLITE, "SQLite {version} is too old: 3.51.3 or newer is needed");
    Ok(())
}

#[cfg(test)]
mod tests;
