//! Every golden vector that ships with the project.

use std::path::PathBuf;

use ovi_suite::golden;

fn shipped() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

#[test]
fn every_shipped_case_agrees_with_its_reference() {
    let mut lines = Vec::new();
    let summary = golden::run(&[shipped()], &[], |line| lines.push(line.to_owned()));
    let failures: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("FAIL"))
        .collect();
    assert_eq!(summary.num_failed, 0, "{failures:#?}");
    assert!(
        summary.num_passed >= 105,
        "only {} cases ran",
        summary.num_passed
    );
}

#[test]
fn an_unknown_component_and_an_empty_folder_are_failures() {
    let folder = tempfile::tempdir().unwrap();
    let empty = golden::run(&[folder.path().to_path_buf()], &[], |_| {});
    assert_eq!((empty.num_passed, empty.num_failed), (0, 1));
    let case = folder.path().join("thing/case");
    std::fs::create_dir_all(&case).unwrap();
    std::fs::write(
        case.join("case.json"),
        r#"{ "component": "thing", "outputs": {} }"#,
    )
    .unwrap();
    let unknown = golden::run(&[folder.path().to_path_buf()], &[], |_| {});
    assert_eq!((unknown.num_passed, unknown.num_failed), (0, 1));
}

#[test]
fn a_wrong_number_fails_its_case() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (
        shipped().join("sampler/euler_4steps_shift5"),
        folder.path().join("sampler/case"),
    );
    std::fs::create_dir_all(&to).unwrap();
    std::fs::copy(from.join("io.safetensors"), to.join("io.safetensors")).unwrap();
    let json = std::fs::read_to_string(from.join("case.json")).unwrap();
    let mut json: serde_json::Value = serde_json::from_str(&json).unwrap();
    json["config"]["shift"] = 4.9.into();
    std::fs::write(to.join("case.json"), json.to_string()).unwrap();
    let summary = golden::run(&[folder.path().to_path_buf()], &[], |_| {});
    assert_eq!((summary.num_passed, summary.num_failed), (0, 1));
}
