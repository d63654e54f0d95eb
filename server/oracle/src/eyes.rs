//! A look into the tables that goes past the product's own code.

use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::str::FromStr;

/// A connection of its own to a desk's database; opened at the first look.
#[derive(Clone)]
pub enum Eyes {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs the same query on whichever database it is.
#[macro_export]
macro_rules! see {
    ($eyes:expr, $connection:ident => $body:expr) => {
        match $eyes {
            $crate::Eyes::Sqlite($connection) => $body,
            $crate::Eyes::Postgres($connection) => $body,
        }
    };
}

impl Eyes {
    /// `sqlite://PATH` or `postgres://…`. Constraints between tables are not enforced on what is changed through it.
    pub fn open(url: &str) -> sqlx::Result<Self> {
        if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?.foreign_keys(false);
            Ok(Self::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options)))
        } else {
            Ok(Self::Postgres(PgPoolOptions::new().max_connections(1).connect_lazy(url)?))
        }
    }

    pub async fn number(&self, sql: &'static str) -> sqlx::Result<i64> {
        see!(self, c => sqlx::query_scalar(sql).fetch_one(c).await)
    }

    pub async fn texts(&self, sql: &'static str) -> sqlx::Result<Vec<String>> {
        see!(self, c => sqlx::query_scalar(sql).fetch_all(c).await)
    }

    /// How many rows a query gives.
    pub async fn rows(&self, sql: &'static str) -> sqlx::Result<usize> {
        see!(self, c => sqlx::query(sql).fetch_all(c).await.map(|rows| rows.len()))
    }

    /// Changes rows behind the product's back; gives how many.
    pub async fn change(&self, sql: &'static str) -> sqlx::Result<u64> {
        see!(self, c => sqlx::query(sql).execute(c).await.map(|done| done.rows_affected()))
    }

    pub async fn close(&self) {
        see!(self, c => c.close().await);
    }
}
