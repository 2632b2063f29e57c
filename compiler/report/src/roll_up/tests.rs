//! Rolling up loses nothing that hurts: every deletion and every stop of any plan is counted, on a line of its own
//! kind.

use tonnage_base::{Market, Symbol};
use tonnage_graph::{Holds, Site, Values};
use tonnage_plan::{Action, Change, Effect, EffectKind, Plan, Reason, UnitId, model::ShapeFacts};

use crate::{PlanView, Style, markdown, text};

/// The same numbers in every run.
struct Dice(u64);

impl Dice {
    fn of(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.of(from.len() as u64)).expect("small")]
    }
}

const ACTIONS: [Action; 7] = [
    Action::Delete,
    Action::ReplaceDeleteFirst,
    Action::ReplaceCreateFirst,
    Action::Forget,
    Action::Create,
    Action::Update,
    Action::Move,
];

fn plan(dice: &mut Dice) -> Plan {
    let site = Site { cloud: Symbol::new("aws"), region: Symbol::new("r") };
    let changes = (0..dice.of(60) + 1).map(|n| {
        let action = dice.pick(&ACTIONS);
        let nodes = u32::try_from(dice.of(9)).expect("small");
        let holds = Holds {
            shape: Symbol::new(dice.pick(&["p5", "p6"])),
            nodes,
            market: dice.pick(&[Market::Reserved, Market::OnDemand]),
            zone: None,
            reserves_only: false,
        };
        let mut effects: Vec<Effect> = Vec::new();
        for kind in EffectKind::ALL {
            if dice.of(6) == 0 {
                effects.push(Effect {
                    kind,
                    nodes: (dice.of(8) > 0).then_some(u64::from(nodes)),
                    gib: (dice.of(2) > 0).then(|| dice.of(4000)),
                    property: None,
                    batch: None,
                    way_out: String::new(),
                    words: dice.pick(&["", "so", "so it is"]).to_owned(),
                });
            }
        }
        Change {
            address: Symbol::new(&format!("{}[\"{n}\"]", dice.pick(&["pool.a.nodes", "pool.b.nodes", "resource.x"]))),
            previous_address: None,
            kind: Symbol::new(dice.pick(&["T::A", "T::B"])),
            action,
            reasons: vec![if dice.of(2) == 0 { Reason::New } else { Reason::Gone }],
            diffs: Vec::new(),
            site,
            unit: UnitId(0),
            local_name: Symbol::new("L"),
            physical_id: None,
            before: None,
            after: None,
            holds_before: Some(holds).filter(|_| action != Action::Create),
            asked_before: None,
            older: Vec::new(),
            holds_after: Some(holds).filter(|_| action != Action::Delete),
            effects,
            declared: None,
        }
    });
    Plan {
        changes: changes.collect(),
        shapes: ["p5", "p6"]
            .map(|shape| ShapeFacts {
                shape: Symbol::new(shape),
                site,
                accelerator: Some(Symbol::new("X")),
                gpus: 8,
                on_demand: None,
                spot: None,
                local_gb: None,
            })
            .into(),
        ..Plan::new(Symbol::new("f"), tonnage_base::quantity::parse_date("2026-11-22").expect("a date"), Values::new())
    }
}

#[test]
fn no_deletion_and_no_stop_is_hidden() {
    for seed in 0..400 {
        let plan = plan(&mut Dice(seed));
        let view = PlanView::of(&plan);
        let of_action = |action| plan.changes.iter().filter(|change| change.action == action).count();
        let rolled = |action| -> usize {
            view.changes.iter().filter(|line| line.action == action).map(|line| line.changes.len()).sum()
        };
        for action in ACTIONS {
            assert_eq!(of_action(action), rolled(action), "seed {seed}: {action:?}");
        }
        for line in &view.changes {
            assert!(line.changes.iter().all(|change| change.action == line.action), "seed {seed}");
            for kind in EffectKind::ALL {
                let all = line.changes.iter().map(|c| c.effects.iter().filter(|e| e.kind == kind).count());
                let told = usize::from(line.effects.iter().any(|effect| effect.kind == kind));
                assert!(
                    all.clone().all(|count| count == told),
                    "seed {seed}: {kind:?} is not of all of {}",
                    line.label
                );
            }
        }
        let nodes = |kind: EffectKind| -> u64 {
            plan.changes.iter().flat_map(|c| &c.effects).filter(|e| e.kind == kind).filter_map(|e| e.nodes).sum()
        };
        for kind in [EffectKind::Stops, EffectKind::Rolls, EffectKind::MayStop, EffectKind::StayOld] {
            let told: u64 =
                view.changes.iter().flat_map(|l| &l.effects).filter(|e| e.kind == kind).map(|e| e.nodes.nodes).sum();
            assert_eq!(told, nodes(kind), "seed {seed}: {kind:?}");
        }
        // What is refused stands before what stops, and that before what does not; what stops is in the headline.
        let stops = |line: &crate::roll_up::RolledUp<'_>| line.effects.iter().any(|effect| effect.kind.stops());
        let refused = |line: &&crate::roll_up::RolledUp<'_>| line.rank == 0;
        assert!(view.changes.iter().skip_while(refused).is_sorted_by_key(|line| !stops(line)), "seed {seed}");
        if view.gpus_stopped > 0 {
            assert!(view.headline().contains("stopped"), "seed {seed}: {}", view.headline());
        }
        for written in [text::plan(&view, Style::default()), markdown::plan(&view)] {
            for line in view.changes.iter().filter(|line| line.action == Action::Delete || stops(line)) {
                assert!(written.contains(&line.label), "seed {seed}: {} is not written", line.label);
            }
        }
    }
}

#[test]
fn what_changes_alike_in_a_row_of_elements_is_one_line() {
    let diff = |path: &str, before: &str, after: &str| super::RolledDiff {
        path: path.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
        forces_replacement: false,
        drift: false,
        conflict: None,
        inside: Vec::new(),
        each: Vec::new(),
        origin: None,
    };
    let lines = |diffs: Vec<super::RolledDiff>| -> Vec<String> {
        super::elements(diffs).into_iter().map(|diff| format!("{} {} {}", diff.path, diff.before, diff.after)).collect()
    };
    let alike = (0..6).map(|n| diff(&format!("A[{n}].B[0]"), "x", "y"));
    assert_eq!(lines(alike.collect()), ["A[0…5].B[0] x y"]);
    let gone = (2..7).map(|n| diff(&format!("A[{n}]"), &format!("v{n}"), "(absent)"));
    assert_eq!(lines(gone.collect()), ["A[2…6] 5 elements, the first v2 (absent)"]);
    let apart: Vec<_> = (0..6).map(|n| diff(&format!("A[{n}].B"), "x", &format!("y{n}"))).collect();
    assert_eq!(lines(apart).len(), 6, "each of them is another change");
    let few: Vec<_> = (0..3).map(|n| diff(&format!("A[{n}]"), "x", "y")).collect();
    assert_eq!(lines(few).len(), 3);
}
