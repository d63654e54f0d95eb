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
