//! The real facts: what reviewers and planners rely on.

use super::*;
use crate::{PathStep, PropertyType, Replacement};

fn schemas() -> Schemas {
    Schemas::load_all(&tonnage_stdlib::schemas_json())
}

fn path(text: &str) -> Vec<PathStep> {
    text.split('/').map(|step| step.parse().map_or_else(|_| step.into(), PathStep::Index)).collect()
}

fn replacement(schemas: &Schemas, kind: &str, place: &str) -> Replacement {
    let facts = schemas.get(kind.into()).expect("a known type");
    let place = path(place);
    assert!(facts.property(&place).is_some(), "{kind} has no {place:?}");
    facts.replacement(&place)
}

#[test]
fn every_type_of_the_standard_library_is_read() {
    let schemas = schemas();
    assert!(schemas.kinds().len() >= 52);
    assert!(schemas.kinds().is_sorted());
    for kind in schemas.kinds() {
        let facts = schemas.get(Symbol::new(kind)).unwrap_or_else(|| panic!("{kind} is not read"));
        assert!(facts.properties().next().is_some(), "{kind} has no properties");
        for name in facts.required() {
            assert!(facts.property(&[PathStep::Key(*name)]).is_some_and(|p| p.required), "{kind}.{name}");
        }
        for place in facts.read_only_places().iter().chain(facts.identifier()) {
            let top = place.steps()[0].expect("a name");
            assert!(facts.property(&[PathStep::Key(top)]).is_some(), "{kind}: {place} is nowhere");
        }
    }
    assert!(schemas.get("AWS::EC2::Nothing".into()).is_none());
    assert!(schemas.is_function("Ref".into()) && !schemas.is_function("Version".into()));
}

#[test]
fn what_replaces_a_resource() {
    let schemas = schemas();
    let replaces = |kind: &str, place: &str| replacement(&schemas, kind, place);
    assert_eq!(replaces("AWS::EC2::VPC", "CidrBlock"), Replacement::Always);
    assert_eq!(replaces("AWS::EC2::VPC", "EnableDnsSupport"), Replacement::Never);
    assert_eq!(replaces("AWS::EC2::VPC", "InstanceTenancy"), Replacement::Conditional);
    assert_eq!(replaces("AWS::EC2::Subnet", "Tags/0/Value"), Replacement::Never);
    assert_eq!(replaces("AWS::EC2::SecurityGroup", "GroupDescription"), Replacement::Always);
    assert_eq!(replaces("AWS::FSx::FileSystem", "SecurityGroupIds/0"), Replacement::Always);
    assert_eq!(replaces("AWS::EC2::LaunchTemplate", "LaunchTemplateData/ImageId"), Replacement::Never);
    assert_eq!(replaces("AWS::AutoScaling::AutoScalingGroup", "LaunchTemplate/Version"), Replacement::Conditional);
    assert_eq!(replaces("AWS::EC2::VPCEndpoint", "DnsOptions/PrivateDnsPreference"), Replacement::Always);
    assert_eq!(replaces("AWS::EC2::VPCEndpoint", "DnsOptions"), Replacement::Conditional);
    assert_eq!(replaces("AWS::SageMaker::Cluster", "InstanceGroups/2/InstanceType"), Replacement::Always);
}

#[test]
fn tags_that_replace() {
    let schemas = schemas();
    let replace = |kind: &str| schemas.get(kind.into()).expect("a known type").tags_replace();
    assert!(replace("AWS::EC2::PlacementGroup"));
    assert!(replace("AWS::EC2::CapacityReservation"));
    assert!(!replace("AWS::EC2::VPC"));
    assert!(!replace("AWS::AutoScaling::AutoScalingGroup"));
    assert!(schemas.get("AWS::EC2::VPC".into()).expect("known").tags().is_some());
    let tag = "TagSpecifications/0/Tags/0/Value";
    assert_eq!(replacement(&schemas, "AWS::EC2::CapacityReservation", tag), Replacement::Always);
}

