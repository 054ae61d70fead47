//! Scratch: the queue on the real engine and library.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use ovi_app::app::{OviApp, Services, Start};
use ovi_app::desktop::Desktop;
use ovi_app::engine_link::EngineLink;
use ovi_app::library_link::LibraryLink;
use ovi_app::places::Places;
use ovi_app::player::SoundOutput;
use ovi_app::settings::Settings;
use ovi_app::state::{Screen, Stamp};
use ovi_app::tasks::Tasks;
use ovi_engine::protocol::*;
struct Desk;
impl Desktop for Desk {
    fn pick_folder(&self, _: &str, _: Option<&Path>) -> Option<PathBuf> { None }
    fn pick_picture(&self, _: &str, _: Option<&Path>) -> Option<PathBuf> { None }
    fn pick_clip_target(&self, _: &str, _: &Path) -> Option<PathBuf> { None }
    fn free_space(&self, _: &Path) -> Option<u64> { None }
    fn pick_file(&self, _: &str, _: &[&str], _: Option<&Path>) -> Option<PathBuf> { Some("/tmp/zz_real/q.oviqueue".into()) }
    fn pick_target(&self, _: &str, _: &str, _: &Path) -> Option<PathBuf> { Some("/tmp/zz_real/q.oviqueue".into()) }
    fn show_folder(&self, _: &Path) -> Result<(), String> { Ok(()) }
    fn open_file(&self, _: &Path) -> Result<(), String> { Ok(()) }
}
#[derive(Debug)] struct D(PathBuf);
impl egui::DroppedFile for D { fn path(&self)->&Path{&self.0} fn bytes(&self)->Result<Vec<u8>,String>{Err("x".into())} }
fn open(folder: &Path, seed: u64) -> (Harness<'static, OviApp>, ovi_engine::EngineHandle, ovi_engine::library::LibraryHandle) {
    let engine = ovi_engine::worker::spawn(Box::new(|| ())).unwrap();
    let library = ovi_engine::library::spawn(folder.join("library.db"), Box::new(|| ())).unwrap();
    let mut n = seed;
    let services = Services {
        engine: Box::new(EngineLink::new(&engine)),
        library: Box::new(LibraryLink::new(library.commands.clone(), library.events.clone())),
        desktop: Arc::new(Desk), tasks: Tasks::inline(), saver: None,
        stamp: Box::new(|| Stamp { date: "2031-02-03".into(), time: "040506".into(), unix: std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64 }),
        random_seed: Box::new(|| 77), random_id: Box::new(move || { n += 2; n }),
        utc_offset_secs: 0, hardware: ovi_app::hardware::Hardware::detect(), later_starts: None, session: None, system_language: None,
        places: Places::within(&folder.join("data")),
    };
    let start = Start { sound: SoundOutput::unavailable("x"), settings: Settings { screen: Screen::Queue, ..Settings::default() }, warnings: vec![], checkpoint: Some(folder.join("demo")), output_folder: Some(folder.join("clips")), prompt: None, files: vec![], can_hide: false, started_at: None };
    let harness = Harness::builder().with_size([1400.0, 800.0]).build_eframe(move |c| OviApp::new(&c.egui_ctx, services, start));
    (harness, engine, library)
}
fn until(h: &mut Harness<'static, OviApp>, secs: u64, what: &str, f: impl Fn(&OviApp) -> bool) {
    let t = Instant::now();
    while !f(h.state()) { h.step(); std::thread::sleep(Duration::from_millis(20)); if t.elapsed() > Duration::from_secs(secs) { for e in h.state().state().queue.entries() { println!("{:?} {:?} {:?}", e.id, e.state, e.report); } panic!("never: {what}"); } }
    h.run_steps(3);
}
#[test]
fn real() {
    let folder = PathBuf::from("/tmp/zz_real"); std::fs::remove_dir_all(&folder).ok(); std::fs::create_dir_all(&folder).unwrap();
    { let e = ovi_engine::worker::spawn(Box::new(|| ())).unwrap(); e.commands.send(Command::MakeDemoCheckpoint(folder.join("demo"))).unwrap();
      loop { match e.events.recv_timeout(Duration::from_secs(60)).unwrap() { Event::DemoCheckpoint { result, .. } => { result.unwrap(); break; } _ => {} } } e.commands.send(Command::Shutdown).unwrap(); e.join(); }
    let (mut h, engine, library) = open(&folder, 100);
    until(&mut h, 30, "model", |a| a.state().model.info().is_some());
    println!("model {:?}", h.state().state().model.info());
    std::fs::write(folder.join("b.csv"), "text_prompt,steps,takes,name\na dog <S>hi<E> Audio: wind,2,2,\na cat,4,,cat\n").unwrap();
    h.input_mut().dropped_files.push(Arc::new(D(folder.join("b.csv")))); h.run_steps(5);
    h.get_by_label("Add 3 jobs").click(); h.run_steps(5);
    println!("summary {:?}", h.state().state().time_left());
    until(&mut h, 200, "first done", |a| a.state().library.clips().len() == 1);
    println!("after the first: {:?}", h.state().state().time_left());
    let t = Instant::now(); let left = h.state().state().time_left();
    until(&mut h, 200, "all done", |a| a.state().library.clips().len() == 3);
    println!("predicted {:.2} took {:.2}", left.secs, t.elapsed().as_secs_f64());
    for c in h.state().state().library.clips() { println!("{:?} {:?} dev {:?}", c.clip.path, c.clip.stages.iter().map(|s| (s.stage, (s.secs*100.0).round()/100.0)).collect::<Vec<_>>(), c.clip.device); }
    // continue
    let mut long = h.state().state().queue.entries()[0].clone(); long.id = JobId(999); long.state = QueueState::Waiting; long.request.continue_secs = 0.3; long.report=None;
    println!("frames {}", h.state().state().library.clips()[0].clip.num_frames);
    library.commands.send(LibraryCommand::AddJobs{jobs: vec![long], at_front: true}).unwrap();
    library.commands.send(LibraryCommand::Close).unwrap(); engine.commands.send(Command::Shutdown).unwrap(); drop(h); engine.join(); library.join();
    let (mut h, engine, library) = open(&folder, 5000);
    until(&mut h, 300, "long", |a| a.state().library.clips().len() >= 4 && a.state().queue.running().is_none() && a.state().queue.next().is_none());
    for c in h.state().state().library.clips().iter().take(4) { println!("{:?} frames {} parent {:?} rest {:?} warnings {:?}", c.clip.path, c.clip.num_frames, c.parent, c.request.as_ref().map(|r| r.continue_secs), c.clip.warnings); }
    for e in h.state().state().queue.entries() { println!("{:?} {:?} {:?}", e.id, e.state, e.report); }
    // export, import
    std::fs::write(folder.join("c.csv"), "text_prompt,steps\na bird,40\na fish,40\na frog,40\n").unwrap();
    h.input_mut().dropped_files.push(Arc::new(D(folder.join("c.csv")))); h.run_steps(5);
    h.get_by_label("Add 3 jobs").click(); h.run_steps(5);
    h.get_by_label("Export queue…").click();
    until(&mut h, 20, "export", |a| a.state().notice.is_some());
    println!("notice {:?}", h.state().state().notice);
    h.get_by_label("Import queue…").click();
    until(&mut h, 20, "import", |a| a.state().queue.waiting().count() >= 4);
    println!("waiting {}", h.state().state().queue.waiting().count());
    until(&mut h, 60, "sampling", |a| a.state().job.as_ref().is_some_and(|j| j.progress.is_some()));
    // die
    std::mem::forget(engine); drop(h); library.commands.send(LibraryCommand::Close).unwrap(); library.join();
    let (mut h, _engine, library) = open(&folder, 9000);
    until(&mut h, 20, "open", |a| !a.state().queue.entries().is_empty());
    println!("notes {:?}", h.state().state().library.notes);
    println!("banner {}", h.query_all_by_label_contains("was interrupted when").count());
    h.get_by_label("Run again").click(); h.run_steps(4);
    for e in h.state().state().queue.entries() { println!("{:?} {:?} {:?}", e.id, e.state, e.request.prompt); }
    library.commands.send(LibraryCommand::Close).unwrap(); library.join();
}
