//! A comment and a summary fit GitHub whatever the plan is, and what hurts is in them. Plans are drawn as data: no
//! fleet asks for such.

use tonnage_base::{Decimal, Market, Symbol, quantity::Money};
use tonnage_graph::{Holds, Site, Values};
use tonnage_plan::{
    Action, Change, Check, Effect, EffectKind, Evidence, Origin, Plan, PropertyDiff, Reason, Starting, UnitId, Verdict,
    model::{FallsBack, Guard, GuardState, PlacementSummary, RejectionSummary, ShapeFacts},
    money::{CommitmentSummary, Crossing, DaysGone, Held, Idle, MilestoneSummary, Paid},
    opinion::{Deed, Disagreement, SecondOpinion, Unasked},
};
use tonnage_report::{
    PlanView,
    difference::{Block, Difference},
    markdown, words,
};

use crate::dice::{Dice, every};

/// Pieces of names and texts: long, wide, and what means something in Markdown.
const PIECES: [&str; 16] = [
    "pretraining",
    "a",
    "0001",
    "<b>",
    "|",
    "`",
    "```",
    "\n",
    "集群",
    "🟥🟥",
    "ё",
    "א",
    "use1-dfw2-az1/",
    "_-_",
    "![y](x)",
    "@who",
];

fn text(dice: &mut Dice, most: usize) -> String {
    let many = dice.below(most) + 1;
    (0..many).map(|_| *dice.pick(&PIECES)).collect()
}

fn symbol(dice: &mut Dice, most: usize) -> Symbol {
    Symbol::new(&text(dice, most))
}

/// Mostly few, at times very many.
fn count(dice: &mut Dice, most: usize) -> usize {
    let most = *dice.pick(&[0, 3, most / 20, most]);
    dice.below(most + 1)
}

fn site(dice: &mut Dice) -> Site {
    Site { cloud: Symbol::new(&format!("cloud{}", dice.below(9))), region: Symbol::new("us-east-1") }
}

fn holds(dice: &mut Dice) -> Holds {
    Holds {
        shape: Symbol::new(&format!("shape{}", dice.below(80))),
        nodes: u32::try_from(dice.below(9_000)).expect("a number"),
        market: *dice.pick(&[Market::OnDemand, Market::Spot, Market::Reserved]),
        zone: None,
        reserves_only: dice.chance(10),
    }
}

fn change(dice: &mut Dice, number: usize, values: &mut Values) -> Change {
    let mut value = |dice: &mut Dice| {
        let text = serde_json::to_string(&text(dice, 60)).expect("JSON");
        values.from_json(&text).ok().filter(|_| dice.chance(80))
    };
    let diffs: Vec<PropertyDiff> = (0..dice.below(6))
        .map(|_| PropertyDiff {
            path: text(dice, 9),
            before: value(dice),
            after: value(dice),
            forces_replacement: dice.chance(20),
            drift: dice.chance(10),
            conflict: false,
            applied: None,
            origin: dice.chance(50).then(|| Origin { place: "fleet.fleet.hcl:7".to_owned(), name: text(dice, 5) }),
        })
        .collect();
    let actions = [
        Action::Create,
        Action::Update,
        Action::Delete,
        Action::ReplaceCreateFirst,
        Action::ReplaceDeleteFirst,
        Action::Forget,
        Action::Import,
        Action::Move,
    ];
    let kinds = [
        EffectKind::Stops,
        EffectKind::DataLost,
        EffectKind::DataGone,
        EffectKind::Unknown,
        EffectKind::Idle,
        EffectKind::Note,
    ];
    let longest = *dice.pick(&[3, 20, 90]);
    Change {
        diffs,
        address: Symbol::new(&format!("resource.n{number}{}", text(dice, longest))),
        previous_address: None,
        kind: symbol(dice, 9),
        action: *dice.pick(&actions),
        reasons: vec![Reason::CreateOnly { property: text(dice, 9) }],
        site: site(dice),
        unit: UnitId(0),
        local_name: Symbol::new("L"),
        physical_id: None,
        before: None,
        after: None,
        holds_before: dice.chance(40).then(|| holds(dice)),
        asked_before: None,
        older: Vec::new(),
        holds_after: dice.chance(40).then(|| holds(dice)),
        effects: (0..dice.below(3))
            .map(|_| Effect {
                kind: *dice.pick(&kinds),
                nodes: Some(dice.next() % 500),
                gib: Some(dice.next() % 500),
                property: None,
                batch: None,
                words: text(dice, 20),
                way_out: text(dice, 20),
            })
            .collect(),
        declared: Some(format!("{}:{number}", text(dice, 4))),
    }
}

