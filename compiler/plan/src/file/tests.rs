//! Plan files: nothing is lost, and nothing that was changed is read.

use tonnage_base::{Date, Decimal, Market, Symbol, quantity::Money};
use tonnage_graph::Holds;

use super::{read, write};
use crate::change::{Effect, EffectKind};
use crate::evidence::{Check, Evidence, Measure, Starting, Verdict};
use crate::model::{
    Ahead, FallsBack, Imported, LookupSummary, PlacementSummary, Plan, RejectionSummary, ShapeFacts, SliceSummary,
    Term, WhenHeld,
};
use crate::money::{
    CommitmentSummary, Crossing, DaysGone, Granted, Held, Idle, Later, LaterShortfall, MilestoneSummary, Paid,
};
use crate::opinion::{Answer, Deed, Disagreement, Property, SaidBy, SecondOpinion, Unasked};
use crate::tests::{Sky, row, s, site};

#[test]
fn changes_are_read_in_their_order_alone() {
    let mut plan = plan();
    for (number, unit) in (0..).map(crate::UnitId).zip(&plan.units) {
        let named: Vec<_> = plan.changes.iter().filter(|change| change.unit == number).map(|of| of.address).collect();
        let found: Vec<_> = plan.changes_of(number).iter().map(|of| of.address).collect();
        assert_eq!(found, named, "{}", unit.name);
    }
    assert!(plan.changes_of(crate::UnitId(u32::MAX)).is_empty());
    plan.changes.reverse();
    let refused = read(&write(&plan)).err().unwrap();
    assert_eq!(refused.code, tonnage_base::codes::plan::T0620);
    assert!(refused.message.contains("not in the order"), "{refused:?}");
}

