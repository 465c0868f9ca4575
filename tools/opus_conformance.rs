//! Control: decodes an RFC 8251 test vector and compares the range coder's state after each packet with the one that
//! the vector states: `opus_conformance IN.bit OUT.pcm` (48 kHz, stereo, signed 16 bits, little endian). Ends with 1 at a
//! mismatch, 2 on a file that cannot be read.

use std::process::ExitCode;

use media_core::codec::AudioDecoder;
use media_core::codec::audio::opus::OpusDecoder;
use media_core::types::SampleRate;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args().skip(1).collect();
    let [input, output] = &args[..] else {
        eprintln!("usage: opus_conformance IN.bit OUT.pcm");
        return ExitCode::from(2);
    };
    match run(input, output) {
        Ok((packets, 0)) => {
            println!("{packets} packets, each final range as stated");
            ExitCode::SUCCESS
        }
        Ok((packets, wrong)) => {
            println!("{wrong} of {packets} packets with another final range than stated");
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("{input}: {error}");
            ExitCode::from(2)
        }
    }
}

/// Packets decoded, and those with a wrong range. A vector is a sequence of: length and range as 32 bits, the packet.
fn run(input: &str, output: &str) -> Result<(usize, usize), Box<dyn std::error::Error>> {
    let data = std::fs::read(input)?;
    let mut decoder = OpusDecoder::new(SampleRate::Hz48000, 2)?;
    let mut pcm = vec![0.0; 2 * 5_760];
    let (mut rest, mut out, mut packets, mut wrong) = (&data[..], Vec::new(), 0, 0);
    while let Some((head, tail)) = rest.split_at_checked(8) {
        let length = u32::from_be_bytes(head[..4].try_into()?) as usize;
        let range = u32::from_be_bytes(head[4..].try_into()?);
        let (payload, tail) = tail.split_at_checked(length).ok_or("cut off in a packet")?;
        let samples = decoder.decode_into(payload, &mut pcm)?;
        wrong += usize::from(decoder.final_range() != range);
        let (left, right) = pcm[..2 * samples].split_at(samples);
        for (l, r) in left.iter().zip(right) {
            out.extend(
                [l, r]
                    .map(|x| (x * 32_768.0).round_ties_even().clamp(-32_768.0, 32_767.0) as i16)
                    .map(i16::to_le_bytes),
            );
        }
        (rest, packets) = (tail, packets + 1);
    }
    std::fs::write(output, out.concat())?;
    Ok((packets, wrong))
}
