//! Kills at each step that the bucket can see: before and after it has done a PUT or a DELETE, for
//! a request and for the reconciler.

use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::json;

use super::chance::Chance;
use super::settled;
use crate::support::app::{Answer, file, real_s3};
use crate::support::fault_proxy::{FaultProxy, Outcome, Scripted, delete, put};
use crate::support::process::{Service, Site};
use crate::support::s3_double::S3Double;

/// A service on a bucket behind a proxy; both stay when the service is killed.
pub(super) struct Stage {
    pub(super) site: Site,
    pub(super) proxy: FaultProxy,
    _double: Option<S3Double>,
}

impl Stage {
    pub(super) async fn set() -> Self {
        let double = if real_s3().is_none() { Some(S3Double::start().await) } else { None };
        let upstream = double.as_ref().map(S3Double::address).or_else(real_s3).unwrap();
        let proxy = FaultProxy::in_front_of(upstream).await;
        let mut site = Site::on_s3(&proxy.endpoint()).await;
        // A request that hangs is given up after four tenths of the deadline, and tried again. The
        // kill has to come before that.
        site.set("TINTYPE_PUT_DEADLINE", "4s");
        site.set("TINTYPE_SWEEP_MARGIN", "2s");
        site.set("TINTYPE_RECONCILE_INTERVAL", "100ms");
        Self { site, proxy, _double: double }
    }

    /// Starts the service, has it do `request` up to the scripted step, and kills it there.
    async fn kill_at(&self, step: Scripted, request: impl AsyncFn(&Service)) {
        let service = self.site.serve().await;
        self.kill_service_at(service, step, request).await;
    }

    async fn kill_service_at(
        &self,
        service: Service,
        step: Scripted,
        request: impl AsyncFn(&Service),
    ) {
        self.proxy.script([step]);
        tokio::select! {
            () = request(&service) => panic!("the request was answered before the kill"),
            () = self.proxy.hung(1) => {}
        }
        service.kill().await;
    }

    /// Restarts the service, waits for the reconciler, and expects so many images and nothing else.
    pub(super) async fn restarted(&self, images: usize) -> Service {
        let service = self.site.serve().await;
        settled(&self.site).await;
        let (ended, report) = self.site.check(&["--deep"]).await;
        let listed = json!({"listing": "listed", "ours": images, "foreign": 0});
        assert_eq!((ended.code, &report["objects"]), (Some(0), &listed), "{ended}");
        assert_eq!(report["records"], images, "{ended}");
        service
    }

    pub(super) async fn end(self, service: Service) {
        assert_eq!(self.proxy.unread(), []);
        let ended = service.stop().await;
        assert_eq!(ended.code, Some(0), "{ended}");
    }
}

fn photo() -> Vec<u8> {
    Chance::new(7).image()
}

fn form() -> Form {
    Form::new().part("photo", file(photo()))
}

/// Uploads with an idempotency key; never comes back when the service dies.
async fn upload(service: &Service) {
    let request = service.request(Method::POST, "/v1/images").multipart(form());
    request.header("idempotency-key", "one").send().await.unwrap();
}

async fn upload_again(service: &Service) -> Answer {
    let request = service.request(Method::POST, "/v1/images").multipart(form());
    Answer::read(request.header("idempotency-key", "one").send().await.unwrap()).await
}

/// Kills at a step of an upload: nothing is left of it, and the same upload makes one image.
async fn upload_killed_at(outcome: Outcome) {
    let stage = Stage::set().await;
    stage.kill_at(put(outcome), upload).await;
    let service = stage.restarted(0).await;
    let answer = upload_again(&service).await;
    assert_eq!((answer.status, answer.header("idempotency-replayed")), (201, ""));
    let again = upload_again(&service).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(again.json()["id"], answer.json()["id"]);
    service.kill().await;
    let service = stage.restarted(1).await;
    let url = format!("/i/{}", answer.json()["id"].as_str().unwrap());
    assert_eq!(service.get(&url).await.body, photo());
    stage.end(service).await;
}

/// Kills at a step of a deletion: it is finished, although nobody asks again.
async fn deletion_killed_at(outcome: Outcome) {
    let stage = Stage::set().await;
    let service = stage.site.serve().await;
    let id = service.uploaded(form()).await["id"].as_str().unwrap().to_owned();
    let record = format!("/v1/images/{id}");
    let deletion = async |service: &Service| {
        service.delete(&record).await;
    };
    stage.kill_service_at(service, delete(outcome), deletion).await;
    let service = stage.restarted(0).await;
    assert_eq!(service.get(&record).await.outcome(), "404 NOT_FOUND");
    assert_eq!(service.get(&format!("/i/{id}")).await.outcome(), "404 NOT_FOUND");
    stage.end(service).await;
}

/// Kills the reconciler at a step of its own, over what a killed upload left.
async fn sweep_killed_at(outcome: Outcome) {
    let stage = Stage::set().await;
    stage.kill_at(put(Outcome::ApplyThenHang), upload).await;
    let service = stage.site.serve().await;
    stage.proxy.script([delete(outcome)]);
    stage.proxy.hung(2).await;
    service.kill().await;
    let service = stage.restarted(0).await;
    stage.end(service).await;
}

#[tokio::test]
async fn killed_before_the_bucket_has_the_object() {
    upload_killed_at(Outcome::Hang).await;
}

#[tokio::test]
async fn killed_after_the_bucket_has_the_object_and_before_the_commit() {
    upload_killed_at(Outcome::ApplyThenHang).await;
}

#[tokio::test]
async fn killed_before_the_bucket_has_let_the_object_go() {
    deletion_killed_at(Outcome::Hang).await;
}

#[tokio::test]
async fn killed_after_the_bucket_has_let_the_object_go_and_before_the_row_went() {
    deletion_killed_at(Outcome::ApplyThenHang).await;
}

#[tokio::test]
async fn killed_while_the_reconciler_waits_for_the_bucket() {
    sweep_killed_at(Outcome::Hang).await;
}

#[tokio::test]
async fn killed_after_the_reconciler_deleted_the_object_and_before_the_row_went() {
    sweep_killed_at(Outcome::ApplyThenHang).await;
}

/// As when a whole set-up comes back after a power cut, the reconciler before the service.
#[tokio::test]
async fn reconcile_alone_finishes_what_a_kill_left() {
    let stage = Stage::set().await;
    stage.kill_at(put(Outcome::ApplyThenHang), upload).await;
    let (_, report) = stage.site.check(&[]).await;
    assert_eq!((&report["pending"], &report["deleting"]), (&1.into(), &0.into()));
    // Not due yet: the PUT might still land.
    let ended = stage.site.run(&["reconcile", "--once"]).await;
    assert_eq!(ended.stdout, "0 finished, 0 due again later, 0 old idempotency keys dropped\n");
    let deadline = std::time::Instant::now() + super::SWEEP_PATIENCE;
    loop {
        let ended = stage.site.run(&["reconcile", "--once"]).await;
        assert_eq!(ended.code, Some(0), "{ended}");
        if ended.stdout.starts_with("1 finished") {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "not swept in time: {ended}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let service = stage.restarted(0).await;
    stage.end(service).await;
}
