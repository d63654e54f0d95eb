//! Rows of `site`.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    ids::{QueueId, SiteId},
    site::{Look, Site},
    time::Timestamp,
};
use sqlx::types::Json;
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    key: String,
    name: String,
    queue: Uuid,
    origins: Json<Vec<String>>,
    look: Json<Look>,
}

impl From<Row> for Site {
    fn from(row: Row) -> Self {
        Site {
            id: SiteId::new(row.id),
            key: row.key,
            name: row.name,
            queue: QueueId::new(row.queue),
            origins: row.origins.0,
            look: row.look.0,
        }
    }
}

impl Tx {
    pub async fn find_site_by_key(&mut self, key: &str) -> Result<Option<Site>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as("select id, key, name, queue, origins, look from site where key = $1")
            .bind(key).fetch_optional(c).await)?;
        Ok(row.map(Site::from))
    }

    pub async fn find_site(&mut self, id: SiteId) -> Result<Option<Site>, Failure> {
        let row: Option<Row> = on!(self, c => sqlx::query_as("select id, key, name, queue, origins, look from site where id = $1")
            .bind(id.uuid()).fetch_optional(c).await)?;
        Ok(row.map(Site::from))
    }

    pub async fn add_site(&mut self, site: &Site, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("insert into site (id, key, name, queue, origins, look, created_at) values ($1, $2, $3, $4, $5, $6, $7)")
            .bind(site.id.uuid()).bind(&site.key).bind(&site.name).bind(site.queue.uuid()).bind(Json(&site.origins)).bind(Json(&site.look))
            .bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Changes which pages may frame the widget; `false` if there is no such site.
    pub async fn set_origins(&mut self, key: &str, origins: &[String]) -> Result<bool, Failure> {
        let changed = on!(self, c => sqlx::query("update site set origins = $2 where key = $1").bind(key).bind(Json(origins)).execute(c).await
            .map(|done| done.rows_affected()))?;
        Ok(changed == 1)
    }
}
