//! What is made of the services' answers: those are canned, and come by the clients' own way.

use super::super::canned::{Canned, Reply, ok, refused};
use super::*;
use crate::AwsConfig;

fn quota(code: &str) -> Question {
    Question::Quota { region: Symbol::new("us-east-2"), service: Symbol::new("ec2"), code: Symbol::new(code) }
}

fn reservation(region: &str, id: &str) -> Question {
    Question::Reservation { region: Symbol::new(region), id: Symbol::new(id) }
}

fn offering(zone: &str, shape: &str) -> Question {
    Question::Offering { region: Symbol::new("us-east-2"), zone: Symbol::new(zone), shape: Symbol::new(shape) }
}

/// Asks in two regions. Answers, and the calls that were made.
fn ask(questions: &[Question], answer: impl Fn(&str) -> Reply + Send + Sync + 'static) -> (Vec<Answer>, Vec<String>) {
    let canned = Canned::new(answer);
    let sdk = canned.sdk();
    let regions = ["us-east-1", "us-east-2"].map(Symbol::new);
    let config = AwsConfig::new(regions.to_vec());
    let services = regions.map(|name| (name, Services::new(Region::new(name, &sdk, &config), &sdk)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let answers = runtime.block_on(async {
        let now = "2026-11-26T14:02:00.25Z".parse().expect("a time");
        let cancel = Cancel::default();
        answers(&services.into(), questions, Asking::new(now, Duration::from_secs(1), &cancel)).await
    });
    (answers, canned.calls())
}

/// What a quota is, by code: its value, whether it has a metric, or how it is refused.
fn limits(call: &str) -> Reply {
    let metric = |class: &str| {
        format!(
            r#""UsageMetric": {{"MetricNamespace": "AWS/Usage", "MetricName": "ResourceCount",
            "MetricDimensions": {{"Type": "Resource", "Service": "EC2", "Resource": "vCPU", "Class": "{class}"}},
            "MetricStatisticRecommendation": "Maximum"}}"#
        )
    };
    let value = |value: &str, more: &str| ok(&format!(r#"{{"Quota": {{"Value": {value}{more}}}}}"#));
    let of = |code: &str| call.contains(&format!("\"{code}\""));
    if call.contains(".GetAWSDefaultServiceQuota") {
        return if of("L-3") { value("64.0", "") } else { refused(r#"{"__type": "NoSuchResourceException"}"#) };
    }
    if call.contains(".GetServiceQuota") {
        return match () {
            () if of("L-1") => value("1920.0", &format!(", {}", metric("P/OnDemand"))),
            () if of("L-2") => value("384.0", &format!(", {}", metric("Trn/OnDemand"))),
            () if of("L-3") => refused(r#"{"__type": "NoSuchResourceException", "Message": "not there"}"#),
            () if of("L-4") => refused(
                r#"{"__type": "AccessDeniedException", "Message": "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: servicequotas:GetServiceQuota on resource: arn:aws:servicequotas:us-east-2:123456789012:ec2/L-4 because no identity-based policy allows the servicequotas:GetServiceQuota action"}"#,
            ),
            () if of("L-5") => refused(r#"{"__type": "TooManyRequestsException", "Message": "slower"}"#),
            () if of("L-6") => Reply::Is(503, "<html>".to_owned()),
            () if of("L-7") => value("\"none\"", ""),
            () if of("L-8") => ok(
                r#"{"Quota": {"ErrorReason": {"ErrorCode": "DEPENDENCY_ACCESS_DENIED_ERROR", "ErrorMessage": "access is denied"}}}"#,
            ),
            () => Reply::Reset,
        };
    }
    assert!(call.contains("Action=GetMetricData"), "{call}");
    ok(r"<GetMetricDataResponse><GetMetricDataResult><MetricDataResults>
        <member><Id>q0</Id><Values><member>1536.0</member><member>960.0</member></Values>
            <Timestamps><member>2026-11-26T13:55:00Z</member><member>2026-11-26T13:50:00Z</member></Timestamps></member>
        <member><Id>q1</Id><Values/><Timestamps/></member>
        </MetricDataResults></GetMetricDataResult></GetMetricDataResponse>")
}

/// A fact in words: the reason where it is not known.
fn words(answer: &Answer) -> String {
    match &answer.fact {
        Fact::Unknown(why) => format!("cannot know: {why} ({})", answer.source),
        Fact::NoReservation(why) => format!("none: {why} ({})", answer.source),
        fact => format!("{fact:?} ({})", answer.source),
    }
}

#[test]
fn a_quota_has_its_limit_and_the_use_that_its_own_metric_reports() {
    let (answers, calls) = ask(&["L-1", "L-2", "L-3"].map(quota), limits);
    let words: Vec<String> = answers.iter().map(words).collect();
    assert_eq!(
        words,
        [
            "Quota { limit: 1920, used: Some(1536) } (quota L-1, its use by CloudWatch)",
            "Quota { limit: 384, used: None } (quota L-2)",
            "Quota { limit: 64, used: None } (quota L-3, the value that accounts begin with)",
        ]
    );
    assert!(answers.iter().all(|answer| answer.read_at.as_deref() == Some("2026-11-26T14:02:00Z")), "{answers:?}");
    assert!(answers.iter().all(|answer| answer.good_until.as_deref() == Some("2026-11-26T14:32:00Z")), "{answers:?}");
    let metrics: Vec<&String> = calls.iter().filter(|call| call.contains("GetMetricData")).collect();
    assert_eq!(metrics.len(), 1, "one call for all: {calls:#?}");
    let asked = metrics.first().expect("a call");
    for word in [
        "https://monitoring.us-east-2.amazonaws.com/",
        "StartTime=2026-11-26T13%3A47%3A00Z&EndTime=2026-11-26T14%3A02%3A00Z&ScanBy=TimestampDescending",
        "member.1.MetricStat.Metric.Dimensions.member.1.Name=Class&",
        "member.1.MetricStat.Metric.Dimensions.member.1.Value=P%2FOnDemand&",
        "MetricDataQueries.member.2.Id=q1",
    ] {
        assert!(asked.contains(word), "no `{word}` in {asked}");
    }
}

#[test]
fn a_quota_that_can_not_be_read_says_why_and_what_it_takes() {
    let (answers, _) = ask(&["L-4", "L-5", "L-6", "L-7", "L-8", "L-9", "L-0"].map(quota), |call| match call {
        call if call.contains("\"L-0\"") && call.contains(".GetServiceQuota") => {
            refused(r#"{"__type": "NoSuchResourceException"}"#)
        }
        call => limits(call),
    });
    let words: Vec<String> = answers.iter().map(words).collect();
    let by = "(servicequotas:GetServiceQuota)";
    assert_eq!(
        words[0],
        format!(
            "cannot know: not allowed: GetServiceQuota: AccessDeniedException: User: arn:aws:iam::123456789012:user/ci is \
             not authorized to perform: servicequotas:GetServiceQuota because no identity-based policy allows the \
             servicequotas:GetServiceQuota action {by}"
        )
    );
    assert!(words[1].starts_with("cannot know: it is called too often: `GetServiceQuota` was refused"), "{}", words[1]);
    assert_eq!(
        words[2..5],
        [
            format!("cannot know: `GetServiceQuota` was refused: HTTP 503 without words the service is known for {by}"),
            format!("cannot know: `GetServiceQuota` was refused: HTTP 200 without words the service is known for {by}"),
            "cannot know: ec2 does not say: access is denied (quota L-8)".to_owned(),
        ]
    );
    assert!(
        words[5].contains("AWS in us-east-2 does not answer") && words[5].contains("reset by peer"),
        "{}",
        words[5]
    );
    assert!(words[6].starts_with("cannot know: `GetAWSDefaultServiceQuota` was refused"), "{}", words[6]);
    assert!(answers.iter().all(|answer| answer.read_at.is_some()), "they were asked: {answers:?}");
}

#[test]
fn use_that_can_not_be_read_does_not_hide_the_limit() {
    let (answers, _) = ask(&[quota("L-1"), quota("L-3")], |call| match call.contains("Action=GetMetricData") {
        true => Reply::Is(
            403,
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>".to_owned(),
        ),
        false => limits(call),
    });
    let words: Vec<String> = answers.iter().map(words).collect();
    assert_eq!(
        words,
        [
            "Quota { limit: 1920, used: None } (quota L-1, its use: not allowed: GetMetricData: AccessDenied: no; it takes \
             the permission `cloudwatch:GetMetricData`)",
            "Quota { limit: 64, used: None } (quota L-3, the value that accounts begin with)",
        ]
    );
}

const RESERVATIONS: &str = r"<DescribeCapacityReservationsResponse><capacityReservationSet>
    <item><capacityReservationId>cr-1</capacityReservationId><state>active</state>
        <instanceType>p5.48xlarge</instanceType><availabilityZoneId>use2-az1</availabilityZoneId>
        <totalInstanceCount>64</totalInstanceCount><availableInstanceCount>60</availableInstanceCount>
        <startDate>2026-11-01T11:30:00.000Z</startDate><endDate>2027-03-01T11:30:00.000Z</endDate></item>
    <item><capacityReservationId>cr-2</capacityReservationId><state>cancelled</state>
        <totalInstanceCount>8</totalInstanceCount></item>
    <item><capacityReservationId>cr-3</capacityReservationId><state>assessing</state>
        <totalInstanceCount>8</totalInstanceCount></item>
    <item><capacityReservationId>cr-4</capacityReservationId><state>active</state>
        <totalInstanceCount>2</totalInstanceCount><endDate>2027-03-01T00:00:00.000Z</endDate></item>
    </capacityReservationSet></DescribeCapacityReservationsResponse>";

#[test]
fn reservations_are_listed_once_a_region_and_looked_for_in_the_others() {
    let questions: Vec<Question> = ["cr-1", "cr-2", "cr-3", "cr-4", "cr-5", "cr-6", "arn:aws:resource-groups:group/a"]
        .map(|id| reservation("us-east-2", id))
        .into_iter()
        .chain((0..500).map(|at| reservation("us-east-2", &format!("cr-more-{at}"))))
        .collect();
    let (answers, calls) = ask(&questions, |call| match call.contains("us-east-1") {
        true => ok(
            "<R><capacityReservationSet><item><capacityReservationId>cr-5</capacityReservationId></item></capacityReservationSet></R>",
        ),
        // in two pages
        false if call.contains("NextToken=more") => ok(RESERVATIONS),
        false => ok("<R><capacityReservationSet/><nextToken>more</nextToken></R>"),
    });
    let words: Vec<String> = answers.iter().take(7).map(words).collect();
    assert_eq!(
        words,
        [
            "Reservation { total: 64, free: Some(60), shape: Some(\"p5.48xlarge\"), zone: Some(\"use2-az1\"), \
             from: Some(2026-11-01), until: Some(2027-03-01) } (reservation cr-1, ends 2027-03-01T11:30:00Z)",
            "none: it is in state `cancelled` (reservation cr-2)",
            "cannot know: it is in state `assessing` (reservation cr-3)",
            "Reservation { total: 2, free: None, shape: None, zone: None, from: None, until: Some(2027-02-28) } \
             (reservation cr-4, ends 2027-03-01T00:00:00Z)",
            "none: it is in us-east-1, not in us-east-2 (reservation cr-5)",
            "none: the account can use none of this id in us-east-2 (reservation cr-6)",
            "cannot know: which reservations are in a group is not read on AWS (group arn:aws:resource-groups:group/a)",
        ]
    );
    assert_eq!(calls.len(), 3, "two pages and the other region: {calls:#?}");
    assert_eq!(answers.len(), questions.len());
}

#[test]
fn what_is_where_it_is_looked_for_is_looked_for_nowhere_else() {
    let (_, calls) = ask(&[reservation("us-east-2", "cr-1")], |_| ok(RESERVATIONS));
    assert_eq!(calls.len(), 1, "{calls:#?}");
    assert!(
        calls.iter().all(|call| call.contains("Action=DescribeCapacityReservations&Version=2016-11-15")),
        "{calls:?}"
    );
}

#[test]
fn a_list_that_is_cut_off_or_broken_is_no_list() {
    for (reply, why) in [
        (ok(RESERVATIONS.get(..400).expect("a part")), "the answer to `DescribeCapacityReservations` can't be read"),
        (Reply::Is(500, "<html/>".to_owned()), "HTTP 500 without words the service is known for"),
        (Reply::Reset, "connection reset by peer"),
        (Reply::Silence, "no answer within 1 s"),
        (
            refused(
                "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized. Encoded authorization failure message: kR4uVqXWzo2</Message></Error></Errors></Response>",
            ),
            "You are not authorized.; it takes the permission `ec2:DescribeCapacityReservations`",
        ),
    ] {
        let (answers, _) = ask(&[reservation("us-east-2", "cr-1")], move |_| reply.clone());
        let words: Vec<String> = answers.iter().map(words).collect();
        assert!(words[0].starts_with("cannot know: ") && words[0].contains(why), "{words:?}");
    }
}

#[test]
fn offerings_are_one_list_for_all_zones_and_shapes() {
    let (answers, calls) = ask(
        &[
            offering("use2-az1", "p5.48xlarge"),
            offering("use2-az2", "p5.48xlarge"),
            offering("use2-az1", "trn2.48xlarge"),
        ],
        |_| {
            ok(r"<R><instanceTypeOfferingSet><item><instanceType>p5.48xlarge</instanceType>
            <locationType>availability-zone-id</locationType><location>use2-az1</location></item></instanceTypeOfferingSet></R>")
        },
    );
    let words: Vec<String> = answers.iter().map(words).collect();
    assert_eq!(
        words,
        ["Offered(true)", "Offered(false)", "Offered(false)"].map(|fact| format!("{fact} (offerings of EC2)"))
    );
    assert_eq!(calls.len(), 1, "{calls:#?}");
    let asked = calls.first().expect("a call");
    assert!(asked.contains("LocationType=availability-zone-id"), "{asked}");
    assert!(asked.contains("Filter.1.Value.1=p5.48xlarge&Filter.1.Value.2=trn2.48xlarge"), "{asked}");
}

#[test]
fn whatever_is_not_answered_in_time_does_not_keep_the_rest_waiting() {
    let questions = [reservation("us-east-2", "cr-1"), quota("L-1"), offering("use2-az1", "p5.48xlarge")];
    let began = std::time::Instant::now();
    let (answers, _) = ask(&questions, |call| match call {
        call if call.contains("ec2.us-east-2") => Reply::Silence,
        call => limits(call),
    });
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let words: Vec<String> = answers.iter().map(words).collect();
    assert_eq!(
        words,
        [
            "cannot know: no answer within 1 s (ec2:DescribeCapacityReservations)",
            "Quota { limit: 1920, used: Some(1536) } (quota L-1, its use by CloudWatch)",
            "cannot know: no answer within 1 s (ec2:DescribeInstanceTypeOfferings)",
        ]
    );
}

#[test]
fn what_nobody_can_be_asked_for_is_not_dated() {
    let capacity = Question::Capacity {
        region: Symbol::new("us-east-2"),
        zone: Symbol::new("use2-az1"),
        shape: Symbol::new("p5.48xlarge"),
        market: Symbol::new("on_demand"),
        reservation: None,
    };
    let (answers, calls) = ask(&[capacity], |_| Reply::Reset);
    assert!(calls.is_empty(), "{calls:?}");
    assert!(answers.iter().all(|a| a.read_at.is_none() && matches!(a.fact, Fact::Unknown(_))), "{answers:?}");
}
