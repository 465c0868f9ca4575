//! Control: libsrtp 2 as a peer, loaded where it is installed; never linked.

use libloading::Library;
use media_core::SrtpSuite;
use std::ffi::c_void;
use std::sync::OnceLock;

/// `srtp_crypto_policy_t` of srtp.h, version 2.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
struct CryptoPolicy {
    cipher: u32,
    key_length: i32,
    auth: u32,
    auth_key_length: i32,
    tag_length: i32,
    services: i32,
}

/// `srtp_policy_t`.
#[repr(C)]
#[derive(Debug)]
struct Policy {
    ssrc_kind: i32,
    ssrc: u32,
    rtp: CryptoPolicy,
    rtcp: CryptoPolicy,
    key: *const u8,
    keys: *const c_void,
    key_count: usize,
    deprecated: *const c_void,
    window: usize,
    allow_repeat: i32,
    extensions: *const i32,
    extension_count: i32,
    next: *const c_void,
}

type Setter = unsafe extern "C" fn(*mut CryptoPolicy);
type Transform = unsafe extern "C" fn(*mut c_void, *mut u8, *mut i32) -> i32;

struct Functions {
    create: unsafe extern "C" fn(*mut *mut c_void, *const Policy) -> i32,
    free: unsafe extern "C" fn(*mut c_void) -> i32,
    protect: Transform,
    unprotect: Transform,
    /// By suite, of RTP.
    setters: [Setter; 4],
    _library: Library,
}

fn functions() -> Option<&'static Functions> {
    static LOADED: OnceLock<Option<Functions>> = OnceLock::new();
    let load = || {
        // SAFETY: the library's initializers are those of a plain C library, and the types are those of its header.
        unsafe {
            let library = Library::new("libsrtp2.so.1").ok()?;
            let init = library.get::<unsafe extern "C" fn() -> i32>(b"srtp_init\0").ok()?;
            (init() == 0).then_some(())?;
            let setter = |name: &[u8]| library.get::<Setter>(name).ok().map(|setter| *setter);
            let setters = [
                setter(b"srtp_crypto_policy_set_rtp_default\0")?,
                setter(b"srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32\0")?,
                setter(b"srtp_crypto_policy_set_aes_gcm_128_16_auth\0")?,
                setter(b"srtp_crypto_policy_set_aes_gcm_256_16_auth\0")?,
            ];
            Some(Functions {
                create: *library.get(b"srtp_create\0").ok()?,
                free: *library.get(b"srtp_dealloc\0").ok()?,
                protect: *library.get(b"srtp_protect\0").ok()?,
                unprotect: *library.get(b"srtp_unprotect\0").ok()?,
                setters,
                _library: library,
            })
        }
    };
    LOADED.get_or_init(load).as_ref()
}

/// One direction of one key.
#[derive(Debug)]
pub struct LibSrtp(*mut c_void);

impl LibSrtp {
    pub fn is_there() -> bool {
        functions().is_some()
    }

    /// `None`: it is not installed.
    pub fn new(suite: SrtpSuite, key: &[u8], outward: bool) -> Option<Self> {
        let functions = functions()?;
        let at = SrtpSuite::ALL.iter().position(|one| *one == suite)?;
        let (mut rtp, mut rtcp) = (CryptoPolicy::default(), CryptoPolicy::default());
        // SAFETY: both policies are as large as the header's, and filled by the library; the key is copied by srtp_create.
        unsafe {
            functions.setters[at](&mut rtp);
            functions.setters[if at == 1 { 0 } else { at }](&mut rtcp);
            let policy = Policy {
                // ssrc_any_inbound, ssrc_any_outbound
                ssrc_kind: if outward { 3 } else { 2 },
                ssrc: 0,
                rtp,
                rtcp,
                key: key.as_ptr(),
                keys: std::ptr::null(),
                key_count: 0,
                deprecated: std::ptr::null(),
                window: 128,
                allow_repeat: 0,
                extensions: std::ptr::null(),
                extension_count: 0,
                next: std::ptr::null(),
            };
            let mut made = std::ptr::null_mut();
            ((functions.create)(&mut made, &policy) == 0).then_some(Self(made))
        }
    }

    pub fn protect(&mut self, packet: &mut [u8], length: usize) -> Option<usize> {
        self.transform(functions()?.protect, packet, length)
    }

    pub fn unprotect(&mut self, packet: &mut [u8], length: usize) -> Option<usize> {
        self.transform(functions()?.unprotect, packet, length)
    }

    fn transform(&mut self, transform: Transform, packet: &mut [u8], length: usize) -> Option<usize> {
        assert!(packet.len() >= length + 20 || length > 172, "room for a tag");
        let mut octets = length as i32;
        // SAFETY: the session is the library's own, and the packet has room for the tag that it may add.
        let status = unsafe { transform(self.0, packet.as_mut_ptr(), &mut octets) };
        (status == 0).then_some(octets as usize)
    }
}

impl Drop for LibSrtp {
    fn drop(&mut self) {
        if let Some(functions) = functions() {
            // SAFETY: it was made by srtp_create, and is given back once.
            unsafe { (functions.free)(self.0) };
        }
    }
}