fn plan() -> Plan {
    let mut sky = Sky::default();
    let rows = [
        row("n.n.net", "T::Net", r#"{"Cidr":"10.0.0.0/16"}"#),
        row("n.n.gone", "T::Net", r#"{"Cidr":"1"}"#),
        row("n.n.sub", "T::Subnet", r#"{"Net":{"$ref":"n.n.net"},"Note":"ü\n"}"#),
        row("p.p.g", "T::Group", r#"{"Order":[null,1.5,{"$join":["a",{"$ref":"n.n.net"}]}],"Template":"t"}"#),
    ];
    sky.settle(&rows);
    sky.moved = vec![("n.n.sub".into(), "n.n.subnet".into())];
    let mut next = vec![
        row("n.n.net", "T::Net", r#"{"Cidr":"10.1.0.0/16"}"#),
        row("n.n.subnet", "T::Subnet", r#"{"Net":{"$ref":"n.n.net"},"Note":"v"}"#),
        row("p.p.g", "T::Group", r#"{"Order":[2,{"$join":["a",{"$ref":"n.n.net"}]}],"Template":"u"}"#),
    ];
    next[2].nodes = Some(3);
    let mut plan = sky.plan(&next).unwrap();
    let price = Some(Money { amount: Decimal::new(3100, 2), currency: s("USD") });
    plan.placements.push(PlacementSummary {
        pool: "pool.p".into(),
        sizing: vec!["8 GPUs ÷ 8 = 1 node".into()],
        ends: tonnage_base::quantity::parse_date("2027-05-31").ok(),
        slices: vec![SliceSummary {
            option: "o".into(),
            site: site(),
            zone: s("z"),
            shape: s("p5"),
            market: s("spot"),
            capacity: None,
            nodes: 1,
            groups: 1,
            price,
            begins: None,
            ends: tonnage_base::quantity::parse_date("2027-04-11").ok(),
            at_end: "they stop".into(),
        }],
        rejected: vec![RejectionSummary {
            option: "q".into(),
            reason: "window".into(),
            text: "too late".into(),
            price_difference: None,
            place: "f:1".into(),
        }],
        falls_back: Some(FallsBack {
            from: "q".into(),
            to: "o".into(),
            why: "window".into(),
            leaves_cloud: true,
            is_chosen: false,
        }),
    });
    plan.changes[0].reasons.push(crate::Reason::Ended { on: plan.as_of });
    let why = "no room for both".into();
    plan.stops_first.push(crate::handover::StopsFirst { block: "pool.p".into(), why, within: true });
    let moves = vec![crate::renamed::Rename { from: s("pool.o"), to: s("pool.p") }];
    plan.renames = crate::renamed::Renames { moves, stopping: 3 };
    plan.lookups = [None, Some("no such object".to_owned())]
        .map(|cannot_know| LookupSummary {
            address: s("lookup.l"),
            kind: s("T::Net"),
            site: site(),
            id: s("net-1"),
            cannot_know,
            place: "f:2".into(),
        })
        .into();
    let unit = &mut plan.units[0];
    unit.when_held = WhenHeld::FallBack;
    let mut member = unit.members[0].clone();
    member.update_policy = Some(s(r#"{"Rolling":{"Size":2}}"#));
    unit.members.push(member.clone());
    let identifier = vec![(s("Net"), s("net-1")), (s("Zone"), s("z"))];
    let resources = vec![Imported { member, id: s("net-1|z"), identifier }];
    unit.ahead = vec![Ahead::Retain(vec![s("Net"), s("Sub")]), Ahead::Import { resources, document: "{}\n".into() }];
    let verdicts = [Verdict::Ok, Verdict::ShortBy(3), Verdict::CannotKnow("no quota".into())];
    plan.preflight.extend(verdicts.into_iter().map(|verdict| Evidence {
        check: Check::Quota,
        subject: "x".into(),
        verdict,
        measure: Some(Measure { needed: 7, used: Some(2), twice: 1, available: Some(4), unit: s("vCPU") }),
        starting: vec![Starting {
            owner: s("pool.p"),
            slice: s("pool.p.o z"),
            site: site(),
            shape: s("p5"),
            nodes: 3,
            each: 2,
            reserves: true,
        }],
        source: "q".into(),
        read_at: Some("2026-01-01T00:00:00Z".into()),
        good_until: None,
    }));
    let property = |said_by, planned: Option<&str>| Property {
        path: "A[0].B".into(),
        said_by,
        recreates: Answer::Maybe,
        before: Some("1".into()),
        after: None,
        planned: planned.map(str::to_owned),
    };
    plan.second_opinion = Some(SecondOpinion {
        units: 2,
        changes: 3,
        open: 1,
        disagreements: vec![Disagreement {
            site: site(),
            unit: s("u"),
            address: s("n.n.net"),
            ours: Deed::MayReplace,
            theirs: Deed::Forget,
            properties: vec![property(SaidBy::Plan, None), property(SaidBy::Both, Some("2"))],
        }],
        unasked: vec![Unasked { site: site(), unit: s("v"), why: "busy".into() }],
    });
    plan.outputs = vec![
        (s("a"), crate::OutputValue::Known("{\"x\": 1}".into())),
        (s("b"), crate::OutputValue::Later),
        (s("c"), crate::OutputValue::Sensitive),
    ];
    plan.outputs_before =
        [(s("a"), crate::OutputValue::Known("1".into())), (s("d"), crate::OutputValue::Sensitive)].into();
    plan.notes = vec!["note T0613: …".into()];
    plan.written = [("pool.a.size.gpus".to_owned(), "#0123".to_owned())].into();
    plan.terms = vec![Term {
        name: "commitment.c.value".into(),
        before: None,
        after: Some("\"5 USD\"".into()),
        place: "f:3".into(),
    }];
    plan.shapes.push(ShapeFacts {
        shape: s("p5"),
        site: site(),
        accelerator: Some(s("H100")),
        gpus: 8,
        on_demand: price,
        spot: None,
        local_gb: Some(30_400),
    });
    let held = |paid, cost| Held {
        owner: s("pool.a"),
        site: site(),
        holds: Holds { shape: s("p5"), nodes: 4, market: Market::OnDemand, zone: None, reserves_only: false },
        resources: 2,
        paid,
        list: price,
        cost,
        from: Some(plan.as_of),
        until: Some(plan.as_of),
        leaves: true,
        idle: Some(Idle::Gone),
        outside: true,
        ended: Some((s("commitment.d"), plan.as_of)),
        later: vec![Later { from: plan.as_of, paid: Paid::Market, cost }],
    };
    plan.held_before = vec![held(Paid::Market, None), held(Paid::Reservation, None)];
    plan.granted.push(Granted {
        block: s("capacity.a"),
        own: true,
        sources: vec![s("cr-1"), s("cr-2")],
        site: site(),
        zone: s("z1"),
        shape: s("p5"),
        nodes: 4,
        gone: 2,
        from: Some(plan.as_of),
        until: Some(plan.as_of),
        contract: Some(s("commitment.c")),
        said: plan.as_of,
    });
    plan.held_after = vec![held(Paid::Contract(Some(s("commitment.c"))), price), held(Paid::Contract(None), None)];
    let milestone =
        MilestoneSummary { name: s("full"), by: plan.as_of, capacity: vec![(s("H100"), 64, 60, 32)], met: false };
    plan.commitments.push(CommitmentSummary {
        address: s("commitment.c"),
        unit: s("USD"),
        value: Decimal::TEN,
        earlier: Decimal::ONE,
        year: 2026,
        owed: Some(Decimal::from(5)),
        carried_unknown: true,
        gone: DaysGone {
            amount: Decimal::TWO,
            days: 9,
            unknown: 2,
            unsure: Decimal::new(5, 2),
            stated: Some(plan.as_of),
        },
        before: Decimal::from(3),
        after: Decimal::from(4),
        files: Decimal::from(5),
        share_without_rate: Decimal::new(25, 2),
        cpu_nodes: 2,
        shortfall: Some(Decimal::ONE),
        later_shortfall: Some(LaterShortfall { first: 2027, last: 2029, amount: Decimal::TWO }),
        over_burn: Some(Crossing {
            year: 2027,
            over: Decimal::ONE,
            owed: Decimal::TWO,
            is_least: true,
            is_raised: true,
        }),
        used_up: None,
        milestones: vec![milestone],
    });
    plan.changes[0].effects.push(Effect {
        kind: EffectKind::MayStop,
        nodes: Some(3),
        gib: Some(1200),
        property: Some("Size".to_owned()),
        batch: Some(2),
        way_out: "by hand".to_owned(),
        words: "as many as run".to_owned(),
    });
    plan
}

#[test]
fn what_is_written_is_read_back_whole() {
    let plan = plan();
    let text = write(&plan);
    let back = read(&text).unwrap();
    assert_eq!(write(&back), text);
    assert_eq!(back.digest(), plan.digest());
    assert_eq!(back.units, plan.units);
    assert_eq!(back.steps, plan.steps);
    assert_eq!(back.placements, plan.placements);
    assert_eq!(back.lookups, plan.lookups);
    assert_eq!(back.preflight, plan.preflight);
    assert_eq!(back.shapes, plan.shapes);
    assert_eq!((back.outputs, back.notes), (plan.outputs.clone(), plan.notes.clone()));
    assert_eq!(back.outputs_before, plan.outputs_before);
    assert_eq!((back.held_before, back.held_after), (plan.held_before.clone(), plan.held_after.clone()));
    assert_eq!(back.commitments, plan.commitments);
    assert_eq!((back.fleet, back.as_of, back.ledger_serial), (plan.fleet, plan.as_of, plan.ledger_serial));
    assert_eq!(back.changes.len(), plan.changes.len());
    for (mine, theirs) in plan.changes.iter().zip(&back.changes) {
        assert_eq!(mine.reasons, theirs.reasons);
        assert_eq!((mine.address, mine.action, mine.unit), (theirs.address, theirs.action, theirs.unit));
        assert_eq!(mine.after.map(|id| plan.values.to_json(id)), theirs.after.map(|id| back.values.to_json(id)));
    }
    assert!(plan.changes.iter().any(|change| change.previous_address.is_some()));
}

#[test]
fn the_digest_knows_no_times_and_no_places_and_everything_else() {
    let first = plan();
    let mut second = plan();
    assert_eq!(write(&first), write(&second), "same inputs, same bytes");
    second.preflight[0].read_at = Some("2027-01-01T00:00:00Z".into());
    second.preflight[0].measure = None;
    assert_eq!(first.digest(), second.digest());
    assert_ne!(write(&first), write(&second));
    second.placements[0].rejected[0].place = "g:7".into();
    for change in &mut second.changes {
        change.declared = Some("g:8".into());
        change.diffs.iter_mut().for_each(|diff| diff.origin = None);
    }
    let mut third = second.clone();
    for diff in third.changes.iter_mut().flat_map(|change| &mut change.diffs) {
        diff.origin = Some(crate::change::Origin { place: "g:9".into(), name: "size.gpus".into() });
    }
    let mut fourth = third.clone();
    for diff in fourth.changes.iter_mut().flat_map(|change| &mut change.diffs) {
        diff.origin = Some(crate::change::Origin { place: "h:9".into(), name: "size.gpus".into() });
    }
    assert_eq!(first.digest(), second.digest());
    assert_eq!(third.digest(), fourth.digest());
    assert_ne!(second.digest(), third.digest(), "by what name it is written is said to the reviewer");
    second.preflight[0].source = "the service, in other words".into();
    second.preflight[2].verdict = Verdict::CannotKnow("in other words".into());
    assert_eq!(first.digest(), second.digest(), "how a service says it is not what the reader relied on");
    let asked = second.digest();
    second.second_opinion = None;
    assert_eq!(second.digest(), asked, "asking a cloud changes nothing that is done");
    second.terms[0].place = "g:3".into();
    assert_eq!(second.digest(), asked);
    second.terms[0].after = None;
    assert_ne!(second.digest(), asked, "what is recorded is approved");
    second = plan();
    second.made = Date::constant(2020, 1, 1);
    assert_eq!(first.digest(), second.digest(), "a plan made on another day is the same plan");
    second.callers.insert(Symbol::new("aws"), Symbol::new("444455556666"));
    assert_ne!(first.digest(), second.digest(), "what is acknowledged for one account is not for another");
    let back = read(&write(&second)).unwrap();
    assert_eq!((back.made, back.callers), (second.made, second.callers));
    second = plan();
    second.ledger_serial += 1;
    assert_ne!(first.digest(), second.digest());
}

#[test]
fn changed_and_foreign_files_are_refused() {
    let text = write(&plan());
    let code = |text: &str| read(text).map(|_| ()).unwrap_err().code.id;
    assert_eq!(code("hello"), "T0620");
    assert_eq!(code("{}"), "T0620");
    assert_eq!(code(&text[..text.len() / 2]), "T0620");
    assert_eq!(code(&text.replacen("tonnage-plan", "terraform", 1)), "T0620");
    assert_eq!(code(&text.replacen("\"version\":1", "\"version\":2", 1)), "T0621");
    assert_eq!(code(&text.replacen("10.1.0.0", "10.2.0.0", 1)), "T0622");
    assert_eq!(code(&text.replacen("2026-01-01T", "2026-01-02T", 1)), "T0622", "times are sealed too");
    // With a checksum made to fit, the digest still tells.
    let (head, rest) = text.split_once("\"plan\":").unwrap();
    let edited = rest.trim_end().strip_suffix('}').unwrap().replacen("10.1.0.0", "10.2.0.0", 1);
    let old = head.split("\"checksum\":\"").nth(1).unwrap().split('"').next().unwrap();
    let forged = format!("{}\"plan\":{edited}}}", head.replace(old, &super::sha256(&edited)));
    assert_eq!(code(&forged), "T0622");
}
