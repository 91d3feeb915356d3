//! What a decoder's context carries for us: the errors that it only writes to FFmpeg's log, and the format it is to take.
//!
//! With frame threads some decoders (H.264 before FFmpeg 7) lose the flags that mark a frame as guessed. That something was
//! wrong can still be heard in the log; what it was is then found by a decoder on one thread.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ffmpeg_next::ffi;

/// How the decoders' repair of damaged pictures begins to tell of itself, only as an information.
const REPAIRED: &[u8] = b"concealing";

/// Notes of one decoder. They must live longer than the decoder.
pub(super) struct Notes {
    errors: AtomicU64,
    format: Option<ffi::AVPixelFormat>,
}

impl Notes {
    /// Notes for `context`. `format`: that of frames on a device, where one is to be used.
    #[expect(unsafe_code, reason = "the context's field for the user is only reachable as a raw pointer")]
    pub fn attach(context: &mut ffmpeg_next::codec::Context, format: Option<ffi::AVPixelFormat>) -> Arc<Notes> {
        let notes = Arc::new(Notes { errors: AtomicU64::new(0), format });
        // SAFETY: the context is owned by the caller and not yet open. FFmpeg copies the field to its threads' contexts and
        // never follows it; the notes stay where they are, and the decoder that is made of the context is dropped before.
        unsafe { (*context.as_mut_ptr()).opaque = Arc::as_ptr(&notes).cast_mut().cast() };
        notes
    }

    /// Errors in the log so far.
    pub fn num_errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    pub fn format(&self) -> Option<ffi::AVPixelFormat> {
        self.format
    }
}

/// Has the log's messages come here, where they are counted and then forgotten.
#[expect(unsafe_code, reason = "no safe wrapper of av_log_set_callback")]
pub(super) fn listen() {
    // SAFETY: the callback keeps to what FFmpeg asks of one: it may be called from any thread and at any time.
    unsafe { ffi::av_log_set_callback(Some(on_message)) };
}

/// `A` stands for C's `va_list`, which is another type on each system and is not looked at.
#[expect(unsafe_code, reason = "called by FFmpeg")]
unsafe extern "C" fn on_message<A>(of: *mut c_void, level: c_int, format: *const c_char, _arguments: A) {
    if of.is_null() || format.is_null() || !(0..=ffi::AV_LOG_INFO).contains(&level) {
        return;
    }
    // SAFETY: the format is a C string, as for `printf`.
    if level > ffi::AV_LOG_ERROR && unsafe { !CStr::from_ptr(format).to_bytes().starts_with(REPAIRED) } {
        return;
    }
    // SAFETY: FFmpeg passes null or an object whose first field is the pointer to its class. Only a codec's context has the
    // class of those; its `opaque` is null, or was set by `Notes::attach` to notes that are still there.
    unsafe {
        if *of.cast::<*const ffi::AVClass>() != ffi::avcodec_get_class() {
            return;
        }
        if let Some(notes) = (*of.cast::<ffi::AVCodecContext>()).opaque.cast::<Notes>().as_ref() {
            notes.errors.fetch_add(1, Ordering::Relaxed);
        }
    }
}
