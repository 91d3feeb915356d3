//! Drawing without a window: tests, measurements and pictures written to files.

use crate::error::RenderError;
use std::time::Duration;

/// A device and an off-screen target that can be read back.
#[derive(Debug)]
pub struct HeadlessTarget {
    device: wgpu::Device,
    queue: wgpu::Queue,
    texture: wgpu::Texture,
    adapter: wgpu::AdapterInfo,
}

impl HeadlessTarget {
    /// A target of `width` x `height` px in `Rgba8Unorm`, as a window of egui has. Software adapters will do.
    ///
    /// # Errors
    /// No adapter, no device, or no memory for the target.
    pub fn new(width: u32, height: u32) -> Result<Self, RenderError> {
        Self::with_format(width, height, wgpu::TextureFormat::Rgba8Unorm)
    }

    /// As [`Self::new`] with `Rgba8Unorm` or `Rgba8UnormSrgb`.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_format(width: u32, height: u32, format: wgpu::TextureFormat) -> Result<Self, RenderError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
        let adapter = pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default()))
            .map_err(|error| RenderError::NoAdapter { detail: error.to_string() })?;
        let no_device = |detail: String| RenderError::NoDevice { detail };
        let most = adapter.limits().max_texture_dimension_2d;
        if width == 0 || height == 0 || width > most || height > most {
            return Err(no_device(format!("a target of {width} x {height} was asked for, 1 to {most} px a side are possible")));
        }
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("headless"),
            required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
            required_limits: wgpu::Limits {
                max_texture_dimension_2d: most,
                ..wgpu::Limits::downlevel_defaults().using_resolution(adapter.limits())
            },
            ..Default::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).map_err(|error| no_device(error.to_string()))?;
        let texture = crate::gpu::catching_out_of_memory(&device, || {
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some("headless target"),
                size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format,
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
                view_formats: &[],
            })
        })?;
        Ok(Self { device, queue, texture, adapter: adapter.get_info() })
    }

    /// The device that draws.
    #[must_use]
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// Its queue.
    #[must_use]
    pub fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    /// The target's format.
    #[must_use]
    pub fn format(&self) -> wgpu::TextureFormat {
        self.texture.format()
    }

    /// What the driver calls the adapter.
    #[must_use]
    pub fn adapter_name(&self) -> &str {
        &self.adapter.name
    }

    /// Whether the adapter is a program on the CPU.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.adapter.device_type == wgpu::DeviceType::Cpu
    }

    /// Clears to `background`, lets `paint` draw, and starts the work without waiting for it.
    pub fn submit(&self, background: [u8; 4], paint: impl FnOnce(&mut wgpu::RenderPass<'_>)) {
        self.queue.submit([self.encode(background, paint)]);
    }

    /// The commands of a frame, for measurements that tell encoding from submitting.
    #[must_use]
    pub fn encode(&self, background: [u8; 4], paint: impl FnOnce(&mut wgpu::RenderPass<'_>)) -> wgpu::CommandBuffer {
        self.encoder(background, None, paint).finish()
    }

    fn encoder(
        &self,
        background: [u8; 4],
        timestamp_writes: Option<wgpu::RenderPassTimestampWrites<'_>>,
        paint: impl FnOnce(&mut wgpu::RenderPass<'_>),
    ) -> wgpu::CommandEncoder {
        let view = self.texture.create_view(&wgpu::TextureViewDescriptor::default());
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("headless"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations { load: wgpu::LoadOp::Clear(self.clear_colour(background)), store: wgpu::StoreOp::Store },
            })],
            timestamp_writes,
            ..Default::default()
        });
        paint(&mut pass);
        drop(pass);
        encoder
    }

    /// Draws as [`Self::submit`], waits for it, and tells how long the adapter was at it; `None` where it cannot tell.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn time(&self, background: [u8; 4], paint: impl FnOnce(&mut wgpu::RenderPass<'_>)) -> Result<Option<Duration>, RenderError> {
        const BYTES: u64 = 16;
        if !self.device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return Ok(None);
        }
        let (queries, [resolved, read]) = crate::gpu::catching_out_of_memory(&self.device, || {
            let descriptor = wgpu::QuerySetDescriptor { label: Some("frame"), ty: wgpu::QueryType::Timestamp, count: 2 };
            let usages = [
                wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC,
                wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
            ];
            let buffer =
                |usage| self.device.create_buffer(&wgpu::BufferDescriptor { label: None, size: BYTES, usage, mapped_at_creation: false });
            (self.device.create_query_set(&descriptor), usages.map(buffer))
        })?;
        let writes = wgpu::RenderPassTimestampWrites {
            query_set: &queries,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: Some(1),
        };
        let mut encoder = self.encoder(background, Some(writes), paint);
        encoder.resolve_query_set(&queries, 0..2, &resolved, 0);
        encoder.copy_buffer_to_buffer(&resolved, 0, &read, 0, BYTES);
        self.queue.submit([encoder.finish()]);
        read.slice(..).map_async(wgpu::MapMode::Read, |_| {});
        self.wait()?;
        let mapped = read.slice(..).get_mapped_range().map_err(|error| read_back(&error))?;
        let mut ticks = mapped.chunks_exact(8).map(|bytes| bytes.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)));
        let (start, end) = (ticks.next().unwrap_or(0), ticks.next().unwrap_or(0));
        let nanoseconds = end.saturating_sub(start) as f64 * f64::from(self.queue.get_timestamp_period());
        Ok(Some(Duration::from_nanos(nanoseconds as u64)))
    }

    fn clear_colour(&self, background: [u8; 4]) -> wgpu::Color {
        let srgb = self.format().is_srgb();
        let value = |v: u8| {
            let v = f64::from(v) / 255.0;
            match (srgb, v <= 0.04045) {
                (false, _) => v,
                (true, true) => v / 12.92,
                (true, false) => ((v + 0.055) / 1.055).powf(2.4),
            }
        };
        wgpu::Color { r: value(background[0]), g: value(background[1]), b: value(background[2]), a: f64::from(background[3]) / 255.0 }
    }

    /// Draws as [`Self::submit`] and reads the pixels back: RGBA8, rows from the top without padding.
    ///
    /// # Errors
    /// The device was lost or there is no memory left.
    pub fn render(&self, background: [u8; 4], paint: impl FnOnce(&mut wgpu::RenderPass<'_>)) -> Result<Vec<u8>, RenderError> {
        self.submit(background, paint);
        let row_bytes = self.texture.width() * 4;
        let padded = row_bytes.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = crate::gpu::catching_out_of_memory(&self.device, || {
            self.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("read back"),
                size: u64::from(padded) * u64::from(self.texture.height()),
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        })?;
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_texture_to_buffer(
            self.texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(padded), rows_per_image: None },
            },
            self.texture.size(),
        );
        self.queue.submit([encoder.finish()]);
        buffer.slice(..).map_async(wgpu::MapMode::Read, |_| {});
        self.wait()?;
        let mapped = buffer.slice(..).get_mapped_range().map_err(|error| read_back(&error))?;
        let rows = mapped.chunks_exact(padded as usize);
        Ok(rows.flat_map(|row| &row[..row_bytes as usize]).copied().collect())
    }

    /// Waits until everything submitted is drawn.
    ///
    /// # Errors
    /// The device was lost.
    pub fn wait(&self) -> Result<(), RenderError> {
        let polled = self.device.poll(wgpu::PollType::wait_indefinitely());
        polled.map(drop).map_err(|error| read_back(&error))
    }
}

fn read_back(error: &dyn std::fmt::Display) -> RenderError {
    RenderError::ReadBack { detail: error.to_string() }
}