fn plan(dice: &mut Dice) -> Plan {
    let mut values = Values::new();
    let most = *dice.pick(&[30, 900, 4_000]);
    let changes = (0..count(dice, most)).map(|number| change(dice, number, &mut values)).collect();
    let usd = |dice: &mut Dice| Money { amount: Decimal::from(dice.next() % 100), currency: Symbol::new("USD") };
    let held = |dice: &mut Dice| {
        let rows = (0..count(dice, 200)).map(|_| Held {
            owner: symbol(dice, 12),
            site: site(dice),
            holds: holds(dice),
            resources: dice.next() % 50,
            paid: *dice.pick(&[Paid::Market, Paid::Contract(None), Paid::Reservation]),
            list: dice.chance(50).then(|| usd(dice)),
            cost: dice.chance(50).then(|| usd(dice)),
            from: dice.chance(20).then(|| "2027-01-11".parse().expect("a date")),
            until: None,
            leaves: dice.chance(20),
            idle: dice.chance(20).then(|| *dice.pick(&[Idle::Named, Idle::Gone])),
            outside: dice.chance(20),
            ended: None,
            later: Vec::new(),
        });
        rows.collect::<Vec<_>>()
    };
    let (held_before, held_after) = (held(dice), held(dice));
    let shapes = held_before.iter().chain(&held_after).map(|held| ShapeFacts {
        shape: held.holds.shape,
        site: held.site,
        accelerator: dice.chance(90).then(|| symbol(dice, 9)),
        gpus: 8,
        on_demand: None,
        spot: None,
        local_gb: Some(7),
    });
    let shapes = shapes.collect();
    let placements = (0..count(dice, 300)).map(|_| PlacementSummary {
        pool: text(dice, 20),
        sizing: vec![text(dice, 30)],
        slices: Vec::new(),
        rejected: vec![RejectionSummary {
            option: text(dice, 4),
            reason: "window".to_owned(),
            text: text(dice, 40),
            price_difference: None,
            place: "f:1".to_owned(),
        }],
        falls_back: dice.chance(30).then(|| FallsBack {
            from: text(dice, 4),
            to: text(dice, 4),
            why: text(dice, 300),
            leaves_cloud: dice.chance(80),
            is_chosen: dice.chance(30),
        }),
        ..PlacementSummary::default()
    });
    let placements = placements.collect();
    let verdicts = [Verdict::Ok, Verdict::ShortBy(7), Verdict::CannotKnow("nothing is known".to_owned())];
    let preflight = (0..count(dice, 600)).map(|_| Evidence {
        check: *dice.pick(&[Check::Quota, Check::Capacity, Check::Limit]),
        measure: None,
        subject: text(dice, 20),
        verdict: dice.pick(&verdicts).clone(),
        starting: (0..count(dice, 4))
            .map(|_| Starting {
                owner: symbol(dice, 20),
                slice: symbol(dice, 20),
                site: site(dice),
                shape: symbol(dice, 4),
                nodes: dice.next() % 9,
                each: dice.next() % 9,
                reserves: dice.chance(10),
            })
            .collect(),
        source: text(dice, 20),
        read_at: Some("2026-11-22T14:02:00Z".to_owned()),
        good_until: None,
    });
    let preflight = preflight.collect();
    let guards = (0..count(dice, 900)).map(|number| Guard {
        name: format!("policy.g{number}{}", text(dice, 12)),
        deny: dice.chance(50),
        state: *dice.pick(&[GuardState::Broken, GuardState::CannotKnow, GuardState::Holds]),
        message: text(dice, 200),
        place: "f:1".to_owned(),
    });
    let guards = guards.collect();
    let commitments = (0..count(dice, 80)).map(|_| CommitmentSummary {
        address: symbol(dice, 20),
        unit: Symbol::new("USD"),
        value: Decimal::from(dice.next() % 2_000),
        earlier: Decimal::ONE,
        year: 2026,
        owed: dice.chance(70).then(|| Decimal::from(dice.next() % 1_000)),
        carried_unknown: dice.chance(20),
        gone: DaysGone { amount: Decimal::ONE, days: 300, unknown: 7, unsure: Decimal::ZERO, stated: None },
        before: Decimal::from(dice.next() % 1_000),
        after: Decimal::from(dice.next() % 1_000),
        files: Decimal::from(dice.next() % 1_000),
        share_without_rate: Decimal::ONE,
        cpu_nodes: 3,
        shortfall: Some(Decimal::ONE),
        later_shortfall: None,
        over_burn: dice.chance(30).then(|| Crossing {
            year: 2028,
            over: Decimal::ONE,
            owed: Decimal::TWO,
            is_least: dice.chance(50),
            is_raised: dice.chance(50),
        }),
        used_up: None,
        milestones: vec![MilestoneSummary {
            name: symbol(dice, 20),
            by: "2026-12-31".parse().expect("a date"),
            capacity: vec![(symbol(dice, 9), 8, 4, 2)],
            met: false,
        }],
    });
    let commitments = commitments.collect();
    let deeds = [Deed::Update, Deed::Replace, Deed::Nothing];
    let second_opinion = dice.chance(50).then(|| SecondOpinion {
        units: 3,
        changes: 3,
        open: 1,
        disagreements: (0..count(dice, 90))
            .map(|_| Disagreement {
                site: site(dice),
                unit: symbol(dice, 9),
                address: symbol(dice, 60),
                ours: *dice.pick(&deeds),
                theirs: *dice.pick(&deeds),
                properties: Vec::new(),
            })
            .collect(),
        unasked: (0..count(dice, 200))
            .map(|_| Unasked { site: site(dice), unit: symbol(dice, 9), why: text(dice, 60) })
            .collect(),
    });
    let notes = (0..count(dice, 400)).map(|_| text(dice, 60)).collect();
    let day = "2026-11-22".parse().expect("a date");
    Plan {
        changes,
        held_before,
        held_after,
        shapes,
        placements,
        preflight,
        guards,
        commitments,
        notes,
        second_opinion,
        ..Plan::new(Symbol::new("fleet"), day, values)
    }
}

