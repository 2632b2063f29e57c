//! What AWS says before anything is changed: quotas and their use, reservations, offerings. Everything of a region is
//! asked side by side: a call for each quota, one list of all reservations, one of all offerings. Whatever was not
//! answered when the time is over can't be known. Must not judge, and must not fail.

mod compute;
mod quotas;

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::time::Instant;
use tonnage_base::{Symbol, Timestamp};
use tonnage_cloud::cloud::Cancel;
use tonnage_cloud::question::GOOD_FOR_MINUTES;
use tonnage_cloud::{Answer, Fact, Question};

use super::errors::lacks_permission;
use super::query::{Entry, Parameters, Query, Service, page};
use super::region::{Region, stop_if};
use compute::Reservation;

/// Of EC2's API.
static COMPUTE: Service = Service { id: "EC2", host: "ec2", version: "2016-11-15" };
/// Of CloudWatch's API.
static METRICS: Service = Service { id: "CloudWatch", host: "monitoring", version: "2010-08-01" };

/// A fact and what says so, or why it can't be known.
type Said = Result<(Fact, String), Answer>;

/// One region's clients of the services that are asked, and until when they may take.
pub struct Services {
    region: Region,
    quotas: aws_sdk_servicequotas::Client,
    compute: Query,
    metrics: Query,
}

impl Services {
    /// The clients of a region.
    pub fn new(region: Region, sdk: &SdkConfig) -> Self {
        let mut quotas = aws_sdk_servicequotas::config::Builder::from(sdk);
        quotas.set_region(Some(aws_config::Region::new(region.name.as_str())));
        Self {
            quotas: aws_sdk_servicequotas::Client::from_conf(quotas.build()),
            compute: Query::new(&COMPUTE, region.name, sdk),
            metrics: Query::new(&METRICS, region.name, sdk),
            region,
        }
    }
}

/// How it is asked.
#[derive(Clone, Copy)]
pub struct Asking<'a> {
    /// When it began.
    now: Timestamp,
    wait: Duration,
    deadline: Instant,
    cancel: &'a Cancel,
}

impl<'a> Asking<'a> {
    /// From now on, for as long as `wait`.
    pub fn new(now: Timestamp, wait: Duration, cancel: &'a Cancel) -> Self {
        Self { now, wait, deadline: Instant::now() + wait, cancel }
    }

    /// Waits for one call of an action, `ec2:DescribeCapacityReservations`, until the time is over.
    async fn wait<T>(&self, action: &str, call: impl Future<Output = T>) -> Result<T, Answer> {
        stop_if(self.cancel).map_err(|error| Answer::unknown(error.to_string(), action))?;
        let over = |_| Answer::unknown(format!("no answer within {} s", self.wait.as_secs()), action);
        tokio::time::timeout_at(self.deadline, call).await.map_err(over)
    }

