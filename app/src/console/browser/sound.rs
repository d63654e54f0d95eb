//! The bell: two short tones made by the browser itself, so that no file has to be loaded.
//!
//! Browsers allow sound only after a person has touched the page; [`unlock_sound`] is called then. Of several tabs one
//! plays: the one that holds the lock `deskbell.bell`, and only tabs that may make sound ask for it.

use super::{SoundState, Tone};
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
/// The volume at which strokes are as loud as they are written.
const LOUD_AS_WRITTEN: f32 = 80.0;
const MESSAGE: &[Stroke] = &[(0.0, 523.25, 0.10, 0.22)];

/// Called when a person touches the page: from now on this tab may ring.
pub fn unlock_sound() {
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            *context = AudioContext::new().ok();
            if context.is_some() {
                hold_lock(LOCK, || MAY_PLAY.set(true));
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

/// Plays one of the desk's sounds at a volume of 1 to 100, if this tab is the one that rings; nothing at 0.
pub fn play(tone: Tone, volume: u8) {
    if !MAY_PLAY.get() || volume == 0 || (tone == Tone::Message && !taps_again()) {
        return;
    }
    sound(tone, volume);
}

/// Plays the bell in this tab whichever one rings else, and says what came of it. Call it when something was pressed.
pub fn try_sound(volume: u8) -> SoundState {
    unlock_sound();
    let state = CONTEXT.with_borrow(|context| context.as_ref().map(|context| context.state()));
    sound(Tone::Offer, volume);
    match state {
        None => SoundState::Missing,
        Some(AudioContextState::Suspended) => SoundState::Held,
        Some(_) => SoundState::Played,
    }
}

fn sound(tone: Tone, volume: u8) {
    let loudness = f32::from(volume.min(100)) / LOUD_AS_WRITTEN;
    let strokes = match tone {
        Tone::Offer => OFFER,
        Tone::Message => MESSAGE,
    };
    CONTEXT.with_borrow(|context| {
        if let Some(context) = context {
            for stroke in strokes {
                // A device without sound output refuses; the notice on the screen stays.
                let _ = strike(context, *stroke, loudness);
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

fn strike(context: &AudioContext, (begin, pitch, loud, length): Stroke, loudness: f32) -> Result<(), JsValue> {
    let (oscillator, gain) = (context.create_oscillator()?, context.create_gain()?);
    let start = context.current_time() + begin;
    oscillator.set_type(OscillatorType::Sine);
    oscillator.frequency().set_value(pitch);
    gain.gain().set_value_at_time(0.000_1, start)?;
    gain.gain().exponential_ramp_to_value_at_time((loud * loudness).max(0.000_2), start + 0.012)?;
    gain.gain().exponential_ramp_to_value_at_time(0.000_1, start + length)?;
    oscillator.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&context.destination())?;
    oscillator.start_with_when(start)?;
    oscillator.stop_with_when(start + length)
}

/// Asks for a lock and keeps it for the life of the tab; `granted` is called once it is there. A browser without locks
/// grants it to every tab.
pub fn hold_lock(name: &str, granted: impl FnOnce() + 'static) {
    let granted = std::rc::Rc::new(RefCell::new(Some(granted)));
    let grants = granted.clone();
    let asked = || -> Option<()> {
        let navigator = window().navigator();
        let locks = js_sys::Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
        let request: js_sys::Function = js_sys::Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
        let held = Closure::once_into_js(move || {
            if let Some(granted) = grants.take() {
                granted();
            }
            // Never settled: the lock is held until the tab is closed.
            js_sys::Promise::new(&mut |_, _| {})
        });
        request.call2(&locks, &name.into(), &held).ok().map(|_| ())
    };
    if asked().is_none()
        && let Some(granted) = granted.take()
    {
        granted();
    }
}
