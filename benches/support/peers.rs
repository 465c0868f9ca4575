//! Control: libraries that others use for the same, loaded at run time where they are installed (Debian: libspandsp2,
//! libspeexdsp1, libbcg729-0). Nothing is linked: where a library is absent, the row is measured without its peer.

#![allow(dead_code, reason = "each bench uses a part of it")]

use libloading::Library;
use std::ffi::{c_int, c_uint, c_void};
use std::ptr;

type State = *mut c_void;

/// A function of `library` under its C name, with the type that the caller states.
///
/// # Safety
/// `F` has to be the type of the function's pointer, and the library must stay loaded.
unsafe fn function<F: Copy>(library: &Library, name: &str) -> Option<F> {
    // SAFETY: the caller's promise.
    unsafe { library.get::<F>(name.as_bytes()).ok().map(|symbol| *symbol) }
}

fn library(name: &str) -> Option<Library> {
    // SAFETY: these libraries run no code of consequence when they are loaded.
    unsafe { Library::new(name).ok() }
}

/// spandsp's G.722 coder at 64 kbit/s.
pub struct SpandspG722 {
    encoder: State,
    decoder: State,
    encode: unsafe extern "C" fn(State, *mut u8, *const i16, c_int) -> c_int,
    decode: unsafe extern "C" fn(State, *mut i16, *const u8, c_int) -> c_int,
    free_encoder: unsafe extern "C" fn(State) -> c_int,
    free_decoder: unsafe extern "C" fn(State) -> c_int,
    _library: Library,
}

impl SpandspG722 {
    /// `None` where libspandsp is not installed.
    pub fn new() -> Option<Self> {
        let library = library("libspandsp.so.2")?;
        type Init = unsafe extern "C" fn(State, c_int, c_int) -> State;
        // SAFETY: the types are those of spandsp/g722.h (0.0.6); a null state makes it allocate one.
        unsafe {
            let encoder = function::<Init>(&library, "g722_encode_init")?(ptr::null_mut(), 64_000, 0);
            let decoder = function::<Init>(&library, "g722_decode_init")?(ptr::null_mut(), 64_000, 0);
            Some(Self {
                encoder,
                decoder,
                encode: function(&library, "g722_encode")?,
                decode: function(&library, "g722_decode")?,
                free_encoder: function(&library, "g722_encode_free")?,
                free_decoder: function(&library, "g722_decode_free")?,
                _library: library,
            })
        }
    }

    pub fn encode(&mut self, pcm: &[i16], octets: &mut [u8]) {
        assert!(octets.len() >= pcm.len() / 2);
        // SAFETY: the state is live, and the octets written are half as many as the samples.
        unsafe { (self.encode)(self.encoder, octets.as_mut_ptr(), pcm.as_ptr(), pcm.len() as c_int) };
    }

    pub fn decode(&mut self, octets: &[u8], pcm: &mut [i16]) {
        assert!(pcm.len() >= 2 * octets.len());
        // SAFETY: the state is live, and the samples written are twice as many as the octets.
        unsafe { (self.decode)(self.decoder, pcm.as_mut_ptr(), octets.as_ptr(), octets.len() as c_int) };
    }
}

impl Drop for SpandspG722 {
    fn drop(&mut self) {
        // SAFETY: both states are live, and used no more.
        unsafe {
            (self.free_encoder)(self.encoder);
            (self.free_decoder)(self.decoder);
        }
    }
}

/// bcg729's G.729 coder, Annex A, and B for the encoder if asked for.
pub struct Bcg729 {
    encoder: State,
    decoder: State,
    encode: unsafe extern "C" fn(State, *const i16, *mut u8, *mut u8),
    decode: unsafe extern "C" fn(State, *const u8, u8, u8, u8, u8, *mut i16),
    free_encoder: unsafe extern "C" fn(State),
    free_decoder: unsafe extern "C" fn(State),
    _library: Library,
}

