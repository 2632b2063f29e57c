//! Killed at every point and run again, nothing is created twice and nothing is lost. Must not test other endings.

use std::fmt;
use std::sync::atomic::AtomicUsize;

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult,
};
use tonnage_cloud::cloud::{Observation, Opinion, Prepared, Sighting, Sought, UnitRequest};
use tonnage_cloud::{Answer, CloudError, EventSink, Outcome, Question};

use super::*;

/// Kills the process at a point: whoever comes there never comes back.
#[derive(Debug)]
struct Fuse {
    at: usize,
    points: AtomicUsize,
    blown: tokio::sync::Notify,
}

impl Fuse {
    fn new(at: usize) -> Arc<Self> {
        Arc::new(Self { at, points: AtomicUsize::new(0), blown: tokio::sync::Notify::new() })
    }
    async fn point(&self) {
        if self.points.fetch_add(1, Ordering::SeqCst) + 1 >= self.at {
            self.blow().await;
        }
    }
    async fn blow(&self) {
        self.blown.notify_one();
        std::future::pending::<()>().await;
    }
}

/// A cloud before and after whose calls the process may be killed, and whose broken connections kill it.
struct Deadly(Arc<EmbeddedCloud>, Arc<Fuse>);

#[async_trait]
impl Cloud for Deadly {
    async fn observe(&self, request: &ObserveRequest, cancel: &Cancel) -> Result<Observation, CloudError> {
        self.0.observe(request, cancel).await
    }
    async fn find(&self, sought: &[Sought], cancel: &Cancel) -> Result<Vec<Sighting>, CloudError> {
        self.0.find(sought, cancel).await
    }
    async fn preflight(&self, questions: &[Question], cancel: &Cancel) -> Vec<Answer> {
        self.0.preflight(questions, cancel).await
    }
    async fn foresee(
        &self,
        requests: &[UnitRequest],
        asked: &(dyn Fn(Symbol) + Sync),
        cancel: &Cancel,
    ) -> Result<Vec<Opinion>, CloudError> {
        self.0.foresee(requests, asked, cancel).await
    }
    async fn prepare(&self, request: &UnitRequest, cancel: &Cancel) -> Result<Prepared, CloudError> {
        self.1.point().await;
        self.0.prepare(request, cancel).await
    }
    async fn execute(
        &self,
        request: &UnitRequest,
        prepared: &Prepared,
        events: &dyn EventSink,
        cancel: &Cancel,
    ) -> Result<Outcome, CloudError> {
        self.1.point().await;
        let result = self.0.execute(request, prepared, events, cancel).await;
        if matches!(result, Err(CloudError::Unreachable { .. })) {
            self.1.blow().await;
        }
        self.1.point().await;
        result
    }
    async fn read_back(&self, region: Symbol, unit: Symbol, cancel: &Cancel) -> Result<Option<LiveUnit>, CloudError> {
        self.1.point().await;
        self.0.read_back(region, unit, cancel).await
    }
}

/// A store before and after whose writes the process may be killed.
#[derive(Debug)]
struct DeadlyStore(Arc<InMemory>, Arc<Fuse>);

impl fmt::Display for DeadlyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("deadly")
    }
}

#[async_trait]
impl ObjectStore for DeadlyStore {
    async fn put_opts(&self, to: &Path, bytes: PutPayload, options: PutOptions) -> object_store::Result<PutResult> {
        self.1.point().await;
        let result = self.0.put_opts(to, bytes, options).await;
        self.1.point().await;
        result
    }
    async fn put_multipart_opts(
        &self,
        to: &Path,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.0.put_multipart_opts(to, options).await
    }
    async fn get_opts(&self, from: &Path, options: GetOptions) -> object_store::Result<GetResult> {
        self.0.get_opts(from, options).await
    }
    fn delete_stream(
        &self,
        places: BoxStream<'static, object_store::Result<Path>>,
    ) -> BoxStream<'static, object_store::Result<Path>> {
        self.0.delete_stream(places)
    }
    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.0.list(prefix)
    }
    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> object_store::Result<ListResult> {
        self.0.list_with_delimiter(prefix).await
    }
    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> object_store::Result<()> {
        self.0.copy_opts(from, to, options).await
    }
}

/// The places one test plays in.
struct Stage {
    memory: Memory,
    store: Arc<InMemory>,
}

impl Stage {
    /// A network with two pools.
    async fn new() -> Self {
        let stage = Self { memory: Memory::default(), store: Arc::new(InMemory::new()) };
        let (cloud, ledger) = (cloud(&stage.memory, "{}"), stage.ledger());
        let first = plan(&*cloud, &ledger, vec![network("1"), pool("a", 1), pool("old", 1)]).await;
        assert_eq!(run(&first, &cloud, &ledger, "d1").await.outcome, ApplyOutcome::Applied);
        assert_eq!(cloud.creations(), 5);
        stage
    }

