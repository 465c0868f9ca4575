//! Pure: what was measured of a call, for people.

use super::echo::Echo;
use super::found::{Found, Way};
use super::near::Near;
use std::fmt::{Display, Formatter, Result};

/// A number with one decimal, or a dash.
struct Known(Option<f64>);

impl Display for Known {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            Some(value) => write!(f, "{value:.1}"),
            None => f.write_str("–"),
        }
    }
}

impl Display for Found {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "{:.1} s of a call; B has the room, the stages are at the engine's leg of B", self.seconds)?;
        way(f, "A to B", &self.to_b)?;
        way(f, "B to A", &self.to_a)?;
        echo(f, &self.echo)?;
        near(f, "alone", &self.near.alone)?;
        near(f, "with A", &self.near.double_talk)?;
        let levels = &self.levels;
        writeln!(
            f,
            "levels   B's speech {} dBFS, heard {} dBFS (gain {:.1} dB); noise {} dBFS, heard {} dBFS",
            Known(levels.said_dbfs),
            Known(levels.heard_dbfs),
            levels.gain_db,
            Known(levels.noise_dbfs),
            Known(levels.noise_heard_dbfs)
        )?;
        if let Some(voice) = &self.voice {
            writeln!(
                f,
                "voice    told for {:.1} % of the call, B spoke for {:.1} %; found {:.1} % of that; false: {:.1} % of A's echo, \
                 {:.1} % of silence",
                voice.told_percent,
                voice.spoke_percent,
                voice.found_percent,
                voice.false_by_echo_percent,
                voice.false_in_silence_percent
            )?;
        }
        if let Some(scores) = &self.scores {
            let two = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.2}"));
            let [nb, wb] = [scores.pesq_nb, scores.pesq_wb].map(two);
            let [echo, other] = [scores.aecmos_echo, scores.aecmos_other].map(two);
            writeln!(f, "scores   PESQ {nb} (wideband {wb}), AECMOS echo {echo}, other {other}")?;
        }
        Ok(())
    }
}

fn echo(f: &mut Formatter<'_>, echo: &Echo) -> Result {
    if echo.erle_db.is_none() {
        return writeln!(f, "echo     none");
    }
    writeln!(
        f,
        "echo     at B's microphone {} dBFS, left at A's ear {} dBFS (median {}): ERLE {} dB, {} dB in the second half, {} dB in its \
         worst 0.5 s; 20 dB after {} s",
        Known(echo.at_the_microphone_dbfs),
        Known(echo.left_dbfs),
        Known(echo.left_usual_dbfs),
        Known(echo.erle_db),
        Known(echo.erle_second_half_db),
        Known(echo.erle_worst_db),
        Known(echo.to_20_db_s)
    )
}

fn way(f: &mut Formatter<'_>, name: &str, way: &Way) -> Result {
    let [usual, least, most] = way.mouth_to_ear_ms.map_or([None; 3], |ms| ms.map(Some));
    let [engine, phone] = &way.receivers;
    write!(f, "{name}   mouth to ear {} ms ({} to {}); ", Known(usual), Known(least), Known(most))?;
    write!(f, "lost {} and {} packets, ", way.lost[0], way.lost[1])?;
    let (c, s) = (engine.concealed_percent, phone.concealed_percent);
    write!(f, "concealed {c:.1} % by the engine and {s:.1} % by the phone, ")?;
    write!(f, "stretched {:.1} % and {:.1} %; ", engine.stretched_percent, phone.stretched_percent)?;
    if engine.passed > 0 {
        write!(f, "{} packets passed undecoded; ", engine.passed)?;
    }
    if phone.pauses_percent > 0.0 {
        write!(f, "{:.1} % not sent; ", phone.pauses_percent)?;
    }
    let rated = way.rated;
    writeln!(f, "{:.1} kbit/s; MOS {:.2}, listening {:.2}", way.bit_s / 1e3, rated.mos_cq, rated.mos_lq)
}

fn near(f: &mut Formatter<'_>, name: &str, near: &Near) -> Result {
    let Near { blocks, lost_db, added_db, lost_percent } = near;
    if *blocks == 0 {
        return Ok(());
    }
    writeln!(
        f,
        "B {name:<7}in {:.1} s: weaker by {lost_db:.1} dB in the mean over bands, stronger by {added_db:.1} dB, {lost_percent:.1} % of \
         its blocks lost",
        *blocks as f64 / 100.0
    )
}
