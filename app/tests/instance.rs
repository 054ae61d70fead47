//! One window per user and data folder. The second process is the real program; it never opens a
//! window here, because it finds the first one.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ovi_app::instance::{FirstInstance, Instance, StartRequest, acquire};
use ovi_app::places::Places;

const HOLDER: &str = "OVI_TEST_HOLD_INSTANCE";
const PATIENCE: Duration = Duration::from_secs(20);

fn first(places: &Places) -> Option<FirstInstance> {
    match acquire(places, &StartRequest::default(), Arc::new(|| ())) {
        Instance::First(first) => Some(first),
        Instance::HandedOver | Instance::Alone => None,
    }
}

/// A start of the program that must end by itself.
fn second_start(data: &Path, arguments: &[&str]) -> i32 {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ovi-desktop"))
        .arg("--data")
        .arg(data)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun_at = Instant::now();
    loop {
        if let Some(status) = program.try_wait().unwrap() {
            return status.code().unwrap();
        }
        if begun_at.elapsed() > PATIENCE {
            program.kill().unwrap();
            panic!("the second start did not end");
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_second_start_hands_over_its_files_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let first = first(&Places::within(folder.path())).unwrap();
    let arguments = ["--prompt", "a <S>b<E>", "relative.png", "/models/ovi"];
    assert_eq!(second_start(folder.path(), &arguments), 0);
    let request = first.requests.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request.prompt.as_deref(), Some("a <S>b<E>"));
    let here = std::env::current_dir().unwrap().join("relative.png");
    assert_eq!(request.files, [here, "/models/ovi".into()]);
}

#[test]
fn several_starts_are_heard_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let first = first(&Places::within(folder.path())).unwrap();
    for number in 0..3 {
        assert_eq!(second_start(folder.path(), &[&format!("/{number}.png")]), 0);
    }
    let files: Vec<_> = first
        .requests
        .try_iter()
        .flat_map(|start| start.files)
        .collect();
    assert_eq!(
        files,
        ["/0.png", "/1.png", "/2.png"].map(std::path::PathBuf::from)
    );
}

#[test]
fn another_data_folder_is_another_program() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let _first = first(&Places::within(a.path())).unwrap();
    assert!(first(&Places::within(b.path())).is_some());
}

/// Not a test of its own: holds the instance in a process that is killed.
#[test]
fn holder() {
    let Some(folder) = std::env::var_os(HOLDER) else {
        return;
    };
    let _first = first(&Places::within(Path::new(&folder))).unwrap();
    std::fs::write(Path::new(&folder).join("held"), "").unwrap();
    loop {
        std::thread::park();
    }
}

fn hold(folder: &Path) -> Child {
    let holder = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "holder"])
        .env(HOLDER, folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let begun_at = Instant::now();
    while !folder.join("held").exists() {
        assert!(begun_at.elapsed() < PATIENCE, "the holder did not begin");
        std::thread::yield_now();
    }
    holder
}

#[test]
fn what_a_crash_leaves_behind_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let places = Places::within(folder.path());
    let mut holder = hold(folder.path());
    assert!(first(&places).is_none(), "another process is first");
    holder.kill().unwrap();
    holder.wait().unwrap();
    let sockets = || {
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(".sock")).count()
    };
    assert_eq!(sockets(), 1, "a killed program leaves its socket");
    let first = first(&places).unwrap();
    assert_eq!(second_start(folder.path(), &["/x.png"]), 0);
    assert_eq!(
        first.requests.recv_timeout(PATIENCE).unwrap().files.len(),
        1
    );
    drop(first);
    assert_eq!(sockets(), 0, "an orderly end leaves none");
}

#[cfg(unix)]
#[test]
fn the_socket_is_for_this_user_only() {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::UnixStream;

    let folder = tempfile::tempdir().unwrap();
    let first = first(&Places::within(folder.path())).unwrap();
    let entries = std::fs::read_dir(folder.path()).unwrap();
    let mut paths = entries.map(|entry| entry.unwrap().path());
    let socket = paths
        .find(|path| path.extension().is_some_and(|ending| ending == "sock"))
        .unwrap();
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // Whoever says something else is not heard, and holds nobody up.
    let huge = [u32::MAX.to_le_bytes().as_slice(), b"xx"].concat();
    for garbage in [b"".as_slice(), b"\x02\0\0\0hi", &huge] {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(garbage).ok();
    }
    assert_eq!(second_start(folder.path(), &["/after.png"]), 0);
    let request = first.requests.recv_timeout(PATIENCE).unwrap();
    assert_eq!(request.files, [std::path::PathBuf::from("/after.png")]);
}
