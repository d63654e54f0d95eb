//! The bell: two short tones made by the browser itself, so that no file has to be loaded.
//!
//! Browsers allow sound only after a person has touched the page; [`unlock_sound`] is called then. Of several tabs one
//! plays: the one that holds the lock `deskbell.bell`, and only tabs that may make sound ask for it.

use super::Tone;
use leptos::prelude::window;
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{AudioContext, AudioContextState, OscillatorType};

thread_local! {
    static CONTEXT: RefCell<Option<AudioContext>> = const { RefCell::new(None) };
    static MAY_PLAY: Cell<bool> = const { Cell::new(false) };
    /// When the last message asked for a tap, and when it was given one, by the browser's clock.
    static ASKED_AT: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
    static TAPPED_AT: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
}

const LOCK: &str = "deskbell.bell";
/// Messages that come closer together than this make one tap: a tab that wakes hears of all it has missed at once.
const APART_MS: f64 = 3_000.0;
/// A stream of them that does not end is tapped again.
const TAPS_EVERY_MS: f64 = 30_000.0;
/// One stroke: when it begins, its pitch, how loud, how long.
type Stroke = (f64, f32, f32, f64);
const OFFER: &[Stroke] = &[(0.0, 784.0, 0.22, 0.55), (0.18, 1_046.5, 0.22, 0.75)];
const MESSAGE: &[Stroke] = &[(0.0, 523.25, 0.10, 0.22)];

/// Called when a person touches the page: from now on this tab may ring.
pub fn unlock_sound() {
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            *context = AudioContext::new().ok();
            if context.is_some() {
                become_the_bell();
            }
        }
        if let Some(context) = context.as_ref()
            && context.state() == AudioContextState::Suspended
        {
            // The promise tells nothing that `state` does not.
            let _ = context.resume();
        }
    });
}

/// Plays one of the desk's sounds, if this tab is the one that rings.
pub fn play(tone: Tone) {
    if !MAY_PLAY.get() || (tone == Tone::Message && !taps_again()) {
        return;
    }
    let strokes = match tone {
        Tone::Offer => OFFER,
        Tone::Message => MESSAGE,
    };
    CONTEXT.with_borrow(|context| {
        if let Some(context) = context {
            for stroke in strokes {
                // A device without sound output refuses; the notice on the screen stays.
                let _ = strike(context, *stroke);
            }
        }
    });
}

/// Whether it is time for another tap; if so, it counts as made.
fn taps_again() -> bool {
    let now = js_sys::Date::now();
    // A clock that was set back keeps nobody quiet.
    let due = (now - ASKED_AT.replace(now)).abs() >= APART_MS || (now - TAPPED_AT.get()).abs() >= TAPS_EVERY_MS;
    if due {
        TAPPED_AT.set(now);
    }
    due
}

fn strike(context: &AudioContext, (begin, pitch, loud, length): Stroke) -> Result<(), JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    let start = context.current_time() + begin;
    oscillator.set_type(OscillatorType::Sine);
    oscillator.frequency().set_value(pitch);
    gain.gain().set_value_at_time(0.000_1, start)?;
    gain.gain().exponential_ramp_to_value_at_time(loud, start + 0.012)?;
    gain.gain().exponential_ramp_to_value_at_time(0.000_1, start + length)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start_with_when(start)?;
    oscillator.stop_with_when(start + length)
}

/// Asks for the lock and keeps it for the life of the tab. A browser without locks lets every tab ring.
fn become_the_bell() {
    let asked = || -> Option<()> {
        let navigator = window().navigator();
        let locks = js_sys::Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
        let request: js_sys::Function = js_sys::Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        let granted = Closure::once_into_js(|| {
            MAY_PLAY.set(true);
            // Never settled: the lock is held until the tab is closed.
            js_sys::Promise::new(&mut |_, _| {})
        });
        request.call2(&locks, &LOCK.into(), &granted).ok().map(|_| ())
    };
    if asked().is_none() {
        MAY_PLAY.set(true);
    }
}
