//! The real `kaibo doctor` against hosts of this machine with a good certificate and with each fault that a certificate can have.
//! The test's own root is trusted as an operator would have it trusted: by `KAIBO_EXTRA_CA`.

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use serde_json::Value;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Someone who signs certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: CertificateDer<'static>,
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

impl Authority {
    fn root() -> Self {
        let (params, key) = (authority_params(), KeyPair::generate().unwrap());
        let certificate = params.self_signed(&key).unwrap();
        Self { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    fn intermediate(&self) -> Self {
        let (params, key) = (authority_params(), KeyPair::generate().unwrap());
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Self { pem: certificate.pem(), der: certificate.der().clone(), issuer: Issuer::new(params, key) }
    }

    /// A host with a certificate from here, and whatever else it sends of its chain.
    async fn host(&self, name: &str, edit: impl FnOnce(&mut CertificateParams), chain: &[&Self]) -> String {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        edit(&mut params);
        let key = KeyPair::generate().unwrap();
        let mut sent = vec![params.signed_by(&key, &self.issuer).unwrap().der().clone()];
        sent.extend(chain.iter().map(|authority| authority.der.clone()));
        serve(sent, &key).await
    }
}

/// A host that signed its certificate itself, as `openssl req -x509` does it: an authority's certificate that is no one's root.
async fn self_signed() -> String {
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    serve(vec![params.self_signed(&key).unwrap().der().clone()], &key).await
}

/// Serves at a port of this machine; answers where.
async fn serve(sent: Vec<CertificateDer<'static>>, key: &KeyPair) -> String {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(sent, PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let (listener, tls) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), TlsAcceptor::from(Arc::new(config)));
    let host = format!("localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that mistrusts the certificate ends the handshake.
            let Ok(mut stream) = tls.accept(stream).await else { continue };
            // Closing with the question unread would reset the connection before the answer is read.
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
            let _ = stream.shutdown().await;
        }
    });
    host
}

/// `kaibo doctor` on a document that requires these hosts: its exit code, its steps, and its lines for people.
async fn examine(hosts: Vec<String>, trusted: String) -> (Option<i32>, Vec<Value>, String) {
    let examined = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().unwrap();
        let required: Vec<String> = hosts.iter().map(|host| format!("https://{host}")).collect();
        let document = format!(
            "[server]\npublic_url = {:?}\n[store]\nendpoint = \"memory\"\n[domains.required]\nrequestdomain = {required:?}\n",
            required[0]
        );
        std::fs::write(folder.path().join("kaibo.toml"), document).unwrap();
        std::fs::write(folder.path().join("root.pem"), trusted).unwrap();
        let run = |args: &[&str]| {
            let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_kaibo"));
            let program = program.arg("doctor").args(args).current_dir(folder.path());
            program.env("KAIBO_EXTRA_CA", folder.path().join("root.pem")).output().unwrap()
        };
        let (program, person) = (run(&["--json"]), run(&[]));
        let told: Value = serde_json::from_slice(&program.stdout).unwrap_or_else(|e| panic!("{e}: {program:?}"));
        (program.status.code(), told["steps"].as_array().unwrap().clone(), String::from_utf8(person.stdout).unwrap())
    });
    examined.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_which_fault_a_certificate_has() {
    let (trusted, stranger) = (Authority::root(), Authority::root());
    let middle = trusted.intermediate();
    let past = |params: &mut CertificateParams| params.not_after = date_time_ymd(2020, 1, 1);
    let future = |params: &mut CertificateParams| params.not_before = date_time_ymd(3000, 1, 1);
    let (chain, time) = ("chain is not trusted; send the full chain of a public CA", "out of its time; renew it");
    let hosts = [
        (trusted.host("localhost", |_| {}, &[]).await, "ok", "ok", "chain, name and version are right"),
        (middle.host("localhost", |_| {}, &[&middle]).await, "ok", "ok", "chain, name and version are right"),
        (middle.host("localhost", |_| {}, &[]).await, "fail", "tls_chain_untrusted", chain),
        (stranger.host("localhost", |_| {}, &[&stranger]).await, "fail", "tls_chain_untrusted", chain),
        (self_signed().await, "fail", "tls_chain_untrusted", chain),
        (trusted.host("localhost", past, &[]).await, "fail", "tls_expired", time),
        (trusted.host("localhost", future, &[]).await, "fail", "tls_expired", time),
        (
            trusted.host("other.example", |_| {}, &[]).await,
            "fail",
            "tls_other_name",
            "for another name; get one that names this host",
        ),
    ];
    let (code, steps, lines) = examine(hosts.iter().map(|(host, ..)| host.clone()).collect(), trusted.pem.clone()).await;
    for (host, verdict, word, sentence) in &hosts {
        let of_host = |step: &&Value| step["step"] == "tls" && step["details"]["host"] == **host;
        let step = steps.iter().find(of_host).unwrap_or_else(|| panic!("{host} is not in {steps:#?}"));
        assert_eq!((&step["verdict"], &step["details"]["code"]), (&Value::from(*verdict), &Value::from(*word)), "{step}");
        let told = step["sentence"].as_str().unwrap();
        assert!(told.starts_with(host.as_str()) && told.contains(sentence), "{told}");
        let line =
            lines.lines().find(|line| line.contains("tls ") && line.contains(host.as_str())).unwrap_or_else(|| panic!("{lines}"));
        assert!(line.starts_with(verdict) && line.contains(sentence), "{line}");
    }
    assert_eq!(code, Some(1));
}
