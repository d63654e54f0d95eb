use super::*;
use uuid::Uuid;

fn owner(n: u128) -> Owner {
    Owner { instance: InstanceId::new(Uuid::from_u128(n)), entry: None }
}

fn chat() -> Stream {
    Stream::ChatPublic(ConversationId::new(Uuid::nil()))
}

fn typing() -> Pulse {
    Pulse::Typing { by: domain::message::Side::Customer, name: None }
}

fn event(n: u64) -> Outgoing {
    let body = domain::event::PublicBody::Resumed;
    Outgoing::Chat(ConversationId::new(Uuid::nil()), Arc::new(Event { seq: n, pub_seq: Some(n), ts: Timestamp(0), body: body.into() }))
}

#[test]
fn a_new_socket_fences_the_old_one() {
    let hub = Hub::default();
    let old = hub.inbox(owner(1));
    let other = hub.inbox(owner(2));
    let new = hub.inbox(owner(1));
    assert!(matches!(old.take(), Some(Item::Fenced)));
    assert!(matches!(old.take(), Some(Item::Fenced)), "the last word stays");
    assert!(other.take().is_none() && new.take().is_none());
}

fn customer(n: u128, customer: u128) -> Owner {
    Owner { entry: Some(Entry::Customer(CustomerId::new(Uuid::from_u128(customer)))), ..owner(n) }
}

#[test]
fn a_lease_goes_to_the_successor_once_and_to_nobody_else() {
    let hub = Hub::default();
    let old = hub.inbox(customer(1, 7));
    old.renewed(Timestamp(5));
    let stranger = hub.inbox(customer(1, 8));
    assert_eq!((stranger.renewed_at(), old.take_lease()), (None, None), "somebody else's; and the fenced one gives none up");
    stranger.renewed(Timestamp(6));
    let new = hub.inbox(customer(1, 8));
    assert_eq!((new.renewed_at(), stranger.take_lease()), (Some(Timestamp(6)), None));
    assert_eq!(new.take_lease(), Some(Timestamp(6)));
    let late = hub.inbox(customer(1, 8));
    assert_eq!(late.renewed_at(), None, "what was given up is not taken over");
}

#[test]
fn a_lease_is_not_taken_over_from_one_who_was_signed_out() {
    let hub = Hub::default();
    let old = hub.inbox(customer(1, 7));
    old.renewed(Timestamp(5));
    hub.end_customer(CustomerId::new(Uuid::from_u128(7)));
    assert_eq!(hub.inbox(customer(1, 7)).renewed_at(), None);
    assert_eq!(old.take_lease(), Some(Timestamp(5)));
}

#[test]
fn those_who_are_gone_are_forgotten() {
    let hub = Hub::default();
    let one = hub.inbox(owner(0));
    for n in 1..=1_000 {
        drop(hub.inbox(owner(n)));
    }
    assert!(lock(&hub.0.inboxes).by_instance.len() <= 128);
    assert_eq!((hub.connected(), Arc::strong_count(&one)), (1, 1));
}

#[test]
fn a_slow_reader_is_told_to_pull_and_its_memory_is_bounded() {
    let hub = Hub::default();
    let inbox = hub.inbox(owner(1));
    hub.follow(&inbox, chat());
    for n in 1..=QUEUE_ITEMS as u64 / 2 {
        hub.publish(vec![event(n)]);
    }
    hub.pulse(chat(), typing());
    assert_eq!(lock(&inbox.queue).items.len(), QUEUE_ITEMS / 2, "at half, pulses are dropped");
    for n in 0..=QUEUE_ITEMS as u64 {
        hub.publish(vec![event(n)]);
    }
    assert!(lock(&inbox.queue).items.len() <= QUEUE_ITEMS);
    assert!(matches!(inbox.take(), Some(Item::Lagged)));
}

#[test]
fn a_burst_of_hints_waits_once() {
    let hub = Hub::default();
    let (inbox, other) = (hub.inbox(owner(1)), hub.inbox(owner(2)));
    hub.follow(&inbox, chat());
    for seq in [3, 9, 4] {
        hub.behind(chat(), seq);
    }
    assert!(matches!(inbox.take(), Some(Item::Behind(stream, 9)) if stream == chat()));
    assert!(inbox.take().is_none() && other.take().is_none());
    assert_eq!(hub.followed(), [chat()]);
}

#[test]
fn who_stops_following_hears_nothing_more() {
    let hub = Hub::default();
    let inbox = hub.inbox(owner(1));
    hub.follow(&inbox, chat());
    hub.follow(&inbox, chat());
    hub.publish(vec![event(1)]);
    assert!(inbox.take().is_some() && inbox.take().is_none(), "followed twice, told once");
    hub.unfollow(&inbox, chat());
    hub.publish(vec![event(2)]);
    assert!(inbox.take().is_none() && !hub.is_followed(chat()));
}
