//! A look into the tables that goes past the product's own code.

use super::Half;
use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::str::FromStr;

pub enum Eyes {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Runs the same query on whichever database it is.
macro_rules! see {
    ($eyes:expr, $connection:ident => $body:expr) => {
        match $eyes {
            $crate::support::Eyes::Sqlite($connection) => $body,
            $crate::support::Eyes::Postgres($connection) => $body,
        }
    };
}
pub(crate) use see;

impl Eyes {
    pub async fn open(half: Half, url: &str) -> Self {
        match half {
            Half::Sqlite => {
                let options = SqliteConnectOptions::from_str(url).unwrap().foreign_keys(false);
                Eyes::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options))
            }
            Half::Postgres => Eyes::Postgres(PgPoolOptions::new().max_connections(1).connect_lazy(url).unwrap()),
        }
    }

    pub async fn number(&self, sql: &'static str) -> i64 {
        see!(self, c => sqlx::query_scalar(sql).fetch_one(c).await.unwrap())
    }

    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        see!(self, c => sqlx::query_scalar(sql).fetch_all(c).await.unwrap())
    }

    /// Changes rows behind the product's back; gives how many.
    pub async fn change(&self, sql: &'static str) -> u64 {
        see!(self, c => sqlx::query(sql).execute(c).await.unwrap().rows_affected())
    }

    pub async fn close(&self) {
        see!(self, c => c.close().await);
    }
}
