//! Which nodes serve this desk: each has a row that it renews, so that those who could not hear each other find out.

use super::{COME_BACK_WITHIN, Services};
use crate::{
    bus::watch,
    database::{Node, Renewed, Tx},
    failure::Failure,
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

/// How often a node renews its place: a few times in the life of its row.
const RENEW_EVERY: Duration = Duration::from_secs(5);

impl Services {
    /// Takes this node's place among those that serve the desk, and begins to speak with them.
    ///
    /// Refused, with what to do, when another node runs and the two would not hear each other. A node that begins alone
    /// lets what ran out meanwhile wait for browsers to come back; one that joins others leaves their deadlines alone.
    pub async fn join_nodes(&self) -> anyhow::Result<()> {
        let (node, now) = (self.as_node(), self.clock.now());
        let me = node.clone();
        let place = async move |tx: &mut Tx| {
            tx.lock_nodes().await?;
            let others = tx.other_nodes(&me.name, now).await?;
            if let Some(sentence) = others.iter().find_map(|other| refusal(&me, other)) {
                return Err(Failure::Internal(anyhow::Error::msg(sentence)));
            }
            tx.add_node(&me, now).await?;
            tx.clamp_leases(&me.name, now, now + COME_BACK_WITHIN).await?;
            if others.is_empty() {
                tx.clamp_deadlines(now + COME_BACK_WITHIN).await?;
            }
            Ok((tx.epoch().await?, others))
        };
        let (epoch, others) = self.database.write(place).await.map_err(|failure| match failure {
            Failure::Internal(sentence) => sentence,
            other => other.into(),
        })?;
        if let Some(nats) = self.bus.nats() {
            nats.expect(others.iter().map(|other| other.run).collect());
            nats.begin(epoch, &self.hub).await?;
            let (nats, ears) = (Arc::clone(nats), self.clone());
            self.tasks.spawn(self.stopping.clone().run_until_cancelled_owned(async move { watch::run(&ears, &nats).await }));
        }
        let place = self.clone();
        self.tasks.spawn(self.stopping.clone().run_until_cancelled_owned(async move { run(&place).await }));
        tracing::info!(node.name = %node.name, node.others = others.len(), "This node serves the desk.");
        Ok(())
    }

    /// Whether another process took this node's name: then this one should be sent no work.
    pub fn is_displaced(&self) -> bool {
        self.displaced.load(Ordering::Relaxed)
    }

    fn as_node(&self) -> Node {
        Node { name: self.node.clone(), run: self.run, nats: self.bus.nats().is_some() }
    }

    async fn renew_place(&self) -> Result<(), Failure> {
        let (node, now) = (self.as_node(), self.clock.now());
        let renew = async move |tx: &mut Tx| Ok((tx.renew_node(&node, now).await?, tx.other_nodes(&node.name, now).await?));
        let (renewed, others) = self.database.write(renew).await?;
        if let Some(nats) = self.bus.nats() {
            nats.expect(others.iter().map(|other| other.run).collect());
        }
        let displaced = renewed == Renewed::Displaced;
        if self.displaced.swap(displaced, Ordering::Relaxed) != displaced && displaced {
            tracing::error!(node.name = %self.node, "Another process serves this desk under the name of this node: give each its own node_id.");
        }
        Ok(())
    }

    /// Gives the place up, so that nobody waits for it to run out.
    pub(super) async fn leave_place(&self) {
        let run = self.run;
        if let Err(failure) = self.database.write(async move |tx: &mut Tx| tx.remove_node(run).await).await {
            tracing::warn!(error = %failure, "The place of this node was not given up; it runs out by itself.");
        }
    }
}

/// Renews the place of this node, for ever. In real time: what it proves is that this process runs.
async fn run(services: &Services) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if let Err(failure) = services.renew_place().await {
            tracing::warn!(error = %failure, "The place of this node was not renewed; the next round tries again.");
        }
    }
}

/// Why `me` cannot run beside `other`, and what to do; `None` when it can.
fn refusal(me: &Node, other: &Node) -> Option<String> {
    let name = &other.name;
    let crashed = format!("If {name} has crashed, its place runs out within 20 seconds.");
    match (me.nats, other.nats) {
        (true, true) => None,
        (false, _) => Some(format!(
            "another node, {name}, serves this desk. Several nodes need PostgreSQL and speak to each other through NATS: \
             give each of them the same nats_url (DESKBELL_NATS_URL=nats://HOST:4222). {crashed}"
        )),
        (true, false) => Some(format!(
            "another node, {name}, serves this desk without NATS, and the two would not hear each other: \
             stop it, give it the same nats_url (DESKBELL_NATS_URL) as this one, and start it again. {crashed}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn nodes_run_together_only_if_all_hear_each_other() {
        let node = |name: &str, nats| Node { name: name.into(), run: Uuid::nil(), nats };
        assert_eq!(refusal(&node("a", true), &node("b", true)), None);
        for (mine, theirs) in [(false, false), (false, true), (true, false)] {
            let sentence = refusal(&node("a", mine), &node("b", theirs)).unwrap();
            assert!(sentence.contains("another node, b,") && sentence.contains("DESKBELL_NATS_URL"), "{sentence}");
        }
    }
}
