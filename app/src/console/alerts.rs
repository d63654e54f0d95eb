//! Offers, announced requests and messages that nobody must miss: sound, notices of the desktop, and the words for those
//! who listen.
//!
//! What asks for an answer rings at once, then from its 20th to its 90th second every ten, until it is answered or
//! withdrawn: when it is gone from the agent's streams it is gone in every tab, and so are its sound and its notice. Of
//! all tabs of a browser one makes the sounds and one shows the notices.

use super::{
    browser::{self, Notice, Tone},
    desk::{Desk, use_desk},
    manager::waits_since,
};
use crate::{live::person, ui::use_now};
use domain::{
    desk::{Card, OfferView},
    event::{Event, EventBody, PublicBody},
    ids::{ConversationId, OfferId},
    message::Author,
    presence::AlertPrefs,
    time::{Millis, Timestamp},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::collections::{BTreeMap, BTreeSet};

const RINGS_AGAIN_FROM: i64 = 20;
const RINGS_EVERY: i64 = 10;
const RINGS_UNTIL: i64 = 90;
const SOUND_KEY: &str = "deskbell.sound";

/// Whether and how loud this console makes sounds: a switch of this browser before the agent's own volume.
#[derive(Debug, Clone, Copy)]
pub struct Sound {
    on: RwSignal<bool>,
    prefs: RwSignal<AlertPrefs>,
}

impl Sound {
    pub fn is_on(self) -> bool {
        self.on.get() && self.prefs.with(|prefs| prefs.volume > 0)
    }
    /// Whether the switch of this browser is on, whatever the volume is.
    pub fn is_switched_on(self) -> bool {
        self.on.get()
    }
    /// Switches the sound of this browser, in all its tabs.
    pub fn switch(self, on: bool) {
        self.on.set(on);
        browser::store(SOUND_KEY, if on { "on" } else { "off" });
    }
    fn play(self, tone: Tone) {
        if self.on.get_untracked() {
            browser::play(tone, self.prefs.with_untracked(|prefs| prefs.volume));
        }
    }
}

/// Starts the console's bell. Called once, above all screens.
pub fn provide_alerts(desk: Desk) -> Sound {
    let sound = Sound { on: RwSignal::new(true), prefs: desk.prefs };
    provide_context(sound);
    Effect::new(move |_| {
        sound.on.set(browser::stored(SOUND_KEY).as_deref() != Some("off"));
        browser::on_stored(SOUND_KEY, move |word| sound.on.set(word != "off"));
        browser::on_touch(browser::unlock_sound);
        browser::become_the_caller();
    });
    let navigate = StoredValue::new(use_navigate());
    let go_home = Callback::new(move |()| navigate.with_value(|navigate| navigate("/", NavigateOptions::default())));
    ring(desk, sound);
    provide_context(GoHome(go_home));
    sound
}

/// The way to the page with the chats, from a notice of the desktop.
#[derive(Clone, Copy)]
struct GoHome(Callback<()>);

pub fn use_sound() -> Sound {
    use_context::<Sound>().unwrap_or_else(|| Sound { on: RwSignal::new(true), prefs: RwSignal::new(AlertPrefs::default()) })
}

/// How many times something has rung `seconds` after it came, were nobody to answer.
fn rings(seconds: i64) -> i64 {
    let late = seconds.min(RINGS_UNTIL);
    if late < RINGS_AGAIN_FROM { 1 } else { 2 + (late - RINGS_AGAIN_FROM) / RINGS_EVERY }
}

/// What rings: a chat that is offered to the agent, or one that is announced to all.
type Bell = (ConversationId, Option<OfferId>);

fn ring(desk: Desk, sound: Sound) {
    let now = use_now();
    let rung = StoredValue::new(BTreeMap::<Bell, i64>::new());
    // Changes when something comes, goes or has to ring again; not with every beat of the clock.
    let due = Memo::new(move |_| {
        let at = now.get();
        let times = |since: Timestamp| rings(seconds(at - since));
        let mut due: BTreeMap<Bell, i64> =
            desk.requests.with(|cards| cards.iter().map(|card| ((card.conversation, None), times(waits_since(card)))).collect());
        desk.offers.with(|all| due.extend(all.iter().map(|offer| ((offer.card.conversation, Some(offer.id)), times(offer.offered_at)))));
        due
    });
    Effect::new(move |_| {
        let due = due.get();
        let so_far = |bell: &Bell| rung.with_value(|rung| rung.get(bell).copied().unwrap_or_default());
        let fresh: Vec<(Bell, i64)> =
            due.iter().map(|(bell, times)| (*bell, *times)).filter(|(bell, times)| *times > so_far(bell)).collect();
        if !fresh.is_empty() {
            sound.play(Tone::Offer);
        }
        for (bell, times) in fresh {
            notice_of(desk, bell);
            rung.update_value(|rung| _ = rung.insert(bell, times));
        }
        let over: Vec<Bell> = rung.with_value(|rung| rung.keys().filter(|bell| !due.contains_key(bell)).copied().collect());
        for bell in over {
            browser::withdraw(&bell.0.to_string());
            rung.update_value(|rung| _ = rung.remove(&bell));
        }
    });
}

fn seconds(span: Millis) -> i64 {
    span.0.max(0) / 1_000
}

/// Shows what rings as a notice of the desktop; chosen, it leads to the button that answers.
fn notice_of(desk: Desk, (chat, offer): Bell) {
    let texts = desk.texts();
    match offer {
        Some(id) => desk.offers.with_untracked(|offers| {
            let Some(OfferView { card, waited, .. }) = offers.iter().find(|offer| offer.id == id) else { return };
            let body = texts.with("console.notice.offer_text", &[("service", &card.service), ("wait", &waited.clock())]);
            let title = texts.with("console.notice.offer", &[("name", &card.customer)]);
            tell(desk, notice(chat, title, body), move || browser::focus_soon(accept_id(id)));
        }),
        None => desk.requests.with_untracked(|cards| {
            let Some(card) = cards.iter().find(|card| card.conversation == chat) else { return };
            let title = texts.with("console.notice.request", &[("name", &card.customer)]);
            tell(desk, notice(chat, title, place_of(card)), move || browser::focus_soon(join_id(chat)));
        }),
    }
}

fn notice(chat: ConversationId, title: String, body: String) -> Notice {
    Notice { tag: chat.to_string(), title, body, stays: true }
}

/// Shows a notice where nobody looks at this tab, if the agent wants them.
fn tell(desk: Desk, notice: Notice, chosen: impl FnOnce() + 'static) {
    if !person::is_visible() && browser::is_the_caller() && desk.prefs.with_untracked(|prefs| prefs.desktop) {
        browser::notify(notice, chosen);
    }
}

/// "Orders · Hotel Seeblick": the service, and where the customer comes from.
pub fn place_of(card: &Card) -> String {
    format!("{} · {}", card.service, card.company.as_deref().unwrap_or(&card.site))
}

/// The id of the button that accepts an offer.
pub fn accept_id(offer: OfferId) -> String {
    format!("accept-{offer}")
}

/// The id of the button that takes an announced request.
pub fn join_id(chat: ConversationId) -> String {
    format!("join-{chat}")
}

/// What a message in an own chat does beside being shown: heard when the agent does not look at its window.
pub fn use_message_bell(desk: Desk, sound: Sound) -> impl Fn(ConversationId, &Event) + 'static {
    let home = use_context::<GoHome>();
    move |chat, event| {
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
        let title = desk.texts().with("console.notice.message", &[("name", &card.customer)]);
        let notice = Notice { stays: false, ..notice(chat, title, card.service) };
        tell(desk, notice, move || {
            desk.look_into(chat);
            if let Some(GoHome(go)) = home {
                go.run(());
            }
        });
    }
}

/// What those who listen are told, once: by one assertive region for all of it.
#[component]
pub fn OfferVoice() -> impl IntoView {
    let desk = use_desk();
    let spoken = StoredValue::new(BTreeSet::<Bell>::new());
    let words = RwSignal::new(String::new());
    let say = move |bell: Bell, key: &str, card: &Card| {
        if spoken.try_update_value(|spoken| spoken.insert(bell)) == Some(true) {
            words.set(desk.texts().with(key, &[("name", &card.customer), ("service", &card.service)]));
        }
    };
    Effect::new(move |_| {
        desk.requests.with(|cards| cards.iter().rev().for_each(|card| say((card.conversation, None), "console.request.spoken", card)));
        desk.offers.with(|offers| {
            offers.iter().for_each(|offer| say((offer.card.conversation, Some(offer.id)), "console.offer.spoken", &offer.card));
        });
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
