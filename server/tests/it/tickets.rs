//! What is kept of a chat: the ticket with its note and file, for those who serve its queue.

use crate::{ledger::draft, support::both};
use domain::{
    conversation::Refusal,
    presence::Role,
    queue::Policy,
    ticket::TicketDraft,
    transcript::Said,
    wire::{Closing, Problem},
};
use engine::{failure::Failure, services::TicketFilter};

both! {
    async fn a_ticket_keeps_the_chat_as_note_and_file(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("It is dark").await;
        agent.accepts(chat).await;
        agent.notes(chat, "Seems tired").await;
        agent.says(chat, "Is it plugged in?").await;
        let number = agent.ends(chat, Closing::Ticket { draft: draft() }).await.unwrap().unwrap();
        customer.sees("the ticket", |state| (state.ticket == Some(number)).then_some(())).await;
        let services = app.services();
        let ticket = services.ticket(&agent.caller, number).await.unwrap();
        let summary = &ticket.summary;
        assert_eq!((summary.number, summary.subject.as_str(), summary.requester_name.as_str()), (1001, "Dark canopy", "Priya"));
        assert_eq!((summary.assignee.as_deref(), ticket.description.as_str()), (Some("Ana"), "It does not light up."));
        assert_eq!(ticket.conversation, Some(chat));
        assert_eq!((ticket.notes.len(), ticket.files.len()), (1, 1));
        let file = services.ticket_file(&agent.caller, ticket.files[0].id).await.unwrap();
        let text = String::from_utf8(file.bytes).unwrap();
        assert_eq!((file.name.as_str(), &ticket.notes[0].text), ("transcript-1001.txt", &text));
        assert_eq!(ticket.files[0].size_bytes as usize, text.len());
        for words in ["It is dark", "Is it plugged in?", "Seems tired", "Ana joined"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        let private = |line: &domain::transcript::Line| matches!(&line.said, Said::Note { text, .. } if text == "Seems tired");
        assert!(ticket.transcript.iter().any(private));
        let path = format!("/tickets/files/{}", ticket.files[0].id);
        let response = app.http().get(app.at(&path)).header("cookie", agent.cookie()).send().await.unwrap();
        assert!(response.headers()["content-disposition"].to_str().unwrap().starts_with("attachment;"));
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.text().await.unwrap(), text);
    }

    async fn numbers_go_up_and_a_refused_end_uses_none(app: TestApp) {
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("One").await;
        agent.accepts(chat).await;
        let nameless = Closing::Ticket { draft: TicketDraft { subject: " ".into(), ..draft() } };
        let wrong = agent.ends(chat, nameless).await;
        assert!(matches!(&wrong, Err(Problem::Invalid { field, .. }) if field == "subject"), "{wrong:?}");
        assert_eq!(agent.ends(chat, Closing::Ticket { draft: draft() }).await, Ok(Some(1001)));
        let again = agent.ends(chat, Closing::Ticket { draft: draft() }).await;
        assert_eq!(again, Err(Problem::Refused { refusal: Refusal::Ended }));
        agent.leaves(chat).await.unwrap();
        let next = app.customer_named("Lee");
        let chat = next.says("Two").await;
        agent.accepts(chat).await;
        assert_eq!(agent.ends(chat, Closing::Ticket { draft: draft() }).await, Ok(Some(1002)));
        let found = app.services().tickets(&agent.caller, TicketFilter::default()).await.unwrap();
        assert_eq!(found.iter().map(|ticket| ticket.number).collect::<Vec<_>>(), [1002, 1001], "newest first");
        let search = TicketFilter { search: Some("1001".into()), status: None };
        assert_eq!(app.services().tickets(&agent.caller, search).await.unwrap().len(), 1);
    }

    async fn a_queue_may_want_a_ticket_for_every_chat(app: TestApp) {
        app.set_policy(app.queue().id, Policy { ticket_required: true, ..Policy::default() }).await;
        let (agent, customer) = (app.agent("Ana").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        assert_eq!(agent.ends(chat, Closing::NoTicket).await, Err(Problem::Refused { refusal: Refusal::TicketRequired }));
        assert_eq!(agent.ends(chat, Closing::Ticket { draft: draft() }).await, Ok(Some(1001)));
    }

    async fn tickets_are_for_those_who_serve_the_queue(app: TestApp) {
        let elsewhere = app.add_queue("Returns", Policy::default()).await;
        let stranger = app.agent_of("Stranger", &[elsewhere.id], Role::Agent).await;
        let supervisor = app.agent_of("Sue", &[], Role::Supervisor).await;
        let (agent, colleague, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer());
        agent.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        agent.accepts(chat).await;
        let number = agent.ends(chat, Closing::Ticket { draft: draft() }).await.unwrap().unwrap();
        let services = app.services();
        let file = services.ticket(&agent.caller, number).await.unwrap().files[0].id;
        for (who, sees) in [(&agent, true), (&colleague, true), (&supervisor, true), (&stranger, false)] {
            let listed = services.tickets(&who.caller, TicketFilter::default()).await.unwrap().len();
            assert_eq!(listed, usize::from(sees), "{}", who.name);
            let (ticket, bytes) = (services.ticket(&who.caller, number).await, services.ticket_file(&who.caller, file).await);
            if sees {
                ticket.unwrap();
                bytes.map(|file| file.bytes).unwrap();
            } else {
                assert!(matches!((ticket.map(drop), bytes.map(drop)), (Err(Failure::NotFound), Err(Failure::NotFound))));
            }
            assert_eq!(who.gets(&format!("/tickets/files/{file}")).await.0, if sees { 200 } else { 404 });
        }
        let bare = app.http().get(app.at(&format!("/tickets/files/{file}"))).send().await.unwrap();
        assert_eq!(bare.status(), 401);
    }
}
