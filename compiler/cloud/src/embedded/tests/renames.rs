//! A resource under another address is the same resource, and so is what refers to it.

use super::*;

#[tokio::test]
async fn what_refers_to_a_renamed_resource_is_not_changed() {
    let cloud = cloud(&Memory::default(), "{}");
    let wanted = unit("net", vec![vpc("10.0.0.0/16"), subnet("a")]);
    run(&cloud, &wanted, "t1").await.expect("done");
    let before = live(&cloud, "net").await.expect("there");
    let mut renamed = wanted.members.clone();
    renamed[0].address = symbol("resource.other");
    renamed[1].body = renamed[1].body.replace("resource.vpc", "resource.other");
    let again = next(&cloud, &wanted, renamed).await;
    let done = run(&cloud, &again, "t2").await.expect("done");
    assert_eq!((done.prepared.changes, done.events), (Vec::new(), Vec::new()));
    let after = live(&cloud, "net").await.expect("there");
    assert_eq!(after.resources[0].physical_id, before.resources[0].physical_id);
    assert_eq!(after.resources[1].applied, again.members[1].body);
}

#[tokio::test]
async fn what_takes_a_value_under_another_name_is_not_changed() {
    let cloud = cloud(&Memory::default(), "{}");
    let mut wanted = unit("nodes", vec![member("T::Compute::Group", "g", r#"{"Subnets":["x",{"$ref":"pool.a"}]}"#)]);
    wanted.parameters = vec![parameter("p", reference("pool.a", None))];
    run_with(&cloud, &wanted, "t1", &[("p", "subnet-1")]).await.expect("done");
    let body = wanted.members[0].body.replace("pool.a", "pool.b");
    let renamed = Member { body, ..wanted.members[0].clone() };
    let mut again = next(&cloud, &wanted, vec![renamed]).await;
    again.parameters = vec![parameter("q", reference("pool.b", None))];
    let same = run_with(&cloud, &again, "t2", &[("q", "subnet-1")]).await.expect("done");
    assert_eq!((same.prepared.changes, same.events), (Vec::new(), Vec::new()));
    let back = Unit { parameters: wanted.parameters.clone(), ..next(&cloud, &again, wanted.members.clone()).await };
    let other = run_with(&cloud, &back, "t3", &[("p", "subnet-2")]).await.expect("done");
    assert_eq!(other.prepared.changes.len(), 1, "another value is another thing");
}
