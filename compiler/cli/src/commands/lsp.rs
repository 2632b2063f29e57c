//! `tonnage lsp`: the language server, on standard input and output.

use std::path::Path;

use tonnage_driver::world::World;

use super::common;
use crate::{arguments::Lsp, io::Io};

/// Serves until the editor leaves. Fleets are found from the files that it opens.
pub fn run(args: &Lsp, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let settings = common::settings(folder, &args.fleet, None);
    tonnage_lsp::serve(world, &settings, &mut *io.input, &mut *io.out, &mut *io.err)
}