/// Outside of fences nothing is a link, an image, or the mention of somebody.
fn harmless(comment: &str) -> Result<(), String> {
    let mut fenced = false;
    for line in comment.lines() {
        let is_fence = line.trim_start_matches(['>', ' ']).starts_with("```");
        fenced ^= is_fence;
        if !fenced && !is_fence && ["](x)", "@who"].iter().any(|bad| line.contains(bad)) {
            return Err(format!("others' words mean something: {line}"));
        }
    }
    Ok(())
}

/// A difference that leads to a drawn plan.
fn difference(dice: &mut Dice, plan: Plan) -> Difference {
    let block = |dice: &mut Dice| Block {
        action: *dice.pick(&[Action::Create, Action::Delete, Action::Update]),
        address: text(dice, 20),
        was: None,
        place: "fleet.fleet.hcl:7".to_owned(),
        lines: Vec::new(),
    };
    Difference {
        fleet: plan.fleet,
        as_of: plan.as_of,
        base: text(dice, 9),
        head: text(dice, 9),
        blocks: (0..count(dice, 2_000)).map(|_| block(dice)).collect(),
        placed_before: Vec::new(),
        placed_after: plan.placements.clone(),
        commitments: Vec::new(),
        guards: plan.guards.iter().map(|guard| (Some(GuardState::Holds), guard.clone())).collect(),
        plan,
    }
}

