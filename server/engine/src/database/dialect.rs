//! The few places where the two databases need different words.

use super::{Address, Connection, Tx};
use anyhow::Context;
use sqlx::{ConnectOptions, migrate::Migrator};
use std::{
    fs::OpenOptions,
    io::{self, ErrorKind},
    path::Path,
};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Brings the schema up to date; refuses a database that a newer program has written.
pub(super) async fn migrate(address: &Address) -> anyhow::Result<()> {
    match address {
        Address::Sqlite(options) => {
            make_private(options.get_filename()).context("making the SQLite file")?;
            let mut connection = options.connect().await.context("opening the SQLite file")?;
            SQLITE.run(&mut connection).await.context("bringing the schema up to date")?;
        }
        Address::Postgres(options) => {
            let mut connection = options.connect().await.context("connecting to PostgreSQL")?;
            POSTGRES.run(&mut connection).await.context("bringing the schema up to date")?;
        }
    }
    Ok(())
}

/// Makes the file if there is none, for its owner only; SQLite gives the files beside it the same rights. One that
/// exists stays as it is.
fn make_private(path: &Path) -> io::Result<()> {
    // What is kept in memory has the name of a URI.
    if path.to_string_lossy().starts_with("file:") {
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

impl Tx {
    /// The text for this transaction's database.
    pub(crate) fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.connection {
            Connection::Sqlite(_) => sqlite,
            Connection::Postgres(_) => postgres,
        }
    }
}

/// Marks a point to which the transaction can go back.
pub(crate) const SAVEPOINT: &str = "savepoint job";
pub(crate) const RELEASE: &str = "release savepoint job";
pub(crate) const ROLL_BACK: &str = "rollback to savepoint job";