    fn ledger(&self) -> Ledger {
        Ledger::over(self.store.clone(), "memory")
    }

    /// Runs a plan that is killed at a point, or in the middle of an operation. True: it was killed.
    async fn kill(&self, plan: &Plan, point: usize, scenario: &str) -> bool {
        let fuse = Fuse::new(point);
        let deadly: Arc<dyn Cloud> = Arc::new(Deadly(cloud(&self.memory, scenario), fuse.clone()));
        let ledger = Ledger::over(Arc::new(DeadlyStore(self.store.clone(), fuse.clone())), "memory");
        let clouds = |_: Symbol| Some(deadly.clone());
        let options = options("d2", "ada", at(10));
        let cancel = Cancel::default();
        let work = apply(plan, &clouds, &ledger, &options, &Silent, &cancel);
        tokio::select! {
            biased;
            () = fuse.blown.notified() => true,
            _ = work => false,
        }
    }

    /// The same plan again, when the lock of the killed one has expired, must bring it to the end.
    async fn again(&self, plan: &Plan, desired: &[Unit], when: &str) {
        let (cloud, ledger) = (cloud(&self.memory, "{}"), self.ledger());
        let report = run_as(plan, &cloud, &ledger, &options("d2", "ada", at(10_000)), &Cancel::default()).await;
        assert_eq!(report.outcome, ApplyOutcome::Applied, "{when}: {:?}", report.diagnostics);
        self.stands(desired, when).await;
        assert_eq!(ledger.serial().await, Ok(2), "{when}");
        let record = ledger.record(2).await.expect("read").expect("there");
        let head = (record.plan_digest.as_str(), ledger.units(2).await.expect("read").len());
        assert_eq!(head, ("d2", 4), "{when}: every unit is in the record");
    }

    async fn stands(&self, desired: &[Unit], when: &str) {
        let cloud = cloud(&self.memory, "{}");
        assert_eq!(standing(&*cloud).await, wanted(desired), "{when}");
        assert_eq!(cloud.creations(), CREATIONS, "{when}: nothing is created twice");
        let left: Vec<String> = cloud.left_behind().into_iter().map(|l| l.address).collect();
        assert_eq!(left, ["resource.vpc"], "{when}: it was in use when it was replaced");
    }
}

/// The VPC is replaced, and with it the subnet of a; b is new, old goes.
fn desired() -> Vec<Unit> {
    vec![network("2"), pool("a", 2), pool("b", 1)]
}

/// Five at first; then the VPC, the subnet of a, the subnet of b and its group.
const CREATIONS: u64 = 5 + 4;

#[tokio::test]
async fn killed_between_any_two_calls_it_goes_on() {
    let mut point = 0;
    loop {
        point += 1;
        let stage = Stage::new().await;
        let second = plan(&*cloud(&stage.memory, "{}"), &stage.ledger(), desired()).await;
        let killed = stage.kill(&second, point, "{}").await;
        stage.again(&second, &desired(), &format!("killed at point {point}")).await;
        if !killed {
            break;
        }
    }
    assert!(point > 30, "only {point} points");
}

#[tokio::test]
async fn killed_in_the_middle_of_any_operation_it_goes_on() {
    let mut operation = 0;
    loop {
        operation += 1;
        let stage = Stage::new().await;
        let calm = cloud(&stage.memory, "{}");
        let second = plan(&*calm, &stage.ledger(), desired()).await;
        let crash = format!(r#"{{"crash_at": {}}}"#, calm.operations() + operation);
        let killed = stage.kill(&second, usize::MAX, &crash).await;
        stage.again(&second, &desired(), &format!("killed in operation {operation}")).await;
        if !killed {
            break;
        }
    }
    assert!(operation > 15, "only {operation} operations");
}

#[tokio::test]
async fn killed_anywhere_a_new_plan_does_the_rest() {
    for point in 1.. {
        let stage = Stage::new().await;
        let calm = cloud(&stage.memory, "{}");
        let second = plan(&*calm, &stage.ledger(), desired()).await;
        let crash = format!(r#"{{"crash_at": {}}}"#, calm.operations() + point);
        let killed = stage.kill(&second, usize::MAX, &crash).await;
        let (cloud, ledger) = (cloud(&stage.memory, "{}"), stage.ledger());
        let rest = plan(&*cloud, &ledger, desired()).await;
        let report = run_as(&rest, &cloud, &ledger, &options("d3", "bob", at(10_000)), &Cancel::default()).await;
        assert_eq!(report.outcome, ApplyOutcome::Applied, "at {point}: {:?}", report.diagnostics);
        stage.stands(&desired(), &format!("at {point}")).await;
        if killed && report.serial.is_some() {
            let record = ledger.record(2).await.expect("read").expect("there");
            assert_eq!(record.interrupted, ["d2"]);
        }
        if !killed {
            break;
        }
    }
}
