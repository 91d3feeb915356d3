//! The window itself: size, log file, drawing through wgpu.

use crate::app::Start;
use std::path::Path;
use std::process::ExitCode;

/// Opens the workstation and returns when it is closed.
pub fn open_window(start: Start) -> ExitCode {
    let home = limn_jobs::home::dir();
    start_log(&home);
    match crate::seat::run(&home, start) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            eprintln!("limn: {error}");
            ExitCode::from(1)
        }
    }
}

/// How the window is asked for.
pub(crate) fn options() -> eframe::NativeOptions {
    let viewport = egui::ViewportBuilder::default()
        .with_title("Limn")
        .with_app_id("limn")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([900.0, 560.0])
        .with_maximized(true)
        .with_drag_and_drop(true);
    eframe::NativeOptions { viewport, renderer: eframe::Renderer::Wgpu, ..Default::default() }
}

/// What a person can do when there is no window.
pub(crate) fn cannot_open(error: &eframe::Error) -> String {
    let error = error.to_string();
    let error = error.trim_end_matches('.');
    format!(
        "the window cannot be opened: {error}. A screen and a Vulkan or OpenGL driver are needed (a software one will do: the \
         package mesa-vulkan-drivers). Under Linux without a screen: xvfb-run limn …. Every other command works without one: \
         limn --help"
    )
}

/// Messages go to `LIMN_HOME/logs/limn.log`; the one before is kept as `limn.old.log`.
fn start_log(home: &Path) {
    let dir = home.join("logs");
    let path = dir.join("limn.log");
    let _ = std::fs::create_dir_all(&dir);
    let _ = std::fs::rename(&path, dir.join("limn.old.log"));
    if let Ok(file) = std::fs::File::create(&path) {
        let log = tracing_subscriber::fmt().with_ansi(false).with_max_level(tracing::Level::INFO).with_writer(file).try_init();
        if log.is_err() {
            eprintln!("limn: messages cannot go to {}", path.display());
        }
    }
}
