//! `tonnage unlock ID`: releases a lock that somebody left behind.

use std::path::Path;

use tonnage_driver::{check, plan::open_ledger, world::World};

use super::common;
use crate::{arguments::Unlock, exit, io::Io};

/// Releases the lock with that id, and no other.
pub fn run(args: &Unlock, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let settings = common::settings(folder, &args.fleet, Some(&args.clouds));
    let checked = check(world, &settings);
    let Some(intent) = &checked.intent else {
        common::report(&checked.diagnostics, &checked.sources, args.fleet.json(), io);
        return exit::ERROR;
    };
    let now = world.now();
    let clients = common::clients(&settings, world);
    let unlocked = common::block_on(async {
        let ledger = open_ledger(&settings, intent, &clients, now).await?;
        ledger.unlock(&args.id, now).await.map_err(|error| error.diagnostic(now))
    });
    match unlocked {
        Ok(Ok(lock)) if args.fleet.json() => {
            io.print(&format!("{}\n", serde_json::json!({"unlocked": args.id, "owner": lock.owner})));
            exit::OK
        }
        Ok(Ok(lock)) => {
            io.print(&format!("Released the lock of {} ({}).\n", lock.owner, lock.purpose));
            exit::OK
        }
        Ok(Err(error)) => {
            common::report(&[error], &checked.sources, args.fleet.json(), io);
            exit::ERROR
        }
        Err(message) => common::fail(io, &message),
    }
}
