//! What the scenario says when a plan asks. What no row speaks of is not known. Must not judge.

use tonnage_base::{Clock, Symbol};

use super::scenario::{Reservation, Scenario};
use crate::glob::matches;
use crate::question::{Answer, Fact, GOOD_FOR_MINUTES, Question};

/// What the scenario says where it says nothing.
const SILENT: &str = "the embedded cloud is not told of it (scenario.json)";

/// Whether a row of a region (or zone, or market) covers a place: one that names none covers all.
fn covers(row: Option<&str>, place: Symbol) -> bool {
    row.is_none_or(|name| place == name)
}

impl Reservation {
    fn fact(&self) -> Fact {
        if let Some(why) = &self.gone {
            return Fact::NoReservation(why.clone());
        }
        let symbol = |text: &Option<String>| text.as_deref().map(Symbol::new);
        let (shape, zone) = (symbol(&self.shape), symbol(&self.zone));
        Fact::Reservation { total: self.total, free: self.free, shape, zone, from: self.from, until: self.until }
    }
}

impl Scenario {
    /// An answer to each question, dated.
    pub(super) fn answers(&self, questions: &[Question], clock: &Clock) -> Vec<Answer> {
        let (now, minutes) = (clock(), self.evidence_minutes.unwrap_or(GOOD_FOR_MINUTES));
        let answer = |question: &Question| {
            let (fact, source) =
                self.fact(question).unwrap_or_else(|| (Fact::Unknown(SILENT.to_owned()), "scenario".to_owned()));
            Answer { fact, source, read_at: None, good_until: None }.dated(now, minutes)
        };
        questions.iter().map(answer).collect()
    }

    fn fact(&self, question: &Question) -> Option<(Fact, String)> {
        match question {
            Question::Capacity { .. } => self.room(question).map(|(nodes, source)| (Fact::Nodes(nodes), source)),
            Question::Quota { region, code, .. } => {
                let row = self.quotas.iter().find(|quota| {
                    quota.shape.is_none() && *code == quota.code.as_str() && covers(quota.region.as_deref(), *region)
                })?;
                Some((Fact::Quota { limit: row.limit, used: row.used }, format!("quota {code}")))
            }
            Question::Reservation { id, .. } => {
                let told = self.reservations.iter().find(|row| matches(&row.id, id.as_str())).map(Reservation::fact);
                let held = || {
                    let mut rows =
                        self.capacity.iter().filter(|row| row.reservation.as_deref() == Some(id.as_str())).peekable();
                    rows.peek()?;
                    let total = rows.map(|row| row.nodes).sum();
                    Some(Fact::Reservation { total, free: None, shape: None, zone: None, from: None, until: None })
                };
                Some((told.or_else(held)?, format!("reservation {id}")))
            }
            Question::Offering { region, zone, shape } => {
                let row = self.offerings.iter().find(|row| {
                    covers(row.region.as_deref(), *region)
                        && covers(row.zone.as_deref(), *zone)
                        && matches(&row.shape, shape.as_str())
                })?;
                Some((Fact::Offered(row.sold), "offerings".to_owned()))
            }
        }
    }

    /// The tightest ceiling over the nodes that a question is about, and what says so.
    fn room(&self, question: &Question) -> Option<(u64, String)> {
        let Question::Capacity { region, zone, shape, market, reservation } = question else { return None };
        let rows = self.capacity.iter().filter(|row| {
            covers(row.region.as_deref(), *region)
                && covers(row.zone.as_deref(), *zone)
                && matches(&row.shape, shape.as_str())
                && covers(row.market.as_deref(), *market)
                && row.reservation.as_deref().is_none_or(|id| reservation.is_some_and(|r| r == id))
        });
        let quotas = self.quotas.iter().filter(|quota| {
            covers(quota.region.as_deref(), *region)
                && quota.shape.as_deref().is_some_and(|pattern| matches(pattern, shape.as_str()))
                && covers(quota.market.as_deref(), *market)
        });
        rows.map(|row| (row.nodes, row.source()))
            .chain(quotas.map(|quota| (quota.limit, format!("quota {}", quota.code))))
            .min_by_key(|(nodes, _)| *nodes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(questions: &[Question]) -> Vec<Answer> {
        let scenario = Scenario::parse(
            r#"{
            "capacity": [
                {"zone": "z1", "shape": "big", "market": "on_demand", "nodes": 10},
                {"zone": "z1", "shape": "big", "reservation": "cr-2", "nodes": 2}],
            "quotas": [
                {"region": "r", "shape": "b*", "market": "on_demand", "limit": 8, "code": "VcpuLimitExceeded"},
                {"region": "r", "limit": 1920, "used": 192, "code": "L-1"}],
            "reservations": [{"id": "cr-1*", "total": 64, "free": 60, "shape": "big", "until": "2027-03-01"},
                {"id": "cr-4", "gone": "it is cancelled"}],
            "offerings": [{"zone": "z2", "shape": "b*", "sold": false}, {"region": "r", "sold": true}]
        }"#,
        )
        .expect("reads");
        let clock = tonnage_base::clock::fixed("2026-01-02T14:02:00Z".parse().expect("a time"));
        scenario.answers(questions, &clock)
    }

    #[test]
    fn each_question_has_the_answer_of_its_row_and_is_dated() {
        let s = Symbol::new;
        let room = |zone: &str, market: &str| Question::Capacity {
            region: s("r"),
            zone: s(zone),
            shape: s("big"),
            market: s(market),
            reservation: None,
        };
        let quota = |code: &str| Question::Quota { region: s("r"), service: s("ec2"), code: s(code) };
        let reservation = |id: &str| Question::Reservation { region: s("r"), id: s(id) };
        let offering = |zone: &str| Question::Offering { region: s("r"), zone: s(zone), shape: s("big") };
        let questions = [
            room("z1", "on_demand"),
            room("z1", "spot"),
            quota("L-1"),
            quota("L-2"),
            reservation("cr-17"),
            reservation("cr-2"),
            reservation("cr-4"),
            reservation("cr-3"),
            offering("z2"),
            offering("z1"),
        ];
        let answers = ask(&questions);
        let unknown = || Fact::Unknown(SILENT.to_owned());
        let until = Some("2027-03-01".parse().expect("a day"));
        let wanted = [
            Fact::Nodes(8),
            unknown(),
            Fact::Quota { limit: 1920, used: Some(192) },
            unknown(),
            Fact::Reservation { total: 64, free: Some(60), shape: Some(s("big")), zone: None, from: None, until },
            Fact::Reservation { total: 2, free: None, shape: None, zone: None, from: None, until: None },
            Fact::NoReservation("it is cancelled".to_owned()),
            unknown(),
            Fact::Offered(false),
            Fact::Offered(true),
        ];
        for (answer, wanted) in answers.iter().zip(&wanted) {
            assert_eq!(answer.fact, *wanted);
            assert_eq!(answer.read_at.as_deref(), Some("2026-01-02T14:02:00Z"));
            assert_eq!(answer.good_until.as_deref(), Some("2026-01-02T14:32:00Z"));
        }
        assert_eq!(answers.len(), wanted.len());
    }
}
