//! nginx as a plain proxy to the sink: what passing the bytes on costs at the least.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};

use super::Service;
use super::service::{Launch, free_address, pinned};
use crate::setup::Setup;

/// Starts it with one worker.
pub(super) async fn start(setup: &Setup) -> Result<Service> {
    let program = setup.nginx.as_deref().context("nginx is not installed")?;
    let folder = setup.folder()?;
    let address = free_address().await?;
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, configuration(address, setup.sink.address()))?;
    let mut command = pinned(program, folder.path());
    command.arg("-p").arg(folder.path()).arg("-e").arg("stderr").arg("-c").arg(file);
    Launch { name: "nginx", command, address, ready: "/healthz", folder }.start().await
}

/// Nothing is written to a file, and a body is passed on while it arrives. Without a master there is
/// one process, which ends when it is killed.
fn configuration(address: SocketAddr, sink: SocketAddr) -> String {
    format!(
        "daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  client_max_body_size 25m;
  client_body_timeout 120s;
  client_body_buffer_size 256k;
  keepalive_requests 1000000;
  upstream sink {{ server {sink}; keepalive 512; keepalive_requests 1000000; }}
  server {{
    listen {address} backlog=4096;
    location = /healthz {{ return 200; }}
    location / {{
      proxy_pass http://sink;
      proxy_http_version 1.1;
      proxy_set_header Connection \"\";
      proxy_request_buffering off;
      proxy_max_temp_file_size 0;
      proxy_buffer_size 64k;
      proxy_buffers 8 64k;
    }}
  }}
}}
"
    )
}
