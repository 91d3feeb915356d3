//! JPEG straight to RGBA: `image` decodes with the same library, but to RGB, and widening 48 megapixels afterwards costs
//! a third of their decoding.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use crate::memory;

/// RGBA of a colour JPEG of a size that was checked before; `None` when it does not come so: then `image` is asked, which
/// also knows how to say why.
pub(crate) fn rgba(bytes: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    // As lenient as `image`, so that a file that ends early is given as far as it goes.
    let options = DecoderOptions::default().set_strict_mode(false).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options.jpeg_set_out_colorspace(ColorSpace::RGBA));
    decoder.decode_headers().ok()?;
    // What it makes of printing colours as RGBA is wrong; as RGB, which `image` asks for, it is right.
    if !matches!(decoder.input_colorspace(), Some(ColorSpace::YCbCr | ColorSpace::RGB)) {
        return None;
    }
    let length = (width as usize).checked_mul(height as usize)?.checked_mul(4)?;
    if decoder.output_buffer_size() != Some(length) {
        return None;
    }
    let mut rgba = memory::zeroed(length);
    decoder.decode_into(&mut rgba).ok()?;
    Some(rgba)
}
