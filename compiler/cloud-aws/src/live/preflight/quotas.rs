//! What Service Quotas says the account may have, and what CloudWatch says it has: the quota itself names the metric. A
//! quota without one, or of which no use was reported, has no known use. Must not know any quota, and must not judge.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_servicequotas::error::ProvideErrorMetadata as _;
use aws_sdk_servicequotas::types::{MetricInfo, ServiceQuota};
use futures::StreamExt as _;
use tonnage_base::{Symbol, Timestamp};
use tonnage_cloud::{Answer, Fact};

use super::{Asking, Said, Services, why};
use crate::live::query::Parameters;
use crate::live::region::CONCURRENT;

/// Metrics asked for in one call.
const METRICS: usize = 500;
/// How far back use is looked for, in seconds: the newest counts, it comes every few minutes, and what is older is not
/// now.
const LOOK_BACK: i64 = 15 * 60;
/// Seconds of one point.
const PERIOD: u32 = 300;

/// Service and code.
type Name = (Symbol, Symbol);

/// A quota, and whether it is the value that every account begins with.
type Read = Result<(ServiceQuota, bool), Answer>;

/// Quotas by service and code.
pub async fn read(services: &Services, wanted: &BTreeSet<Name>, asking: Asking<'_>) -> BTreeMap<Name, Said> {
    let calls = wanted.iter().copied().map(|name| async move { (name, one(services, name, asking).await) });
    let read: Vec<(Name, Read)> = futures::stream::iter(calls).buffered(CONCURRENT).collect().await;
    let metric = |(name, read): &'_ (Name, Read)| Some((*name, metric(&read.as_ref().ok()?.0)?.clone()));
    let metrics: Vec<(Name, MetricInfo)> = read.iter().filter_map(metric).collect();
    let used = used(services, &metrics, asking).await;
    let said = read.iter().map(|(name, read)| {
        let said = match read {
            Ok((quota, is_default)) => {
                said(*name, quota, *is_default, used.as_ref().map(|used| used.get(name).copied()))
            }
            Err(unknown) => Err(unknown.clone()),
        };
        (*name, said)
    });
    said.collect()
}

/// The metric of a quota, where it names one in full: a single name that is missing would cost all quotas their use.
fn metric(quota: &ServiceQuota) -> Option<&MetricInfo> {
    quota.usage_metric().filter(|metric| metric.metric_namespace().is_some() && metric.metric_name().is_some())
}

/// One quota. What was never changed may be known by its default only.
async fn one(services: &Services, (service, code): Name, asking: Asking<'_>) -> Read {
    let (client, region) = (&services.quotas, &services.region);
    let action = "servicequotas:GetServiceQuota";
    let call = client.get_service_quota().service_code(service.as_str()).quota_code(code.as_str());
    match asking.wait(action, call.send()).await? {
        Ok(answer) => {
            if let Some(quota) = answer.quota {
                return Ok((quota, false));
            }
        }
        Err(error) if error.code() == Some("NoSuchResourceException") => {}
        Err(error) => return Err(why(region, action, error)),
    }
    let action = "servicequotas:GetAWSDefaultServiceQuota";
    let call = client.get_aws_default_service_quota().service_code(service.as_str()).quota_code(code.as_str());
    let answer = asking.wait(action, call.send()).await?.map_err(|error| why(region, action, error))?;
    let quota =
        answer.quota.ok_or_else(|| Answer::unknown(format!("there is no quota {code} of {service}"), action))?;
    Ok((quota, true))
}

/// What is used of quotas, as far as that is reported.
async fn used(
    services: &Services,
    metrics: &[(Name, MetricInfo)],
    asking: Asking<'_>,
) -> Result<BTreeMap<Name, u64>, Answer> {
    const FIELDS: [&str; 2] = ["Id", "Values/member"];
    let action = "cloudwatch:GetMetricData";
    let time = |second: i64| Timestamp::from_second(second).unwrap_or(asking.now).to_string();
    let now = asking.now.as_second();
    let mut used = BTreeMap::new();
    for metrics in metrics.chunks(METRICS) {
        let mut parameters: Parameters = vec![
            ("StartTime".to_owned(), time(now.saturating_sub(LOOK_BACK))),
            ("EndTime".to_owned(), time(now)),
            ("ScanBy".to_owned(), "TimestampDescending".to_owned()),
        ];
        for (at, (_, metric)) in metrics.iter().enumerate() {
            parameters.extend(question(at, metric));
        }
        let list = ("MetricDataResults", &FIELDS[..]);
        for entry in asking.pages(&services.region, (&services.metrics, action), &parameters, list).await? {
            let of = entry.get("Id").and_then(|id| metrics.get(id.strip_prefix('q')?.parse::<usize>().ok()?));
            let amount = entry.get("Values/member").and_then(|value| whole(value.parse().ok()?));
            if let (Some((name, _)), Some(amount)) = (of, amount) {
                // the first page has the newest
                used.entry(*name).or_insert(amount);
            }
        }
    }
    Ok(used)
}

/// How one metric is asked for.
fn question(at: usize, metric: &MetricInfo) -> Parameters {
    let prefix = format!("MetricDataQueries.member.{}", at + 1);
    let of_metric = format!("{prefix}.MetricStat.Metric");
    let mut parameters = vec![
        (format!("{prefix}.Id"), format!("q{at}")),
        (format!("{of_metric}.Namespace"), metric.metric_namespace().unwrap_or_default().to_owned()),
        (format!("{of_metric}.MetricName"), metric.metric_name().unwrap_or_default().to_owned()),
        (format!("{prefix}.MetricStat.Period"), PERIOD.to_string()),
        (format!("{prefix}.MetricStat.Stat"), metric.metric_statistic_recommendation().unwrap_or("Maximum").to_owned()),
    ];
    let dimensions: BTreeMap<&String, &String> = metric.metric_dimensions().into_iter().flatten().collect();
    for (at, (name, value)) in (1..).zip(dimensions) {
        parameters.push((format!("{of_metric}.Dimensions.member.{at}.Name"), name.clone()));
        parameters.push((format!("{of_metric}.Dimensions.member.{at}.Value"), value.clone()));
    }
    parameters
}

/// A number of things; none: it is not one.
fn whole(value: f64) -> Option<u64> {
    // a cast is exact enough: no quota is near 2^53
    (value.is_finite() && value >= 0.0).then_some(value as u64)
}

fn said((service, code): Name, quota: &ServiceQuota, is_default: bool, used: Result<Option<u64>, &Answer>) -> Said {
    let source = format!("quota {code}");
    if let Some(reason) = quota.error_reason() {
        let why = reason.error_message().or(reason.error_code().map(|code| code.as_str()));
        return Err(Answer::unknown(format!("{service} does not say: {}", why.unwrap_or("without a reason")), source));
    }
    let Some(limit) = quota.value().and_then(whole) else {
        return Err(Answer::unknown("it has no value", source));
    };
    let default = if is_default { ", the value that accounts begin with" } else { "" };
    let of_use = match used {
        Ok(Some(_)) => ", its use by CloudWatch".to_owned(),
        Err(Answer { fact: Fact::Unknown(why), .. }) if metric(quota).is_some() => format!(", its use: {why}"),
        _ => String::new(),
    };
    Ok((Fact::Quota { limit, used: used.ok().flatten() }, format!("{source}{default}{of_use}")))
}