/// What is wrong with a comment of at most so many characters.
fn wrong(view: &PlanView<'_>, comment: &str, most: usize) -> Result<(), String> {
    let expect = |holds: bool, what: String| if holds { Ok(()) } else { Err(what) };
    expect(comment.len() <= most, format!("{} bytes, at most {most}", comment.len()))?;
    expect(
        comment.starts_with(&format!("<!-- tonnage fleet=fleet digest={} -->\n", view.digest)),
        "no marker".to_owned(),
    )?;
    expect(comment.contains(&format!("\n{}\n", view.summary())), "no summary line".to_owned())?;
    let of_fences = |mark: &str| comment.lines().filter(|line| line.trim_end().starts_with(mark)).count();
    expect(of_fences("```").is_multiple_of(2), "a fence is open".to_owned())?;
    expect(of_fences("<details") == of_fences("</details>"), "a fold is open".to_owned())?;
    // what is long may be cut behind this
    let begins = |text: &str| -> String {
        let line = text.replace(['\n', '\r'], " ").replace('<', "&lt;");
        let line = line.replace("](", "]\\(").replace("@w", "@\u{2060}w");
        line.char_indices().take_while(|(at, _)| *at < 80).map(|(_, c)| c).collect()
    };
    if !view.is_empty() {
        for (alarm, said) in view.alarms.iter().flat_map(|alarm| alarm.shown().map(move |said| (alarm, said))) {
            if alarm.is_guard {
                continue;
            }
            let line = format!("> **{}** {}", alarm.what, begins(&said.text));
            expect(comment.contains(&line), format!("a risk is dropped: {line}"))?;
        }
    }
    let told: Vec<&Guard> = view.plan.guards.iter().filter(|guard| guard.state != GuardState::Holds).collect();
    for word in ["FAIL", "warn", "cannot know"] {
        let of: Vec<&&Guard> = told.iter().filter(|guard| words::guard(guard).0 == word).collect();
        if told.len() > 30 && !of.is_empty() {
            let line = format!("**{word}** {}: ", words::count(of.len() as u64, "guard"));
            expect(comment.contains(&line), format!("guards are not counted: {line}"))?;
        }
        for guard in of.iter().filter(|_| told.len() <= 30) {
            let name = begins(&guard.name).replace('|', "\\|");
            expect(comment.contains(&name), format!("a guard is dropped: {name}"))?;
        }
    }
    harmless(comment)?;
    // What is not there is said.
    let lines = comment.lines().filter(|line| line.contains("resource.n")).count();
    let all_there = lines >= view.changes.len() || comment.contains("change line");
    expect(all_there, format!("{} of {} changes, and nothing says so", lines, view.changes.len()))?;
    let placed = view.is_empty() || view.plan.placements.is_empty() || comment.contains("<summary>Placement");
    expect(placed || comment.contains("placement"), "placement is missing, and nothing says so".to_owned())
}

#[test]
fn a_comment_and_a_summary_fit_github_whatever_the_plan() {
    let (cut, whole) = (std::sync::atomic::AtomicU64::new(0), std::sync::atomic::AtomicU64::new(0));
    every(40, |seed| {
        let plan = plan(&mut Dice::new(seed + 70_000));
        let view = PlanView::of(&plan);
        let comment = markdown::plan(&view);
        let counter = if comment.contains("_Left out to fit") { &cut } else { &whole };
        counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        wrong(&view, &comment, 60_000).map_err(|why| format!("comment: {why}"))?;
        wrong(&view, &markdown::summary(&view), 900 * 1024 - 1).map_err(|why| format!("summary: {why}"))?;
        let told = tonnage_report::difference::markdown(&difference(&mut Dice::new(seed + 80_000), plan));
        let fits = told.len() <= 60_000 && told.starts_with("<!-- tonnage diff fleet=fleet -->\n");
        harmless(&told)
            .and_then(|()| if fits { Ok(()) } else { Err(format!("{} bytes", told.len())) })
            .map_err(|why| format!("difference: {why}"))
    });
    let (cut, whole) = (cut.into_inner(), whole.into_inner());
    assert!(std::env::var_os("ONLY").is_some() || (cut > 10 && whole > 10), "{cut} cut, {whole} whole");
}
