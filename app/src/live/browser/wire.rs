use crate::live::socket::Heard;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, WebSocket};

/// One open or opening WebSocket. Dropping it closes it, and nothing is heard of it any more.
pub struct Wire {
    socket: WebSocket,
    _handler: Closure<dyn Fn(JsValue)>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_open: Closure<dyn Fn(JsValue)>,
}

/// Begins to connect; `None` when the browser refuses even to try.
pub fn dial(url: &str, protocol: &str, heard: impl Fn(Heard) + 'static) -> Option<Wire> {
    let socket = WebSocket::new_with_str(url, protocol).ok()?;
    let heard = Rc::new(heard);
    let (on_open, on_text, on_end) = (heard.clone(), heard.clone(), heard);
    let on_open = Closure::<dyn Fn(JsValue)>::new(move |_| on_open(Heard::Open));
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(text) = event.data().as_string() {
            on_text(Heard::Text(text));
        }
    });
    let handler = Closure::<dyn Fn(JsValue)>::new(move |_| on_end(Heard::Closed));
    socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
    socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // An error is always followed by a close.
    socket.set_onclose(Some(handler.as_ref().unchecked_ref()));
    Some(Wire { socket, _handler: handler, _on_message: on_message, _on_open: on_open })
}

impl Wire {
    /// Whether the text was handed to an open socket. It may still be lost: nothing that matters travels here.
    pub fn say(&self, text: &str) -> bool {
        self.socket.ready_state() == WebSocket::OPEN && self.socket.send_with_str(text).is_ok()
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
