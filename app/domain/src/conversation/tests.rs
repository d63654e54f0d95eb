use super::*;
use crate::{ending::Outcome, ids::AgentId, queue::Policy};
use uuid::Uuid;

fn now(ms: i64) -> Timestamp {
    Timestamp(ms)
}

fn ana() -> AgentRef {
    AgentRef { id: AgentId::new(Uuid::from_u128(1)), name: "Ana".into() }
}

fn marek() -> AgentRef {
    AgentRef { id: AgentId::new(Uuid::from_u128(2)), name: "Marek".into() }
}

fn key(n: u128) -> ClientKey {
    ClientKey(Uuid::from_u128(n))
}

fn body(text: &str) -> Body {
    Body::parse(text).expect("a fine text")
}

fn waiting() -> Conversation {
    let opening = Opening {
        id: ConversationId::new(Uuid::nil()),
        site: SiteId::new(Uuid::nil()),
        queue: QueueId::new(Uuid::nil()),
        service: "Orders".into(),
        customer: CustomerId::new(Uuid::nil()),
        customer_name: "Priya".into(),
        email: None,
        page: None,
        user_agent: None,
        locale: None,
        first: body("Hello?"),
        client: key(1),
        needs: Vec::new(),
        last_agent: None,
    };
    let (chat, events) = Conversation::open(opening, now(1_000));
    assert_eq!(events.iter().map(|e| (e.seq, e.pub_seq)).collect::<Vec<_>>(), [(1, Some(1)), (2, None), (3, Some(2))]);
    chat
}

fn active() -> Conversation {
    let mut chat = waiting();
    chat.join(ana(), now(5_000)).expect("a waiting chat can be joined");
    chat
}

#[test]
fn time_never_runs_backwards_in_a_chat() {
    let mut chat = active();
    let events = chat.receive(Author::Customer, body("hi"), key(2), now(2_000)).unwrap();
    assert_eq!(events[0].ts, now(5_000));
}

#[test]
fn only_the_owner_writes_and_nobody_after_the_end() {
    let mut chat = active();
    assert_eq!(chat.receive(Author::Agent(marek()), body("hi"), key(2), now(6_000)), Err(Refusal::NotYours));
    assert!(chat.receive(Author::Agent(ana()), body("hi"), key(2), now(6_000)).is_ok());
    chat.agent_ends(&ana(), None, &Policy::default(), now(7_000)).unwrap();
    for author in [Author::Customer, Author::Agent(ana())] {
        let before = chat.clone();
        assert_eq!(chat.receive(author, body("late"), key(3), now(8_000)), Err(Refusal::Ended));
        assert_eq!(chat, before, "a refused step changes nothing");
    }
}

#[test]
fn an_offer_that_comes_to_nothing_keeps_the_place() {
    let mut chat = waiting();
    let offer = OfferId::new(Uuid::from_u128(9));
    chat.offer(offer, ana(), now(31_000), now(1_000)).unwrap();
    assert_eq!(chat.offer(offer, marek(), now(31_000), now(1_000)), Err(Refusal::NotWaiting));
    chat.offer_ended(offer, ana(), OfferEnd::Rejected, now(2_000));
    assert_eq!(chat.status, Status::Waiting { since: now(1_000) });
}

#[test]
fn joining_again_is_the_same_success_and_a_second_agent_is_refused() {
    let mut chat = active();
    assert_eq!(chat.join(ana(), now(6_000)), Ok(vec![]));
    assert_eq!(chat.join(marek(), now(6_000)), Err(Refusal::NotYours));
}

#[test]
fn the_customer_ends_only_by_the_rule() {
    let policy = Policy::default();
    let mut chat = waiting();
    assert_eq!(chat.customer_ends(&policy, true, now(60_999)), Err(Refusal::TooEarly { at: now(61_000) }));
    chat.customer_ends(&policy, true, now(61_000)).unwrap();
    assert!(matches!(chat.status, Status::Abandoned { reason: AbandonReason::Ended, .. }));
    assert_eq!(chat.customer_ends(&policy, true, now(62_000)), Ok(vec![]), "ending again changes nothing");
    assert_eq!(chat.receive(Author::Customer, body("x"), key(4), now(62_000)), Err(Refusal::Ended));

    let mut chat = active();
    chat.receive(Author::Customer, body("hm"), key(2), now(10_000)).unwrap();
    assert_eq!(chat.customer_ends(&policy, true, now(3_609_999)), Err(Refusal::TooEarly { at: now(3_610_000) }));
    chat.customer_ends(&policy, true, now(3_610_000)).unwrap();
    assert!(matches!(chat.status, Status::WrapUp { closing: None, .. }));
}

#[test]
fn a_customer_who_comes_back_waits_at_the_old_place() {
    let mut chat = waiting();
    chat.customer_gone(now(70_000));
    assert_eq!(chat.join(ana(), now(71_000)), Err(Refusal::NotWaiting));
    let events = chat.receive(Author::Customer, body("back"), key(5), now(80_000)).unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(chat.status, Status::Waiting { since: now(1_000) });
    assert!(chat.resume(now(81_000)).is_empty());
}

