//! The language server: what the driver's workspace says of fleets that are being written, as an editor asks for it.
//!
//! No analysis of its own: whatever is found out is found out by the rooms above. Speaks on the streams it is given and
//! on nothing else.

mod complete;
mod convert;
mod facts;
mod hover;
mod outline;
mod requests;
mod server;
mod site;
mod transport;
mod worker;

use std::io::{BufRead, Write};

use tonnage_driver::{Settings, World};

/// The client said `shutdown`, then `exit`.
pub const DONE: u8 = 0;
/// It went away without, or the streams failed.
pub const BROKEN_OFF: u8 = 1;

/// Serves until the client leaves. What goes wrong with the streams, and what the server itself does wrong, goes to
/// `log`.
pub fn serve(
    world: &dyn World,
    settings: &Settings,
    input: &mut (dyn BufRead + Send),
    output: &mut (dyn Write + Send),
    log: &mut (dyn Write + Send),
) -> u8 {
    server::serve(world, settings, input, output, log)
}
