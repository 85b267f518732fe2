//! `kaibo serve`: everything on one port, with a ticker for what a schedule does on AWS.

use super::{config, fail, store_listen};
use crate::app::App;
use crate::clock::{SystemClock, SystemRandom};
use crate::config::{Config, demo};
use crate::http::{routes, server};
use crate::outbound::tls;
use crate::store::Store;
use clap::Args;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How to serve.
#[derive(Clone, Debug, Default, Args)]
pub struct ServeArgs {
    /// Address and port; replaces server.listen.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Listen on all interfaces, so that phones in this network can call.
    #[arg(long)]
    lan: bool,
    /// Folder of the embedded store; replaces store.data_dir.
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// Also let other processes here use the embedded store (sam local, other servers), at this loopback address.
    #[arg(long, value_name = "ADDRESS", value_parser = store_listen::address)]
    store_listen: Option<SocketAddr>,
}

/// How long running requests may take to finish at a stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// Serves until it is told to stop.
pub async fn run(file: Option<PathBuf>, args: ServeArgs) -> ExitCode {
    crate::observe::start();
    if let Err(error) = tls::check() {
        return fail(error);
    }
    let (mut config, origin) = match load(file, &args) {
        Ok(loaded) => loaded,
        Err(sentence) => return fail(sentence),
    };
    if let Some(data_dir) = &args.data_dir {
        config.store.data_dir.clone_from(data_dir);
    }
    let listen = match listen_address(&config, &args) {
        Ok(listen) => listen,
        Err(sentence) => return fail(sentence),
    };
    let listener = match tokio::net::TcpListener::bind(listen).await {
        Ok(listener) => listener,
        Err(error) => {
            return fail(format_args!("{listen} cannot be used: {error}. Is kaibo running already? Try --listen 127.0.0.1:3001"));
        }
    };
    // The port may have been chosen by the system (port 0).
    let bound = listener.local_addr().unwrap_or(listen);
    config.server.listen = bound.to_string();
    if args.lan && config.server.public_url.is_empty() {
        config.server.public_url = format!("http://{}", SocketAddr::new(lan_address().unwrap_or(bound.ip()), bound.port()));
    }
    let store = match Store::open(&config.store, None).await {
        Ok(store) => store,
        Err(error) => return fail(error),
    };
    let app = match App::new(config, store, Arc::new(SystemClock), Arc::new(SystemRandom::default())) {
        Ok(app) => app,
        Err(error) => return fail(error),
    };
    super::welcome::print(&app.config, &origin, app.now());
    if let Some(listen) = args.store_listen
        && let Err(sentence) = lend_store(&app, listen).await
    {
        return fail(sentence);
    }
    let ticker = tokio::spawn(tick(app.clone()));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        asked_to_stop().await;
        let _ = stop.send(true);
    });
    let mut waiting = stopped.clone();
    let stop = async move {
        let _ = waiting.wait_for(|stop| *stop).await;
    };
    let mut stopped = stopped;
    tokio::select! {
        () = server::serve(listener, routes::all(app), stop) => {}
        () = async {
            let _ = stopped.wait_for(|stop| *stop).await;
            tokio::time::sleep(LAST_REQUESTS).await;
        } => {}
    }
    ticker.abort();
    ExitCode::SUCCESS
}

/// Where the configuration came from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A file.
    File(PathBuf),
    /// The demo, with its file.
    Demo(PathBuf),
}

/// The configuration as `serve` would take it, for commands beside it.
pub(super) fn configuration(file: Option<PathBuf>, args: &ServeArgs) -> Result<Config, String> {
    let (mut config, _) = load(file, args)?;
    if let Some(data_dir) = &args.data_dir {
        config.store.data_dir.clone_from(data_dir);
    }
    if let Some(listen) = &args.listen {
        config.server.listen.clone_from(listen);
    }
    Ok(config)
}

fn load(file: Option<PathBuf>, args: &ServeArgs) -> Result<(Config, Origin), String> {
    let here = PathBuf::from("kaibo.toml");
    let file = file.or_else(|| here.exists().then_some(here));
    let (config, warnings, origin) = match file {
        Some(file) => {
            let (config, warnings) = config::read(&file)?;
            (config, warnings, Origin::File(file))
        }
        None => {
            let data_dir = args.data_dir.clone().unwrap_or_else(|| "./data".to_owned());
            let path = demo::path(&data_dir);
            let text = demo::text(&data_dir, &SystemRandom::default())
                .map_err(|error| format!("{} cannot be made: {error}", path.display()))?;
            let (config, warnings) = config::read_text(&text, &path.display().to_string())?;
            (config, warnings, Origin::Demo(path))
        }
    };
    for warning in warnings {
        eprintln!("warning: {warning}");
    }
    Ok((config, origin))
}

/// Opens the store's own port and says how to use it.
async fn lend_store(app: &App, listen: SocketAddr) -> Result<(), String> {
    let engine =
        app.store.engine().cloned().ok_or("--store-listen lends the embedded store, and store.endpoint names another")?;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| format!("{listen} cannot be used: {error}"))?;
    let bound = listener.local_addr().unwrap_or(listen);
    let key_id = store_listen::new_key_id(app.random.as_ref());
    println!("  The store for other processes on this machine (put the address into their store.endpoint):");
    println!("    store.endpoint         http://{bound}");
    println!("    AWS_ACCESS_KEY_ID      {key_id}");
    println!("    AWS_SECRET_ACCESS_KEY  local\n");
    let router = store_listen::router(engine, &key_id);
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(error = %error, "the store's port closed");
        }
    });
    Ok(())
}

fn listen_address(config: &Config, args: &ServeArgs) -> Result<SocketAddr, String> {
    let text = args.listen.as_deref().unwrap_or(&config.server.listen);
    let mut listen: SocketAddr =
        text.parse().map_err(|_| "--listen must be an address and port like 127.0.0.1:3000".to_owned())?;
    if args.lan {
        listen.set_ip(IpAddr::from([0, 0, 0, 0]));
    }
    Ok(listen)
}

/// The address of this machine in its network. Nothing is sent: a datagram socket only chooses its route.
fn lan_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// What a schedule does on AWS: once a minute.
async fn tick(app: App) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    minute.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    minute.tick().await;
    loop {
        minute.tick().await;
        crate::app::jobs::run(&app).await;
        if let Some(engine) = app.store.engine().cloned() {
            match tokio::task::spawn_blocking(move || engine.sweep()).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::warn!(error = %error, "expired rows were not swept"),
                Err(error) => tracing::warn!(error = %error, "the sweep stopped"),
            }
        }
    }
}
