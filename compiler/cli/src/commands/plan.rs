//! `tonnage plan`.

use std::{collections::BTreeMap, path::Path};

use tonnage_driver::{difference::disagreements, world::World};
use tonnage_plan::{Evidence, Reason, file, opinion::SecondOpinion};

use super::{common, diff, forms};
use crate::{arguments::Plan, exit, io::Io};

/// Plans, shows it, and saves it where asked.
pub fn run(args: &Plan, folder: &Path, world: &dyn World, io: &mut Io) -> u8 {
    let printed = match forms::printed(&forms::of_plan(&args.forms, &args.fleet.json)) {
        Ok(printed) => printed,
        Err(message) => return common::fail(io, &message),
    };
    let mut settings = common::settings(folder, &args.fleet, Some(&args.clouds));
    settings.verify = args.verify;
    let mut made = match common::plan(&settings, common::clients(&settings, world), args.destroy, world, io) {
        Ok(made) => made,
        Err(message) => return common::fail(io, &message),
    };
    let Some(plan) = &mut made.plan else {
        common::report(&made.diagnostics, &made.sources, args.fleet.json(), io);
        return exit::ERROR;
    };
    if let Some(base) = &args.base {
        match diff::between(base, None, &settings, world, io) {
            Ok(difference) => {
                let said = disagreements(&difference.plan, plan);
                plan.notes.extend(said.into_iter().map(|said| format!("note: since {base}: {said}")));
                place_departures(&difference.plan, plan);
            }
            Err(failed) => return failed.say(args.fleet.json(), io),
        }
    }
    if let Err(message) = forms::show(plan, &args.forms, &args.fleet.json, folder, world, io) {
        return common::fail(io, &message);
    }
    if let Some(out) = &args.out {
        let path = folder.join(out);
        if let Err(reason) = world.write(&path, &file::write(plan)) {
            return common::fail(io, &format!("{} can't be written: {reason}", out.display()));
        }
        if printed.is_none() {
            io.print(&format!("\nSaved to {0}. `tonnage apply {0}` applies exactly this plan.\n", out.display()));
        }
    }
    if !args.detailed_exitcode {
        return exit::OK;
    }
    if plan.refusals().next().is_some() {
        exit::DENIED
    } else if plan.second_opinion.as_ref().is_some_and(SecondOpinion::differs) {
        exit::OTHERWISE
    } else if plan.preflight.iter().any(Evidence::is_short) {
        exit::SHORT
    } else if plan.has_work() {
        exit::CHANGES
    } else {
        exit::OK
    }
}

/// What has left the files stands where the difference from the base says that it stood.
fn place_departures(difference: &tonnage_plan::Plan, plan: &mut tonnage_plan::Plan) {
    let stood = difference.changes.iter().filter_map(|change| Some((change.address, change.declared.as_ref()?)));
    let stood: BTreeMap<_, _> = stood.collect();
    for change in plan.changes.iter_mut().filter(|change| change.reasons.contains(&Reason::Gone)) {
        change.declared = stood.get(&change.address).map(|place| (*place).clone());
    }
}
