//! The whole small story, over pages, calls and sockets.

use crate::support::both;
use domain::{
    ticket::{Priority, TicketDraft},
    wire::Closing,
};

both! {
    async fn a_chat_from_the_form_to_its_ticket(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        customer.sees_agent("Ana").await;
        agent.reads(chat, "Hello?").await;
        agent.says(chat, "Hi, what is it?").await;
        customer.reads("Hi, what is it?").await;
        customer.says("It is dark.").await;
        agent.reads(chat, "It is dark.").await;
        let draft = TicketDraft {
            subject: "Dark".into(),
            description: String::new(),
            requester_name: "Priya".into(),
            requester_email: None,
            priority: Priority::Normal,
        };
        let number = agent.ends(chat, Closing::Ticket { draft }).await.unwrap();
        assert_eq!(number, Some(1001));
        customer.sees("the end", |state| state.has_ended().then_some(())).await;
        agent.leaves(chat).await.unwrap();
        customer.leaves().await.unwrap();
    }
}
