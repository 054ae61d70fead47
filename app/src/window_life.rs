//! What happens to the window as a whole: later starts, closing, hiding, its place, and what the
//! session is asked for.

use egui::{Context, ViewportCommand};

use crate::app::OviApp;
use crate::command::{CloseChoice, UiCommand};
use crate::instance::StartRequest;
use crate::session::SessionWish;
use crate::state::{Area, Dialog, News, corrected};
use crate::text;

impl OviApp {
    /// Do what later starts of the program were asked to do, in front of everything.
    pub(crate) fn take_later_starts(&mut self, ctx: &Context) {
        let Some(starts) = self.services.later_starts.clone() else {
            return;
        };
        while let Ok(request) = starts.try_recv() {
            log::info!("another start hands over {} files", request.files.len());
            self.state.is_hidden = false;
            ctx.send_viewport_cmd(ViewportCommand::Visible(true));
            ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
            ctx.send_viewport_cmd(ViewportCommand::Focus);
            self.take_start(request);
        }
    }

    /// Open what a start named.
    pub(crate) fn take_start(&mut self, request: StartRequest) {
        if let Some(prompt) = request.prompt {
            self.state.form.set_prompt(prompt);
        }
        if let Some(folder) = request.output {
            self.state.form.output_folder = folder.display().to_string();
        }
        let checkpoint = request.checkpoint.map(UiCommand::UseCheckpoint);
        let files = request.files.into_iter().map(UiCommand::UseDropped);
        self.commands.extend(checkpoint.into_iter().chain(files));
    }

    /// A window that is closed while a job runs asks first.
    pub(crate) fn guard_closing(&mut self, ctx: &Context) {
        let wants_close = ctx.input(|input| input.viewport().close_requested());
        let may_close = self.state.job.is_none() || self.state.is_closing;
        if wants_close && !may_close {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            self.state.dialog = Some(Dialog::CloseWithJob);
        }
    }

    /// What the user chose when closing.
    pub(crate) fn close(&mut self, ctx: &Context, choice: CloseChoice) {
        self.state.dialog = None;
        match choice {
            CloseChoice::CancelAndClose => {
                self.state.is_closing = true;
                self.state.queue.is_paused = true;
                self.state.cancel();
            }
            CloseChoice::KeepRunning => {
                self.state.is_hidden = true;
                ctx.send_viewport_cmd(ViewportCommand::Visible(false));
            }
        }
    }

    /// Close once the cancelled job has ended, or once a hidden window has nothing left to do.
    pub(crate) fn close_when_done(&mut self, ctx: &Context) {
        let has_more = !self.state.queue.is_paused && self.state.queue.next().is_some();
        let is_done = self.state.job.is_none() && (self.state.is_closing || !has_more);
        if is_done && (self.state.is_closing || self.state.is_hidden) {
            self.state.is_closing = true;
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }

    /// Tell the desktop that jobs have ended, unless the user is looking.
    pub(crate) fn tell_news(&mut self, ctx: &Context) {
        let news = std::mem::take(&mut self.state.news);
        let is_seen = ctx.input(|input| input.viewport().focused) != Some(false);
        if !self.settings.notifies || (is_seen && !self.state.is_hidden) {
            return;
        }
        let num_waiting = self.state.queue.waiting().count() as u64;
        let body = match news.contains(&News::QueueEmpty) {
            true => text::queue_is_done().to_owned(),
            false => text::jobs_waiting(num_waiting),
        };
        for item in news {
            let title = match item {
                News::Finished(_) => text::notify_finished(),
                News::Failed(_) => text::notify_failed(),
                News::QueueEmpty => continue,
            };
            self.ask_session(SessionWish::Notify {
                title: title.to_owned(),
                body: body.clone(),
            });
        }
    }

    /// Keep the computer awake exactly while a job runs.
    pub(crate) fn follow_job_with_sleep(&mut self) {
        let wants_awake = self.settings.keeps_awake && self.state.job.is_some();
        if wants_awake != self.is_kept_awake {
            self.is_kept_awake = wants_awake;
            self.ask_session(SessionWish::KeepAwake(wants_awake));
        }
    }

    fn ask_session(&self, wish: SessionWish) {
        if let Some(session) = &self.services.session {
            session.send(wish).ok();
        }
    }

    /// Remember where the window stands. Its size when it fills the screen is not the one it has
    /// otherwise.
    pub(crate) fn follow_place(&mut self, ctx: &Context) {
        let zoom = ctx.zoom_factor();
        ctx.input(|input| {
            let viewport = input.viewport();
            let settings = &mut self.settings;
            settings.is_maximised = viewport.maximized.unwrap_or(settings.is_maximised);
            let is_ordinary = !settings.is_maximised
                && viewport.fullscreen != Some(true)
                && viewport.minimized != Some(true);
            if !is_ordinary {
                return;
            }
            // Points of the toolkit shrink with the text size, the window does not.
            if let Some(rect) = viewport.inner_rect {
                let size = rect.size() * zoom;
                settings.window_size = Some([size.x, size.y]);
            }
            if let Some(rect) = viewport.outer_rect {
                let corner = rect.min * zoom;
                settings.window_position = Some([corner.x, corner.y]);
            }
        });
    }

    /// Bring back a window that stands where no screen is any more.
    pub(crate) fn correct_place(&self, ctx: &Context, frame: &eframe::Frame) {
        let Some(window) = frame.winit_window() else {
            return;
        };
        let Ok(position) = window.outer_position() else {
            return;
        };
        let screens: Vec<Area> = window
            .available_monitors()
            .map(|screen| Area {
                x: screen.position().x.into(),
                y: screen.position().y.into(),
                width: screen.size().width.into(),
                height: screen.size().height.into(),
            })
            .collect();
        let size = window.outer_size();
        let area = Area {
            x: position.x.into(),
            y: position.y.into(),
            width: size.width.into(),
            height: size.height.into(),
        };
        if let Some([x, y]) = corrected(area, &screens) {
            log::info!("the window stood at {}, {} and comes back", area.x, area.y);
            let pixels_per_point = f64::from(ctx.pixels_per_point());
            let corner = egui::pos2((x / pixels_per_point) as f32, (y / pixels_per_point) as f32);
            ctx.send_viewport_cmd(ViewportCommand::OuterPosition(corner));
        }
    }
}
