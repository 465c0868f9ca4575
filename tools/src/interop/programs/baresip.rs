//! Control: the configuration of baresip, which calls by SIP.

use super::{Case, Line};
use std::fs;
use std::path::Path;
use std::process::Command;

/// It calls, and sends back what it hears.
pub(super) fn calls(case: &Case, command: &mut Command, line: &Line<'_>) -> std::io::Result<()> {
    let (theirs, sip, folder, length) = (line.theirs, line.sip, line.folder, line.length());
    let names: String =
        ["g711", "g722", "opus", "aubridge", "ctrl_tcp"].iter().map(|name| format!("module {name}.so\n")).collect();
    let rate = match case.codec {
        "opus" => 48_000,
        "G722" => 16_000,
        _ => 8_000,
    };
    let config = format!(
        "module_path {}\nsip_listen 127.0.0.1:0\naudio_source aubridge,a\naudio_player aubridge,a\n\
         audio_alert aubridge,b\nausrc_srate {rate}\nauplay_srate {rate}\nausrc_channels 1\n\
         auplay_channels 1\naudio_channels 1\n{names}ctrl_tcp_listen 127.0.0.1:{theirs}\n\
         module_app account.so\nmodule_app menu.so\n",
        modules()
    );
    let channels = if case.codec == "opus" { "48000/2" } else { "8000/1" };
    let codec = if case.codec == "G722" { "G722/16000/1".into() } else { format!("{}/{channels}", case.codec) };
    fs::write(folder.join("config"), config)?;
    fs::write(folder.join("accounts"), format!("<sip:other@127.0.0.1>;regint=0;audio_codecs={codec}\n"))?;
    fs::write(folder.join("contacts"), "")?;
    command.arg("-f").arg(folder).args(["-4", "-t", &length, "-e"]);
    command.arg(format!("/dial sip:us@127.0.0.1:{sip}"));
    Ok(())
}

/// Where its modules are.
pub(in crate::interop) fn modules() -> &'static str {
    ["/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules", "/usr/lib64/baresip/modules"]
        .into_iter()
        .find(|folder| Path::new(folder).exists())
        .unwrap_or("/usr/lib/baresip/modules")
}
