//! A collector that takes spans by OTLP over HTTP, and reads so much of them as the tests ask for.

use std::collections::BTreeMap;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::task::JoinSet;

/// A span as it was received, with the attributes of its resource among its own.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) trace: String,
    pub(super) id: String,
    pub(super) parent: String,
    pub(super) name: String,
    /// 1 internal, 2 server, 3 client.
    pub(super) kind: u64,
    pub(super) attributes: BTreeMap<String, String>,
}

type Received = Arc<Mutex<Vec<Span>>>;

/// A running collector. It stops when it is dropped.
pub(super) struct Collector {
    address: SocketAddr,
    received: Received,
    _server: JoinSet<std::io::Result<()>>,
}

impl Collector {
    pub(super) async fn start() -> Self {
        let received = Received::default();
        let router =
            Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&received));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = JoinSet::new();
        server.spawn(axum::serve(listener, router).into_future());
        Self { address, received, _server: server }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What has come so far.
    pub(super) fn spans(&self) -> Vec<Span> {
        self.received.lock().unwrap().clone()
    }
}

async fn take(State(received): State<Received>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let resources = all(&fields(&body), 1).map(|spans| spans_of_resource(&spans));
    received.lock().unwrap().extend(resources.flatten());
    StatusCode::OK
}

/// The numbers of fields are those of
/// <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>.
fn spans_of_resource(resource_spans: &[u8]) -> Vec<Span> {
    let resource_spans = fields(resource_spans);
    let resource = all(&resource_spans, 1).next().unwrap();
    let resource = attributes(&fields(&resource), 1);
    let scopes = all(&resource_spans, 2);
    let spans = scopes.flat_map(|scope| all(&fields(&scope), 2));
    spans.map(|span| read_span(&fields(&span), &resource)).collect()
}

fn read_span(span: &[Field], resource: &BTreeMap<String, String>) -> Span {
    let bytes = |number| all(span, number).next().unwrap_or_default();
    let hex = |number| bytes(number).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut attributes = attributes(span, 9);
    attributes.extend(resource.clone());
    Span {
        trace: hex(1),
        id: hex(2),
        parent: hex(4),
        name: String::from_utf8(bytes(5)).unwrap(),
        kind: number(span, 6).unwrap(),
        attributes,
    }
}

fn attributes(owner: &[Field], number_of_field: u64) -> BTreeMap<String, String> {
    let read = |pair: Vec<u8>| {
        let pair = fields(&pair);
        let key = String::from_utf8(all(&pair, 1).next().unwrap()).unwrap();
        let value = fields(&all(&pair, 2).next().unwrap());
        let text = all(&value, 1).next().map(|text| String::from_utf8(text).unwrap());
        let whole = number(&value, 3).map(|whole| whole.to_string());
        (key, text.or(whole).unwrap_or_default())
    };
    all(owner, number_of_field).map(read).collect()
}

/// A field of a Protocol Buffers message (<https://protobuf.dev/programming-guides/encoding/>).
enum Field {
    Number(u64, u64),
    Bytes(u64, Vec<u8>),
}

fn all(fields: &[Field], wanted: u64) -> std::vec::IntoIter<Vec<u8>> {
    let wanted = fields.iter().filter_map(|field| match field {
        Field::Bytes(number, bytes) if *number == wanted => Some(bytes.clone()),
        Field::Bytes(..) | Field::Number(..) => None,
    });
    wanted.collect::<Vec<_>>().into_iter()
}

fn number(fields: &[Field], wanted: u64) -> Option<u64> {
    fields.iter().find_map(|field| match field {
        Field::Number(number, value) if *number == wanted => Some(*value),
        Field::Number(..) | Field::Bytes(..) => None,
    })
}

fn fields(mut message: &[u8]) -> Vec<Field> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        let fixed = |size: usize, message: &mut &[u8]| message.split_off(..size).unwrap().to_vec();
        fields.push(match tag & 7 {
            0 => Field::Number(tag >> 3, varint(&mut message)),
            1 => Field::Bytes(tag >> 3, fixed(8, &mut message)),
            2 => {
                let length = usize::try_from(varint(&mut message)).unwrap();
                Field::Bytes(tag >> 3, fixed(length, &mut message))
            }
            5 => Field::Bytes(tag >> 3, fixed(4, &mut message)),
            other => panic!("wire type {other}"),
        });
    }
    fields
}

fn varint(message: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *message.split_off_first().unwrap();
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}
