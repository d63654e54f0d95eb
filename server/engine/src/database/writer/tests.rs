use super::*;
use crate::{
    caller::{Caller, CustomerCaller},
    database::batch::{Action, Command, Ticket},
    live::Hub,
};
use domain::{
    ids::{ConversationId, CustomerId, SiteId},
    time::Timestamp,
    wire::MarkSeen,
};
use uuid::Uuid;

struct Idle;

impl Job for Idle {
    fn run<'a>(&'a mut self, _tx: &'a mut Tx) -> LocalBoxFuture<'a, Step> {
        Box::pin(async { Step::Keep })
    }
    fn answer(self: Box<Self>, _commit: Result<(), Failure>) {}
}

fn command() -> Ticket {
    let conversation = ConversationId::new(Uuid::nil());
    let caller = Caller::Customer(CustomerCaller {
        id: CustomerId::new(Uuid::nil()),
        site: SiteId::new(Uuid::nil()),
        conversation,
        name: "Nora".into(),
    });
    let action = Action::Mark(MarkSeen { delivered: 1, read: 1 });
    let (reply, _) = oneshot::channel();
    Ticket { command: Command { caller, conversation, action, now: Timestamp(1) }, reply }
}

/// A worker for whom so much waits.
fn worker(closures: usize, commands: usize) -> Worker {
    let ((jobs, closure_queue), (tickets, command_queue)) = (mpsc::channel(QUEUE), mpsc::channel(QUEUE));
    for _ in 0..closures {
        jobs.try_send(Box::new(Idle) as Box<dyn Job>).ok().unwrap();
    }
    for _ in 0..commands {
        tickets.try_send(command()).ok().unwrap();
    }
    Worker { closures: closure_queue, commands: command_queue, bus: Bus::Local(Hub::default()), closing: CancellationToken::new() }
}

#[tokio::test]
async fn neither_closures_nor_commands_crowd_out_the_other() {
    for (waiting, taken) in [((500, 500), (32, 32)), ((500, 10), (54, 10)), ((10, 500), (10, 54)), ((500, 0), (64, 0)), ((3, 2), (3, 2))] {
        let group = worker(waiting.0, waiting.1).next_group().await.unwrap();
        assert_eq!((group.closures.len(), group.commands.len()), taken, "of {waiting:?}");
    }
}
