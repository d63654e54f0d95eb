//! How long people wait at a steady rate: for the acknowledgement, and until the other one holds the frame.

use super::{
    Arguments,
    figures::Figures,
    meter::{Meter, Span, acknowledged, histogram, ms},
};
use crate::{chaos::Scene, history::Written, load::Load};
use anyhow::Result;
use hdrhistogram::Histogram;
use oracle::Moment;
use std::sync::Arc;
use tokio::time::sleep;

const AGENTS: usize = 10;
const CHATS: usize = 50;
/// Messages a second, over all chats and both directions.
const RATE: u32 = 500;

pub async fn measure(arguments: &Arguments, run: u32, figures: &mut Figures) -> Result<()> {
    eprintln!("latency, run {run}: {RATE} messages/s by schedule over {CHATS} chats");
    let scene = Scene::set(&arguments.common(run), AGENTS, CHATS).await?;
    let load = Load::start(Arc::clone(&scene.crowd), RATE, u64::from(run));
    sleep(arguments.warm_up()).await;
    let before = Meter::read(scene.desk()?)?;
    sleep(arguments.window()).await;
    let span = before.until(Meter::read(scene.desk()?)?);
    load.stop().await?;
    // What was due late in the span may still be on its way.
    let history = scene.world.history.clone();
    let verdict = scene.judge().await?;
    let written: Vec<Written> = history.written().into_values().filter(|message| span.holds(message.due)).collect();
    tell(&span, &written, figures)?;
    figures.judge(verdict);
    Ok(())
}

fn tell(span: &Span, written: &[Written], figures: &mut Figures) -> Result<()> {
    let (mut acks, mut deliveries) = (histogram()?, histogram()?);
    for message in written {
        if let Some(at) = acknowledged(message) {
            acks.saturating_record(micros(message.due, at));
        }
        if let Some(at) = message.delivered {
            deliveries.saturating_record(micros(message.due, at));
        }
    }
    figures.say("sent_per_s_at_500", written.len() as f64 / span.seconds());
    quantiles(["ack_ms_p50", "ack_ms_p99", "ack_ms_max"], &acks, figures);
    quantiles(["deliver_ms_p50", "deliver_ms_p99", "deliver_ms_max"], &deliveries, figures);
    figures.say("server_cpu_at_500", span.cores(span.server));
    figures.say("generator_cpu_at_500", span.cores(span.generator));
    Ok(())
}

fn quantiles(names: [&'static str; 3], latencies: &Histogram<u64>, figures: &mut Figures) {
    for (name, quantile) in names.into_iter().zip([0.5, 0.99, 1.0]) {
        figures.say(name, ms(latencies, quantile));
    }
}

fn micros(due: Moment, at: Moment) -> u64 {
    at.0.saturating_sub(due.0) / 1_000
}
