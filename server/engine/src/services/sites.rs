//! Sites: where the widget is embedded.

use super::{
    Services,
    hours::{self, Opening},
};
use crate::{database::Tx, failure::Failure};
use domain::{
    queue::Queue,
    site::{Site, is_site_key, parse_origin},
};

/// A site as its widget needs it.
#[derive(Debug, Clone)]
pub struct SitePage {
    pub site: Site,
    pub queue: Queue,
    /// Chats that wait.
    pub waiting: i64,
    /// Agents of the queue who are ready and online.
    pub ready: i64,
    /// When its queue opens again; `None` while it is open.
    pub opening: Option<Opening>,
}

impl Services {
    /// The site with this key, if there is one.
    pub async fn site_by_key(&self, key: &str) -> Result<Option<SitePage>, Failure> {
        if !is_site_key(key) {
            return Ok(None);
        }
        let mut tx = self.database.read().await?;
        let Some(site) = tx.find_site_by_key(key).await? else { return Ok(None) };
        let queue = tx.queue(site.queue).await?;
        let now = self.clock.now();
        let (ready, waiting) = tx.pulse_of_queue(queue.id, now).await?;
        let opening = hours::opening(&mut tx, &queue.policy, now).await?;
        Ok(Some(SitePage { site, queue, waiting, ready, opening }))
    }

    /// Changes which pages may frame the widget. An origin is scheme, host and port.
    pub async fn set_site_origins(&self, key: &str, origins: Vec<String>) -> Result<(), Failure> {
        let parsed: Option<Vec<String>> = origins.iter().map(|origin| parse_origin(origin)).collect();
        let origins = parsed.ok_or(Failure::Invalid { field: "origins", why: "settings.problem.origin" })?;
        let key = key.to_owned();
        let found = self.database.write(async move |tx: &mut Tx| tx.set_origins(&key, &origins).await).await?;
        if found { Ok(()) } else { Err(Failure::NotFound) }
    }
}
