//! Offers and messages that nobody must miss: sound, notices of the desktop, and the words for those who listen.
//!
//! An offer rings at once, then from its 20th to its 90th second every ten, until it is answered or withdrawn: when it
//! is gone from the agent's stream it is gone in every tab, and so is its sound. A tab that nobody looks at also shows
//! a notice of the desktop, one a chat however many tabs there are.

use super::{
    browser::{self, Tone},
    desk::{Desk, use_desk},
};
use crate::{live::person, ui::use_now};
use domain::{
    desk::OfferView,
    event::{Event, EventBody, PublicBody},
    ids::{ConversationId, OfferId},
    message::Author,
    time::{Millis, Timestamp},
};
use leptos::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const RINGS_AGAIN_FROM: i64 = 20;
const RINGS_EVERY: i64 = 10;
const RINGS_UNTIL: i64 = 90;
const SOUND_KEY: &str = "deskbell.sound";

/// Whether this console may make sounds, kept in this browser.
#[derive(Debug, Clone, Copy)]
pub struct Sound(RwSignal<bool>);

impl Sound {
    pub fn is_on(self) -> bool {
        self.0.get()
    }
    pub fn toggle(self) {
        let on = !self.0.get_untracked();
        self.0.set(on);
        browser::store(SOUND_KEY, if on { "on" } else { "off" });
    }
    fn play(self, tone: Tone) {
        if self.0.get_untracked() {
            browser::play(tone);
        }
    }
}

/// Starts the console's bell. Called once, above all screens.
pub fn provide_alerts(desk: Desk) -> Sound {
    let sound = Sound(RwSignal::new(true));
    provide_context(sound);
    Effect::new(move |_| {
        sound.0.set(browser::stored(SOUND_KEY).as_deref() != Some("off"));
        browser::on_touch(browser::unlock_sound);
    });
    ring_for_offers(desk, sound);
    sound
}

pub fn use_sound() -> Sound {
    use_context::<Sound>().unwrap_or_else(|| Sound(RwSignal::new(true)))
}

/// How many times an offer has rung `seconds` after it was made, were nobody to answer.
fn rings(seconds: i64) -> i64 {
    let late = seconds.min(RINGS_UNTIL);
    if late < RINGS_AGAIN_FROM { 1 } else { 2 + (late - RINGS_AGAIN_FROM) / RINGS_EVERY }
}

fn ring_for_offers(desk: Desk, sound: Sound) {
    let now = use_now();
    let rung = StoredValue::new(BTreeMap::<OfferId, (ConversationId, i64)>::new());
    // Changes when an offer comes, goes or has to ring again; not with every beat of the clock.
    let due = Memo::new(move |_| {
        let at = now.get();
        desk.offers.with(|offers| offers.iter().map(|offer| (offer.id, rings(seconds(at - offer.offered_at)))).collect::<BTreeMap<_, _>>())
    });
    Effect::new(move |_| {
        let due = due.get();
        desk.offers.with_untracked(|offers| {
            for offer in offers {
                let wanted = due.get(&offer.id).copied().unwrap_or(1);
                let so_far = rung.with_value(|rung| rung.get(&offer.id).map_or(0, |(_, times)| *times));
                if wanted > so_far {
                    sound.play(Tone::Offer);
                    show_notice(desk, offer);
                    rung.update_value(|rung| _ = rung.insert(offer.id, (offer.card.conversation, wanted)));
                }
            }
        });
        let over =
            rung.with_value(|rung| rung.iter().filter(|(id, _)| !due.contains_key(id)).map(|(id, of)| (*id, of.0)).collect::<Vec<_>>());
        for (offer, chat) in over {
            browser::withdraw(&chat.to_string());
            rung.update_value(|rung| _ = rung.remove(&offer));
        }
    });
}

fn seconds(span: Millis) -> i64 {
    span.0.max(0) / 1_000
}

fn show_notice(desk: Desk, offer: &OfferView) {
    if !person::is_visible() {
        let texts = desk.texts();
        let title = texts.with("console.notice.offer", &[("name", &offer.card.customer)]);
        let waited = offer.waited.clock();
        let body = texts.with("console.notice.offer_text", &[("service", &offer.card.service), ("wait", &waited)]);
        browser::notify(&offer.card.conversation.to_string(), &title, &body);
    }
}

/// Called for every event of an own chat that happens now: a customer's message makes itself heard when the agent does
/// not look at its window.
pub fn hear_message(desk: Desk, sound: Sound, chat: ConversationId, event: &Event) {
    let EventBody::Public(PublicBody::Message { author: Author::Customer, .. }) = &event.body else {
        return;
    };
    let Some(card) = desk.mine.with_untracked(|cards| cards.iter().find(|card| card.conversation == chat).cloned()) else {
        return;
    };
    let looks_at_it = person::is_visible() && desk.windows.read_untracked(|panes| panes.current() == Some(chat));
    if !looks_at_it {
        sound.play(Tone::Message);
    }
    if !person::is_visible() {
        let texts = desk.texts();
        let title = texts.with("console.notice.message", &[("name", &card.customer)]);
        browser::notify(&chat.to_string(), &title, &card.service);
    }
}

/// What those who listen are told about an offer, once: by one assertive region for all of them.
#[component]
pub fn OfferVoice() -> impl IntoView {
    let desk = use_desk();
    let spoken = StoredValue::new(BTreeSet::<OfferId>::new());
    let words = RwSignal::new(String::new());
    Effect::new(move |_| {
        let fresh =
            desk.offers.with(|offers| offers.iter().rfind(|offer| !spoken.with_value(|spoken| spoken.contains(&offer.id))).cloned());
        if let Some(offer) = fresh {
            spoken.update_value(|spoken| _ = spoken.insert(offer.id));
            words.set(desk.texts().with("console.offer.spoken", &[("name", &offer.card.customer), ("service", &offer.card.service)]));
        }
    });
    view! { <div class="visually-hidden" aria-live="assertive" aria-atomic="true">{words}</div> }
}

/// The moment from which a wait is counted as late on the screen.
pub fn is_late(since: Timestamp, now: Timestamp) -> bool {
    now - since >= LATE_AFTER
}

/// How long a customer should wait at most; cards and tabs turn towards red by it.
pub const PROMISE: Millis = Millis::seconds(120);
const LATE_AFTER: Millis = PROMISE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_rings_at_once_then_from_the_twentieth_second_every_ten() {
        for (second, times) in [(0, 1), (19, 1), (20, 2), (29, 2), (30, 3), (89, 8), (90, 9), (500, 9)] {
            assert_eq!(rings(second), times, "second {second}");
        }
    }
}
