//! How many messages a second the program stores durably when it is given as many as it takes.

use super::{
    Arguments,
    figures::Figures,
    meter::{Meter, Span, acknowledged},
};
use crate::{chaos::Scene, history::History, people::Crowd};
use anyhow::Result;
use oracle::Moment;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinHandle, time::sleep};

pub const CHATS: usize = 200;
const AGENTS: usize = 20;
/// Both sides of every chat send one message after the other.
pub const SENDERS: usize = CHATS * 2;
/// So many wait in each outbox, so that the next is sent the moment the last was acknowledged.
const AHEAD: usize = 3;
/// How often the outboxes are filled up again.
const REFILL: Duration = Duration::from_millis(2);

pub async fn measure(arguments: &Arguments, run: u32, figures: &mut Figures) -> Result<()> {
    eprintln!("messages, run {run}: {SENDERS} senders in {CHATS} chats, one message on its way for each");
    let scene = Scene::set(&arguments.common(run), AGENTS, CHATS).await?;
    let pump = Pump::start(Arc::clone(&scene.crowd));
    sleep(arguments.warm_up()).await;
    let before = Meter::read(scene.desk()?)?;
    sleep(arguments.window()).await;
    let span = before.until(Meter::read(scene.desk()?)?);
    let rss = scene.desk()?.rss_kib()?;
    pump.stop().await?;
    tell(&span, &scene.world.history, figures);
    figures.say("rss_mib_loaded", rss as f64 / 1_024.0);
    figures.judge(scene.judge().await?);
    Ok(())
}

fn tell(span: &Span, history: &History, figures: &mut Figures) {
    let written = history.written();
    let in_span = written.values().filter_map(acknowledged).filter(|at| span.holds(*at)).count() as f64;
    figures.say("acked_per_s", in_span / span.seconds());
    figures.say("cpu_us_per_message", span.server.as_secs_f64() * 1e6 / in_span);
    figures.say("server_cpu", span.cores(span.server));
    figures.say("generator_cpu", span.cores(span.generator));
    figures.say("generator_us_per_message", span.generator.as_secs_f64() * 1e6 / in_span);
}

/// Keeps all outboxes full: a closed loop, as fast as the program acknowledges.
struct Pump {
    stop: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Pump {
    fn start(crowd: Arc<Crowd>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        Self { task: tokio::spawn(fill(crowd, Arc::clone(&stop))), stop }
    }

    async fn stop(self) -> Result<()> {
        self.stop.store(true, Ordering::Relaxed);
        Ok(self.task.await?)
    }
}

async fn fill(crowd: Arc<Crowd>, stop: Arc<AtomicBool>) {
    let mut written: u64 = 0;
    while !stop.load(Ordering::Relaxed) {
        for outbox in crowd.outboxes() {
            for _ in outbox.waiting()..AHEAD {
                outbox.write(&text(written), Moment::now());
                written += 1;
            }
        }
        sleep(REFILL).await;
    }
}

/// As long as what people write.
pub fn text(number: u64) -> String {
    format!("Message {number} of the run, about as long as people write.")
}
