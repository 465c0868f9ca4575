use super::*;

#[test]
fn it_goes_through_json_and_reads_as_lines() {
    let text = "12:03:07.420, 40 ms: two packets lost by the network, concealed".to_owned();
    let row = WhyRow { unix_us: 43_387_420_000, length_us: 40_000, cause: "lost".into(), text: text.clone() };
    let mut why =
        Why { session: 17, dialog: "a".into(), glitches: vec![row], inward: AudioStage::NoPackets, ..Why::default() };
    why.counts.insert("lost".into(), 1);
    assert_eq!(serde_json::from_str::<Why>(&why.to_json()).unwrap(), why);
    let ways = "from the party: no packets come; to the party: flows";
    assert_eq!(why.to_string(), format!("session 17, dialog a\n{text}\nglitches: lost 1\n{ways}\n"));
}
