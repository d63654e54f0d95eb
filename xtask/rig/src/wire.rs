//! Two thin ends of the wire: one kept HTTP connection, and one WebSocket.
//!
//! Where a client connects (`door`) and what it names as the desk's origin may differ: between them may stand a proxy.

mod line;
mod socket;

pub use line::{Answer, Cut, Line};
pub use socket::{Socket, SocketEnd};
