//! Looks for what has moved while hints may be missing.
//!
//! Without it a lost hint would be found with the next heartbeat of each socket; with it within a second or two of the
//! moment in which a node is not heard any more.

use super::nats::{Nats, Told};
use crate::{failure::Failure, services::Services};
use domain::live::Stream;
use std::{collections::HashMap, time::Duration};
use tokio::time::{MissedTickBehavior, interval};

const BEAT: Duration = Duration::from_secs(1);

/// Beats and listens, for ever.
pub(crate) async fn run(services: &Services, nats: &Nats) {
    let mut known = HashMap::new();
    let (mut was_well, mut was_heard, mut had_gap) = (true, true, false);
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat.tick().await;
    report(true);
    loop {
        nats.tell(Told::Beat);
        beat.tick().await;
        let (is_well, is_heard, has_gap) = (nats.hears_everybody(), nats.hears_itself(), nats.take_gap());
        if is_heard != was_heard {
            report(is_heard);
        } else if is_heard && is_well != was_well {
            tell_of_others(is_well);
        }
        // Once more after it is well again: what was said in between was heard by nobody.
        if is_well && was_well && !has_gap && !had_gap {
            known.clear();
        } else if let Err(failure) = look(services, &mut known).await {
            tracing::warn!(error = %failure, "What has moved on other nodes could not be looked up.");
        }
        (was_well, was_heard, had_gap) = (is_well, is_heard, has_gap);
    }
}

fn report(is_heard: bool) {
    metrics::gauge!("deskbell_bus_connected").set(if is_heard { 1.0 } else { 0.0 });
    if is_heard {
        tracing::info!("Hints between nodes arrive.");
    } else {
        tracing::warn!("Hints between nodes do not arrive: the desk goes on, slower, and looks once a second for what has moved.");
    }
}

fn tell_of_others(are_heard: bool) {
    if are_heard {
        tracing::info!("All other nodes of the desk are heard.");
    } else {
        tracing::info!("Another node of the desk is not heard: this one looks once a second for what has moved.");
    }
}

/// Tells the followers of streams that have moved since the last look.
async fn look(services: &Services, known: &mut HashMap<Stream, u64>) -> Result<(), Failure> {
    let heads = services.heads(&services.hub.followed()).await?;
    for (stream, head) in &heads {
        if known.get(stream) != Some(head) {
            services.hub.behind(*stream, *head);
        }
    }
    *known = heads.into_iter().collect();
    Ok(())
}