#[test]
fn who_says_a_property_and_who_sees_it() {
    let schemas = schemas();
    let template = schemas.get("AWS::EC2::LaunchTemplate".into()).expect("known");
    assert!(template.write_only(&path("LaunchTemplateData/ImageId")));
    assert!(template.read_only(&path("LatestVersionNumber")));
    assert!(!template.read_only(&path("LaunchTemplateData")));
    let bucket = schemas.get("AWS::S3::Bucket".into()).expect("known");
    assert!(bucket.read_only(&path("MetadataConfiguration/Destination/TableBucketArn")));
    assert!(!bucket.read_only(&path("MetadataConfiguration")));
}

#[test]
fn lists_without_order() {
    let schemas = schemas();
    let is_set = |kind: &str, place: &str| schemas.get(kind.into()).expect("known").is_set(&path(place));
    assert!(is_set("AWS::EC2::VPC", "Tags"));
    assert!(is_set("AWS::EC2::Subnet", "Tags"), "tags are a set even where the facts do not say so");
    assert!(is_set("AWS::AutoScaling::AutoScalingGroup", "VPCZoneIdentifier"));
    assert!(is_set("AWS::EC2::LaunchTemplate", "LaunchTemplateData/TagSpecifications/0/Tags"));
    assert!(!is_set("AWS::EC2::LaunchTemplate", "LaunchTemplateData/NetworkInterfaces"));
    assert!(!is_set("AWS::EC2::VPC", "CidrBlock"));
}

#[test]
fn attributes_that_may_be_referred_to() {
    let schemas = schemas();
    let has = |kind: &str, name: &str| schemas.get(kind.into()).expect("known").has_attribute(name.into());
    assert!(has("AWS::EC2::LaunchTemplate", "LatestVersionNumber"));
    assert!(!has("AWS::EC2::LaunchTemplate", "LaunchTemplateData"));
    assert!(has("AWS::IAM::InstanceProfile", "Arn"));
    assert!(has("AWS::EC2::SecurityGroup", "GroupId"));
    assert!(has("AWS::EC2::CapacityReservation", "CapacityReservationArn"));
    assert!(has("AWS::EC2::Subnet", "AvailabilityZone"), "every property of a subnet is an attribute");
    assert!(has("AWS::EC2::Instance", "State.Code") && !has("AWS::EC2::Instance", "State"));
    assert!(!has("AWS::EC2::VPC", "Arn"));
}

#[test]
fn properties_are_found_through_lists_and_definitions() {
    let schemas = schemas();
    let template = schemas.get("AWS::EC2::LaunchTemplate".into()).expect("known");
    let found = |place: &str| template.property(&path(place)).map(|property| property.kind);
    assert!(matches!(found("LaunchTemplateData/NetworkInterfaces/3/DeviceIndex"), Some(PropertyType::Integer(_))));
    assert!(matches!(found("LaunchTemplateData/NetworkInterfaces/3"), Some(PropertyType::Object(_))));
    assert!(found("LaunchTemplateData/NetworkInterfaces/DeviceIndex").is_none());
    assert!(found("LaunchTemplateData/Nothing").is_none());
    let role = schemas.get("AWS::IAM::Role".into()).expect("known");
    let inside = path("AssumeRolePolicyDocument/Statement/0/Effect");
    assert!(matches!(role.property(&inside).expect("documents are free").kind, PropertyType::Any));
}

#[test]
fn a_type_that_must_go_first() {
    let schemas = schemas();
    let template = schemas.get("AWS::EC2::LaunchTemplate".into()).expect("known");
    assert!(
        template.attribute_moves("LatestVersionNumber".into()) && !template.attribute_moves("LaunchTemplateId".into())
    );
    assert!(schemas.get("AWS::EC2::SubnetRouteTableAssociation".into()).expect("known").is_deleted_first());
    assert!(!schemas.get("AWS::EC2::VPC".into()).expect("known").is_deleted_first());
}

#[test]
fn lines_that_are_not_types_are_passed_over() {
    let schemas = Schemas::load(
        "{\"source\":\"x\",\n\"functions\":[\"F\"],\n\"types\":{\n\"T\":{\"p\":{\"A\":\"s\"}},\n\"U\":{broken}\n}}\n",
    );
    assert_eq!(schemas.kinds().collect::<Vec<_>>(), ["T", "U"]);
    assert!(schemas.get("T".into()).is_some() && schemas.get("U".into()).is_none());
    assert!(Schemas::load("").kinds().next().is_none());
}
