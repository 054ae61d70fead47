//! A short job with the tiny test-pattern model, to see that everything between prompt and file works.
//! It is no job of the queue and its clip is not kept.

use std::path::PathBuf;

use ovi_engine::protocol::{Clip, Command, ErrorReport, Event, GenerateRequest, JobId, Stage};

use super::{AppState, EngineState};

/// Steps of the job.
const STEPS: u32 = 2;

/// Where the self-test is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum SelfTest {
    /// It has not been started.
    #[default]
    Idle,
    /// The model is being made.
    MakingModel(SelfTestPlan),
    /// The job runs.
    Running(JobId),
    /// It went well.
    Passed {
        /// Seconds of each stage.
        stages: Vec<(Stage, f64)>,
        /// Seconds altogether.
        total_secs: f64,
    },
    /// It did not.
    Failed(Box<ErrorReport>),
}

/// What the self-test needs.
#[derive(Clone, Debug, PartialEq)]
pub struct SelfTestPlan {
    /// Number of the job.
    pub job: JobId,
    /// Folder of the test-pattern model; made if it is not there.
    pub model: PathBuf,
    /// Clip to write.
    pub output: PathBuf,
}

impl SelfTest {
    /// Whether it is at work.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::MakingModel(_) | Self::Running(_))
    }
}

impl AppState {
    /// Whether the self-test can begin: it would have to wait for a running job.
    pub fn can_self_test(&self) -> bool {
        let is_free = self.engine == EngineState::Ready && self.job.is_none();
        is_free && !self.self_test.is_running()
    }

    /// Begin the self-test.
    pub fn start_self_test(&mut self, plan: SelfTestPlan) {
        self.ask_engine(Command::MakeDemoCheckpoint(plan.model.clone()));
        self.self_test = SelfTest::MakingModel(plan);
    }

    /// Take an event that belongs to the self-test. Returns its clip once that can be removed, or
    /// gives the event back.
    pub fn take_self_test(&mut self, event: Event) -> Result<Option<PathBuf>, Event> {
        match (&self.self_test, event) {
            (SelfTest::MakingModel(plan), Event::DemoCheckpoint { root, result })
                if plan.model == root =>
            {
                let plan = plan.clone();
                match result {
                    Ok(()) => self.run_self_test(plan),
                    Err(report) => self.self_test = SelfTest::Failed(report),
                }
                Ok(None)
            }
            (SelfTest::Running(ours), Event::Finished { job, clip }) if *ours == job => {
                let path = clip.path.clone();
                self.self_test = passed(&clip);
                Ok(Some(path))
            }
            (SelfTest::Running(ours), Event::Failed { job, report }) if *ours == job => {
                self.self_test = SelfTest::Failed(report);
                Ok(None)
            }
            (SelfTest::Running(ours), Event::Cancelled { job }) if *ours == job => {
                self.self_test = SelfTest::Idle;
                Ok(None)
            }
            (_, event) => Err(event),
        }
    }

    fn run_self_test(&mut self, plan: SelfTestPlan) {
        let request = GenerateRequest {
            steps: STEPS,
            ..GenerateRequest::new(plan.model, "self-test", plan.output)
        };
        self.self_test = SelfTest::Running(plan.job);
        self.ask_engine(Command::Generate {
            job: plan.job,
            request: Box::new(request),
        });
    }
}

fn passed(clip: &Clip) -> SelfTest {
    let stages = clip.stages.iter();
    SelfTest::Passed {
        stages: stages.map(|time| (time.stage, time.secs)).collect(),
        total_secs: clip.total_secs,
    }
}