#[test]
fn the_ticket_question_is_answered_before_leaving() {
    let strict = Policy { ticket_required: true, ..Policy::default() };
    let mut chat = active();
    assert_eq!(chat.leave(&ana(), now(6_000)), Err(Refusal::NotEnded));
    assert_eq!(chat.agent_ends(&ana(), None, &strict, now(6_000)), Err(Refusal::TicketRequired));
    assert_eq!(chat.agent_ends(&marek(), Some(1), &strict, now(6_000)), Err(Refusal::NotYours));
    let events = chat.agent_ends(&ana(), Some(4_812), &strict, now(6_000)).unwrap();
    assert_eq!(events.iter().map(|e| e.body.kind()).collect::<Vec<_>>(), ["ended", "ticket_raised", "closed"]);
    assert_eq!(chat.agent_ends(&ana(), Some(1), &strict, now(6_100)), Err(Refusal::Ended));
    chat.leave(&ana(), now(7_000)).unwrap();
    assert_eq!(chat.status, Status::Closed { outcome: Outcome::Ticketed, at: now(7_000) });
    assert_eq!(chat.leave(&ana(), now(8_000)), Ok(vec![]));
}

#[test]
fn a_lost_agent_sends_the_chat_to_the_front() {
    let mut chat = active();
    chat.requeue(now(200_000)).unwrap();
    assert_eq!((chat.priority, &chat.status), (1, &Status::Waiting { since: now(200_000) }));
    assert_eq!(chat.requeue(now(200_000)), Err(Refusal::NotWaiting));
}

#[test]
fn marks_only_move_forward_and_never_past_the_last_message() {
    let mut chat = active();
    chat.receive(Author::Customer, body("Anybody?"), key(2), now(5_500)).unwrap();
    assert_eq!(chat.mark(Side::Agent, 99, 0, now(6_000)).len(), 1);
    assert_eq!(chat.agent_marks, Marks { delivered: 4, read: 0 });
    assert!(chat.mark(Side::Agent, 2, 0, now(6_000)).is_empty());
    assert_eq!(chat.mark(Side::Agent, 0, 2, now(6_000)).len(), 1);
    assert_eq!(chat.agent_marks, Marks { delivered: 4, read: 2 });
    assert_eq!(chat.mark(Side::Customer, 99, 99, now(6_000)).len(), 1);
    assert!(chat.mark(Side::Customer, 99, 99, now(6_000)).is_empty(), "one's own mark is nothing to mark");
}

#[test]
fn a_chat_has_room_for_so_much_and_no_more() {
    let mut chat = active();
    let long = body(&"ä".repeat(8_000));
    let fits = MOST_WRITTEN as u128 / 16_000;
    for n in 0..fits {
        chat.receive(Author::Customer, long.clone(), key(n + 2), now(6_000)).unwrap();
    }
    assert_eq!(chat.receive(Author::Customer, long.clone(), key(1_000), now(6_000)), Err(Refusal::Full));
    chat.receive(Author::Agent(ana()), long, key(1_001), now(6_000)).unwrap();
}

#[test]
fn an_abandoned_chat_is_ended_with_a_note() {
    let mut chat = waiting();
    assert_eq!(chat.end_work_item(&ana(), body("called"), key(6), now(2_000)), Err(Refusal::NotAbandoned));
    chat.customer_gone(now(70_000));
    let events = chat.end_work_item(&ana(), body("called"), key(6), now(80_000)).unwrap();
    assert_eq!(events.iter().filter_map(Event::to_public).count(), 1, "the customer learns of the end, not of the note");
}

#[test]
fn what_has_arrived_is_told_also_beside_what_was_read() {
    let mut chat = active();
    chat.receive(Author::Agent(ana()), body("one"), key(2), now(6_000)).unwrap();
    let (head, events) = (chat.last_pub_seq, chat.mark(Side::Customer, chat.last_pub_seq, 2, now(6_000)));
    let bodies: Vec<_> = events.into_iter().map(|event| event.body).collect();
    let told = [PublicBody::Delivered { by: Side::Customer, up_to: head }, PublicBody::Read { by: Side::Customer, up_to: 2 }];
    assert_eq!(bodies, told.map(EventBody::from));
    assert_eq!(chat.customer_marks, Marks { delivered: head, read: 2 });
}

#[test]
fn what_a_supervisor_hands_out_comes_back_to_the_queue() {
    let mut chat = active();
    chat.transfer(&ana(), marek(), None, now(6_000)).unwrap();
    let boss = AgentRef { id: AgentId::new(Uuid::from_u128(3)), name: "Boss".into() };
    let events = chat.assign(boss.clone(), marek(), Some("yours".into()), now(7_000)).unwrap();
    assert_eq!(events.iter().map(|e| (e.body.kind(), e.pub_seq)).collect::<Vec<_>>(), [("handed_over", None)]);
    let offer = OfferId::new(Uuid::from_u128(9));
    chat.offer(offer, marek(), now(40_000), now(7_000)).unwrap();
    assert_eq!(chat.assign(boss.clone(), ana(), None, now(8_000)), Err(Refusal::NotWaiting), "what rings is withdrawn first");
    chat.offer_ended(offer, marek(), OfferEnd::Rejected, now(9_000));
    assert_eq!(chat.extra.preferred, None, "not to whoever had handed it on before");
    chat.park(crate::event::ParkReason::NoMembers, None, now(10_000));
    let events = chat.assign(boss.clone(), marek(), None, now(11_000)).unwrap();
    assert_eq!(events.iter().map(|e| e.body.kind()).collect::<Vec<_>>(), ["unparked", "handed_over"]);
    assert_eq!(active().assign(boss.clone(), marek(), None, now(6_000)), Err(Refusal::NotWaiting));
}
