//! Router and timers moved by hand, for simulators: the same steps as the loops take, without their tasks and without the
//! machine's clock, so that a run with a test clock is repeated exactly.

use crate::{failure::Failure, router, services::Services, services::parking, timers};

/// The most rounds before a desk counts as one that never comes to rest.
const ROUNDS: usize = 64;

/// A node whose loops were not started.
pub struct ByHand {
    services: Services,
    router: router::Memory,
}

impl ByHand {
    pub fn of(services: &Services) -> Self {
        Self { services: services.clone(), router: router::Memory::default() }
    }

    /// Fires what is due and offers what can be offered until nothing more happens without time passing; gives the number of
    /// rounds. Refused with [`Failure::Unavailable`] when a deadline could not be acted on, or when it never ends.
    pub async fn settle(&self) -> Result<usize, Failure> {
        let now = self.services.clock.now();
        for round in 1..=ROUNDS {
            if !timers::fire_due(&self.services).await? {
                return Err(Failure::Unavailable);
            }
            parking::sweep(&self.services, now).await?;
            let offered = router::step(&self.services, &self.router).await?;
            let next = self.services.database.read().await?.next_due().await?;
            if offered == 0 && next.is_none_or(|next| next > now) {
                return Ok(round);
            }
        }
        Err(Failure::Unavailable)
    }
}
