//! Panics and broken files: one clear terminal event, memory as it was, the thread alive.

use std::path::Path;

use ovi_engine::pipeline;
use ovi_engine::protocol::{ErrorCode, ErrorReport, Event, Stage, Warning};
use ovi_weights::{StoredTensor, write_torch};

use crate::harness::{Engine, checkpoint_copy, listing, path_of, request};

fn failure(events: &[Event]) -> ErrorReport {
    match events.last() {
        Some(Event::Failed { report, .. }) => (**report).clone(),
        other => panic!("expected a failure, got {other:?}"),
    }
}

/// Run with a checkpoint that `damage` has changed.
fn fail_with(damage: impl Fn(&Path)) -> ErrorReport {
    let (folder, copy) = (tempfile::tempdir().unwrap(), checkpoint_copy());
    damage(copy.path());
    let mut broken = request(folder.path());
    broken.checkpoint = copy.path().to_path_buf();
    let mut engine = Engine::start();
    let report = failure(&engine.run(broken));
    assert_eq!(engine.counted_bytes(), 0);
    assert!(
        report.message.ends_with('.') && !report.action.is_empty(),
        "{report:?}"
    );
    path_of(&engine.run(request(folder.path())));
    report
}

const VAE: &str = "Wan2.2-TI2V-5B/Wan2.2_VAE.pth";

#[test]
fn a_panic_becomes_a_report_and_the_next_job_runs() {
    let folder = tempfile::tempdir().unwrap();
    let runs = std::sync::atomic::AtomicUsize::new(0);
    let mut engine = Engine::with_runner(Box::new(move |request, device, observer| {
        if runs.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 {
            let _held = ovi_tensor::Tensor::zeros(&[1000], device).unwrap();
            panic!("injected");
        }
        pipeline::run(request, device, observer)
    }));
    let report = failure(&engine.run(request(folder.path())));
    assert_eq!(report.code, ErrorCode::Internal);
    assert!(report.details.contains("injected"));
    assert_eq!(engine.counted_bytes(), 0);
    path_of(&engine.run(request(folder.path())));
}

#[test]
fn a_truncated_file_is_named_as_damaged() {
    let report = fail_with(|root| {
        let bytes = std::fs::read(root.join(VAE)).unwrap();
        std::fs::write(root.join(VAE), &bytes[..bytes.len() / 2]).unwrap();
    });
    assert_eq!(report.code, ErrorCode::Damaged, "{report:?}");
}

#[test]
fn a_missing_part_is_named() {
    let report = fail_with(|root| std::fs::remove_file(root.join(VAE)).unwrap());
    assert_eq!(report.code, ErrorCode::Missing);
    assert!(report.message.contains("picture decoder"), "{report:?}");
}

#[test]
fn the_wan_2_1_vae_is_named() {
    let report = fail_with(|root| {
        let conv = StoredTensor::from_f32(
            "decoder.conv1.weight",
            &[8, 16, 3, 3, 3],
            vec![0.0; 8 * 16 * 27],
        );
        let rest = ["encoder.conv1.weight", "conv1.weight", "conv2.weight"];
        let rest =
            rest.map(|name| StoredTensor::from_f32(name, &[16, 16, 1, 1, 1], vec![0.0; 256]));
        let tensors: Vec<StoredTensor> = std::iter::once(conv).chain(rest).collect();
        write_torch(&root.join(VAE), None, &tensors).unwrap();
    });
    assert_eq!(report.code, ErrorCode::Kind, "{report:?}");
    assert!(report.message.contains("2.1"), "{report:?}");
}

#[test]
fn weights_that_overflow_end_in_a_named_place() {
    let report = fail_with(|root| {
        let path = root.join("Ovi/model.safetensors");
        let mut bytes = std::fs::read(&path).unwrap();
        let len = bytes.len();
        // The largest finite BF16 everywhere in the last tensors of the file.
        bytes[len - 400_000..]
            .chunks_exact_mut(2)
            .for_each(|pair| pair.copy_from_slice(&[0x7f, 0x7f]));
        std::fs::write(&path, bytes).unwrap();
    });
    assert_eq!(report.code, ErrorCode::NotFinite, "{report:?}");
    assert!(report.message.contains("sampling step 1"), "{report:?}");
}