    /// All pages of a list.
    async fn pages(
        &self,
        region: &Region,
        (service, action): (&Query, &str),
        parameters: &Parameters,
        (list, fields): (&str, &[&'static str]),
    ) -> Result<Vec<Entry>, Answer> {
        let (mut entries, mut next) = (Vec::new(), None);
        loop {
            let mut parameters = parameters.clone();
            parameters.extend(next.map(|token| ("NextToken".to_owned(), token)));
            let answer = self.wait(action, service.send(operation(action), &parameters)).await?;
            let answer = answer.map_err(|error| why(region, action, error))?;
            let Some(page) = page(&answer, list, fields) else {
                return Err(Answer::unknown(format!("the answer to `{}` can't be read", operation(action)), action));
            };
            entries.extend(page.entries);
            next = page.next;
            if next.is_none() {
                return Ok(entries);
            }
        }
    }
}

/// Why what an action says can't be known: in the service's words, and with the permission that it takes.
fn why<E>(region: &Region, action: &str, error: SdkError<E, HttpResponse>) -> Answer
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    let lacks_permission = lacks_permission(&error);
    let mut words = in_general(&region.error(operation(action), error).to_string());
    if lacks_permission && !words.contains(action) {
        words.push_str(&format!("; it takes the permission `{action}`"));
    }
    Answer::unknown(words, action)
}

/// The operation that a permission is for.
fn operation(action: &str) -> &str {
    action.split_once(':').map_or(action, |(_, operation)| operation)
}

/// The words without what is another at each call: the one object that was asked for (whoever may not read it may read
/// none), and the reason in a code that only its service can read.
fn in_general(words: &str) -> String {
    let words = words.split(" Encoded authorization failure message").next().unwrap_or(words);
    let Some((before, object)) = words.split_once(" on resource: ") else { return words.to_owned() };
    let rest = object.split_once(' ').map_or(String::new(), |(_, rest)| format!(" {rest}"));
    format!("{before}{rest}")
}

/// What is asked of one region.
#[derive(Default)]
struct Asked {
    /// By service and code.
    quotas: BTreeSet<(Symbol, Symbol)>,
    reservations: bool,
    shapes: BTreeSet<Symbol>,
}

/// What one region said; what it was not asked for is empty.
struct Told {
    quotas: BTreeMap<(Symbol, Symbol), Said>,
    reservations: Result<BTreeMap<String, Reservation>, Answer>,
    /// Zones and shapes.
    offerings: Result<BTreeSet<(String, String)>, Answer>,
}

/// An answer to each question. Of a region about which nothing is asked, only reservations are read, and only where one
/// is not where it is looked for.
pub async fn answers(services: &BTreeMap<Symbol, Services>, questions: &[Question], asking: Asking<'_>) -> Vec<Answer> {
    let mut asked: BTreeMap<Symbol, Asked> = BTreeMap::new();
    for question in questions {
        match question {
            Question::Capacity { .. } => {}
            Question::Quota { region, service, code } => {
                asked.entry(*region).or_default().quotas.insert((*service, *code));
            }
            Question::Reservation { region, id } => {
                asked.entry(*region).or_default().reservations |= is_reservation(*id);
            }
            Question::Offering { region, shape, .. } => {
                asked.entry(*region).or_default().shapes.insert(*shape);
            }
        }
    }
    let of_regions = asked.iter().filter_map(|(region, asked)| {
        let services = services.get(region)?;
        Some(async move { (*region, services.ask(asked, asking).await) })
    });
    let told: BTreeMap<Symbol, Told> = futures::future::join_all(of_regions).await.into_iter().collect();
    let elsewhere = elsewhere(services, questions, &told, asking).await;
    questions.iter().map(|question| answer(question, &told, &elsewhere, asking.now)).collect()
}

impl Services {
    async fn ask(&self, asked: &Asked, asking: Asking<'_>) -> Told {
        let reservations =
            async { if asked.reservations { compute::reservations(self, asking).await } else { Ok(BTreeMap::new()) } };
        let quotas = quotas::read(self, &asked.quotas, asking);
        let offerings = compute::offerings(self, &asked.shapes, asking);
        let (quotas, reservations, offerings) = futures::join!(quotas, reservations, offerings);
        Told { quotas, reservations, offerings }
    }
}

/// A group of reservations is named by its ARN, or by a name.
fn is_reservation(id: Symbol) -> bool {
    id.as_str().starts_with("cr-")
}

/// Where reservations are that are not in the region in which they are looked for, by identifier.
async fn elsewhere(
    services: &BTreeMap<Symbol, Services>,
    questions: &[Question],
    told: &BTreeMap<Symbol, Told>,
    asking: Asking<'_>,
) -> BTreeMap<String, Symbol> {
    let is_missing = |question: &Question| match question {
        Question::Reservation { region, id } if is_reservation(*id) => {
            let listed = told.get(region).and_then(|told| told.reservations.as_ref().ok());
            listed.is_some_and(|listed| !listed.contains_key(id.as_str()))
        }
        _ => false,
    };
    if !questions.iter().any(is_missing) {
        return BTreeMap::new();
    }
    let was_listed = |region: Symbol| {
        questions.iter().any(|question| matches!(question, Question::Reservation { region: of, .. } if *of == region))
    };
    let others = services.iter().filter(|(region, _)| !was_listed(**region));
    let lists =
        others.map(|(region, services)| async move { (*region, compute::reservations(services, asking).await) });
    // Where one can't be read, nothing is said of it: it was not asked for.
    let listed = futures::future::join_all(lists).await;
    let listed = listed.iter().filter_map(|(region, listed)| Some((*region, listed.as_ref().ok()?)));
    let before = told.iter().filter_map(|(region, told)| Some((*region, told.reservations.as_ref().ok()?)));
    before.chain(listed).flat_map(|(region, listed)| listed.keys().map(move |id| (id.clone(), region))).collect()
}

/// The answer to one question.
fn answer(
    question: &Question,
    told: &BTreeMap<Symbol, Told>,
    elsewhere: &BTreeMap<String, Symbol>,
    now: Timestamp,
) -> Answer {
    let said = match question {
        Question::Capacity { .. } => {
            return Answer::unknown("AWS has no call that says how many nodes of a shape a zone can start", "aws");
        }
        Question::Reservation { id, .. } if !is_reservation(*id) => {
            return Answer::unknown("which reservations are in a group is not read on AWS", format!("group {id}"));
        }
        Question::Quota { region, service, code } => {
            told.get(region).and_then(|told| told.quotas.get(&(*service, *code))).cloned()
        }
        Question::Reservation { region, id } => told.get(region).map(|told| {
            let listed = told.reservations.as_ref().map_err(Answer::clone)?;
            Ok(match listed.get(id.as_str()) {
                Some(reservation) => (reservation.fact(), reservation.source(*id)),
                None => {
                    let why = match elsewhere.get(id.as_str()) {
                        Some(other) => format!("it is in {other}, not in {region}"),
                        None => format!("the account can use none of this id in {region}"),
                    };
                    (Fact::NoReservation(why), format!("reservation {id}"))
                }
            })
        }),
        Question::Offering { region, zone, shape } => told.get(region).map(|told| {
            let sold = told.offerings.as_ref().map_err(Answer::clone)?;
            let this = (zone.as_str().to_owned(), shape.as_str().to_owned());
            Ok((Fact::Offered(sold.contains(&this)), "offerings of EC2".to_owned()))
        }),
    };
    let answer = match said {
        Some(Ok((fact, source))) => Answer { fact, source, read_at: None, good_until: None },
        Some(Err(unknown)) => unknown,
        None => Answer::unknown("its region was not asked", "aws"),
    };
    answer.dated(now, GOOD_FOR_MINUTES)
}

#[cfg(test)]
mod tests;
