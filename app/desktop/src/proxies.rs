//! Stepping proxies: made in the background when a person asks for one, or by themselves where that is set.

use crate::app::LimnApp;
use crate::background::TaskCx;
use crate::session::Message;
use limn_core::FileKind;
use limn_editor::Notice;
use limn_media::{MediaError, Proxies, ProxyMade, VideoIndex};
use std::path::Path;
use std::sync::Arc;

/// The task that makes one; one at a time, since each takes all the processor that is left.
const MAKE_PROXY: &str = "Stepping proxy";

impl LimnApp {
    /// Makes the proxy of the video on the canvas.
    pub(crate) fn make_proxy(&mut self) {
        let Some((path, proxies)) = self.video_with_proxies() else { return };
        let Some(index) = self.pictures.index(&path) else {
            return self.ui.toasts.add(&Notice::info("The video's frames are still being read. Ask again in a moment."));
        };
        if self.tasks.is_running(MAKE_PROXY) {
            return self.ui.toasts.add(&Notice::info("A stepping proxy is being made. Another one can be made after it."));
        }
        self.start_proxy(path, index, proxies, false);
    }

    /// Makes the proxy of a video whose frames are known now, where that is set and it helps.
    pub(crate) fn make_proxy_unasked(&mut self, path: &Arc<Path>, index: &Arc<VideoIndex>) {
        if !self.settings.auto_proxy || !limn_media::wants_proxy(index) || self.tasks.is_running(MAKE_PROXY) {
            return;
        }
        if let Some(proxies) = self.pictures.proxies() {
            self.start_proxy(path.clone(), index.clone(), proxies, true);
        }
    }

    fn start_proxy(&mut self, path: Arc<Path>, index: Arc<VideoIndex>, proxies: Proxies, unasked: bool) {
        let mailbox = self.mailbox.clone();
        self.tasks.start(MAKE_PROXY, Arc::new(self.mailbox.waker()), move |task| {
            limn_media::go_behind_others();
            let notice = match made(task, &proxies, &path, &index) {
                Ok(None) if unasked => return,
                Ok(None) => Notice::info("This video has a stepping proxy."),
                Ok(Some(made)) => Notice::info(made_text(&path, &made)),
                Err(MediaError::Cancelled { .. }) => return,
                Err(error) => Notice::error(error.to_string()),
            };
            let renew = move |app: &mut LimnApp| {
                app.pictures.renew_proxies();
                app.ui.toasts.add(&notice);
            };
            mailbox.send(Message::Answer(Box::new(renew)));
        });
    }

    /// Takes the proxy of the video on the canvas away.
    pub(crate) fn delete_proxy(&mut self) {
        let Some((path, proxies)) = self.video_with_proxies() else { return };
        let Some(index) = self.pictures.index(&path) else { return };
        self.delete_in_background(move || match proxies.remove(&path, &index) {
            Ok(true) => Notice::info("The stepping proxy is deleted."),
            Ok(false) => Notice::info("This video has no stepping proxy."),
            Err(error) => Notice::error(error.to_string()),
        });
    }

    /// Takes all proxies away, of every project.
    pub(crate) fn delete_all_proxies(&mut self) {
        let Some(proxies) = self.pictures.proxies() else { return };
        self.delete_in_background(move || Notice::info(format!("All stepping proxies are deleted: {}.", gigabytes(proxies.remove_all()))));
    }

    /// A system may need long to take large files away.
    fn delete_in_background(&mut self, delete: impl FnOnce() -> Notice + Send + 'static) {
        let mailbox = self.mailbox.clone();
        self.tasks.start("Delete stepping proxies", Arc::new(self.mailbox.waker()), move |_cx| {
            let notice = delete();
            mailbox.send(Message::Answer(Box::new(move |app| {
                app.pictures.renew_proxies();
                app.ui.toasts.add(&notice);
            })));
        });
    }

    fn video_with_proxies(&mut self) -> Option<(Arc<Path>, Proxies)> {
        let entry = self.editor.file()?;
        if entry.file.kind != FileKind::Video {
            self.ui.toasts.add(&Notice::info("The frames of an image sequence are files of their own: it needs no stepping proxy."));
            return None;
        }
        let path = self.path_of(&entry.file.path)?;
        Some((path, self.pictures.proxies()?))
    }
}

/// Makes a proxy; `None` when there is one.
fn made(task: &mut TaskCx, proxies: &Proxies, path: &Path, index: &Arc<VideoIndex>) -> Result<Option<ProxyMade>, MediaError> {
    if proxies.has(path, index) {
        return Ok(None);
    }
    let cancel = task.cancel.clone();
    let stage = name_of(path);
    let task = std::cell::RefCell::new(task);
    proxies.make(path, index, &|done, total| task.borrow_mut().report(&stage, done, total), &cancel).map(Some)
}

fn made_text(path: &Path, made: &ProxyMade) -> String {
    let missing = match made.missing {
        0 => String::new(),
        1 => " One frame is damaged and has no picture.".to_owned(),
        many => format!(" {many} frames are damaged and have no picture."),
    };
    format!("The stepping proxy of {} is made and takes {}.{missing}", name_of(path), gigabytes(made.bytes))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn gigabytes(bytes: u64) -> String {
    if bytes < 1_000_000_000 { format!("{} MB", bytes.div_ceil(1_000_000)) } else { format!("{:.1} GB", bytes as f64 / 1e9) }
}