#[test]
fn a_failed_decode_keeps_the_latents() {
    let (folder, copy) = (tempfile::tempdir().unwrap(), checkpoint_copy());
    let path = copy.path().join("MMAudio/ext_weights/best_netG.pt");
    let set = ovi_weights::WeightSet::open(std::slice::from_ref(&path)).unwrap();
    let tensors: Vec<StoredTensor> = set
        .names()
        .filter(|name| *name != "conv_post.bias")
        .map(|name| set.get(name).unwrap())
        .collect();
    drop(set);
    write_torch(&path, Some("generator"), &tensors).unwrap();
    let mut broken = request(folder.path());
    broken.checkpoint = copy.path().to_path_buf();
    let report = failure(&Engine::start().run(broken));
    assert_eq!(report.code, ErrorCode::Shape, "{report:?}");
    assert!(
        report.message.contains("latents are saved in"),
        "{report:?}"
    );
    assert_eq!(listing(folder.path()), ["clip.latents.safetensors"]);
}

#[test]
fn a_second_instance_is_told_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/generating.lock");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let other = std::fs::File::create(&path).unwrap();
    other.lock().unwrap();
    let handle = ovi_engine::worker::spawn_exclusive(Box::new(|| {}), path).unwrap();
    let mut engine = Engine::around(handle);
    assert_eq!(
        failure(&engine.run(request(folder.path()))).code,
        ErrorCode::Busy
    );
    other.unlock().unwrap();
    path_of(&engine.run(request(folder.path())));
}

#[test]
fn fp8_weights_are_refused_by_name() {
    let report = fail_with(|root| {
        let path = root.join("Ovi/model.safetensors");
        let set = ovi_weights::WeightSet::open(std::slice::from_ref(&path)).unwrap();
        let metadata = set.files()[0].metadata().clone();
        let name = "video_model.blocks.0.ffn.0.weight";
        let as_fp8 = |tensor: StoredTensor| match tensor.name == name {
            true => {
                let bytes = ovi_weights::WeightBytes::from(vec![0x38; tensor.num_elements()]);
                StoredTensor::new(name, ovi_weights::StoredType::F8E4M3, &tensor.shape, bytes)
                    .unwrap()
            }
            false => tensor,
        };
        let tensors: Vec<_> = set
            .names()
            .map(|name| as_fp8(set.get(name).unwrap()))
            .collect();
        ovi_weights::write_safetensors(&root.join("Ovi/new.safetensors"), &metadata, &tensors)
            .unwrap();
        drop(set);
        std::fs::rename(root.join("Ovi/new.safetensors"), &path).unwrap();
    });
    assert_eq!(report.code, ErrorCode::Kind, "{report:?}");
    assert!(report.message.contains("F8_E4M3"), "{report:?}");
}

/// Panics when the picture stage begins.
struct PanicAtPicture<'a>(&'a mut dyn pipeline::Observer);

impl pipeline::Observer for PanicAtPicture<'_> {
    fn stage(&mut self, stage: Stage) {
        self.0.stage(stage);
        assert!(stage != Stage::Picture, "injected");
    }
    fn progress(&mut self, done: u32, total: u32) {
        self.0.progress(done, total);
    }
    fn warning(&mut self, warning: Warning) {
        self.0.warning(warning);
    }
    fn preview(&mut self, step: u32, size: [u32; 2], frames: Vec<Vec<u8>>) {
        self.0.preview(step, size, frames);
    }
    fn heard(&mut self, step: u32, samples: Vec<f32>) {
        self.0.heard(step, samples);
    }
}

#[test]
fn a_panic_while_decoding_does_not_hide_the_latents() {
    let folder = tempfile::tempdir().unwrap();
    let mut engine = Engine::with_runner(Box::new(|request, device, observer| {
        pipeline::run(request, device, &mut PanicAtPicture(observer))
    }));
    let report = failure(&engine.run(request(folder.path())));
    assert_eq!(report.code, ErrorCode::Internal, "{report:?}");
    assert!(
        report.message.contains("latents are saved in"),
        "{report:?}"
    );
    assert_eq!(listing(folder.path()), ["clip.latents.safetensors"]);
    assert_eq!(engine.counted_bytes(), 0);
}