impl Bcg729 {
    /// `None` where libbcg729 is not installed.
    pub fn new(annex_b: bool) -> Option<Self> {
        let library = library("libbcg729.so.0")?;
        type EncoderInit = unsafe extern "C" fn(u8) -> State;
        type DecoderInit = unsafe extern "C" fn() -> State;
        // SAFETY: the types are those of bcg729/encoder.h and bcg729/decoder.h (1.1.1).
        unsafe {
            let encoder = function::<EncoderInit>(&library, "initBcg729EncoderChannel")?(annex_b.into());
            let decoder = function::<DecoderInit>(&library, "initBcg729DecoderChannel")?();
            Some(Self {
                encoder,
                decoder,
                encode: function(&library, "bcg729Encoder")?,
                decode: function(&library, "bcg729Decoder")?,
                free_encoder: function(&library, "closeBcg729EncoderChannel")?,
                free_decoder: function(&library, "closeBcg729DecoderChannel")?,
                _library: library,
            })
        }
    }

    pub fn encode_frame(&mut self, pcm: &[i16; 80]) -> Vec<u8> {
        let (mut octets, mut length) = ([0; 10], 0);
        // SAFETY: the state is live; a frame is 80 samples and at most 10 octets.
        unsafe { (self.encode)(self.encoder, pcm.as_ptr(), octets.as_mut_ptr(), &mut length) };
        octets[..usize::from(length)].to_vec()
    }

    /// Ten octets are speech, two a silence descriptor, none a frame that was not sent.
    pub fn decode_frame(&mut self, octets: &[u8], erased: bool) -> [i16; 80] {
        let (mut frame, mut pcm) = ([0; 10], [0; 80]);
        frame[..octets.len()].copy_from_slice(octets);
        let descriptor = octets.len() == 2;
        // SAFETY: the state is live; a frame is at most 10 octets and 80 samples.
        unsafe {
            let length = octets.len() as u8;
            (self.decode)(self.decoder, frame.as_ptr(), length, erased.into(), descriptor.into(), 0, pcm.as_mut_ptr());
        }
        pcm
    }

    /// Frames of 80 samples and 10 octets; for an encoder without Annex B.
    pub fn encode(&mut self, pcm: &[i16], octets: &mut [u8]) {
        for (pcm, octets) in pcm.as_chunks::<80>().0.iter().zip(octets.as_chunks_mut::<10>().0) {
            let mut length = 0;
            // SAFETY: the state is live; a frame is 80 samples and at most 10 octets.
            unsafe { (self.encode)(self.encoder, pcm.as_ptr(), octets.as_mut_ptr(), &mut length) };
        }
    }

    pub fn decode(&mut self, octets: &[u8], pcm: &mut [i16]) {
        for (octets, pcm) in octets.as_chunks::<10>().0.iter().zip(pcm.as_chunks_mut::<80>().0) {
            // SAFETY: the state is live; a frame is 10 octets and 80 samples.
            unsafe { (self.decode)(self.decoder, octets.as_ptr(), 10, 0, 0, 0, pcm.as_mut_ptr()) };
        }
    }
}

impl Drop for Bcg729 {
    fn drop(&mut self) {
        // SAFETY: both states are live, and used no more.
        unsafe {
            (self.free_encoder)(self.encoder);
            (self.free_decoder)(self.decoder);
        }
    }
}

/// speexdsp's resampler, one channel of f32.
pub struct SpeexResampler {
    state: State,
    run: unsafe extern "C" fn(State, c_uint, *const f32, *mut c_uint, *mut f32, *mut c_uint) -> c_int,
    free: unsafe extern "C" fn(State),
    _library: Library,
}

impl SpeexResampler {
    /// `None` where libspeexdsp is not installed. Quality 0 to 10; Asterisk takes 5, FreeSWITCH 2.
    pub fn new(from_hz: u32, to_hz: u32, quality: i32) -> Option<Self> {
        let library = library("libspeexdsp.so.1")?;
        type Init = unsafe extern "C" fn(c_uint, c_uint, c_uint, c_int, *mut c_int) -> State;
        // SAFETY: the types are those of speex/speex_resampler.h (1.2.1).
        unsafe {
            let mut error = 0;
            let state = function::<Init>(&library, "speex_resampler_init")?(1, from_hz, to_hz, quality, &mut error);
            let run = function(&library, "speex_resampler_process_float")?;
            let free = function(&library, "speex_resampler_destroy")?;
            (!state.is_null()).then_some(Self { state, run, free, _library: library })
        }
    }

