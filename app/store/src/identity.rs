//! Who writes: this device's key and the person's name.

use crate::error::StoreError;
use limn_core::DeviceId;
use std::io::Write as _;
use std::path::Path;

/// The device and the person under whose name operations are written.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Named by the device's public key.
    pub device: DeviceId,
    /// Shown name of the person.
    pub user: String,
}

impl Identity {
    /// The identity of this machine: its key lies in `home/device.key` and is made on first use.
    ///
    /// The key is an Ed25519 seed, so that the same device can later sign what it sends.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the key can be neither read nor written.
    pub fn of_machine(home: &Path, user: &str) -> Result<Self, StoreError> {
        let path = home.join("device.key");
        let io = |action| {
            let path = path.clone();
            move |source| StoreError::Io { action, path, source }
        };
        let seed = match std::fs::read(&path) {
            Ok(bytes) => {
                bytes.try_into().ok().ok_or_else(|| StoreError::Damaged { what: format!("{} is no device key", path.display()) })?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut seed = [0; 32];
                getrandom::fill(&mut seed).map_err(|error| io("get random numbers for")(error.into()))?;
                std::fs::create_dir_all(home).map_err(io("make the folder of"))?;
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let written = options.open(&path).and_then(|mut file| file.write_all(&seed).and_then(|()| file.sync_all()));
                match written {
                    // Another Limn was first: use its key.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return Self::of_machine(home, user),
                    written => written.map_err(io("write"))?,
                }
                seed
            }
            Err(error) => return Err(io("read")(error)),
        };
        Ok(Self::from_seed(seed, user))
    }

    /// The identity with this key seed.
    pub fn from_seed(seed: [u8; 32], user: &str) -> Self {
        let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key().to_bytes();
        let mut device = [0; 16];
        device.copy_from_slice(&blake3::hash(&public).as_bytes()[..16]);
        Self { device: DeviceId(device), user: user.to_owned() }
    }
}