    pub fn process(&mut self, input: &[f32], output: &mut [f32]) -> usize {
        let (mut taken, mut made) = (input.len() as c_uint, output.len() as c_uint);
        // SAFETY: the state is live; both counts are the slices' lengths, which it keeps to.
        unsafe { (self.run)(self.state, 0, input.as_ptr(), &mut taken, output.as_mut_ptr(), &mut made) };
        made as usize
    }
}

impl Drop for SpeexResampler {
    fn drop(&mut self) {
        // SAFETY: the state is live, and used no more.
        unsafe { (self.free)(self.state) }
    }
}

/// spandsp's DTMF receiver.
pub struct SpandspDtmf {
    state: State,
    run: unsafe extern "C" fn(State, *const i16, c_int) -> c_int,
    digits: unsafe extern "C" fn(State, *mut u8, c_int) -> usize,
    free: unsafe extern "C" fn(State) -> c_int,
    _library: Library,
}

impl SpandspDtmf {
    /// `None` where libspandsp is not installed.
    pub fn new() -> Option<Self> {
        let library = library("libspandsp.so.2")?;
        type Init = unsafe extern "C" fn(State, State, State) -> State;
        // SAFETY: the types are those of spandsp/dtmf.h (0.0.6); a null state makes it allocate one, without callbacks
        // it keeps the digits for `dtmf_rx_get`.
        unsafe {
            let state = function::<Init>(&library, "dtmf_rx_init")?(ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
            let run = function(&library, "dtmf_rx")?;
            let digits = function(&library, "dtmf_rx_get")?;
            let free = function(&library, "dtmf_rx_free")?;
            (!state.is_null()).then_some(Self { state, run, digits, free, _library: library })
        }
    }

    /// Listens, and takes out the digits, so that its buffer never fills.
    pub fn receive(&mut self, pcm: &[i16]) -> usize {
        let mut digits = [0; 129];
        // SAFETY: the state is live; up to 128 digits and a zero are written.
        unsafe {
            (self.run)(self.state, pcm.as_ptr(), pcm.len() as c_int);
            (self.digits)(self.state, digits.as_mut_ptr(), 128)
        }
    }
}

impl Drop for SpandspDtmf {
    fn drop(&mut self) {
        // SAFETY: the state is live, and used no more.
        unsafe { (self.free)(self.state) };
    }
}

/// speexdsp's preprocessor: noise suppression alone, as it is set up by default.
pub struct SpeexPreprocessor {
    state: State,
    samples: usize,
    run: unsafe extern "C" fn(State, *mut i16) -> c_int,
    free: unsafe extern "C" fn(State),
    _library: Library,
}

impl SpeexPreprocessor {
    /// `None` where libspeexdsp is not installed. For frames of so many samples.
    pub fn new(samples: usize, hz: u32) -> Option<Self> {
        let library = library("libspeexdsp.so.1")?;
        type Init = unsafe extern "C" fn(c_int, c_int) -> State;
        // SAFETY: the types are those of speex/speex_preprocess.h (1.2.1).
        unsafe {
            let state = function::<Init>(&library, "speex_preprocess_state_init")?(samples as c_int, hz as c_int);
            let run = function(&library, "speex_preprocess_run")?;
            let free = function(&library, "speex_preprocess_state_destroy")?;
            (!state.is_null()).then_some(Self { state, samples, run, free, _library: library })
        }
    }

    pub fn run(&mut self, pcm: &mut [i16]) {
        assert_eq!(pcm.len(), self.samples);
        // SAFETY: the state is live, and the frame has the length that it was made for.
        unsafe { (self.run)(self.state, pcm.as_mut_ptr()) };
    }
}

impl Drop for SpeexPreprocessor {
    fn drop(&mut self) {
        // SAFETY: the state is live, and used no more.
        unsafe { (self.free)(self.state) }
    }
}
